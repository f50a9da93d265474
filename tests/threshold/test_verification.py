import io
import itertools
from fractions import Fraction

import numpy as np
import pytest
from byhand.threshold import (
    Counterexample,
    Layer,
    Network,
    Report,
    is_member,
    membership_interval,
    pointwise,
    sorting_network,
    verify,
)
from byhand.threshold import _progress as progress_module

SAME = Network(Layer([[1, -1]], [0], "interval"))


def equal(x):
    return x[:, 0] == x[:, 1]


def test_verify_agrees_with_a_loop_over_all_inputs():
    report = verify(SAME, equal, range(-3, 4), count_wrong=True)
    wrong = [
        x
        for x in itertools.product(range(-3, 4), repeat=2)
        if (abs(x[0] - x[1]) <= 1) != (x[0] == x[1])
    ]
    assert (report.checked, report.wrong) == (49, len(wrong))
    assert report.counterexample == Counterexample(wrong[0], 0, 1)
    assert not report
    stopped = verify(SAME, equal, range(-3, 4))
    assert stopped.counterexample == report.counterexample
    assert (stopped.checked, stopped.wrong) == (2, 1)


def test_verify_passes_what_is_right():
    report = verify(membership_interval(3), is_member, range(7))
    assert report == Report("inputs of the box", 2401, 0, None)
    assert report
    assert repr(report) == "right on all 2,401 inputs of the box"


def test_verify_streams_boxes_larger_than_a_block():
    seen = []

    def specification(x):
        seen.append(len(x))
        return is_member(x)

    report = verify(membership_interval(5), specification, range(6))
    assert report.checked == sum(seen) == 6**6
    assert 1 < len(seen) < 5
    late = verify(
        membership_interval(5),
        lambda x: is_member(x) ^ (x == 5).all(axis=1),
        range(6),
    )
    assert late.counterexample == Counterexample((5,) * 6, 0, 1)
    assert late.checked == 6**6


def test_boxes():
    order = verify(SAME, equal, [0, 2, 1])
    assert order.counterexample.x == (0, 1)
    sides = verify(SAME, equal, [range(2), [5, 7]])
    assert sides.checked == 4
    huge = verify(SAME, equal, [10**30, 10**30 + 2, -(10**30)])
    assert huge.checked == 9
    next_to = verify(SAME, equal, [10**30, 10**30 + 1])
    assert next_to.counterexample.x == (10**30, 10**30 + 1)
    arrays = verify(SAME, equal, np.array([0, 2]))
    assert arrays.checked == 4


def test_where_restricts_the_inputs():
    def far(x):
        return abs(x[:, 0] - x[:, 1]) != 1

    report = verify(SAME, equal, range(4), where=far)
    assert report.checked == 16 - 6
    assert "where the condition holds" in repr(report)
    with pytest.raises(ValueError, match="where is true on no input"):
        verify(SAME, equal, range(4), where=lambda x: x[:, 0] < 0)


def test_inputs_that_count_are_counted_up_to_the_first_wrong_one():
    def where(x):
        return x.sum(axis=1) % 7 != 0

    report = verify(
        membership_interval(5),
        lambda x: is_member(x) ^ (x == 5).all(axis=1),
        range(6),
        where=where,
    )
    box = np.array(list(itertools.product(range(6), repeat=6)))
    assert report.counterexample.x == (5,) * 6
    assert report.checked == where(box).sum()


def test_several_outputs():
    report = verify(sorting_network(3), lambda x: np.sort(x, axis=1), range(4))
    assert report.checked == 64
    wrong = verify(sorting_network(3), lambda x: x, range(4))
    assert wrong.counterexample == Counterexample(
        (0, 1, 0), (0, 1, 0), (0, 0, 1)
    )
    assert "expected (0, 1, 0), got (0, 0, 1)" in repr(wrong)


def test_pointwise_takes_one_input_at_a_time():
    spec = pointwise(lambda x: x[3] in x[:3])
    assert verify(membership_interval(3), spec, range(4)).checked == 256
    assert isinstance(spec(np.array([[1, 2, 3, 4]]))[0], np.bool_)
    ordered = pointwise(sorted)
    assert verify(sorting_network(3), ordered, range(3)).checked == 27


def test_a_specification_that_raises_is_told_on_which_input():
    def spec(x):
        return 6 // (x[0] - 2) == x[1]

    with pytest.raises(
        ValueError, match=r"ZeroDivisionError.*on the input \(2, 0\)"
    ):
        verify(SAME, pointwise(spec), range(4))

    def of_a_batch(x):
        if (x == 3).any():
            raise KeyError("three")
        return equal(x)

    with pytest.raises(ValueError, match=r"KeyError.*input \(0, 3\)"):
        verify(SAME, of_a_batch, range(4))
    with pytest.raises(ValueError, match=r"where raised .* input \(0, 3\)"):
        verify(SAME, equal, range(4), where=of_a_batch)

    def only_together(x):
        if len(x) > 1:
            raise RuntimeError("too many")
        return equal(x)

    with pytest.raises(ValueError, match="though on no single input"):
        verify(SAME, only_together, range(4))


def test_an_exercise_not_yet_started_says_so():
    def spec(x):
        raise NotImplementedError("Exercise: Membership")

    with pytest.raises(NotImplementedError, match="Exercise: Membership"):
        verify(SAME, spec, range(4))


def test_bad_arguments():
    with pytest.raises(
        TypeError, match=r"an entry of values .* integer, got 0\.5"
    ):
        verify(SAME, equal, [0, 0.5])
    with pytest.raises(TypeError, match=r"range\(7\).*got 7"):
        verify(SAME, equal, 7)
    with pytest.raises(ValueError, match="input 1 has no values"):
        verify(SAME, equal, [])
    with pytest.raises(ValueError, match="input 2 has no values"):
        verify(SAME, equal, [[1], []])
    with pytest.raises(ValueError, match="2 sequences"):
        verify(SAME, equal, [[1], [2], [3]])
    with pytest.raises(ValueError, match="2 sequences"):
        verify(SAME, equal, [[1]])
    with pytest.raises(ValueError, match="2 sequences"):
        verify(SAME, equal, [1, [2]])
    with pytest.raises(ValueError, match="more than can be gone through"):
        verify(membership_interval(40), is_member, range(7))
    with pytest.raises(TypeError, match="expected a Network"):
        verify(equal, equal, range(2))
    with pytest.raises(TypeError, match="must be a function, got None"):
        verify(SAME, None, range(2))
    with pytest.raises(ValueError, match=r"shape \(4,\) .* pointwise"):
        verify(SAME, lambda x: x[0] in x, range(2))
    with pytest.raises(ValueError, match="got float64 of shape"):
        verify(SAME, lambda x: x[:, 0] * 0.5, range(2))


def test_a_box_of_2_to_the_62_inputs_is_too_large():
    with pytest.raises(ValueError, match="4611686018427387904 inputs, more"):
        verify(membership_interval(30), is_member, range(4))
    # A smaller one stops at the first that is wrong.
    refuted = verify(
        membership_interval(29), lambda x: ~is_member(x), range(4)
    )
    assert refuted.counterexample == Counterexample((0,) * 30, 0, 1)
    assert refuted.checked == 1


def test_a_value_that_is_no_integer_is_told_as_it_is():
    half = Network(Layer([[Fraction(1, 2)]], [0], "identity"))
    report = verify(half, lambda x: x[:, 0], range(3), count_wrong=True)
    assert report.counterexample == Counterexample((1,), 1, Fraction(1, 2))
    assert str(report.counterexample) == "x = (1,): expected 1, got 1/2"
    assert report.wrong == 2
    assert type(report.counterexample.expected) is int


def test_a_specification_of_several_outputs_tells_its_shape():
    with pytest.raises(
        ValueError,
        match=r"of shape \(4, 2\) for inputs of shape \(4, 2\), got",
    ):
        verify(sorting_network(2), lambda x: x[:, 0], range(2))


class Clock:
    def __init__(self, step):
        self.now, self.step = 0.0, step

    def monotonic(self):
        self.now += self.step
        return self.now


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize(
    ("step", "show", "stream", "drawn"),
    [
        (0.6, True, io.StringIO, True),
        (0.6, None, Terminal, True),
        (0.6, None, io.StringIO, False),
        (0.6, False, Terminal, False),
        (0.001, True, Terminal, False),
    ],
)
def test_the_bar_appears_only_when_wanted_and_after_a_second(
    monkeypatch, step, show, stream, drawn
):
    monkeypatch.setattr(progress_module, "time", Clock(step))
    out = stream()
    blocks = [[0] * 5] * 4
    passed = list(progress_module.progress(blocks, 20, show=show, stream=out))
    assert passed == blocks
    assert bool(out.getvalue()) == drawn
    if drawn:
        assert out.getvalue() == (
            f"\r[{'#' * 15}{'.' * 15}] 10 of 20"
            f"\r[{'#' * 22}{'.' * 8}] 15 of 20"
            f"\r[{'#' * 30}] 20 of 20\n"
        )


def test_the_bar_moves_ten_times_a_second_at_most(monkeypatch):
    monkeypatch.setattr(progress_module, "time", Clock(0.0625))
    out = io.StringIO()
    list(progress_module.progress([[0]] * 40, 40, show=True, stream=out))
    drawn = [int(bar.split()[1]) for bar in out.getvalue().split("\r")[1:]]
    assert drawn == list(range(17, 41, 2))


class Times:
    """A clock that says given times."""

    def __init__(self, *times):
        self.monotonic = iter(times).__next__


@pytest.mark.parametrize(
    ("times", "drawn"),
    [
        # No bar when exactly a second has gone by, and one after that.
        ((0.0, 1.0, 1.0625), [2]),
        # Nor when exactly a tenth has gone by since the last.
        ((-2.0, 0.0, 0.1), [1]),
        ((-2.0, 0.0, 0.11), [1, 2]),
    ],
)
def test_the_bar_waits_for_more_than_a_second_or_a_tenth(
    monkeypatch, times, drawn
):
    monkeypatch.setattr(progress_module, "time", Times(*times))
    out = io.StringIO()
    list(progress_module.progress([[0]] * 2, 2, show=True, stream=out))
    bars = [int(bar.split()[1]) for bar in out.getvalue().split("\r")[1:]]
    assert bars == drawn


def test_flags_are_true_or_false():
    same = Network(Layer([[1, -1]], [0], "interval"))
    for option in ("count_wrong", "progress"):
        with pytest.raises(TypeError, match=f"{option} must be True or False"):
            verify(same, is_member, range(2), **{option: "no"})
