"""Change the package in small ways, and see whether a test or a page notices.

    python -m tools.mutants [--module TEXT ...] [--sample N] [--seed N]
                            [--tests PATH ...] [--no-notebooks]

The changes are those of Cosmic Ray, which is installed into `_build/mutants`
the first time: another operator, comparison, number, branch, a loop that
never runs, an exception that is not caught.  What changes nothing that runs
(annotations, docstrings) is left out, and so is what only forbids: that an
argument must be given by name (its `*` is taken for a product), that a result
is frozen, that what is zipped is equally long.  Whoever keeps to what the
pages do would see no difference.

A mutant is tried by the unit tests that run its line, the quickest first, in
a fork of a process that has imported everything but the package; what they
let live, by the notebooks that import its module, or else its part.  Who
writes tests for one module may name their files, and wait for no others.  Of a
survivor that changes nothing one could notice, `tests/survivors.toml` says
why.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import hashlib
import importlib
import importlib.machinery
import json
import os
import random
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import hypothesis
import pytest

from tools.notebooks import notebooks

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "code" / "byhand"
KEPT = ROOT / "_build" / "mutants"
LIBRARY = "cosmic-ray==8.7.0"

#: The tests of each part; the quickest that reach a line come first.
TESTS = {
    "regression": ["tests/regression"],
    "threshold": ["tests/threshold"],
    "tape": ["tests/tape", "tests/backprop", "tests/cost/test_model.py"],
    "backprop": ["tests/backprop"],
    "cost": ["tests/cost"],
    "figures": [
        "tests/cost/test_figures_cost.py",
        "tests/cost/test_figures_products.py",
        "tests/tape/test_printing.py",
        "tests/threshold/test_figures.py",
        "tests/package/test_figures_style.py",
    ],
    "checks": ["tests/checks"],
    "": ["tests/package", "tests/backprop", "tests/regression"],
}
#: Imported before the fork, so that no mutant waits for it.
SLOW_TO_IMPORT = (
    "numpy", "sympy", "mpmath", "matplotlib.pyplot", "hypothesis", "nbval",
    "IPython", "z3", "autograd", "playwright.sync_api", "nbclient",
)  # fmt: skip
#: Whether what is equal is the same object is for the interpreter to say.
UP_TO_PYTHON = (
    "ReplaceComparisonOperator_Eq_Is", "ReplaceComparisonOperator_NotEq_IsNot",
)  # fmt: skip
#: Seconds of unit tests that a mutant is given at most.
MOST = 30.0


@dataclass(frozen=True)
class Mutant:
    """One change of one module."""

    path: Path
    operator: str
    line: int
    before: str
    after: str
    source: str

    def __str__(self) -> str:
        where = f"{self.path.relative_to(PACKAGE)}:{self.line}"
        return f"{where}\n    - {self.before}\n    + {self.after}"


# ---- making them -----------------------------------------------------------


def library() -> ModuleType:
    """Return Cosmic Ray's module of mutations, installed if need be."""
    folder = KEPT / "library"
    if not (folder / "cosmic_ray").exists():
        subprocess.run(
            [sys.executable, "-m", "uv", "pip", "install", "--quiet",
             "--python", sys.executable, "--target", folder,
             "--constraint", ROOT / "constraints.txt", LIBRARY],
            check=True,
        )  # fmt: skip
    if str(folder) not in sys.path:
        sys.path.append(str(folder))
    importlib.import_module("cosmic_ray.plugins")
    return importlib.import_module("cosmic_ray.mutating")


def mutants(
    path: Path, sample: int | None = None, seed: int = 0
) -> tuple[int, list[Mutant]]:
    """Return how many changes a module offers, and the mutants to try.

    These are all that could be noticed, or a sample of them.
    """
    mutating = library()
    plugins = sys.modules["cosmic_ray.plugins"]
    trees = importlib.import_module("cosmic_ray.ast")
    source = path.read_text(encoding="utf-8")
    lines = source.splitlines()
    tree = trees.get_ast(source)
    same = {_what_runs(source)}
    found: list[Mutant] = []
    changes = []
    for name in plugins.operator_names():
        operator_class = plugins.get_operator(name)
        if operator_class.arguments() or name.endswith(
            ("NoOp", *UP_TO_PYTHON)
        ):
            continue
        operator = operator_class()
        places = [
            start[0]
            for node in trees.ast_nodes(tree)
            for start, _ in operator.mutation_positions(node)
        ]
        changes += [(name, i, line) for i, line in enumerate(places)]
    if sample is not None:
        random.Random(f"{seed} {path.name}").shuffle(changes)  # noqa: S311
    for name, occurrence, line in changes:
        if len(found) == sample:
            break
        visitor = mutating.MutationVisitor(
            occurrence, plugins.get_operator(name)()
        )
        changed = visitor.walk(trees.get_ast(source)).get_code()
        try:
            runs = _what_runs(changed)
        except SyntaxError:
            continue
        if runs in same:
            continue
        same.add(runs)
        after = changed.splitlines()
        at = next(
            (i for i, (a, b) in enumerate(zip(lines, after, strict=False))
             if a != b),
            line - 1,
        )  # fmt: skip
        found.append(
            Mutant(
                path, name.split("/")[1], at + 1, lines[at].strip(),
                after[at].strip() if at < len(after) else "", changed,
            )
        )  # fmt: skip
    return len(changes), found


_Orders = dict[type[ast.cmpop], type[ast.cmpop]]
_AT_LEAST: _Orders = {ast.LtE: ast.Eq, ast.Gt: ast.NotEq}
_AT_MOST: _Orders = {ast.GtE: ast.Eq, ast.Lt: ast.NotEq}
_ENDS = {
    ("len", "0"): _AT_LEAST, ("ndim", "0"): _AT_LEAST,
    ("size", "0"): _AT_LEAST, ("shape", "()"): _AT_LEAST,
    ("dtype", "bool"): _AT_LEAST, ("dtype", "object"): _AT_MOST,
}  # fmt: skip


def _orders_alike(side: ast.expr, other: ast.expr) -> _Orders:
    """Return the orders that say the same as whether two sides are equal.

    Words have no order: whether <= differs from == hangs on which words there
    are.  No length, shape or size is below that of nothing, no type of entries
    below truth values or above objects.
    """
    for one in (side, other):
        if isinstance(one, ast.Constant) and isinstance(one.value, str):
            return _AT_LEAST | _AT_MOST
    what = ""
    if isinstance(side, ast.Attribute):
        what = side.attr
    elif isinstance(side, ast.Call):
        what = ast.unparse(side.func)
    return _ENDS.get((what, ast.unparse(other)), {})


class _Bare(ast.NodeTransformer):
    """Take out what never runs, or only forbids."""

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.returns = None
        for arg in ast.walk(node.args):
            if isinstance(arg, ast.arg):
                arg.annotation = None
        return self.generic_visit(node)

    def visit_arguments(self, node: ast.arguments) -> ast.AST:
        node.args = [*node.posonlyargs, *node.args, *node.kwonlyargs]
        node.defaults += [d for d in node.kw_defaults if d is not None]
        node.posonlyargs, node.kwonlyargs, node.kw_defaults = [], [], []
        return self.generic_visit(node)

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        if len(node.ops) == 1:
            alike = _orders_alike(node.left, node.comparators[0])
            node.ops = [alike.get(type(op), type(op))() for op in node.ops]
        return self.generic_visit(node)

    def visit_keyword(self, node: ast.keyword) -> ast.AST | None:
        forbids = node.arg in {"frozen", "strict"}
        return None if forbids else self.generic_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        node.annotation = ast.Constant(0)
        return self.generic_visit(node)

    def visit_Expr(self, node: ast.Expr) -> ast.AST | None:
        if isinstance(node.value, ast.Constant):
            return None
        return self.generic_visit(node)


def _what_runs(source: str) -> str:
    return ast.dump(_Bare().visit(ast.parse(source)))


# ---- trying them -----------------------------------------------------------


def serve(mutant: Mutant) -> None:
    """Let the module be imported as the mutant has it, from here on."""
    loader = importlib.machinery.SourceFileLoader
    as_it_stands = loader.get_code

    def get_code(self: Any, fullname: str) -> Any:
        if Path(self.get_filename(fullname)) == mutant.path:
            return compile(mutant.source, str(mutant.path), "exec")
        return as_it_stands(self, fullname)

    loader.get_code = get_code  # type: ignore[method-assign]


def part_of(path: Path) -> str:
    """Return the part of the package that a file belongs to."""
    parts = path.relative_to(PACKAGE).parts
    return parts[0] if len(parts) > 1 else ""


class Watch:
    """A pytest plugin that notes which lines each test runs, and how long."""

    def __init__(self) -> None:
        self.coverage = importlib.import_module("coverage").Coverage(
            data_file=None, source=[str(PACKAGE)], config_file=False
        )
        self.seconds: dict[str, float] = {}

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[Any]:
        """Run a test in a context of its own."""
        self.coverage.switch_context(item.nodeid)
        start = time.process_time()
        result = yield
        self.seconds[item.nodeid] = time.process_time() - start
        self.coverage.switch_context("")
        return result


def _pytest(arguments: Sequence[str], plugins: Sequence[Any] = ()) -> int:
    options = [
        # Pytest reads what it rewrites from the disk, past `serve`.
        "-q", "-x", "--tb=no", f"--rootdir={ROOT}", "--assert=plain",
        "-p", "no:cacheprovider", "-p", "no:xdist",
        "-o", "addopts=--import-mode=importlib --doctest-modules",
        "--hypothesis-profile=mutants",
        # Much is imported already, so as to be there after the fork.
        "-W", "ignore::pytest.PytestAssertRewriteWarning",
    ]  # fmt: skip
    return int(pytest.main([*options, *arguments], plugins=list(plugins)))


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    with Path(os.devnull).open("w") as nowhere:
        os.dup2(nowhere.fileno(), 1)
        os.dup2(nowhere.fileno(), 2)
        yield


def coverage_of(
    part: str, tests: Sequence[str] | None = None
) -> dict[str, Any]:
    """Return the lines that each test of a part runs, kept until they change.

    By test: ``seconds``, and ``lines`` by module.
    """
    where = [*(tests or TESTS[part]), *_examples(part)]
    files = sorted(
        path
        for place in [*where, "code/byhand"]
        for path in [ROOT / place, *(ROOT / place).rglob("*.py")]
        if path.is_file()
    )
    digest = hashlib.sha256()
    for path in files:
        digest.update(str(path.relative_to(ROOT)).encode())
        digest.update(path.read_bytes())
    kept = KEPT / f"lines-{part or 'package'}-{digest.hexdigest()[:12]}.json"
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        if pid := os.fork():
            os.waitpid(pid, 0)
        else:
            _watch(where, kept)
    if not kept.exists():
        raise RuntimeError(f"the tests of {part or 'the package'} fail as is")
    found: dict[str, Any] = json.loads(kept.read_text())
    return found


def _examples(part: str) -> list[str]:
    """Return where the examples in the docstrings of a part are."""
    if part:
        return [f"code/byhand/{part}"]
    return [str(path.relative_to(ROOT)) for path in PACKAGE.glob("*.py")]


def _watch(where: Sequence[str], kept: Path) -> None:
    """Run tests under coverage, write what they run, exit."""
    with _quiet():
        watch = Watch()
        watch.coverage.start()
        failed = _pytest(["-m", "not slow and not weekly", *where], [watch])
        watch.coverage.stop()
        if failed:
            os._exit(1)
        data = watch.coverage.get_data()
        tests: dict[str, Any] = {
            name: {"seconds": seconds, "lines": {}}
            for name, seconds in watch.seconds.items()
        }
        for file in data.measured_files():
            module = str(Path(file).relative_to(PACKAGE))
            for line, contexts in data.contexts_by_lineno(file).items():
                for context in contexts:
                    if context in tests:
                        tests[context]["lines"].setdefault(module, []).append(
                            line
                        )
        partial = kept.with_suffix(".part")
        partial.write_text(json.dumps(tests))
        partial.rename(kept)
    os._exit(0)


def tests_that_reach(
    mutant: Mutant, tests: dict[str, Any]
) -> tuple[list[str], float]:
    """Return the tests that run a mutant's line, the quickest first.

    No test runs what runs at import, and any may see what came of it: half of
    the time goes to those that run other lines of the module.
    """
    module = str(mutant.path.relative_to(PACKAGE))
    touching = {n: t for n, t in tests.items() if module in t["lines"]}
    start, end = _statement(mutant)
    reaching = [
        n
        for n, t in touching.items()
        if any(start <= line <= end for line in t["lines"][module])
    ]
    if reaching:
        return _quickest(reaching, tests, MOST)
    near, spent = _quickest(touching, tests, MOST / 2)
    rest, more = _quickest(tests.keys() - set(near), tests, MOST - spent)
    return near + rest, spent + more


def _quickest(
    names: Iterable[str], tests: dict[str, Any], most: float
) -> tuple[list[str], float]:
    """Return the quickest tests, as many as take at most some seconds."""
    chosen: list[str] = []
    total = 0.0
    for name in sorted(names, key=lambda n: (tests[n]["seconds"], n)):
        seconds = tests[name]["seconds"]
        if chosen and total + seconds > most:
            break
        chosen.append(name)
        total += seconds
    return chosen, total


def _statement(mutant: Mutant) -> tuple[int, int]:
    """Return the lines of the innermost statement that a mutant changes."""
    best = (mutant.line, mutant.line)
    smallest = float("inf")
    for node in ast.walk(ast.parse(mutant.path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.stmt) and node.end_lineno is not None:
            size = node.end_lineno - node.lineno
            if (
                node.lineno
                <= mutant.line
                <= node.end_lineno
                < (node.lineno + smallest)
            ):
                best, smallest = (node.lineno, node.end_lineno), size + 1
    return best


def prepare() -> None:
    """Import what no mutant should wait for, and let Hypothesis be quick."""
    for name in SLOW_TO_IMPORT:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    settings, phase = hypothesis.settings, hypothesis.Phase
    settings.register_profile(
        "mutants", deadline=None, max_examples=25, database=None,
        derandomize=True, phases=[phase.explicit, phase.generate],
    )  # fmt: skip


def try_tests(mutant: Mutant, names: Sequence[str], seconds: float) -> str:
    """Return "killed", "hangs" or "lives"."""
    pid = os.fork()
    if pid == 0:
        limit = int(20 + 10 * seconds)
        resource.setrlimit(resource.RLIMIT_CPU, (limit, limit + 5))
        resource.setrlimit(resource.RLIMIT_AS, (6 * 2**30, 6 * 2**30))
        signal.alarm(20 * limit)
        with _quiet():
            serve(mutant)
            code = 1
            with contextlib.suppress(BaseException):
                code = _pytest(names)
            os._exit(code != 0)
    _, status = os.waitpid(pid, 0)
    if os.WIFSIGNALED(status):
        return "hangs"
    return "killed" if os.WEXITSTATUS(status) else "lives"


def pages_of(module: Path) -> list[str]:
    """Return the notebooks that import a module, or if none its part."""
    pages = {
        str(path.relative_to(ROOT)): path.read_text(encoding="utf-8")
        for path in notebooks()
    }
    dotted = r"\.".join(module.relative_to(PACKAGE).with_suffix("").parts)
    part = part_of(module)
    for name in (rf"\.{dotted}", rf"(\.{part}| import {part})"):
        pattern = re.compile(rf"from byhand{name}\b")
        if found := [page for page in pages if pattern.search(pages[page])]:
            return found
    return []


def try_notebooks(mutant: Mutant, pages: Sequence[str]) -> str:
    """Return "killed" if the outputs of a page differ, else "lives"."""
    if not pages:
        return "lives"
    with tempfile.TemporaryDirectory() as folder:
        code = Path(folder) / "code"
        shutil.copytree(
            PACKAGE.parent, code,
            ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"),
        )  # fmt: skip
        target = code / mutant.path.relative_to(PACKAGE.parent)
        target.write_text(mutant.source, encoding="utf-8")
        run = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-x", "-p",
             "no:cacheprovider", "-p", "no:xdist", *pages],
            cwd=ROOT, capture_output=True, check=False,
            env=os.environ | {"PYTHONPATH": str(code)},
        )  # fmt: skip
    return "killed" if run.returncode else "lives"


# ---- the table -------------------------------------------------------------


def reasons() -> dict[tuple[str, str, str], str]:
    """Return why known survivors live, by module, line before and after."""
    path = ROOT / "tests" / "survivors.toml"
    listed = tomllib.loads(path.read_text(encoding="utf-8"))
    return {
        (one["module"], one["before"], one["after"]): one["reason"]
        for one in listed.get("survivor", [])
    }


def modules(texts: Sequence[str]) -> list[Path]:
    """Return the modules whose path contains one of the texts."""
    return [
        path
        for path in sorted(PACKAGE.rglob("*.py"))
        if part_of(path) in TESTS
        and any(t in str(path.relative_to(PACKAGE)) for t in texts)
    ]


def main() -> int:
    """Try mutants of every chosen module and print a table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--module", nargs="+", default=[""])
    parser.add_argument("--sample", type=int, help="mutants of a module")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--tests", nargs="+", help="instead of the part's")
    parser.add_argument("--no-notebooks", action="store_true")
    options = parser.parse_args()
    known = reasons()
    prepare()
    table = []
    alive: list[Mutant] = []
    for path in modules(options.module):
        changes, chosen = mutants(path, options.sample, options.seed)
        if not chosen:
            continue
        start = time.monotonic()
        outcomes: Counter[str] = Counter()
        tests = coverage_of(part_of(path), options.tests)
        name = str(path.relative_to(PACKAGE))
        for mutant in chosen:
            names, seconds = tests_that_reach(mutant, tests)
            outcome = try_tests(mutant, names, seconds) if names else "lives"
            if outcome == "lives":
                if (name, mutant.before, mutant.after) in known:
                    outcome = "explained"
                elif not options.no_notebooks:
                    seen = try_notebooks(mutant, pages_of(path))
                    outcome = "page" if seen == "killed" else "lives"
            outcomes[outcome] += 1
            if outcome == "lives":
                alive.append(mutant)
                print(f"lives: {mutant}", flush=True)
        row = (
            name, changes, len(chosen), outcomes["killed"],
            outcomes["hangs"], outcomes["page"], outcomes["explained"],
            outcomes["lives"], time.monotonic() - start,
        )  # fmt: skip
        table.append(row)
        print(_written(row), flush=True)
    print(f"\n{'module':<28}" + "".join(f"{t:>10}" for t in _TITLES))
    for row in table:
        print(_written(row))
    tried, explained, lives = (sum(r[i] for r in table) for i in (2, 6, 7))
    print(
        f"{tried} mutants tried, {tried - lives - explained} killed, "
        f"{explained} explained in tests/survivors.toml, {lives} alive"
    )
    weak = [r[0] for r in table if _share(r) < 0.9]
    print(f"Below 90 %: {', '.join(weak) or 'none'}")
    return 1 if weak else 0


_TITLES = (
    "changes", "tried", "tests", "time", "pages", "explained", "alive",
    "killed %",
)  # fmt: skip


def _share(row: tuple[Any, ...]) -> float:
    return float(1 - (row[6] + row[7]) / row[2])


def _written(row: tuple[Any, ...]) -> str:
    numbers = "".join(f"{number:>10}" for number in row[1:8])
    return f"{row[0]:<28}{numbers}{100 * _share(row):>10.0f}"


if __name__ == "__main__":
    sys.exit(main())
