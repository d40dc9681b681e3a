"""The Python side of the set-up: uv, the virtual environment, the locked packages, the program itself."""

import importlib.util
import json
import os
import re
import shutil
import ssl
import sys
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

from tools.setup_steps import ROOT, TOOLS, SetupError, Step, attempt, run

VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
# Inside the environment, so that they vanish with it.
STAMPS = VENV / ".stamps"
_SYSTEM_BUNDLE = "/etc/ssl/certs/ca-certificates.crt"
_UV_LOCK = ROOT / "requirements" / "uv.txt"
_UV_NOTE = TOOLS / "uv.path"
_OLDEST_UV = (0, 5)


def steps(kind: str) -> list[Step]:
    """Steps for `kind`: "runtime", or "dev" which holds all of runtime."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    return [
        Step("Finding uv", _provide_uv, TOOLS / "uv.stamp", [_UV_LOCK], lambda: [_noted_uv()]),
        Step(
            "Making the Python environment",
            _make_venv,
            STAMPS / "venv",
            [version, str(ROOT)],
            lambda: [PYTHON],
        ),
        _packages(kind),
        Step(
            "Installing OpenOMS",
            _install_self,
            STAMPS / "self",
            [_own_metadata()],
            lambda: [VENV / "bin" / "openoms"],
        ),
    ]


def install(lock: Path, failure: str, *extra: str | Path) -> None:
    """Install what `lock` lists, by hash, into the environment (or elsewhere by `extra`). Raises SetupError."""
    argv: list[str | Path] = [
        _noted_uv(),
        "pip",
        "install",
        "--python",
        PYTHON,
        "--require-hashes",
        *extra,
        "-r",
        lock,
    ]
    run(argv, failure, environment=_uv_environment())


def _packages(kind: str) -> Step:
    locks = {name: ROOT / "requirements" / f"{name}.txt" for name in ("runtime", "dev")}
    steps = {
        name: Step(
            "Installing Python packages",
            lambda lock=lock: install(lock, "The Python packages could not be installed"),  # type: ignore[misc]
            STAMPS / name,
            [lock],
        )
        for name, lock in locks.items()
    }
    # Developers' packages hold all that running needs: after `make test`, `make run` installs nothing.
    return steps["dev"] if kind == "dev" or steps["dev"].is_done() else steps["runtime"]


def _provide_uv() -> None:
    """Find uv or install it into `.tools`, and note where it is. Raises SetupError."""
    TOOLS.mkdir(exist_ok=True)
    for candidate in (shutil.which("uv"), TOOLS / "bin" / "uv"):
        if candidate and _is_usable_uv(candidate):
            _UV_NOTE.write_text(str(candidate))
            return
    arguments: list[str | Path] = [
        "install",
        "--quiet",
        "--target",
        TOOLS,
        "--upgrade",
        "--require-hashes",
        "-r",
        _UV_LOCK,
    ]
    # A pip of the machine may be told to refuse work outside virtual environments; .tools is one in spirit.
    environment = {"PIP_REQUIRE_VIRTUALENV": "0", "PIP_USER": "0"}
    reached = False
    for pip in _pips():
        reached = True
        attempt([*pip, *arguments], environment=environment)
        if _is_usable_uv(TOOLS / "bin" / "uv"):
            _UV_NOTE.write_text(str(TOOLS / "bin" / "uv"))
            return
    if not reached:
        raise SetupError(
            "Python's pip is missing and could not be added: install it (apt-get install python3-pip) or install uv, and "
            "run make again."
        )
    raise SetupError(
        "uv could not be installed by pip: check the network, or name a mirror by PIP_INDEX_URL, and run make again."
    )


def _pips() -> Iterator[list[str | Path]]:
    """Ways to run pip, each tried only when those before did not bring uv."""
    if importlib.util.find_spec("pip"):
        yield [sys.executable, "-m", "pip"]
    # Python carries pip as a wheel, and a wheel of pip can be run as it lies; Debian keeps it apart.
    spec = importlib.util.find_spec("ensurepip")
    folders = [Path(spec.origin).parent / "_bundled"] if spec and spec.origin else []
    for folder in (*folders, Path("/usr/share/python-wheels")):
        for wheel in sorted(folder.glob("pip-*.whl")):
            yield [sys.executable, wheel / "pip"]
    for name in ("python3", "python3.12", "python3.13"):
        other = shutil.which(name)
        if other and attempt([other, "-m", "pip", "--version"])[1] == 0:
            yield [other, "-m", "pip"]
    if os.geteuid() == 0 and (apt := shutil.which("apt-get")):
        quiet = {"DEBIAN_FRONTEND": "noninteractive"}
        attempt([apt, "update"], environment=quiet)
        if (
            attempt([apt, "install", "-y", "--no-install-recommends", "python3-pip"], environment=quiet)[1]
            == 0
        ):
            yield ["/usr/bin/python3", "-m", "pip"]


def _is_usable_uv(path: str | Path) -> bool:
    output, code = attempt([path, "--version"])
    match = re.match(r"uv (\d+)\.(\d+)", output)
    return code == 0 and match is not None and (int(match[1]), int(match[2])) >= _OLDEST_UV


def _noted_uv() -> Path:
    return Path(_UV_NOTE.read_text()) if _UV_NOTE.is_file() else TOOLS / "bin" / "uv"


def _make_venv() -> None:
    """Make the environment anew, unless the one that is there works for this very place."""
    probe = "import sys; print(sys.prefix); sys.exit(sys.version_info < (3, 11))"
    output, code = attempt([PYTHON, "-c", probe])
    if code == 0 and output.strip() == str(VENV) and not _has_moved():
        return
    shutil.rmtree(VENV, ignore_errors=True)
    argv: list[str | Path] = [_noted_uv(), "venv", "--python", sys.executable, VENV]
    run(argv, "The Python environment could not be made in .venv", environment=_uv_environment())


def _has_moved() -> bool:
    """Whether the environment's programs name another place: the checkout was moved or copied."""
    scripts = [path for path in (VENV / "bin").glob("django*") if path.is_file()]
    return any(str(VENV).encode() not in path.read_bytes()[:4096] for path in scripts)


def _install_self() -> None:
    argv: list[str | Path] = [
        _noted_uv(),
        "pip",
        "install",
        "--python",
        PYTHON,
        "--no-deps",
        "--editable",
        ROOT,
    ]
    run(argv, "OpenOMS could not be installed into its own environment", environment=_uv_environment())


def _own_metadata() -> str:
    """What an editable install depends on; the tools' settings in the same file do not count."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    return json.dumps(
        [project["project"], project["build-system"], project["tool"].get("hatch")], sort_keys=True
    )


def _uv_environment() -> Mapping[str, str]:
    """uv uses the Python at hand, and pip's mirror where it has none of its own."""
    environment = {"UV_PYTHON_DOWNLOADS": "never", "UV_NO_PROGRESS": "1"}
    # Firms' networks have certificates of their own, which the system knows and uv's built-in list does not.
    bundle = ssl.get_default_verify_paths()
    if (bundle.cafile and Path(bundle.cafile).is_file()) or Path(_SYSTEM_BUNDLE).is_file():
        environment |= {"UV_SYSTEM_CERTS": os.environ.get("UV_SYSTEM_CERTS", "true")}
    if any(name in os.environ for name in ("UV_DEFAULT_INDEX", "UV_INDEX_URL", "UV_CONFIG_FILE")):
        return environment
    mirror = os.environ.get("PIP_INDEX_URL")
    if not mirror and importlib.util.find_spec("pip"):
        output, code = attempt([sys.executable, "-m", "pip", "config", "get", "global.index-url"])
        mirror = output.strip() if code == 0 else None
    return environment | ({"UV_DEFAULT_INDEX": mirror} if mirror else {})
