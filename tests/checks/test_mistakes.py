"""The exercises of the page on mistakes: right, varied and wrong."""

import math
import re
from fractions import Fraction

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


def told(text):
    """Return a message on one line."""
    return " ".join(text.split())


LINES = (
    "J_bar", "S_bar", "y_prime_bar", "y_bar", "g2_bar", "h_bar", "g1_bar",
    "z2_bar", "z1_bar", "x_bar",
)  # fmt: skip
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


#: Margins and the hint of a loss that is wrong there alone.
MARGINS = dict.fromkeys([0.0, 1.0, -1.0, 10.0], "the sum of 1 and e^m")
MARGINS |= dict.fromkeys([700.0, 720.0, 1000.0, 1e6], "is nearly m")
MARGINS |= dict.fromkeys(
    [-20.0, -40.0, -300.0, -700.0, -1000.0], "rounds to 1"
)


@pytest.mark.parametrize("margin", MARGINS)
def test_each_margin_is_tried(margin, refused):
    def answer(wrong):
        return lambda m: wrong if m == margin else safe_loss(m)

    text = told(refused(check_safe_loss, answer(-1.0)))
    shown = re.search(r"m = (\S+) expected (\S+) got -1.0 ", text)
    assert float(shown[1]) == margin
    assert math.isclose(float(shown[2]), np.logaddexp(0.0, margin))
    assert MARGINS[margin] in text
    for wrong in (math.inf, math.nan):
        text = told(refused(check_safe_loss, answer(wrong)))
        assert ("e^m overflows" in text) == (margin >= 700)


def test_a_loss_may_be_rounded(passes, refused):
    said = passes(check_safe_loss, lambda m: safe_loss(m) * (1 + 9e-10))
    assert "13 margins from -1000 to 10**6" in said
    refused(check_safe_loss, lambda m: safe_loss(m) * (1 + 11e-10))
    # e^-1000 is smaller than any float64.
    passes(check_safe_loss, lambda m: max(safe_loss(m), 9e-321))
    text = refused(check_safe_loss, lambda m: max(safe_loss(m), 3e-320))
    assert "m = -1000.0\n" in text


@pytest.mark.parametrize(
    ("c", "slopes"),
    [
        ("0", "1 and 0"), ("1", "0 and 1"), ("1/2", "1/2 and 1/2"),
        ("1/4", "3/4 and 1/4"), ("2", "-1 and 2"), ("-1", "2 and -1"),
    ],
)  # fmt: skip
def test_each_convention_is_tried(c, slopes, passes, refused):
    here = Fraction(c)

    def answer(a, b):
        return lambda c: (a, b) if c == here else (1 - c, c)

    assert "6 conventions" in passes(check_max_slopes, answer(1 - here, here))
    text = told(refused(check_max_slopes, answer(7, Fraction(8, 3))))
    assert f"c = {here!r} expected {slopes} got 7 and 8/3 hint a is" in text
    for a, b, hint in (
        (here, 1 - here, "in a comes first"),
        (1, Fraction(8, 3), "a stands inside of ReLU as well"),
        (1 + here, Fraction(8, 3), "Inside of ReLU a has a minus"),
        (1 - here, Fraction(8, 3), "b is used once"),
    ):
        if c in ("1/4", "2"):
            text = told(refused(check_max_slopes, answer(a, b)))
            assert hint in text


@pytest.mark.parametrize(
    ("sizes", "said"),
    [
        ((1, 2, 3), "the smallest is 1 hint"),
        ((2, 2, 1), "the smallest is 1 hint"),
        ((3, 3, 0), "the smallest is 0 hint"),
        ((2, 2, 2), "all are 2 hint"),
        ((5, 5, 5), "all are 5 hint"),
        ((2, 3, 4), "got W1 has shape (3, 2), z1_bar (3,) hint"),
        ((4, 2, 4), "got W1 has shape (2, 4), z1_bar (2,) hint"),
    ],
)
def test_what_is_wrong_with_sizes_is_told(sizes, said, refused):
    text = told(refused(check_blind_sizes, sizes))
    assert said in text
    d, H, K = sizes
    assert f"d = {d} H = {H} K = {K} " in text


@pytest.mark.parametrize("sizes", [(2, 2, 3), (3, 3, 2), [4, 4, 2]])
def test_sizes_that_show_nothing(sizes, passes):
    said = passes(check_blind_sizes, sizes)
    assert "3 conditions on this witness: here a forgotten" in said


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


#: What is shown of the three networks, at x = (1, 2) and t = 0.
ORDINARY = (
    "W1 = [[1, 0], [0, 1]] b1 = [0, -3] W2 = [[1, -1], [0, 1]] b2 = [1, -2] "
    "W3 = [[2, 1], [0, -1]] b3 = [0, 0] "
)
LARGE = ORDINARY.replace("-3]", "1]").replace("1, -2]", "0, 0]").replace(
    "[[1, -1], [0, 1]]", "[[-720, 0], [1, -1]]"
)  # fmt: skip
KINK = ORDINARY.replace("b1 = [0, -3]", "b1 = [-1, 0]")


@pytest.mark.parametrize(
    ("name", "said", "network", "reads", "expected", "got"),
    [
        # z1 = (1, -1), z2 = 0, g2 = (1/2, 0), y = (1, 0), y'_t = σ(1).
        ("J_bar", "wrong", ORDINARY, "", "1", "1"),
        ("S_bar", "wrong", ORDINARY, "J_bar = 1", "-1", "-1"),
        (
            "y_prime_bar", "right", ORDINARY,
            "S_bar = -1, y = [1, 0], y_prime = [0.7311, 0.2689]",
            "[-1.3679, 0]", "[-1, 0]",
        ),
        (
            "y_bar", "wrong", ORDINARY,
            "y_prime = [0.7311, 0.2689], y_prime_bar = [-1.3679, 0]",
            "[-0.2689, 0.2689]", "[-0.2689, 0.2689]",
        ),
        (
            "g2_bar", "right", ORDINARY, "y_bar = [-0.2689, 0.2689]",
            "[-0.5379, -0.5379]", "[-0.2689, 0.5379]",
        ),
        (
            "h_bar", "unstable", ORDINARY,
            "g2_bar = [-0.5379, -0.5379], g1 = [0.5, 0.5]",
            "[-0.2689, -0.2689]", "[-0.2689, -0.2689]",
        ),
        (
            "g1_bar", "convention", ORDINARY,
            "g2_bar = [-0.5379, -0.5379], h = [1, 0]",
            "[-0.5379, 0]", "[-0.5379, 0]",
        ),
        (
            "z2_bar", "wrong", ORDINARY,
            "z2 = [0, 0], g1_bar = [-0.5379, 0]",
            "[-0.1345, 0]", "[-0.1345, 0]",
        ),
        (
            "x_bar", "wrong", ORDINARY,
            "z1_bar = [-0.2689, 0], z2_bar = [-0.1345, 0]",
            "[-0.4034, 0.1345]", "[-0.4034, 0.1345]",
        ),
        # z1 = (1, 3), g2 = (0, 3 σ(-1)), y = (0.8068, -0.8068).
        (
            "z2_bar", "right", LARGE,
            "z2 = [-720, -1], g1_bar = [-0.3322, -0.9965]",
            "[0, -0.1959]", "[nan, -0.1959]",
        ),
        # z2 = 0, g2 = (0, 1), y = (1, -1), y'_t = σ(2).
        (
            "z1_bar", "right", KINK,
            "z1 = [0, 2], h_bar = [-0.1192, -0.1192]",
            "[0, -0.1192] by differences from below, [-0.1192, -0.1192]",
            "[-0.1192, -0.1192]",
        ),
    ],
)  # fmt: skip
def test_the_numbers_of_a_line_are_shown(
    name, said, network, reads, expected, got, refused
):
    text = told(refused(check_published_steps, truth() | {name: said}))
    assert f"input x = [1, 2] t = 0 {network}" in text
    shown = re.findall(r"so that (\w+ = .*?) (?=so that|expected)", text)
    assert ", ".join(shown) == reads
    expected += " from above" if network is KINK else ", by the complex step"
    assert f"expected {name} = {expected} got" in text
    assert f"but the line gives {name} = {got} hint" in text


@pytest.mark.parametrize("said", VERDICTS)
@pytest.mark.parametrize("name", LINES)
def test_the_hint_fits_the_verdict(name, said, refused):
    right = truth()[name]
    if said == right:
        return
    text = told(refused(check_published_steps, truth() | {name: said}))
    hint = {
        "convention": "One entry of z1 is exactly 0",
        "wrong": "The numbers are ordinary",
        "right": "With the right bars on its right-hand side",
        "unstable": "Evaluate the exponentials of the line",
    }[right]
    if (right, said) == ("unstable", "wrong"):
        hint = "on paper it always does"
    assert f"hint {hint}" in text or hint in text.split(" hint ")[1]


def test_ten_lines_are_judged_on_three_networks(passes):
    said = passes(check_published_steps, truth())
    assert "10 lines judged on 3 networks" in said


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


#: Logits and weights, the gradient by hand, and why they are there.
SOFT_TARGETS = {
    "one class": ([0, 0], [1, 0], "-0.5 0.5"),
    "two classes": ([0, 0], [0.5, 0.5], "0 0"),
    "weights that add up to 2": ([0, 0], [1, 1], "0 0"),
    "one weight of 2": ([1, 0], [2, 0], "-0.53788284 0.53788284"),
    "no weight": ([0, 1, 2], [0, 0, 0], "0 0 0"),
    "three weights": (
        [0, 1, 2], [3, 1, 2], "-2.45981656 0.46837082 1.99144573"
    ),
    "all on a large logit": ([1000, 0], [1, 0], "0 0"),
    "all on the other": ([1000, 0], [0, 1], "1 -1"),
    "large and negative": ([-1000, -1000], [1, 0], "-0.5 0.5"),
    "far apart": ([1000, -1000], [1, 2], "2 -2"),
    "in reach of an overflow": ([-720, 0], [1, 0], "-1 1"),
    "two large ones": ([1000, 1000, -1000], [1, 1, 1], "0.5 0.5 -1"),
}  # fmt: skip


@pytest.mark.parametrize(
    ("y", "q", "gradient"), SOFT_TARGETS.values(), ids=SOFT_TARGETS
)
@pytest.mark.parametrize("balanced", [True, False])
def test_each_simple_weight_is_tried(y, q, gradient, balanced, refused):
    off = np.array([2.0, -2.0, 0.0][: len(y)]) + (0 if balanced else 0.25)

    def answer(*given):
        here = [array.tolist() for array in given] == [y, q]
        return by_formula(*given) + (off if here else 0)

    # 1. is shown for 1, and no other number is.
    text = told(refused(check_soft_target_bar, answer))
    shown = re.sub(r"(?<=\d)\.(?=[],])", "", text).replace("[ ", "[")
    assert f"y = {y} q = {q} expected" in shown
    found = re.search(r"expected \[ ?(.*?)\] got \[ ?(.*?)\] hint", text)
    wanted = np.array(gradient.split(), float)
    assert "-0." not in found[1].split(", ")
    pairs = zip(found.groups(), (wanted, wanted + off), strict=True)
    for numbers, right in pairs:
        assert np.allclose([float(n) for n in numbers.split(",")], right)
    if max(map(abs, y)) > 100:
        assert "On paper this may be right" in text
    elif balanced:
        assert "The entries add up to 0, as they must" in text
    else:
        assert "Shifting all logits by the same number" in text


def test_weights_of_one_to_six_classes_are_tried(passes):
    seen = []

    def answer(y, q):
        seen.append((y.tolist(), q.tolist()))
        return by_formula(y, q)

    said = passes(check_soft_target_bar, answer)
    assert "66 cases with logits up to ±1000" in said
    # The simple ones first, those that overflow last.
    by_hand = [(y, q) for y, q, _ in SOFT_TARGETS.values()]
    assert seen[:6] == by_hand[:6]
    assert seen[60:] == by_hand[6:]
    drawn = seen[6:60]
    assert {len(y) for y, _ in drawn} == set(range(1, 7))
    assert {entry for y, _ in drawn for entry in y} == set(range(-5, 6))
    assert {entry for _, q in drawn for entry in q} == {0, 0.5, 1, 1.5, 2}


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


def off_by(first, second, third=0):
    """Return a program of value 0 and slope a(2c - 1) - b c² + d(c² - c)."""

    def program(z, relu):
        one = relu(z) - relu(-z) - z
        two = relu(-relu(z))
        three = relu(relu(z)) - relu(z)
        return first * one + second * two + third * three

    return program


def cubic(z, relu):
    # c³ - 2c² - c/2 + 1 = (c - 2)(c² - 1/2)
    cube = relu(relu(relu(z))) - relu(z)
    half = Fraction(1, 2)
    return cube + off_by(-1, -half, -5 * half)(z, relu)


@pytest.mark.parametrize(
    ("program", "said"),
    [
        # 8(c² - c) - 7c² + 3(2c - 1) = (c - 3)(c + 1): the smaller root.
        (off_by(3, 7, 8), "0 z expected a slope that is wrong for every"),
        (off_by(3, 7, 8), "got c**2 - 2*c - 3, which is 0 for c = -1 hint"),
        # A root that can be written as a fraction is shown before others.
        (cubic, "got c**3 - 2*c**2 - c/2 + 1, which is 0 for c = 2 hint"),
        (
            lambda z, relu: relu(-z) - relu(relu(z)),
            "is -1 z expected a slope that is wrong for every number",
        ),
        (
            lambda z, relu: relu(-z) - relu(relu(z)),
            "got -c**2 - c, which is -1 for c = 0.6180 hint",
        ),
        (
            lambda z, relu: 0.5 * z + relu(z) - relu(-z),
            "is 3/2 z expected a slope that is wrong for every number",
        ),
        (
            lambda z, relu: z * Fraction(1, 2) + relu(z) - relu(-z),
            "got 2*c + 1/2, which is 3/2 for c = 1/2 hint",
        ),
        (
            lambda z, relu: 0 - z,
            "is -1 z expected a backward pass that does not give -1 got -1, f",
        ),
        (
            lambda z, relu: z - 0 + 0 * relu(z),
            "is 1 z expected a backward pass that does not give 1 got 1, for",
        ),
        (
            lambda z, relu: 3 * relu(2 * z) - relu(-z),
            "got slope 1 for z < 0, 6 for z > 0 hint",
        ),
        (
            lambda z, relu: relu(relu(-3 * z) - 2 * relu(-z)) - z,
            "got slope -2 for z < 0, -1 for z > 0 hint",
        ),
        (
            lambda z, relu: relu(z) - 2,
            "only values made of z are added here, and 2 is a number",
        ),
        (
            lambda z, relu: relu(7),
            "only values made of z are added here, and 7 is a number",
        ),
        (
            lambda z, relu: z.nothing,
            "input z = z",
        ),
    ],
)
def test_what_a_program_comes_to_is_told(program, said, refused):
    assert said in told(refused(check_every_convention, program))


@pytest.mark.parametrize(
    ("program", "said"),
    [
        (as_on_the_page, "it is 0 z, and the backward pass gives 2*c**2 - 2"),
        (as_on_the_page, "gives 2*c**2 - 2*c + 1\n"),
        (summed, "it is 0 z, and the backward pass gives 2*c**2 - 2*c + 1\n"),
        (another, "it is 1 z, and the backward pass gives 5*c**2 - 2*c + 2\n"),
        # 2(c² - c) - 2c² + 2c - 1: there need be no c in it.
        (off_by(1, 2, 2), "it is 0 z, and the backward pass gives -1\n"),
    ],
)
def test_what_every_convention_gets_wrong(program, said, passes):
    assert said in passes(check_every_convention, program)


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
