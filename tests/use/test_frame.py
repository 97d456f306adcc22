"""The frame of the project: what is declared is what is used, and what is written works."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
import yaml

from tightrope import __version__

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
MAKEFILE = (ROOT / "Makefile").read_text()
TARGETS = set(re.findall(r"^([a-z]+):", MAKEFILE, re.MULTILINE))
LONGEST = 400


def names(requirements: list[str]) -> set[str]:
    """Names of packages in requirement lines, as registries compare them."""
    return {re.split(r"[ ><=!\[]", line)[0].lower().replace("_", "-") for line in requirements}


NOT_IMPORTED = {
    "flatbuffers": "jax.export writes programs that are kept with it",
    "h5netcdf": "xarray writes NetCDF with it, by the name of an engine",
    "h5py": "h5netcdf reads and writes files with it",
    "import-linter": "a command of make lint",
    "mkdocs-material": "a command of make docs",
    "mypy": "a command of make lint",
    "pandas-stubs": "types for mypy",
    "pytest-xdist": "a part of pytest",
    "ruff": "a command of make lint",
    "scipy-stubs": "types for mypy",
    "types-jsonschema": "types for mypy",
    "types-pyyaml": "types for mypy",
}
"""Declared packages that no file of ours imports, and what they are for."""


def imported(*folders: str) -> set[str]:
    """Packages of others that our code imports anywhere, also inside functions."""
    found = set()
    for path in (path for folder in folders for path in (ROOT / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found.add(node.module.split(".")[0])
    return found - set(sys.stdlib_module_names) - {"tightrope"}


@cache
def installed() -> Mapping[str, list[str]]:
    """The packages of every module here; it takes a second to find."""
    return packages_distributions()


def owners(module: str) -> set[str]:
    """The packages that a module may belong to."""
    return {name.lower().replace("_", "-") for name in installed().get(module, [module])}


def test_what_is_imported_is_declared() -> None:
    """Every package that our code imports is declared, and each declared one has its use."""
    extras = PROJECT["optional-dependencies"]
    used = [line for extra in ("report", "history", "explore") for line in extras[extra]]
    declared = names(PROJECT["dependencies"] + used)
    for module in imported("src"):
        assert owners(module) & declared, f"{module} is imported but not declared in pyproject.toml"
    ours = {name for module in imported("src") for name in owners(module)}
    assert declared - ours == declared & set(NOT_IMPORTED), "declared, but not imported"
    helping = names([line for extra in ("test", "docs") for line in extras[extra]])
    tested = {name for module in imported("tests", "benchmarks") for name in owners(module)}
    assert helping - tested == set(NOT_IMPORTED) - declared, "declared, but no test imports it"


@pytest.mark.xdist_group("frame")
def test_groups_of_tests_are_kept(request: pytest.FixtureRequest) -> None:
    """Tests of one group go to one worker, so that what they share is compiled once."""
    by_groups = getattr(request.config.option, "loadgroup", False)
    assert request.node.nodeid.endswith("@frame") == by_groups


def test_every_declared_package_is_pinned() -> None:
    """constraints.txt gives one version for every declared package, and no address."""
    text = (ROOT / "constraints.txt").read_text()
    assert "/" not in text and "@" not in text
    lines = text.split()
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.+]+", line) for line in lines)
    extras = PROJECT["optional-dependencies"].values()
    declared = names(PROJECT["dependencies"]).union(*(names(extra) for extra in extras))
    assert declared <= names(lines)


@pytest.mark.parametrize("target", ["assess", "test", "soak", "mutants", "bench", "docs"])
def test_make_targets(target: str) -> None:
    """Each make target of the contract exists and says what it does."""
    assert re.search(rf"^{target}:.*## \w", MAKEFILE, re.MULTILINE)


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "docs/index.md"])
def test_named_make_targets_exist(page: str) -> None:
    """Every `make TARGET` that a page names is a target of the Makefile."""
    told = set(re.findall(r"`?make ([a-z]+)`?", (ROOT / page).read_text(encoding="utf-8")))
    assert told <= TARGETS
    if page == "README.md":
        assert {"assess", "test"} <= told


def test_readme_facts() -> None:
    """The Python version and the pictures that the README names are the true ones."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    needed = PROJECT["requires-python"].removeprefix(">=")
    assert f"Python {needed}" in text
    for picture in re.findall(r"!\[[^\]]+\]\(([^)]+)\)", text):
        size = (ROOT / picture).stat().st_size
        assert size < 300_000, f"{picture} has {size} bytes"


def test_citation_names_this_version() -> None:
    """CITATION.cff and CHANGELOG.md know the version of the package."""
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    assert citation["version"] == __version__
    assert f"## {__version__}" in (ROOT / "CHANGELOG.md").read_text()


def test_files_are_short() -> None:
    """No Python file of the package is longer than 400 lines."""
    for path in (ROOT / "src").rglob("*.py"):
        assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST, path


def test_every_test_says_what_must_hold() -> None:
    """Every test opens with one sentence on what must hold."""
    for path in (ROOT / "tests").rglob("test_*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                assert ast.get_docstring(node), f"{path.name}: {node.name} has no docstring"
