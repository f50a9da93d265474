"""The exercises of the page on checking gradients: right, varied, wrong."""

import json
import re

import numpy as np
import pytest
from byhand.backprop import compare_gradient
from byhand.checks.checking import (
    ACCEPTANCES,
    check_convolution_vjp,
    check_fooled,
    check_fourth_order,
    check_one_point,
    mistaken,
)
from numpy.linalg import norm

FUNCTIONS = (check_fourth_order, check_convolution_vjp)


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


# --- the adjoint of a convolution ------------------------------------------


def by_matrix(u, k):
    n = len(u) + len(k) - 1
    J = np.array([np.correlate(v, k, "valid") for v in np.eye(n)]).T
    return J.T @ u


def by_list(u, k):
    n = len(u) + len(k) - 1
    return [
        sum(u[i] * k[p - i] for i in range(len(u)) if 0 <= p - i < len(k))
        for p in range(n)
    ]


@pytest.mark.parametrize(
    "answer",
    [
        lambda u, k: np.convolve(u, k[::-1]),
        lambda u, k: np.convolve(u[::-1], k),
        lambda u, k: 2 * np.convolve(u, k),
        lambda u, k: np.zeros(len(u) + len(k) - 1),
        lambda u, k: np.full(len(u) + len(k) - 1, np.nan),
    ],
)
def test_a_wrong_adjoint_is_shown_by_a_unit_vector(answer, refused):
    text = refused(check_convolution_vjp, answer)
    assert "v = [" in text
    assert "<u, Jv>" in text


@pytest.mark.parametrize(
    "answer",
    [
        lambda u, k: np.convolve(u, k, "same"),
        lambda u, k: np.convolve(u, k)[:, None],
        lambda u, k: None,
        lambda u, k: [[1], [1, 2]],
    ],
)
def test_a_wrong_shape_is_told(answer, refused):
    assert "one for each entry of x" in refused(check_convolution_vjp, answer)


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


# --- one point --------------------------------------------------------------


@pytest.mark.parametrize(
    ("W", "x", "unseen"),
    [
        ([[1, 2], [2, -3]], [1, 1], "x_bar = W h"),
        ([[1, 2], [3, 1]], [1, 1], "x_bar = W.T z"),
        ([[1, 2], [0, -1]], [-1, 1], "x_bar = W.T 1"),
        ([[2, 3], [1, -1]], [1, 0], "x_bar = W.T z"),
        ([[2, 3], [-1, 1]], [2, 0], "W_bar = x h.T"),
    ],
)
def test_a_mistake_that_does_not_show_is_named(W, x, unseen, refused):
    assert unseen in refused(check_one_point, W, x)


def test_a_kink_and_bad_arrays_are_refused(refused):
    assert "that is 0" in refused(check_one_point, [[1, -1], [1, 2]], [1, 1])
    assert "shape (2, 2)" in refused(check_one_point, np.eye(3), [1, 1])
    assert "shape (2,)" in refused(check_one_point, np.eye(2), [1, np.nan])
    assert "shape (2,)" in refused(check_one_point, np.eye(2), "ab")


def test_the_gradients_taken_for_right_are_right():
    rng = np.random.default_rng(1)
    for _ in range(20):
        point = {"W": rng.normal(size=(2, 2)), "x": rng.normal(size=2)}
        h = np.maximum(point["W"] @ point["x"], 0)
        right = {"W": np.outer(h, point["x"]), "x": point["W"].T @ h}

        def f(a):
            return np.sum(np.maximum(a["W"] @ a["x"], 0) ** 2) / 2

        assert compare_gradient(f, right, point)
    wrong = mistaken(np.array([[1.0, 2.0], [0.0, -1.0]]), np.ones(2))
    assert len(wrong) == 4


#: What is said of right answers, and the answers.
RIGHT = {
    check_fourth_order: (
        "powers 0 to 4",
        stencil(*FIVE_POINTS),
        richardson,
        wide,
    ),
    check_convolution_vjp: ("140 pairs", by_matrix, by_list, np.convolve),
    check_fooled: (
        "4 checks accept",
        FOOLING,
        FOOLING | {"a": (4.2, 1, 0.8), "b": [-100, -1, 1]},
        FOOLING | {"c": np.array([0.4, 0.1, 0.1]), "d": [np.nan] * 3},
    ),
    check_one_point: (
        "4 mistakes show",
        ([[1, 2], [0, -1]], [1, 1]),
        ([[3, -1], [1, 2]], [1, -2]),
        (np.array([[-1.5, 0.5], [1.0, 2.0]]), np.array([1.0, 0.3])),
    ),
}
