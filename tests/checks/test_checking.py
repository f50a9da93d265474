"""The exercises of the page on checking gradients: right, varied, wrong."""

import json
import re

import numpy as np
import pytest
from byhand.checks.checking import (
    ACCEPTANCES,
    check_complex_programs,
    check_cube_errors,
    check_fooled,
    check_fourth_order,
    check_fourth_order_step,
    check_large_constant,
)
from numpy.linalg import norm

# --- warm-ups ---------------------------------------------------------------

COMPLEX = {
    "np.sqrt(x @ x)": True,
    "np.linalg.norm(x)": False,
    "np.exp(x).sum() / (1 + x @ x)": True,
    "np.vdot(x, x)": False,
    "np.maximum(x, 0).sum()": True,
    "x[0] * x[1].real": False,
}


def errors(x, h):
    return 3 * x * h + h * h, h * h


def by_quotients(x, h):
    forward = ((x + h) ** 3 - x**3) / h
    central = ((x + h) ** 3 - (x - h) ** 3) / (2 * h)
    return forward - 3 * x**2, central - 3 * x**2


def wrong_at(x, h, change):
    """Return the errors, changed for one x and one h."""

    def answer(*given):
        found = np.array(errors(*given))
        return change(found) if given == (x, h) else found

    return answer


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (by_quotients, "the digits cancel"),
        (lambda x, h: h, "two numbers"),
        # Elsewhere some of these are the same: the errors are 1.75 and 0.25.
        (wrong_at(1, 0.5, lambda e: e[::-1]), "comes first"),
        (wrong_at(1, 0.5, lambda e: -e), "minus the derivative"),
        (wrong_at(1, 0.5, lambda e: e - [0.25, 0]), "Expand (x + h)^3"),
        (wrong_at(1, 0.5, lambda e: [0, 0]), "Expand (x + h)^3"),
        (wrong_at(1, 0.5, lambda e: e - [0, 0.25]), "Which powers of h"),
        (wrong_at(1, 0.5, lambda e: e[:1]), "two numbers"),
        (wrong_at(1, 0.5, lambda e: e + 3), "Take the derivative off"),
        (wrong_at(-2, 0.25, lambda e: e + 12), "Take the derivative off"),
        (wrong_at(3, 2, lambda e: e + 27), "Take the derivative off"),
        (wrong_at(3, 2, lambda e: e + 26), "Expand (x + h)^3"),
        (wrong_at(0.5, 1e-6, lambda e: -e), "the digits cancel"),
    ],
)
def test_slips_in_the_errors_of_a_cube(answer, said, refused):
    assert said in " ".join(refused(check_cube_errors, answer).split())


#: Where a function is easily wrong that is right elsewhere.
STEPS = {
    "x = 0, where both errors are h²": (0.0, 1.0),
    "x and h are 1": (1.0, 1.0),
    "a step of a half": (1.0, 0.5),
    "x < 0": (-2.0, 0.25),
    "a step of more than 1": (3.0, 2.0),
    "a small step": (0.5, 1e-6),
    "one that is smaller, with x < 0": (-1.0, 1e-9),
    "one at which a quotient has few digits left": (2.0, 1e-12),
}


@pytest.mark.parametrize(("x", "h"), STEPS.values(), ids=STEPS)
@pytest.mark.parametrize("place", [0, 1])
def test_each_step_is_tried_for_both_errors(x, h, place, passes, refused):
    off = np.eye(2)[place] * 1e-9
    passes(check_cube_errors, wrong_at(x, h, lambda e: e * (1 - off / 2)))
    answer = wrong_at(x, h, lambda e: e * (1 + 2 * off))
    text = refused(check_cube_errors, answer)
    assert f"input     x = {x}\n            h = {h}\n" in text


#: 1/1000 off, but for a little: what is rounded to three digits.
ROUNDED = (0.9990001, 1, 1 / 0.9990001)


@pytest.mark.parametrize(
    ("place", "number", "said"),
    [
        (0, 1e6, "|f| stands under a root"),
        (0, 1e-3, "longer or a shorter"),
        (0, 1, "Look at the optimal steps"),
        (1, 1e6, "|f| stands under a root"),
        (1, 1, "Both parts of the error grow"),
        (1, 1e2, "Look at the optimal steps"),
        (2, 1e3, "the root is another one"),
        (2, 1e6, "|f| stands under a root"),
        (2, 1e4, "Look at the optimal steps"),
        (3, 1e2, "Which power of |f| stands under this root"),
        (3, 1e3, "the root is another one"),
        (3, 1e12, "f² stands under a root"),
        (3, 1e6, "Look at the optimal steps"),
    ],
)
@pytest.mark.parametrize("rounded", ROUNDED)
def test_slips_of_a_large_constant(place, number, said, rounded, refused):
    answer = [1e3, 1e3, 1e2, 1e4]
    answer[place] = number * rounded
    assert said in " ".join(refused(check_large_constant, answer).split())


@pytest.mark.parametrize("rounded", ROUNDED)
def test_numbers_may_be_rounded_to_three_digits(rounded, passes, refused):
    right = np.array([1e3, 1e3, 1e2, 1e4])
    passes(check_large_constant, right * rounded)
    for place in range(4):
        off = 1 + 0.0011 * np.eye(4)[place]
        assert "Look at" in refused(check_large_constant, right * off)
        assert "Look at" in refused(check_large_constant, right / off)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ((1 / 4, 4 / 5), "Differentiate it"),
        ((1 / 3, 4 / 5), "error with h^2"),
        ((-1 / 5, 4 / 5), "the step can be shorter"),
        ((4 / 5, 1 / 5), "step comes first"),
        ((1 / 2, 4 / 5), "At the best step both parts"),
        ((1 / 5, 3 / 4), "best step into the error"),
        ((1 / 5, 2 / 3), "least error of the central difference"),
        ((1 / 5, 1 / 5), "with the power 4"),
        ((1 / 5, -1 / 5), "and keep the ε"),
        ((1 / 5, 1 / 2), "At the best step both parts"),
        ((1 / 5, 1), "At the best step both parts"),
        ((1 / 5, 0), "At the best step both parts"),
        ((0, 4 / 5), "At the best step both parts"),
        ((1, 4 / 5), "At the best step both parts"),
    ],
)
def test_slips_in_the_powers(answer, said, refused):
    assert said in " ".join(refused(check_fourth_order_step, answer).split())


@pytest.mark.parametrize("program", COMPLEX)
def test_a_verdict_is_held_against_both_steps(program, refused):
    wrong = COMPLEX | {program: not COMPLEX[program]}
    text = " ".join(refused(check_complex_programs, wrong).split())
    found = re.search(r"gives (\[.*?\]) and .*? (\[.*?\])", text)
    assert (found[1] == found[2]) == COMPLEX[program]


UNIT = np.array([3, -2]) / 13**0.5
EXPONENTIALS = np.exp([3, -2])


@pytest.mark.parametrize(
    ("program", "by_complex_step", "gradient"),
    [
        ("np.sqrt(x @ x)", UNIT, UNIT),
        ("np.linalg.norm(x)", [0, 0], UNIT),
        (
            "np.exp(x).sum() / (1 + x @ x)",
            *[
                EXPONENTIALS / 14
                - EXPONENTIALS.sum() * np.array([6, -4]) / 14**2
            ]
            * 2,
        ),
        ("np.vdot(x, x)", [0, 0], [6, -4]),
        ("np.maximum(x, 0).sum()", [1, 0], [1, 0]),
        ("x[0] * x[1].real", [-2, 0], [-2, 3]),
    ],
)
def test_what_the_steps_give_at_the_point(
    program, by_complex_step, gradient, refused
):
    wrong = COMPLEX | {program: not COMPLEX[program]}
    text = " ".join(refused(check_complex_programs, wrong).split())
    one, other = (
        f"[{a:g}, {b:g}]" for a, b in np.round((by_complex_step, gradient), 4)
    )
    assert (
        f"at (3, -2) the complex step gives {one} and the central "
        f"difference {other}" in text
    )


def test_the_powers_of_the_rounding_are_fifths(passes):
    assert "2 powers" in passes(check_fourth_order_step, (0.2, 0.8))


# --- a difference quotient of fourth order ---------------------------------


def stencil(*terms):
    """Return the scheme sum of c f(x + a h) / h for pairs (a, c)."""
    return lambda f, x, h: sum(c * f(x + a * h) for a, c in terms) / h


FIVE_POINTS = ((-2, 1 / 12), (-1, -2 / 3), (1, 2 / 3), (2, -1 / 12))


def richardson(f, x, h):
    near = (f(x + h) - f(x - h)) / (2 * h)
    far = (f(x + h / 2) - f(x - h / 2)) / h
    return (4 * far - near) / 3


def wide(f, x, h):
    # Distances h and 4h: (16 C(h) - C(4h)) / 15.
    near, far = f(x + h) - f(x - h), f(x + 4 * h) - f(x - 4 * h)
    return (16 * near / (2 * h) - far / (8 * h)) / 15


@pytest.mark.parametrize(
    ("answer", "power"),
    [
        (stencil((1, 1)), 0),
        (stencil((1, 1), (-1, -1)), 1),
        (stencil((0, -1), (1, 1)), 2),
        (stencil((-1, -0.5), (1, 0.5)), 3),
        (stencil((0, -11 / 6), (1, 3), (2, -1.5), (3, 1 / 3)), 4),
    ],
)
def test_the_lowest_power_that_fails_is_shown(answer, power, refused):
    text = refused(check_fourth_order, answer)
    assert f"f = y -> y^{power}" in text


def test_the_evaluations_are_counted_and_placed(refused):
    def five(f, x, h):
        return 0 * f(x) + stencil(*FIVE_POINTS)(f, x, h)

    text = refused(check_fourth_order, five)
    assert "at most 4 evaluations" in text
    assert "got       5, at 0, -2, -1, 1, 2\n" in text
    fixed = stencil(*FIVE_POINTS)
    text = refused(check_fourth_order, lambda f, x, h: fixed(f, x, 1e-3))
    assert "a few multiples of h" in text
    text = refused(check_fourth_order, lambda f, x, h: 0.0)
    assert "x = 0.0\n            h = 1.0\n" in text
    assert "f was evaluated at nowhere" in text
    text = refused(
        check_fourth_order, lambda f, x, h: f(complex(x, h)).imag / h
    )
    assert "real numbers" in text


def scaled(factor):
    """Return the five-point scheme, whose points are up to 2h away."""
    scheme = stencil(*FIVE_POINTS)
    return lambda f, x, h: scheme(f, x, factor * h)


def test_points_may_be_from_an_eighth_of_h_to_4h_away(passes, refused):
    for factor in (1 / 16, 1 / 2, 1, 2):
        passes(check_fourth_order, scaled(factor))
    # Right for every power, but 4.5h or h / 9 away.
    for factor, points in (
        (9 / 4, "-4.5, -2.25, 2.25, 4.5"),
        (1 / 18, "-0.111111, -0.0555556, 0.0555556, 0.111111"),
    ):
        text = refused(check_fourth_order, scaled(factor))
        assert "a few multiples of h" in text
        assert f"f was evaluated at {points}\n" in text


def test_how_far_is_told_in_steps(refused):
    def answer(f, x, h):
        return scaled(2 if h == 1 else 9 / 4)(f, x, h)

    text = refused(check_fourth_order, answer)
    assert "x = 0.0\n            h = 0.5\n" in text
    assert "f was evaluated at -2.25, -1.125, 1.125, 2.25\n" in text


def wrong_scheme_at(place):
    """Return a scheme that is one off at one x and h."""

    def answer(f, x, h):
        return stencil(*FIVE_POINTS)(f, x, h) + ((x, h) == place)

    return answer


@pytest.mark.parametrize(
    "place",
    [
        pytest.param((0, 1), id="a step of 1 from 0"),
        pytest.param((1, 1), id="a step of 1 from elsewhere"),
        pytest.param((0, 0.5), id="another step from 0"),
        pytest.param((-2, 0.25), id="another step from a negative number"),
    ],
)
def test_these_steps_are_tried(place, refused):
    x, h = map(float, place)
    text = refused(check_fourth_order, wrong_scheme_at(place))
    assert f"f = y -> y^0\n            x = {x}\n            h = {h}" in text


def test_many_steps_are_tried_for_each_power():
    seen = []

    def answer(f, x, h):
        seen.append((f.power, x, h))
        return stencil(*FIVE_POINTS)(f, x, h)

    check_fourth_order(answer)
    assert len(seen) == 5 * 44
    assert [power for power, *_ in seen] == sorted([0, 1, 2, 3, 4] * 44)
    xs = {x for _, x, _ in seen[4:44]}
    assert (min(xs), max(xs)) == (-2, 2)
    assert all((8 * x).is_integer() for x in xs)
    assert len(xs) > 15
    assert {h for *_, h in seen[4:44]} == {
        1,
        1 / 2,
        1 / 4,
        1 / 8,
        1 / 16,
        1 / 32,
    }


# --- fooling a check --------------------------------------------------------

FOOLING = {
    "a": [5, 0, 1],
    "b": [0, 0, 0],
    "c": [8, 2, 2],
    "d": [float("nan"), 1, 1],
    "e": None,
}


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"a": [4, 1, 1]}, "at most .* off"),
        ({"a": [5, 1, 1]}, "it fails: .* g - n = \\[1, 0, 0\\]"),
        ({"b": [5, 0, 0]}, "it fails"),
        ({"c": [5, 1, 1]}, "it fails"),
        ({"d": [np.inf, 1, 1]}, "it fails"),
        ({"e": [4, 1, 1.5]}, "it fails"),
        ({"e": [4, 1, 1]}, "at most .* off"),
        ({"d": None}, "there is one"),
        ({"b": [1, 2]}, "three numbers, or None"),
        ({"b": "small"}, "three numbers, or None"),
    ],
)
def test_a_claim_that_does_not_do_is_told_why(change, says, refused):
    text = refused(check_fooled, FOOLING | change)
    assert re.search(says, text.replace("\n", " "))
    assert f"check {next(iter(change))}:" in text


@pytest.mark.parametrize(
    ("letter", "hint"),
    [
        ("a", "Only the sum of the three errors"),
        ("b", "Which sign must an error have"),
        ("c", "What does it not compare"),
        ("d", "for which every comparison is false"),
    ],
)
def test_there_is_a_gradient_that_fools_these(letter, hint, refused):
    text = refused(check_fooled, FOOLING | {letter: None})
    assert "a wrong gradient that passes; there is one" in text
    assert hint in " ".join(text.split())


@pytest.mark.parametrize("letter", FOOLING)
def test_what_is_not_wrong_is_no_answer(letter, refused):
    text = " ".join(
        refused(check_fooled, FOOLING | {letter: [4.09, 1.05, 0.95]}).split()
    )
    assert "got at most 0.09 off [4, 1, 1]" in text
    assert "with g = [4.09, 1.05, 0.95]" in text


def test_one_entry_that_is_wrong_is_enough(passes):
    passes(check_fooled, FOOLING | {"b": [3.89, 1, 1], "a": [4.11, 1, 0.89]})


@pytest.mark.parametrize("claims", [3, {}, {"a": None}])
def test_claims_are_a_dictionary_with_all_letters(claims, refused):
    assert "keys a, b, c, d, e" in refused(check_fooled, claims)


def test_the_checks_are_what_they_say():
    rng = np.random.default_rng(0)
    for text, accepts in ACCEPTANCES.values():
        for size in (0, 1e-7, 1):
            n = rng.normal(size=3)
            g = n + size * rng.normal(size=3)
            said = eval(text, {"norm": norm}, {"g": g, "n": n, "abs": abs})
            assert bool(said) == bool(accepts(g, n))


@pytest.mark.parametrize(
    ("letter", "g", "accepted"),
    [
        ("a", [1e-6, 0, 0], False),
        ("b", [1e-6, 0, 0], False),
        # The direction of 0 is not compared.
        ("c", [1, 0, 0], False),
        ("d", [1e-6, 0, 0], True),
        ("e", [1e-6, 0, 0], False),
    ],
)
def test_the_checks_are_what_they_say_at_their_limits(letter, g, accepted):
    text, accepts = ACCEPTANCES[letter]
    g, n = np.array(g), np.zeros(3)
    assert bool(accepts(g, n)) == accepted
    said = eval(text, {"norm": norm}, {"g": g, "n": n, "abs": abs})
    assert bool(said) == accepted


def test_the_page_shows_the_same_checks(request):
    # A fork may have dropped the page; the checker stays with the package.
    chapters = request.config.rootpath / "chapters"
    for path in chapters.rglob("checking.ipynb"):
        page = json.loads(path.read_text(encoding="utf-8"))
        prose = "".join(line for c in page["cells"] for line in c["source"])
        for letter, (text, _) in ACCEPTANCES.items():
            assert f"- {letter}: `{text}`" in prose


#: What is said of right answers, and the answers.
RIGHT = {
    check_cube_errors: ("8 pairs", errors),
    check_large_constant: ("4 factors", (1e3, 1e3, 1e2, 1e4)),
    check_complex_programs: ("6 verdicts", COMPLEX),
    check_fourth_order: (
        "powers 0 to 4",
        stencil(*FIVE_POINTS),
        richardson,
        wide,
    ),
    check_fourth_order_step: ("2 powers", (1 / 5, 4 / 5)),
    check_fooled: (
        "4 checks accept",
        FOOLING,
        FOOLING | {"a": (4.2, 1, 0.8), "b": [-100, -1, 1]},
        FOOLING | {"c": np.array([0.4, 0.1, 0.1]), "d": [np.nan] * 3},
    ),
}
