"""The documents tell the truth: what they name exists, and what exists is named."""

import ast
import re
from pathlib import Path

import pytest

from openoms.config.environment import Environment
from openoms.domains.events.kinds import all_kinds, known
from openoms.domains.inventory.strategies import STRATEGIES
from openoms.domains.notifications.states import Channel, Way
from openoms.domains.notifications.topics import all_topics
from openoms.domains.notifications.wording import unknown_names
from openoms.domains.payments import rules
from openoms.domains.payments.labels import CREDIT_PROBLEM
from openoms.interfaces.cli.listing import commands
from openoms.interfaces.console.message_samples import previewed

ROOT = Path(__file__).parents[2]
REASONS = (
    "unknown", "coupon_", "same_", "other_currency", "not_", "needs_coupon", "used_up", "budget", "condition", "excluded",
    "lost_", "gift_", "nothing_", "ended",
)  # fmt: skip
READMES = ["README.md", "README.zh-CN.md"]


def text_of(name: str) -> str:
    return (ROOT / name).read_text()


def test_every_setting_is_described_with_its_default() -> None:
    operations = text_of("docs/operations.md")
    for name, field in Environment.model_fields.items():
        variable = str(field.validation_alias or f"OPENOMS_{name.upper()}")
        row = next(
            (line for line in operations.splitlines() if line.startswith("|") and f"`{variable}`" in line),
            None,
        )
        assert row, f"{variable} is not in docs/operations.md"
        if field.default and isinstance(field.default, str | int) and field.default is not True:
            assert f"`{field.default}`" in row, f"{variable}'s default is {field.default}"


@pytest.mark.parametrize("readme", READMES)
def test_every_command_is_in_the_readme(readme: str) -> None:
    named = text_of(readme)
    for command in commands():
        assert f"openoms {command}" in named, f"openoms {command} is not in {readme}"


@pytest.mark.parametrize("readme", READMES)
def test_every_make_target_a_readme_names_exists(readme: str) -> None:
    targets = set(re.findall(r"^([a-z-]+):", text_of("Makefile"), re.M))
    assert set(re.findall(r"\bmake ([a-z]+)", text_of(readme))) <= targets | {"and"}


@pytest.mark.parametrize(
    "document",
    [
        *READMES,
        "CONTRIBUTING.md",
        "docs/architecture.md",
        "docs/pricing.md",
        "docs/orders.md",
        "docs/payments.md",
        "docs/notifications.md",
        "docs/goods.md",
    ],
)
def test_every_link_to_a_file_leads_to_one(document: str) -> None:
    folder = (ROOT / document).parent
    for target in re.findall(r"\]\((?!http)([^)#]+)\)", text_of(document)):
        assert (folder / target).exists(), f"{document} links to {target}"


def test_every_event_kind_is_documented() -> None:
    events = text_of("docs/events.md")
    for code, kind in all_kinds().items():
        if not code.startswith("test."):
            assert f"| `{code}` | {', '.join(kind.data) or '–'} | {kind.en} |" in events


def test_every_message_is_documented_with_the_event_it_tells_of() -> None:
    text = text_of("docs/notifications.md")
    rows = [line for line in text.splitlines() if line.startswith("| `")]
    for topic in all_topics():
        row = next((line for line in rows if f"`{topic.code}`" in line.split("|")[1]), "")
        assert row, topic.code
        assert f"`{topic.event}`" in row or "| the same |" in row, topic.code
        mailed = topic.usual[Channel.EMAIL] is Way.NOW
        assert topic.group == "customers" or mailed == row.rstrip(" |").endswith("✓"), topic.code
        assert known(topic.event), topic.code


def test_every_name_of_a_message_has_a_sample() -> None:
    for topic in all_topics():
        for language, text in topic.texts.items():
            shown = previewed(topic, text, language)
            assert shown.subject
            assert "{" not in shown.subject + shown.body, topic.code
            assert not unknown_names(text.subject + text.body, topic.known_names), topic.code


def test_every_reason_a_promotion_gives_is_documented() -> None:
    texts: set[str] = set()
    for name in ("promoting", "giving", "promotion_checks"):
        tree = ast.parse(text_of(f"src/openoms/domains/pricing/{name}.py"))
        texts |= {
            node.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
        }
    reasons = {text for text in texts if re.fullmatch("[a-z_]+", text) and text.startswith(REASONS)} - {
        "conditions"
    }
    pricing = text_of("docs/pricing.md")
    assert len(reasons) >= 20
    assert {code for code in reasons if f"`{code}`" not in pricing} == set()


def test_nothing_names_a_place_packages_come_from() -> None:
    names = ["pypi" + ".org", "python" + "hosted", "registry.npm" + "js", "deb.deb" + "ian", "npm" + "js.com"]
    tracked = [p for p in ROOT.glob("*") if p.is_file()] + [
        p
        for folder in ("requirements", "docs", "src", "tools")
        for p in (ROOT / folder).rglob("*")
        if p.is_file()
    ]
    for path in tracked:
        if path.suffix in {".md", ".txt", ".toml", ".json", ".py", ""} and "vendor" not in path.parts:
            content = path.read_text(errors="replace")
            assert not any(name in content for name in names), path


def test_why_a_customer_may_not_owe_is_documented_reason_by_reason() -> None:
    table = re.findall(r"^\| `(\w+)` \|", text_of("docs/payments.md"), re.MULTILINE)
    assert tuple(table) == rules.PROBLEMS
    assert set(CREDIT_PROBLEM) == set(rules.PROBLEMS)


def test_every_reason_of_the_engines_of_goods_is_documented() -> None:
    goods = text_of("docs/goods.md")
    codes: set[str] = set()
    for folder in ("inventory", "supply"):
        for path in (ROOT / "src/openoms/domains" / folder).glob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Step":
                    codes |= {
                        one.value
                        for one in ast.walk(node.args[0])
                        if isinstance(one, ast.Constant) and isinstance(one.value, str)
                    }
    assert len(codes) >= 25
    assert {code for code in codes if f"`{code}`" not in goods} == set()
    assert {code for code in STRATEGIES if f"| `{code}` |" not in goods} == set()
