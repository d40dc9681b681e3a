"""`openoms import` and `openoms create-api-key` as people type them."""

import io
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from openoms.core.clock import now
from openoms.domains.identity.models import ApiKey
from openoms.domains.identity.queries import actor_by_key
from openoms.domains.orders.models import Order
from openoms.interfaces.cli.listing import commands
from tests.flows.import_files import LINES, ORDERS, ORDERS_MAPPING, import_basics

pytestmark = pytest.mark.django_db


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the orders' files, where the command is typed."""
    import_basics(tmp_path)
    (tmp_path / "orders.csv").write_text(ORDERS, encoding="utf-8")
    (tmp_path / "lines.csv").write_text(LINES, encoding="utf-8")
    (tmp_path / "shop.toml").write_text(ORDERS_MAPPING, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def typed(*words: str) -> tuple[int, str]:
    """Exit code and output of `openoms import WORDS`."""
    out = io.StringIO()
    try:
        call_command("import_data", *words, stdout=out)
    except SystemExit as end:
        return int(str(end.code)), out.getvalue()
    return 0, out.getvalue()


def test_everything_taken_ends_with_0_and_tells_the_sums(files: Path) -> None:
    code, out = typed("orders", "orders.csv", "--mapping", "shop.toml", "--report", "report.csv")
    assert code == 0
    for part in (
        "3 read, 3 accepted, 0 already there, 0 rejected",
        "CNY shipping",
        "42.70 (exactly 42.6994)",
    ):
        assert part in out
    assert not list(files.glob("*.rejects.csv"))
    assert "lines.csv line 3" in (files / "report.csv").read_text(encoding="utf-8-sig")


def test_a_rejected_row_ends_with_2_and_names_the_file(files: Path) -> None:
    (files / "orders.csv").write_text(ORDERS + "=4,ACME,1,2,3,4,5,6\n", encoding="utf-8")
    code, out = typed("orders", "orders.csv", "--mapping", "shop.toml")
    assert code == 2
    assert "1 rejected rows, each with its line and reason, are in orders-orders.rejects.csv" in out
    written = (files / "orders-orders.rejects.csv").read_text(encoding="utf-8-sig")
    assert "orders.csv,5,'=4," in written
    assert typed("orders", "orders.csv", "--mapping", "shop.toml")[1].count("3 already there")


def test_a_dry_run_says_so(files: Path) -> None:
    code, out = typed("orders", "orders.csv", "--mapping", "shop.toml", "--dry-run")
    assert (code, out.splitlines()[0].startswith("Dry run: nothing was written")) == (0, True)
    assert not Order.objects.exists()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("orders", "nowhere.csv", "--mapping", "shop.toml"), "There is no file nowhere.csv"),
        (("orders", "orders.csv", "--mapping", "nothing"), "There is no mapping 'nothing'"),
        (("customers", "orders.csv", "--mapping", "shop.toml"), "must say kind = 'customers'"),
        (("orders", "lines.csv", "--mapping", "shop.toml"), "lines.csv has no column"),
        (("orders", ".", "--mapping", "shop.toml"), "names no file in it"),
        (
            ("orders", "orders.csv", "--mapping", "shop.toml", "--encoding", "klingon"),
            "no encoding 'klingon'",
        ),
    ],
)
def test_what_cannot_be_done_is_one_sentence(files: Path, words: tuple[str, ...], sentence: str) -> None:
    with pytest.raises(CommandError, match=sentence):
        typed(*words)
    assert not Order.objects.exists()


def test_the_command_is_listed_by_the_name_people_type() -> None:
    assert commands()["import"].startswith("Import")
    assert "create-api-key" in commands()


def test_a_key_is_printed_alone_and_works() -> None:
    out = io.StringIO()
    call_command("create_api_key", "--role", "integrator", "--name", "shop", stdout=out)
    secret = out.getvalue().strip()
    assert secret.startswith("oms_")
    assert out.getvalue() == secret + "\n"
    assert actor_by_key(secret, now()).may("order.create")
    assert ApiKey.objects.get().name == "shop"


def test_a_key_for_an_unknown_role_is_refused_in_a_sentence() -> None:
    with pytest.raises(CommandError, match="There is no role 'king'"):
        call_command("create_api_key", "--role", "king")
    assert not ApiKey.objects.exists()
