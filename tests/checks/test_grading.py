"""What a graded notebook may change, print and take, in this process."""

import builtins
import importlib
import os
import signal
import sys
from pathlib import Path
from types import SimpleNamespace

import byhand.checks.rounding
import byhand.checks.separability
import pytest
from byhand.checks import CheckFailed, _grading
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

#: The pages whose checkers are used; a fork without them drops this file.
PAGES = (byhand.checks.rounding, byhand.checks.separability)

#: Ways to make the checkers accept anything.
PATCHES = {
    "every function of the checkers": """
import byhand.checks._protocol as protocol
for name, module in list(sys.modules.items()):
    if name.startswith("byhand.checks"):
        for key, value in list(vars(module).items()):
            if callable(value) and "Failed" not in key:
                setattr(module, key, lambda *_, **__: None)
""",
    "the class behind the checkers": """
import byhand.checks._protocol as protocol
protocol.Check.fail = protocol.Check.require_close = lambda *_, **__: None
protocol.CheckFailed.__init__ = lambda *_: 1 / 0
""",
    "the code of one checker": """
import byhand.checks.rounding as page
page.check_two_sum.__wrapped__.__code__ = (lambda *_: "fine").__code__
""",
    "the module": """
import types
fake = types.ModuleType("fake")
fake.check_two_sum = lambda *_: None
sys.modules["byhand.checks.rounding"] = fake
""",
    "functions of NumPy and Python": """
import builtins
import fractions
import numpy as np
np.isclose = np.allclose = np.array_equal = lambda *_, **__: True
builtins.all = builtins.abs = lambda _: True
fractions.Fraction.__eq__ = lambda *_: True
fractions.Fraction.__ne__ = lambda *_: False
""",
}
WHILE_CHECKED = """
import byhand.checks._protocol as protocol
def two_sum(a, b):
    protocol.Check.fail = lambda *_, **__: None
    return a + b, 0.0
"""
CHECK = (
    "from byhand.checks.rounding import check_two_sum\ncheck_two_sum(two_sum)"
)


@pytest.fixture
def interrupts():
    """Take interrupts as a kernel does.

    What a shell starts in the background ignores them.
    """
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def check():
    """Return a function: run a notebook's code, then check ``two_sum``."""
    state = _grading._State()
    clock = _grading._Clock(30)
    _grading._saved.update(state=state, clock=clock)

    def run(code, answer, line=CHECK):
        env = {"sys": sys, "two_sum": answer}
        try:
            exec(code, env)
            importlib.reload(_grading).grade(line, env)
        finally:
            state.restore()

    return run


def two_sum(a, b):
    s = a + b
    return s, b - (s - a) if abs(a) > abs(b) else a - (s - b)


@pytest.mark.parametrize("patch", ["", *PATCHES.values()])
def test_a_patch_changes_no_verdict(check, patch):
    check(patch, two_sum)
    with pytest.raises(CheckFailed, match="check_two_sum: not yet"):
        check(patch, lambda a, b: (a + b, 0.0))


def test_a_variant_is_graded_with_its_own_numbers(check):
    code = (
        "from byhand.checks import variant\n"
        "from byhand.checks.separability import line_numbers\n"
        "variant('group 1')\n"
        "p, q, r = line_numbers()\n"
        "answer = [r - q, r - p, q - p]"
    )
    line = "from byhand.checks.separability import check_line\ncheck_line"
    try:
        check(code, two_sum, f"{line}(answer)")
        with pytest.raises(CheckFailed, match="check_line: not yet"):
            check(code, two_sum, f"{line}([3, 4, 1])")
    finally:
        byhand.checks.variant(None)


def test_a_patch_while_the_checker_runs_is_noticed_or_in_vain(check):
    with pytest.raises(CheckFailed):
        check(WHILE_CHECKED, None)


@pytest.mark.parametrize("error", [SystemExit(3), ZeroDivisionError("lost")])
def test_what_the_line_of_the_check_raises_is_a_failure(check, error):
    def fail():
        raise error

    _grading._saved["state"] = _grading._State()
    with pytest.raises(CheckFailed, match=type(error).__name__):
        _grading.grade("fail()", {"fail": fail})
    with pytest.raises(CheckFailed, match="NameError"):
        _grading.grade("check_deleted(x)", {})


@pytest.mark.usefixtures("check", "interrupts")
def test_an_answer_that_does_not_come_back_is_interrupted():
    _grading._saved["clock"] = clock = _grading._Clock(0.2)
    clock.start()
    with pytest.raises(CheckFailed, match="did not come back in time"):
        _grading.grade("while True:\n    pass", {})


def test_an_error_that_cannot_be_written_is_a_failure(check):
    class Mute(Exception):
        def __str__(self):
            raise RuntimeError("no text")

    def fail():
        raise Mute

    _grading._saved["state"] = _grading._State()
    with pytest.raises(CheckFailed) as caught:
        _grading.grade("fail()", {"fail": fail})
    assert str(caught.value) == "Mute"


def test_a_checker_that_accepts_anything_is_reported(check):
    _grading._saved["state"] = _grading._State()
    line = "def check_two(one, other): pass"
    with pytest.raises(CheckFailed) as caught:
        _grading.grade(line, {})
    assert str(caught.value) == "check_two was changed by the notebook."
    # What it has defined itself is not asked, nor what is no checker.
    namespace = {}
    exec(line, namespace)
    _grading.grade("check_two(1, 2)", namespace)

    class Same:
        """Whatever it is compared with, it is the same."""

        def __eq__(self, other):
            return True

        __hash__ = None

    with pytest.raises(CheckFailed, match="check_two was changed"):
        _grading.grade(line, {"check_two": Same()})
    _grading.grade("def two(one): pass\nthree = 3", {})
    # Each of several is asked.
    several = f"""
from byhand.checks import CheckFailed
two = 2
def check_one(answer):
    raise CheckFailed
{line}
"""
    with pytest.raises(CheckFailed, match="check_two was changed"):
        _grading.grade(several, {})


def test_what_was_added_to_a_class_is_gone(check):
    def find_it(a, b):
        assert not hasattr(CheckFailed, "added")
        return two_sum(a, b)

    check("from byhand.checks import CheckFailed\nCheckFailed.added = 1",
          find_it)  # fmt: skip
    assert not hasattr(CheckFailed, "added")


def test_the_names_of_the_notebook_stay_as_they_are(check):
    names = {"x": 3}
    _grading._saved["state"] = _grading._State()
    _grading.grade("x = 4\ny = 5", names)
    assert names == {"x": 3}


# ---- the guard -----------------------------------------------------------


@pytest.mark.parametrize(
    ("config", "seconds"), [({}, "60.0"), ({"seconds": 7}, "7.0")]
)
def test_a_notebook_runs_behind_the_guard_and_without_its_outputs(
    config, seconds
):
    output = {"output_type": "stream", "name": "stdout", "text": "x"}
    notebook = new_notebook(
        cells=[new_markdown_cell("A"), new_code_cell("1", outputs=[output])]
    )
    guarded = _grading.Guard("", {}, config).before_execution(notebook)
    first, text, code = guarded.cells
    assert first.cell_type == "code"
    assert first.source == (
        "__import__('byhand.checks._grading', fromlist=['start'])"
        f".start({seconds})"
    )
    assert (text.source, code.source) == ("A", "1")
    assert code.outputs == []
    assert "outputs" not in text


class Shell:
    """What the guard uses of IPython."""

    def __init__(self):
        self.display_pub = SimpleNamespace()
        self.events = SimpleNamespace(
            register=lambda name, call: self.registered.update({name: call})
        )
        self.registered = {}


@pytest.fixture
def shell(monkeypatch):
    """Return the shell of a kernel whose output may be closed."""
    shell = Shell()
    monkeypatch.setattr(builtins, "get_ipython", lambda: shell, raising=False)
    monkeypatch.setattr(sys, "stdout", sys.stdout)
    monkeypatch.setattr(sys, "stderr", sys.stderr)
    return shell


def test_the_clock_is_wound_for_each_cell_and_stopped_after_it(
    shell, monkeypatch
):
    monkeypatch.setattr(_grading, "_limit_resources", lambda: None)
    monkeypatch.setattr(_grading._Clock, "start", lambda clock: clock.wind())
    monkeypatch.setattr(_grading.time, "monotonic", lambda: 1000.0)
    imported = []
    with monkeypatch.context() as patch:
        patch.setattr(_grading.importlib, "import_module", imported.append)
        _grading.start(60)
    # Every page, so that none is first imported by the notebook.
    assert {page.__name__ for page in PAGES} < set(imported)
    clock = _grading._saved["clock"]
    assert clock.daemon
    assert clock.deadline == 1060.0
    assert isinstance(_grading._saved["state"], _grading._State)
    shell.registered["post_run_cell"]("a result")
    assert clock.deadline is None
    shell.registered["pre_run_cell"]("information")
    assert clock.deadline == 1060.0
    with clock.running():
        assert clock.deadline == 1060.0
    assert clock.deadline is None
    with pytest.raises(ZeroDivisionError), clock.running():
        1 / 0  # noqa: B018
    assert clock.deadline is None


def test_what_a_notebook_prints_shows_or_raises_goes_nowhere(
    shell, monkeypatch
):
    closed = []
    with monkeypatch.context() as patch:
        patch.setattr(os, "dup2", lambda *pair: closed.append(pair))
        _grading._quiet(shell)
    (nowhere, out), (same, err) = closed
    assert (out, err) == (1, 2)
    assert nowhere == same
    assert os.path.samestat(os.fstat(nowhere), Path(os.devnull).stat())
    with sys.stdout as stream:
        assert stream.fileno() == nowhere
        assert stream.write("é")
        assert sys.stderr is stream
    assert shell.ast_node_interactivity == "none"
    for ignored in (
        shell.display_pub.publish, shell._showtraceback, shell.ask_exit
    ):  # fmt: skip
        assert ignored() is None
    shell.display_pub.publish("x", metadata={})
    shell._showtraceback("x", tb=1)


def test_a_notebook_may_take_8_gigabytes_and_write_files_of_256_megabytes(
    monkeypatch,
):
    resource = pytest.importorskip("resource")
    limits = {}
    monkeypatch.setattr(
        resource, "getrlimit", lambda kind: (1, f"hard {kind}")
    )
    monkeypatch.setattr(resource, "setrlimit", limits.__setitem__)
    _grading._limit_resources()
    assert limits == {
        kind: (most, f"hard {kind}")
        for kind, most in [
            (resource.RLIMIT_AS, 8 * 1024**3),
            (resource.RLIMIT_FSIZE, 256 * 1024**2),
        ]
    }

    def refuse(*_):
        raise ValueError("above the hard limit")

    monkeypatch.setattr(resource, "setrlimit", refuse)
    _grading._limit_resources()


class Over(Exception):
    pass


def test_the_clock_interrupts_when_time_is_up_and_each_second_from_then_on(
    monkeypatch,
):
    at, rung = [0.0], []

    def sleep(seconds):
        at[0] += 10 * seconds / 4  # a quarter of a second, for its tenth
        if at[0] > 8:
            raise Over

    monkeypatch.setattr(_grading, "_interrupt", lambda: rung.append(at[0]))
    clock = _grading._Clock(5)
    with pytest.raises(Over):
        clock.run(now=lambda: at[0], sleep=sleep)
    assert rung == []
    at[0], clock.deadline = 0.0, 5.0
    with pytest.raises(Over):
        clock.run(now=lambda: at[0], sleep=sleep)
    assert rung == [5.25, 6.5, 7.75]


@pytest.mark.usefixtures("interrupts")
def test_a_sleep_is_interrupted():
    def sleep():
        _grading._interrupt()
        _grading.time.sleep(5)

    with pytest.raises(KeyboardInterrupt):
        sleep()
