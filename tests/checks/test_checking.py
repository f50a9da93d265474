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


@pytest.mark.parametrize(
    ("check", "answer", "said"),
    [
        (check_cube_errors, by_quotients, "the digits cancel"),
        (check_cube_errors, lambda x, h: errors(x, h)[::-1], "comes first"),
        (
            check_cube_errors,
            lambda x, h: [-e for e in errors(x, h)],
            "minus the derivative",
        ),
        (check_cube_errors, lambda x, h: (3 * x * h, h**2), "Expand"),
        (
            check_cube_errors,
            lambda x, h: (errors(x, h)[0], 0),
            "Which powers of h",
        ),
        (check_cube_errors, lambda x, h: h, "two numbers"),
        (
            check_cube_errors,
            lambda x, h: [e + 3 * x**2 for e in errors(x, h)],
            "Take the derivative off",
        ),
        (check_large_constant, (1e6, 1e3, 1e2, 1e4), "under a root"),
        (check_large_constant, (1e3, 1, 1e2, 1e4), "Both parts"),
        (check_large_constant, (1e3, 1e3, 1e3, 1e4), "another one"),
        (check_large_constant, (1e3, 1e3, 1e2, 1e2), "Which power"),
        (check_large_constant, (1e-3, 1e3, 1e2, 1e4), "longer or a shorter"),
        (check_fourth_order_step, (1 / 4, 3 / 4), "Differentiate it"),
        (check_fourth_order_step, (1 / 5, 3 / 4), "best step into the error"),
        (check_fourth_order_step, (1 / 3, 2 / 3), "error with h^2"),
        (check_fourth_order_step, (4 / 5, 1 / 5), "step comes first"),
    ],
)
def test_foreseen_slips_have_hints(check, answer, said, refused):
    assert said in " ".join(refused(check, answer).split())


@pytest.mark.parametrize("program", COMPLEX)
def test_a_verdict_is_held_against_both_steps(program, refused):
    wrong = COMPLEX | {program: not COMPLEX[program]}
    text = " ".join(refused(check_complex_programs, wrong).split())
    found = re.search(r"gives (\[.*?\]) and .*? (\[.*?\])", text)
    assert (found[1] == found[2]) == COMPLEX[program]


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

    assert "at most 4 evaluations" in refused(check_fourth_order, five)
    fixed = stencil(*FIVE_POINTS)
    text = refused(check_fourth_order, lambda f, x, h: fixed(f, x, 1e-3))
    assert "a few multiples of h" in text
    assert "nowhere" in refused(check_fourth_order, lambda f, x, h: 0.0)
    text = refused(
        check_fourth_order, lambda f, x, h: f(complex(x, h)).imag / h
    )
    assert "real numbers" in text


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
