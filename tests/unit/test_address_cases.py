"""Real address and phone cases: the shares this program must reach."""

from pathlib import Path

import pytest

from tests.peers.addresses import main, run

pytestmark = pytest.mark.real_data


def test_real_addresses_and_phones_are_read(real_data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = real_data / "address_cases.example.json"
    tallies = run(file)
    failures = [failure for tally in tallies.values() for failure in tally.failures]
    assert tallies["phones"].share == 100, failures
    assert tallies["province/city/district"].share >= 95, failures
    assert tallies["international"].share >= 90, failures
    assert main([str(file)]) == 0
    assert "phones: 100.0 %" in capsys.readouterr().out


def test_without_a_file_it_says_how_to_call_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert "usage" in capsys.readouterr().out
