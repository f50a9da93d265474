"""How the code of learners is run: its line, its time, its names."""

import inspect
import itertools
import json
import math
import os
import re
import runpy
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path
from types import SimpleNamespace

import byhand
import numpy as np
import pytest
from byhand.checks import NotStarted, _running
from byhand.checks._cells import defined
from byhand.checks._originals import originals, restore
from byhand.checks._protocol import Check, checker
from byhand.checks._running import Overdue, limited, place_of
from byhand.cost import sizes


@checker
def check_data(check: Check, answer: object) -> str:
    """Check a number."""
    check.require_close(answer, 2, given="", hint="Count.")
    return "1 number"


@checker
def check_function(check: Check, answer: "Callable") -> str:  # noqa: F821
    """Check a function that counts."""
    for n in range(3):
        got = check.call(answer, n=n)
        check.require_close(got, n, given={"n": n}, hint="Count.")
    return "3 numbers"


# ---- the learner's own line ----------------------------------------------


NOTES = """\
import numpy as np

def bare(n):
    assert n == "a helper's line"

def helper(n):
    return bare(n)

def through_numpy(n):
    return np.apply_along_axis(bare_of_array, 0, np.ones(3))

def bare_of_array(x):
    assert x.sum() == 2, "not two"

def quotient(n):
    return 1 / n

def late(n):
    x = [
        n,
        1 / 0,
    ]

def next_of_none(n):
    return next(i for i in [] if n)

def singular(n):
    return np.linalg.inv(np.zeros((2, 2)))
"""


@pytest.fixture
def notes(tmp_path):
    """Return the names of a plain file of a learner."""
    path = tmp_path / "notes.py"
    path.write_text(NOTES)
    return runpy.run_path(str(path))


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("bare", ("AssertionError\nin notes.py, line 4:\n"
         "    assert n == \"a helper's line\"")),
        ("helper", ("AssertionError\nin notes.py, line 4:\n"
         "    assert n == \"a helper's line\"")),
        ("through_numpy", ("AssertionError: not two\nin notes.py, line 13:\n"
         '    assert x.sum() == 2, "not two"')),
        ("quotient", ("ZeroDivisionError: division by zero\n"
         "in notes.py, line 16:\n    return 1 / n")),
        ("late", ("ZeroDivisionError: division by zero\n"
         "in notes.py, line 21:\n    1 / 0,")),
        ("next_of_none", ("StopIteration\nin notes.py, line 25:\n"
         "    return next(i for i in [] if n)")),
        ("singular", ("LinAlgError: Singular matrix\n"
         "in notes.py, line 28:\n"
         "    return np.linalg.inv(np.zeros((2, 2)))")),
    ],
)  # fmt: skip
def test_an_error_shows_the_innermost_line_of_the_learner(
    name, shown, notes, refused
):
    text = refused(check_function, notes[name])
    assert f"got       {textwrap.indent(shown, ' ' * 12).strip()}\n" in text
    assert "raises an error" in text


@pytest.mark.parametrize(
    "call", [lambda: sizes(3), lambda: json.loads("{"), lambda: np.ones(-1)]
)
def test_lines_of_the_package_of_python_and_of_numpy_are_no_learners(call):
    with pytest.raises((TypeError, ValueError)) as caught:
        call()
    assert place_of(caught.value).line == call.__code__.co_firstlineno


@pytest.mark.parametrize(
    ("file", "is_learners"),
    [
        (Path(byhand.__file__).with_name("new.py"), False),
        (Path(byhand.__file__).parent / "checks" / "new.py", False),
        (Path(byhand.__file__).parents[1] / "notes.py", True),
        (Path(os.__file__).with_name("new.py"), False),
        (Path("env", "site-packages", "new.py"), False),
        (Path("env", "dist-packages", "new.py"), False),
        (Path("site-packages.py"), True),
        ("<frozen new>", False),
        ("<string>", True),
    ],
)
def test_what_stands_beside_the_package_is_a_learners(file, is_learners):
    with pytest.raises(ZeroDivisionError) as caught:
        exec(compile("\n1 / 0", str(file), "exec"))
    place = place_of(caught.value.with_traceback(caught.tb.tb_next))
    if is_learners:
        assert str(place) == f"{Path(file).name}, line 2"
    else:
        assert place is None


def test_a_long_line_is_cut(tmp_path):
    path = tmp_path / "long.py"
    source = f"x = 1 / 0  # {'long ' * 60}"
    path.write_text(source)
    with pytest.raises(ZeroDivisionError) as caught:
        runpy.run_path(str(path))
    assert place_of(caught.value) == ("long.py", 1, source[:200])


def test_where_the_learner_has_no_line_none_is_shown(refused):
    assert place_of(ValueError()) is None
    text = refused(check_function, itertools.chain.from_iterable)
    assert "TypeError: 'int' object is not iterable\n  hint" in text


def test_in_a_notebook_the_place_is_a_cell(notes, refused, monkeypatch):
    names = {"notes.py": ("Cell", "In[12]"), "x.py": ("File", "x.py")}
    compiler = SimpleNamespace(
        format_code_name=lambda file: names.get(file.rpartition("/")[2])
    )
    shell = SimpleNamespace(compile=compiler)
    monkeypatch.setattr(_running, "running_shell", lambda: shell)
    text = refused(check_function, notes["quotient"])
    assert "\n            in cell 12, line 16:\n" in text


def test_a_jump_without_a_line_has_that_of_what_ran_before():
    code = test_in_a_notebook_the_place_is_a_cell.__code__
    frame = SimpleNamespace(f_code=code, f_globals=globals())
    before = code.co_firstlineno
    for i, (line, *_) in enumerate(code.co_positions()):
        before = line or before
        assert _running._place(frame, None, 2 * i).line == before
        assert _running._place(frame, 7, 2 * i).line == 7
    assert _running._place(frame, None, -2).line == code.co_firstlineno


# ---- time ----------------------------------------------------------------


@pytest.fixture
def short(monkeypatch):
    monkeypatch.setattr(_running, "SECONDS", 0.05)


@pytest.fixture(params=["alarm", "line by line"])
def clock(request, monkeypatch):
    """Run the test in each of the two ways to stop."""
    has_alarm = _running._has_alarm()
    if request.param == "alarm" and not has_alarm:
        pytest.skip("no alarm on this platform")
    tracer = sys.gettrace()  # such as that of coverage
    if request.param == "line by line":
        monkeypatch.setattr(_running, "_has_alarm", lambda: False)
        sys.settrace(None)
    yield request.param
    sys.settrace(tracer)


def loop(n):
    while True:
        n += 1


def one_line(n):
    while True: n += 1  # fmt: skip # noqa: E701


def comprehension(_):
    return [x for x in itertools.count() if x < 0]


def stubborn(n):
    while True:
        try:
            loop(n)
        except Exception:
            n += 1


def swallowing(_):
    try:
        loop(0)
    except:  # noqa: E722
        return 0


def compound(n):
    for k in itertools.count():
        if k < 0 and n:
            continue


def continued(n):
    while True:
        if (n < 0 or n > 9) and n:
            continue
        if n > 3 and n < 5:
            n = 0


def walrus(n):
    while (k := n) is not None and not k < 0:
        for _ in range(3):
            if k and n:
                continue


ENDLESS = [
    loop, one_line, comprehension, stubborn, swallowing, compound, continued,
    walrus,
]  # fmt: skip


@pytest.mark.parametrize("answer", ENDLESS)
@pytest.mark.usefixtures("short", "clock")
def test_what_does_not_come_back_is_stopped(answer, refused):
    began = time.monotonic()
    text = refused(check_function, answer)
    assert time.monotonic() - began < 5
    assert "nothing: stopped after 0.05 seconds\n" in text
    assert "in test_running.py, line " in text
    (source,) = re.findall(r"test_running.py, line \d+:\n +(.+)\n", text)
    assert source in inspect.getsource(answer) + inspect.getsource(loop)
    assert "Too slow, or endless: does every loop end" in text


@pytest.mark.usefixtures("short")
def test_an_alarm_ends_a_sleep(refused):
    if not _running._has_alarm():
        pytest.skip("no alarm on this platform")
    text = refused(check_function, lambda n: time.sleep(n + 60))
    assert "time.sleep(n + 60)" in text


@pytest.mark.usefixtures("short")
def test_data_is_stopped_as_well(refused):
    class Endless:
        def __float__(self):
            return loop(0)

    for answer in (lambda: loop(0), Endless(), [Endless()]):
        assert "stopped after" in refused(check_data, answer)


@pytest.mark.usefixtures("short")
def test_in_another_thread(refused):
    if threading.gettrace() is not None:
        pytest.skip("something else traces threads, such as coverage")
    said = []
    thread = threading.Thread(
        target=lambda: said.append(refused(check_function, loop)), daemon=True
    )
    thread.start()
    thread.join(20)
    assert "stopped after" in said[0]


@pytest.mark.usefixtures("short", "clock")
def test_all_inputs_share_the_time(refused):
    def slow(n):
        end = time.monotonic() + 0.02
        while time.monotonic() < end:
            pass
        return n

    # Each call alone would be in time; a busy machine may stop the first.
    assert "stopped after 0.05 seconds" in refused(check_function, slow)


@pytest.mark.usefixtures("clock")
def test_the_work_of_the_checker_does_not_count(passes, monkeypatch):
    monkeypatch.setattr(_running, "SECONDS", 0.2)

    @checker
    def check_slowly(check: Check, answer: "Callable") -> str:  # noqa: F821
        check.call(answer)
        time.sleep(0.3)
        check.call(answer)
        return "2 calls"

    passes(check_slowly, lambda: 1)


@pytest.mark.usefixtures("clock")
def test_actions_within_actions_share_the_time():
    began = time.monotonic()
    with pytest.raises(Overdue):
        limited(lambda: limited(lambda: loop(0), 60), 0.1)
    assert time.monotonic() - began < 5
    assert limited(lambda: limited(lambda: 3, 1), 1) == 3


@pytest.mark.usefixtures("clock")
def test_nothing_is_left_behind():
    before = sys.gettrace()
    assert limited(lambda: 3, 0.05) == 3
    with pytest.raises(ZeroDivisionError):
        limited(lambda: 1 / 0, 0.05)
    time.sleep(0.1)
    assert sys.gettrace() is before
    assert limited(lambda: 4, 1) == 4


def test_who_catches_the_first_alarm_hears_the_next():
    if not _running._has_alarm():
        pytest.skip("no alarm on this platform")

    def stubborn_for_a_while():
        for _ in range(3):
            swallowing(0)

    began = time.monotonic()
    with pytest.raises(Overdue):
        limited(stubborn_for_a_while, 0.05)
    assert time.monotonic() - began < 1


@pytest.mark.skipif(sys.platform == "emscripten", reason="slower")
def test_an_answer_may_take_five_seconds():
    check = Check("c")
    check.call(lambda: time.sleep(0.01))
    assert 4 < check._left < 4.99


@pytest.mark.usefixtures("clock")
def test_who_is_in_time_is_not_stopped():
    def slow():
        time.sleep(0.02)
        return "in time"

    assert limited(slow, 5) == "in time"
    for seconds in (0.001, 0, -1):
        with pytest.raises(Overdue):
            limited(slow, seconds)


@pytest.mark.skipif(
    sys.platform in {"win32", "emscripten"}, reason="no alarm there"
)
def test_in_the_main_thread_there_is_an_alarm_and_elsewhere_a_tracer():
    import signal  # noqa: PLC0415

    before = signal.getsignal(signal.SIGALRM)
    tracer = sys.gettrace()
    seen = []

    def look():
        seen.append((signal.getsignal(signal.SIGALRM), sys.gettrace()))

    limited(look, 5)
    thread = threading.Thread(target=lambda: limited(look, 5))
    thread.start()
    thread.join()
    (alarm, same), (no_alarm, traces) = seen
    assert alarm is not before
    assert same is tracer
    assert no_alarm is before
    assert traces is not None


def test_under_another_tracer_nothing_is_stopped(monkeypatch):
    def traces(*_):
        return None

    monkeypatch.setattr(_running, "_has_alarm", lambda: False)
    tracer = sys.gettrace()
    sys.settrace(traces)
    try:
        assert limited(lambda: time.sleep(0.01) or sys.gettrace(), 0) is traces
    finally:
        sys.settrace(tracer)


def test_an_alarm_after_the_action_does_not_ring():
    """Between its end and the switch: the alarm would never be off again."""
    signal = pytest.importorskip("signal")
    if not _running._has_alarm():
        pytest.skip("no alarm on this platform")

    def action():
        frame = here = inspect.currentframe()
        while frame.f_code is not _running._until_alarm.__code__:
            frame = frame.f_back
        ring = signal.getsignal(signal.SIGALRM)
        ring(signal.SIGALRM, frame)
        with pytest.raises(Overdue):
            ring(signal.SIGALRM, here)
        return ring

    with pytest.raises(Overdue):
        limited(action, 5)
    assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)


def test_an_alarm_of_somebody_else_still_rings():
    signal = pytest.importorskip("signal")
    if not _running._has_alarm():
        pytest.skip("no alarm on this platform")
    rung = []
    before = signal.signal(signal.SIGALRM, lambda *_: rung.append(1))
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.2)
        limited(lambda: time.sleep(0.05), 5)
        assert not rung
        assert signal.getitimer(signal.ITIMER_REAL)[0] < 0.16
        time.sleep(0.5)
        assert rung == [1]
        # Again and again, as it was, and at once if it is late.
        signal.setitimer(signal.ITIMER_REAL, 100, 50)
        limited(lambda: time.sleep(0.01), 5)
        left, interval = signal.getitimer(signal.ITIMER_REAL)
        assert 90 < left < 99.995
        assert interval == pytest.approx(50)
        signal.setitimer(signal.ITIMER_REAL, 0.01)
        limited(lambda: time.sleep(0.05), 5)
        time.sleep(0.1)
        assert rung == [1, 1]
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


# ---- not started ---------------------------------------------------------


def stub(*_):
    raise NotImplementedError("Exercise: to count")


@pytest.mark.parametrize("answer", [stub, ..., [...], {"a": ..., "b": ...}])
def test_data_that_is_not_there_is_not_started(answer):
    with pytest.raises(NotStarted) as caught:
        check_data(answer)
    assert str(caught.value) == "check_data: not started."


def test_data_may_come_as_a_function(passes, refused):
    passes(check_data, lambda: 2)
    assert "got       3" in refused(check_data, lambda: 3)
    assert "1 / 0" in refused(check_data, lambda: 1 / 0)


def test_who_has_answered_once_has_started(refused):
    text = refused(check_function, lambda n: n if n < 2 else stub())
    assert "NotImplementedError: Exercise: to count" in text
    assert "n = 2" in text


# ---- names that a notebook may patch -------------------------------------


def test_replaced_functions_come_back_for_the_checker(monkeypatch):
    true, replaced = np.isclose, lambda *_: True
    monkeypatch.setattr(np, "isclose", replaced)
    monkeypatch.delattr(np.linalg, "solve")
    with originals():
        assert np.isclose is true
        np.linalg.solve([[1.0]], [1.0])
    assert np.isclose is replaced
    with pytest.raises(TypeError):
        np.linalg.solve([[1.0]], [1.0])


def test_a_name_that_was_deleted_comes_back_also_the_last(monkeypatch):
    last, value = [*vars(math).items()][-1]
    monkeypatch.delattr(math, last)
    with originals():
        assert getattr(math, last) is value
    assert restore() == [(math, last, None)]
    assert getattr(math, last) is value


def test_what_was_added_is_left_alone(monkeypatch):
    monkeypatch.setattr(np, "added", 1, raising=False)
    assert restore() == []
    assert np.added == 1
    monkeypatch.setattr(np, "isclose", 2)
    ((module, name, value),) = restore()
    assert (module, name, value) == (np, "isclose", 2)


def test_what_a_function_replaces_comes_back_at_once(refused):
    def answer(n):
        np.allclose = np.asarray = lambda *_, **__: True
        return n + 1

    try:
        assert "got       1" in refused(check_function, answer)
    finally:
        assert restore() == []


# ---- notebooks -----------------------------------------------------------

SESSION = """
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance(colors="nocolor")
import byhand.checks
byhand.checks.__path__.append(".")
for cell in {cells!r}:
    print("=====")
    shell.run_cell(cell, store_history=True)
"""

#: A page's checkers, found as those of the book are.
PAGE = '''\
"""The exercises of a page on sums."""
from byhand.checks._protocol import checker

@checker
def check_two_sum(check, answer):
    """Check a sum."""
    check.call(answer, a=1.0, b=2.0)
    return "1 sum"

@checker
def check_claims(check, answer):
    """Check claims."""
    check.call(answer)
    return "1 claim"
'''

TOO_EARLY = """\
from byhand.checks.sums import check_two_sum
size = far + 1
"""

INSIDE = """\
from byhand.checks.sums import check_two_sum
check_two_sum(lambda a, b: np.add(a, b))
"""

NESTED = """\
def below(a):
    assert a is None

def two_sum(a, b):
    return below(a)

check_two_sum(two_sum)
"""

MISSPELLED = "check_two_sum(lambda a, b: nq)"
LATER = "check_two_sum(lambda a, b: later)"
AFTER = "from byhand.checks.sums import check_two_sum\nlater + 1"
OTHER = "from byhand.tape import relu\nfurther"
STUB = "check_claims(stub)"


def test_names_at_the_margin():
    source = (
        "import numpy as np, os.path\n"
        "from a import b as c\n"
        "def f():\n    inside = 1\n"
        "class K: pass\n"
        "for i in range(3):\n    d, *e = i, i\n"
        "(w := [v for v in e])\n"
    )
    names = {"np", "os", "c", "f", "K", "i", "d", "e", "w"}
    assert defined(source) == names
    assert defined("%magic") == set()


def run_cells(cells, folder):
    """Return what each cell prints."""
    session = subprocess.run(
        [sys.executable, "-c", SESSION.format(cells=cells)],
        cwd=folder, capture_output=True, text=True, check=True, timeout=100,
    )  # fmt: skip
    return session.stdout.split("=====\n")[1:]


@pytest.mark.slow
def test_in_a_notebook(tmp_path, monkeypatch):
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    page = {
        "cells": [
            {"cell_type": "markdown", "source": "far = 1"},
            {"cell_type": "code", "source": ["%magic\n"]},
            {"cell_type": "code", "source": ["import numpy as np\n", "x = 1"]},
            {"cell_type": "code", "source": "for far in []:\n    pass"},
            {"cell_type": "code", "source": "[later for later in []]"},
            {"cell_type": "code", "source": "check_two_sum(two_sum)"},
            {"cell_type": "code", "source": "later = 1"},
        ]
    }
    (tmp_path / "sums.ipynb").write_text(json.dumps(page))
    (tmp_path / "sums.py").write_text(PAGE)
    printed = run_cells(
        [TOO_EARLY, INSIDE, NESTED, MISSPELLED, LATER, AFTER, OTHER,
         ("from byhand.checks.sums import check_claims\n"
         "def stub(): raise NotImplementedError('Exercise: x')"), STUB],
        tmp_path,
    )  # fmt: skip
    early, inside, nested, misspelled, later, after, other, _, started = (
        printed
    )
    # A name that is missing outside of a function.
    assert "NameError: name 'far' is not defined" in early
    assert early.endswith(
        "`far` comes from code cell 3 of this page, which begins `for far in "
        "[]:`. Run the cells above this one first (Run, Run All Above "
        "Selected Cell).\n"
    )
    # Inside of one.
    text = " ".join(inside.split())
    assert "NameError: name 'np' is not defined in cell 2, line 2:" in text
    assert "`np` comes from code cell 2 of this page" in text
    assert "`import numpy as np`" in text
    assert "Traceback" not in inside
    # The line of a helper.
    assert textwrap.indent(
        "AssertionError\nin cell 3, line 2:\n    assert a is None", " " * 12
    ).strip() in nested  # fmt: skip
    assert "it is misspelled" in " ".join(misspelled.split())
    # A cell below the exercise defines the name, or a comprehension above.
    for text in (later, after):
        assert "`later` is not defined" in " ".join(text.split())
        assert "comes from" not in text
    # Cells that are no exercises are left alone.
    assert "NameError" in other
    assert "Run the cells" not in other
    assert started == "check_claims: not started.\n"
