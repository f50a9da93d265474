"""The exercises of the page on mistakes: right, varied and wrong."""

import math
import re

import numpy as np
import pytest
from byhand.backprop import (
    PUBLISHED_STEPS,
    cross_entropy_gradient,
    relu_derivative,
)
from byhand.checks.mistakes import (
    check_blind_sizes,
    check_every_convention,
    check_max_slopes,
    check_published_steps,
    check_safe_loss,
    check_soft_target_bar,
)
from byhand.tape import softmax

LINES = (
    "J_bar", "S_bar", "y_prime_bar", "y_bar", "g2_bar", "h_bar", "g1_bar",
    "z2_bar", "z1_bar", "x_bar",
)  # fmt: skip  # fmt: skip
VERDICTS = ("right", "wrong", "unstable", "convention")


# --- warm-ups ---------------------------------------------------------------


def safe_loss(m):
    return max(m, 0) + math.log1p(math.exp(-abs(m)))


@pytest.mark.parametrize(
    ("check", "answer", "said"),
    [
        (check_safe_loss, lambda m: np.log(1 + np.exp(m)), "e^m overflows"),
        (check_safe_loss, lambda m: max(m, 0.0), "sum of 1 and e^m"),
        (
            check_safe_loss,
            lambda m: m + np.log(1 + np.exp(-m)) if m > 0
            else np.log(1 + np.exp(m)),
            "rounds to 1",
        ),
        (check_safe_loss, lambda m: min(safe_loss(m), 709.0), "nearly m"),
        (check_max_slopes, lambda c: (c, 1 - c), "in a comes first"),
        (check_max_slopes, lambda c: (1, c), "inside of ReLU as well"),
        (check_max_slopes, lambda c: (1 + c, c), "has a minus"),
        (check_max_slopes, lambda c: c, "Return a pair"),
        (check_blind_sizes, (3, 3, 3), "ask for all three"),
        (check_blind_sizes, (1, 1, 3), "stretched"),
        (check_blind_sizes, (2, 3, 4), "W1 has shape (3, 2)"),
        (check_blind_sizes, (2, 3), "in this order"),
    ],
)  # fmt: skip
def test_foreseen_slips_have_hints(check, answer, said, refused):
    assert said in " ".join(refused(check, answer).split())


# --- the published lines ----------------------------------------------------


def truth():
    kinds = {name: step.kind for name, step in PUBLISHED_STEPS.items()}
    return dict.fromkeys(LINES, "right") | kinds


@pytest.mark.parametrize("said", VERDICTS)
@pytest.mark.parametrize("name", LINES)
def test_every_wrong_verdict_meets_a_network(name, said, refused):
    verdicts = truth()
    if verdicts[name] == said:
        return
    text = refused(check_published_steps, verdicts | {name: said})
    assert f"but the line gives {name} = " in " ".join(text.split())
    assert f"got you say {said!r}, but" in " ".join(text.split())
    # The parameters and the operands of the line are there to recompute it.
    for shown in ("x = [1, 2]", "W3 = [[2, 1], [0, -1]]"):
        assert shown in text
    # The verdict that is wanted is not given away.
    hint = text[text.index("  hint") :]
    assert f"'{verdicts[name]}'" not in text
    assert not re.search(rf"\b{verdicts[name]}\b (?!bars)", hint)


def numbers(text, label, name):
    _, row = text.split(f"\n  {label} ", 1)
    found = re.search(rf"{name} =\s+(\[[^\]]*\]|\S+)", row)
    return np.array([float(part) for part in found[1].strip("[],").split(",")])


@pytest.mark.parametrize("name", ["y_prime_bar", "g2_bar"])
def test_what_is_wrong_differs_at_ordinary_numbers(name, refused):
    text = refused(check_published_steps, truth() | {name: "right"})
    expected = numbers(text, "expected", name)
    got = numbers(text, "got", name)
    assert expected.shape == got.shape
    assert not np.allclose(expected, got, atol=0.01)


@pytest.mark.parametrize("name", [*LINES[:2], "y_bar", "h_bar", "x_bar"])
def test_what_is_right_agrees_with_the_quotients(name, refused):
    text = refused(check_published_steps, truth() | {name: "wrong"})
    assert np.allclose(
        numbers(text, "expected", name),
        numbers(text, "got", name),
        atol=1e-4,
    )


def test_the_unstable_line_is_shown_where_it_is_nan_and_where_it_is_not(
    refused,
):
    text = refused(check_published_steps, truth() | {"z2_bar": "right"})
    assert np.isnan(numbers(text, "got", "z2_bar")).any()
    assert np.isfinite(numbers(text, "expected", "z2_bar")).all()
    text = refused(check_published_steps, truth() | {"z2_bar": "wrong"})
    assert np.isfinite(numbers(text, "got", "z2_bar")).all()


@pytest.mark.parametrize("said", ["right", "wrong", "unstable"])
def test_the_convention_is_shown_between_its_two_sides(said, refused):
    text = refused(check_published_steps, truth() | {"z1_bar": said})
    assert "z1 = [0, 2]" in text
    assert "from below" in text
    below = numbers(text, "expected", "z1_bar")
    got = numbers(text, "got", "z1_bar")
    assert below[0] == 0
    assert got[0] != 0
    assert below[1] == got[1]


# --- a weight on every class ------------------------------------------------


def by_formula(y, q):
    return q.sum() * softmax(y) - q


def by_classes(y, q):
    # The weighted sum of the gradients for each class.
    return sum(q[k] * cross_entropy_gradient(y, k) for k in range(len(q)))


def naive_softmax(y):
    return np.exp(y) / np.exp(y).sum()


def unfused(y, q):
    y_prime = softmax(y)
    y_prime_bar = -q / y_prime
    return y_prime * (y_prime_bar - (y_prime * y_prime_bar).sum())


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda y, q: softmax(y) - q, "add up to 0"),
        (lambda y, q: q - by_formula(y, q), "add up to 0"),
        (lambda y, q: -by_formula(y, q), "y_bar = y' − e_t"),
        (lambda y, q: by_formula(y, q) / max(q.sum(), 1), "y' − e_t"),
        (lambda y, q: q.sum() * naive_softmax(y) - q, "overflows"),
        (unfused, "underflows"),
        (lambda y, q: 0, "shape (2,)"),
        (lambda y, q: "y' - q", "y' - q"),
    ],
)
def test_wrong_soft_target_bars_meet_a_case(answer, said, refused):
    text = refused(check_soft_target_bar, answer)
    assert said in re.sub(r"\s+", " ", text)
    assert re.search(r"q = \[", text)


# --- wrong for every convention ---------------------------------------------


def as_on_the_page(z, relu):
    return z - relu(z) + relu(-z) - 2 * relu(-relu(z))


def another(z, relu):
    # A straight line of slope 1, for which 2 - 2c + 5c² comes out.
    zero = relu(-relu(z)) * 5
    return z + z - relu(z) + relu(-z) - zero


def summed(z, relu):
    parts = [z, -relu(z), relu(-z), -relu(-relu(z)), -relu(-relu(z))]
    return sum(parts)


@pytest.mark.parametrize(
    ("program", "said"),
    [
        (lambda z, relu: relu(z), "slope 0 for z < 0, 1 for z > 0"),
        (lambda z, relu: z, "1, for every c"),
        (lambda z, relu: relu(z) - relu(-z), "2*c, which is 1 for c = 1/2"),
        (lambda z, relu: relu(relu(z)) - relu(z), "0 for c = 0"),
        (lambda z, relu: relu(z) + 1, "1 is a number"),
        (lambda z, relu: z * relu(z), "multiplied by a number"),
        (lambda z, relu: 0, "End the program in `return`"),
    ],
)
def test_programs_that_some_convention_gets_right(program, said, refused):
    text = " ".join(refused(check_every_convention, program).split())
    assert said in text


@pytest.mark.parametrize("program", [as_on_the_page, another, summed])
@pytest.mark.parametrize("c", [0.0, 0.25, 0.5, 0.75, 1.0])
def test_the_slope_is_that_of_the_backward_pass(program, c):
    class Dual:
        def __init__(self, slope):
            self.slope = slope

        def __add__(self, other):
            return Dual(self.slope + getattr(other, "slope", 0))

        def __mul__(self, number):
            return Dual(self.slope * number)

        def __neg__(self):
            return self * -1

        def __sub__(self, other):
            return self + -other

        __radd__, __rmul__ = __add__, __mul__

    def relu(x):
        return x * relu_derivative(0.0, at_zero=c)

    values = {z: program(z, lambda x: max(x, 0.0)) for z in (-1.0, 1.0)}
    slope = values[1.0]
    assert values[-1.0] == -slope
    assert abs(program(Dual(1.0), relu).slope - slope) > 0.1


#: What is said of right answers, and the answers.
RIGHT = {
    check_safe_loss: (
        "13 margins",
        safe_loss,
        lambda m: np.logaddexp(0.0, m),
    ),
    check_max_slopes: ("6 conventions", lambda c: (1 - c, c)),
    check_published_steps: (
        "10 lines judged",
        truth(),
        dict(reversed(truth().items())),
    ),
    check_blind_sizes: ("forgotten transpose", (3, 3, 4), [2, 2, 7]),
    check_soft_target_bar: ("66 cases", by_formula, by_classes),
    check_every_convention: (
        "backward pass gives",
        as_on_the_page,
        another,
        summed,
    ),
}
