"""Every command and example of the documentation, run as a reader would."""

from __future__ import annotations

import ast
import asyncio
import json
import os
import shutil
import subprocess
import sys
import types
import venv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from places_core.convert import configure_settings, converter
from places_core.testing import served


Read = Callable[[str], Any]

BIN = Path(sys.executable).parent
COFFEE = "pip install uv && uv run places search coffee --near 60.1699,24.9384"
TESTS = "pip install uv && uv run nox"
INSTALL = "pip install 'places-core[local,mcp,http]'"
SERVE_HTTP, SERVE_MCP = "places serve http --port 8080", "places serve mcp"


def run(command: str, cwd: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}", **environ}
    return subprocess.run(
        ["bash", "-c", command], cwd=cwd, env=env, text=True, capture_output=True, timeout=300, check=False
    )


def test_the_readme_has_no_command_that_is_not_run_here(page: Read) -> None:
    curl = [command for command in page("README.md").commands() if command.startswith("curl")]

    assert [COFFEE, TESTS, INSTALL, SERVE_HTTP, *curl, SERVE_MCP] == page("README.md").commands()
    assert 1 == len(curl)


def test_the_first_command_of_the_readme_finds_coffee_on_a_fresh_machine(root: Path, tmp_path: Path) -> None:
    tracked = subprocess.run(["git", "ls-files"], cwd=root, text=True, capture_output=True, check=True)
    for name in tracked.stdout.splitlines():
        if (root / name).is_file():
            (tmp_path / "clone" / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(root / name, tmp_path / "clone" / name)
    venv.create(tmp_path / "python", with_pip=True)
    path = f"{tmp_path / 'python' / 'bin'}{os.pathsep}{os.environ['PATH']}"
    result = run(COFFEE, tmp_path / "clone", PATH=path, VIRTUAL_ENV="", UV_PROJECT_ENVIRONMENT="")

    assert 0 == result.returncode, result.stderr
    assert "Robert's Coffee" in result.stdout
    assert "OpenStreetMap" in result.stdout


def test_the_second_command_of_the_readme_is_what_ci_runs(root: Path) -> None:
    assert TESTS in (root / ".ci" / "run").read_text().splitlines()


def test_the_third_command_of_the_readme_is_what_the_build_session_runs(root: Path) -> None:
    requirement = INSTALL.split("'")[1]

    assert f'"{requirement}"' in (root / "noxfile.py").read_text()


def test_the_http_adapter_answers_the_curl_of_the_readme(page: Read, tmp_path: Path) -> None:
    curl = next(command for command in page("README.md").commands() if command.startswith("curl"))
    _, *arguments = SERVE_HTTP.replace("8080", "0").split()
    with served(*arguments, cwd=tmp_path) as server:
        answer = json.loads(run(curl.replace("8080", str(server.port)), tmp_path).stdout)

        assert 0 == server.stop()
    names = {place["displayName"]["text"] for place in answer["places"]}
    assert {"Ateneum", "Kiasma", "Amos Rex"} <= names
    assert all({"id", "displayName"} == set(place) for place in answer["places"])
    assert all({"text"} == set(place["displayName"]) for place in answer["places"])


def test_the_http_page_shows_the_real_answers(page: Read, tmp_path: Path) -> None:
    http = page("docs/http.md")
    answer, error = map(json.loads, http.blocks("json"))
    headers = set(http.blocks("http")[0].splitlines())
    _, *arguments = SERVE_HTTP.replace("8080", "0").split()
    with served(*arguments, cwd=tmp_path) as server:
        _, curl, *others = (command.replace("8080", str(server.port)) for command in http.commands())
        sent = run(curl.replace("-s", "-si"), tmp_path).stdout.splitlines()
        refused = run(curl.replace('"pageSize": 1}', '"pageSize": -1}'), tmp_path).stdout
        results = [run(command, tmp_path) for command in others]

        assert 0 == server.stop()
    assert answer == json.loads(sent[-1])
    assert set() == headers - set(sent)
    assert error == json.loads(refused)
    assert all(result.stdout and '"error"' not in result.stdout for result in results), results


def test_the_mcp_adapter_starts_and_ends_with_its_input(tmp_path: Path) -> None:
    result = run(f"{SERVE_MCP} < /dev/null", tmp_path)

    assert 0 == result.returncode, result.stderr
    assert "" == result.stdout


@pytest.mark.parametrize("name", ["README.md", "docs/index.md"])
async def test_python_examples_run(page: Read, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    for block in page(name).blocks("python"):
        code = compile(
            block.replace("asyncio.run(main())", "await main()"), name, "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
        )
        coroutine = types.FunctionType(code, {"asyncio": asyncio})()
        await coroutine

    assert "Coffee" in capsys.readouterr().out


@pytest.mark.parametrize(
    "command", ["search", "nearby", "details", "autocomplete", "plugins", "status", "config"]
)
def test_the_commands_of_the_cli_page_run(page: Read, tmp_path: Path, command: str) -> None:
    lines = [line for line in page("docs/cli.md").commands() if line.split()[1] == command]
    results = [run(line, tmp_path) for line in lines]

    assert results
    assert all(0 == result.returncode and result.stdout for result in results), results


def test_the_plugin_of_the_guide_works_as_it_is_written(page: Read, tmp_path: Path) -> None:
    guide = page("docs/writing-a-plugin.md")
    module, test, serving_test, _ = guide.blocks("python")
    files = {
        "pyproject.toml": guide.blocks("toml")[0],
        "src/places_atlantis/__init__.py": module,
        "tests/test_atlantis.py": test,
        "tests/test_serving.py": serving_test,
    }
    for name, text in files.items():
        path = tmp_path / "places-atlantis" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    install, *others = guide.commands()
    assert "pip install ./places-atlantis pytest pytest-asyncio" == install
    target = f"uv pip install --quiet --no-deps --target site ./places-atlantis --python {sys.executable}"
    installed = run(target, tmp_path)
    assert 0 == installed.returncode, installed.stderr

    results = {command: run(command, tmp_path, PYTHONPATH="site") for command in others}

    assert all(0 == result.returncode for result in results.values()), results
    assert "backends:atlantis" in results["places plugins"].stdout
    assert "Sunken Coffee" in results["places search coffee --backend atlantis"].stdout


def test_the_type_of_the_guide_is_read_from_the_settings(page: Read) -> None:
    block = page("docs/writing-a-plugin.md").blocks("python")[-1]
    scope: dict[str, Any] = {"__name__": "places_atlantis"}
    exec(compile(block, "writing-a-plugin.md", "exec", dont_inherit=True), scope)
    reading = converter(configure_settings, scope["places_converters"])

    settings = reading.structure({"depth": "10 fathoms"}, scope["Settings"])

    assert 18.288 == settings.depth.metres
    with pytest.raises(ExceptionGroup):
        reading.structure({"depth": "deep"}, scope["Settings"])
