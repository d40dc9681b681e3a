"""Cases of other systems' promotion engines: every one that any sane engine, or our own policy, must get right."""

import json
import sys
from pathlib import Path

import pytest

from tests.peers.promotions import check, main

pytestmark = pytest.mark.real_data


def test_every_case_of_the_peers_comes_out_as_expected(
    real_data: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    file = real_data / "promotion_cases.example.json"
    cases = [c for c in json.loads(file.read_text())["cases"] if c["portability"] != "peer_quirk"]
    wrong = {case["id"]: checked.wrong for case in cases if (checked := check(case)).wrong}
    assert (len(cases), wrong) == (169, {})
    monkeypatch.setattr(sys, "argv", ["promotions", str(file)])
    assert main() == 0
    assert "universal: passed 127/127; policy: passed 33/33; rounding: passed 9/9" in capsys.readouterr().out
