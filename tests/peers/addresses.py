"""Real address and phone cases through this program: `python -m tests.peers.addresses FILE` prints shares and each failure.

Names of places are compared without their endings, and a municipality's district where it stands in either notation
(北京 / 北京市 / 海淀区 there, 北京市 / 海淀区 here). Names and streets that a case gives are compared too, and told apart.
"""

import json
import re
import sys
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from openoms.core.errors import InvalidInput
from openoms.domains.customers.contacts import AddressParts, check_address, normal_phone
from openoms.domains.customers.divisions import root
from openoms.domains.customers.parsing import parse_address

GROUPS = {"phone": "phones", "cn_parse": "province/city/district", "i18n": "international"}
_PARTS = {
    "country_code": "country",
    "country_area": "region",
    "city": "city",
    "city_area": "district",
    "street_address": "line",
    "postal_code": "postcode",
}


@dataclass(slots=True)
class Tally:
    """How many cases of a group there were and what went wrong in which."""

    cases: int = 0
    failures: list[str] = field(default_factory=list)

    @property
    def share(self) -> float:
        """The share that came out as expected, in percent; 100 of none."""
        return 100 * (1 - len(self.failures) / self.cases) if self.cases else 100.0


def run(file: Path) -> dict[str, Tally]:
    """The tallies of all groups, names and streets of Chinese cases as groups of their own."""
    tallies: dict[str, Tally] = defaultdict(Tally)
    for case in json.loads(file.read_text(encoding="utf-8"))["cases"]:
        group = next(name for prefix, name in GROUPS.items() if case["kind"].startswith(prefix))
        for where, wrong in _outcomes(group, case):
            tallies[where].cases += 1
            if wrong:
                tallies[where].failures.append(f"{case['id']} {case['input']!r}: {wrong}")
    return dict(tallies)


def _outcomes(group: str, case: dict[str, Any]) -> list[tuple[str, str]]:
    """(group, what is wrong or "") of a case."""
    given, expected = case["input"], case["expected"]
    if group == "phones":
        return [(group, _phone(given["raw"], given["default_region"], expected))]
    if group == "international":
        return [(group, _international(given, expected))]
    return _chinese(given, expected)


def _phone(raw: str, country: str, expected: dict[str, Any]) -> str:
    try:
        got = normal_phone(raw, country)
    except InvalidInput:
        got = ""
    wanted = expected.get("e164", "") if expected["valid"] else ""
    return "" if got == wanted else f"expected {wanted or 'a refusal'}, got {got or 'a refusal'}"


def _international(given: dict[str, str], expected: dict[str, Any]) -> str:
    parts = {ours: given.get(theirs, "") for theirs, ours in _PARTS.items()}
    checked = check_address(AddressParts(**parts))
    got = {problem.rpartition("_")[0]: problem.rpartition("_")[2] for problem in checked.problems}
    wanted = {_PARTS[theirs]: why for theirs, why in expected.get("errors", {}).items()}
    if got != wanted:
        return f"expected the problems {wanted}, got {got}"
    for theirs, value in expected.get("normalized", {}).items():
        kept = getattr(checked.parts, _PARTS[theirs])
        if kept != value:
            return f"expected {theirs} {value!r}, got {kept!r}"
    return ""


def _chinese(text: str, expected: dict[str, Any]) -> list[tuple[str, str]]:
    got = parse_address(text, "CN")
    outcomes = []
    if {"province", "city", "district"} & expected.keys():
        outcomes.append((GROUPS["cn_parse"], _place(got, expected)))
    if "name" in expected:
        wrong = (
            ""
            if got.name == expected["name"]
            else f"expected the name {expected['name']!r}, got {got.name!r}"
        )
        outcomes.append(("names", wrong))
    if "detail" in expected:
        same = _squeezed(got.line) == _squeezed(expected["detail"])
        outcomes.append(
            ("streets", "" if same else f"expected the street {expected['detail']!r}, got {got.line!r}")
        )
    return outcomes


def _place(got: Any, expected: dict[str, str]) -> str:
    province, city, district = got.region, got.city, got.district
    # The data of a municipality has its districts where other provinces have cities; so have counties below a province.
    if (
        city
        and not district
        and (root(province) in {"北京", "上海", "天津", "重庆"} or not city.endswith("市"))
    ):
        city, district = "", city
    elif province and not city and root(province) in {"北京", "上海", "天津", "重庆"}:
        city = ""
    ours = {"province": province, "city": city, "district": district}
    for part, wanted in expected.items():
        if part not in ours or (part == "city" and not city and wanted in {"县", "市辖区", province}):
            continue
        if part == "city" and not city and root(wanted) == root(province):
            continue
        if root(ours[part]) != root(wanted):
            return f"expected {part} {wanted!r}, got {got.region!r} {got.city!r} {got.district!r}"
    return ""


def _squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def main(arguments: list[str]) -> int:
    """Print what became of the cases in the file named; 1 when a figure is below what is aimed at."""
    if len(arguments) != 1:
        print("usage: python -m tests.peers.addresses FILE")
        return 2
    tallies = run(Path(arguments[0]))
    aims = {"phones": 100, "province/city/district": 95, "international": 90}
    for name, tally in tallies.items():
        aim = f" (aim {aims[name]} %)" if name in aims else ""
        print(f"{name}: {tally.share:.1f} % of {tally.cases}{aim}")
        for failure in tally.failures:
            print(f"  {failure}")
    return int(any(tallies[name].share < aim for name, aim in aims.items() if name in tallies))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
