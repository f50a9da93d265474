"""The grid of platforms, and a quick part of it."""

import os
import sys
from pathlib import Path

import pytest

from tools.portability import (
    HERE,
    KERNELS,
    Outcome,
    Row,
    all_rows,
    can_refuse_writing,
    features,
    kernel_that_runs,
    mark,
    pythons,
    run,
    runnable,
)

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def page():
    """The page that is the quickest to run: the shortest."""
    pages = (ROOT / "chapters").rglob("*.ipynb")
    return str(min(pages, key=lambda p: p.stat().st_size).relative_to(ROOT))


def test_a_kernel_is_asked_for_only_where_it_can_run(tmp_path):
    cpuinfo = tmp_path / "cpuinfo"
    cpuinfo.write_text("model: x\nflags\t\t: fpu pni ssse3 sse4_1 sse4_2\n")
    assert runnable(features(cpuinfo)) == ["Prescott", "Nehalem"]
    cpuinfo.write_text("Features\t: fp asimd asimddp\n")
    assert runnable(features(cpuinfo)) == ["ARMV8", "NEOVERSEN1"]
    assert runnable(features(tmp_path / "none")) == []
    for needs in KERNELS.values():
        assert needs


@pytest.mark.slow
def test_the_grid_has_every_python_with_every_version():
    names = [row.name for row in all_rows()]
    assert len(set(names)) == len(names)
    assert HERE in pythons()
    for python in pythons():
        for versions in ("oldest", "locked", "newest"):
            assert f"Python {python}, {versions} NumPy and SymPy" in names
    for part in ("1 BLAS thread", "2 BLAS", "locale C", "time zone", "hash",
                 "no home", "cannot be written", "umlaut"):  # fmt: skip
        assert any(part in name for name in names), part


def test_a_page_that_differs_is_marked():
    outcome = Outcome()
    outcome.passed["a"] = outcome.passed["b"] = 3
    outcome.failed["b"] = 1
    assert [mark(outcome, page) for page in "abc"] == [".", "F", "?"]


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="paths and homes of Unix")
@pytest.mark.parametrize("place", ["read-only", "ein schöner Ordner"])
def test_a_page_passes_elsewhere(page, place):
    if place == "read-only" and not can_refuse_writing():
        pytest.skip("root may write anywhere here")
    environment = {
        "LC_ALL": "C", "TZ": "Pacific/Chatham", "PYTHONHASHSEED": "1",
        "HOME": "/proc/nowhere", "OPENBLAS_NUM_THREADS": "2",
    }  # fmt: skip
    for kernel in runnable(features())[:1]:
        environment["OPENBLAS_CORETYPE"] = kernel
    row = Row("elsewhere", environment=environment, place=place)
    outcome = run(row, [page], python=Path(sys.executable))
    assert mark(outcome, page) == ".", "".join(outcome.said)


@pytest.mark.slow
def test_the_kernel_that_runs_is_known():
    if kernels := runnable(features()):
        ran = kernel_that_runs(Path(sys.executable), kernels[0])
        assert ran.isalnum()
