"""The exercises of the page on evidence: right, varied and wrong."""

from functools import cache

import numpy as np
import pytest
from byhand.backprop import compare_gradient
from byhand.checks.evidence import (
    check_adjoint_pair,
    check_blind_signs,
    check_convolution_vjp,
    check_detector,
    check_one_point,
    check_overwritten,
    mistaken,
    pattern_images,
)
from byhand.tape import TABLE, Primitive
from byhand.tape.notation import call

# --- warm-ups ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("check", "answer", "said"),
    [
        (check_blind_signs, 0, "against all others"),
        (check_blind_signs, 0.5, "all four signs take part"),
        (check_blind_signs, 2, "The part is asked for"),
        (check_blind_signs, 0.875, "that see the error"),
        (check_adjoint_pair, ([[1, 2], [3, 4]], [[1, 3], [2, 4]]), "part 2"),
        (check_adjoint_pair, ([[1, 2], [3, 5]], [[1, 2], [3, 5]]), "<e_"),
        (check_adjoint_pair, [[1, 2], [3, 4]], "lists of lists"),
        (check_overwritten, (30, 9, 3, 3), "writes = for +="),
        (check_overwritten, (5, 9, 3, 3), "the bar of a * a"),
        (check_overwritten, (15, 3, 3, 3), "other factor"),
        (check_overwritten, (15, 9, 8, 3), "is visited first"),
        (check_overwritten, (15, 9, 11, 3), "writes = for +="),
        (check_overwritten, (15, 9, 3, 8), "the other factor of the product"),
    ],
)
def test_foreseen_slips_have_hints(check, answer, said, refused):
    assert said in " ".join(refused(check, answer).split())


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


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda u, k: np.convolve(u, k[::-1]), "turned around"),
        (lambda u, k: np.convolve(u[::-1], k), "first entries of x"),
        (lambda u, k: 2 * np.convolve(u, k), "Which y_i read"),
    ],
)
def test_the_hint_fits_the_mistake(answer, said, refused):
    assert said in " ".join(refused(check_convolution_vjp, answer).split())


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
    assert unseen in refused(check_one_point, (W, x))


def test_a_kink_and_bad_arrays_are_refused(refused):
    assert "that is 0" in refused(check_one_point, ([[1, -1], [1, 2]], [1, 1]))
    assert "shape (2, 2)" in refused(check_one_point, (np.eye(3), [1, 1]))
    assert "shape (2,)" in refused(check_one_point, (np.eye(2), [1, np.nan]))
    assert "shape (2,)" in refused(check_one_point, (np.eye(2), "ab"))


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


# --- a detector -------------------------------------------------------------


def bilinear(name, value, shape, to_a, to_b):
    TABLE.pop(name, None)  # another row of one name warns

    def change(dots, y, a, b):
        parts = [] if dots[0] is None else [row(dots[0], b)]
        parts += [] if dots[1] is None else [row(a, dots[1])]
        return parts[0] if len(parts) == 1 else parts[0] + parts[1]

    row = Primitive(
        name=name,
        value=value,
        shape=shape,
        cost=lambda y, a, b: {},
        jvp=change,
        vjp=lambda i, g, y, a, b: to_b(g, a) if i else to_a(g, b),
        notation=call(name),
    )
    return row


def value(X, K):
    part = np.lib.stride_tricks.sliding_window_view(X, K.shape, axis=(1, 2))
    return np.einsum("bijkl,kl->bij", part, K)


def image(Y, K):
    X = np.zeros(larger(Y, K))
    for k in np.ndindex(*K.shape):
        here = tuple(slice(a, a + n) for a, n in zip(k, Y.shape[1:], strict=1))
        X[:, *here] += K[k] * Y
    return X


def kernel(Y, X):
    part = np.lib.stride_tricks.sliding_window_view(
        X, Y.shape[1:], axis=(1, 2)
    )
    return np.einsum("bklij,bij->kl", part, Y)


def places(X, K):
    return X.shape[-2] - K.shape[-2] + 1, X.shape[-1] - K.shape[-1] + 1


def smaller(X, K):
    return X.shape[0], *places(X, K)


def larger(Y, K):
    rows, columns = (Y.shape[i] + K.shape[i - 1] - 1 for i in (1, 2))
    return Y.shape[0], rows, columns


def convolution(**changed):
    """Return a function that returns the row, with some parts replaced."""
    parts = {"value": value, "image": image, "kernel": kernel}
    parts |= {"to_kernel": 1, "again": 1, "swap": False} | changed

    def to_image(y_bar, K):
        return rows["image"](y_bar, K)

    def to_kernel(y_bar, X):
        order = (X, y_bar) if parts["swap"] else (y_bar, X)
        return rows["kernel"](*order)

    rows = {
        "conv": bilinear("conv", parts["value"], smaller, to_image, to_kernel),
        "image": bilinear(
            "image",
            parts["image"],
            larger,
            lambda U, K: parts["again"] * rows["conv"](U, K),
            lambda U, Y: parts["to_kernel"] * rows["kernel"](Y, U),
        ),
        "kernel": bilinear(
            "kernel",
            parts["kernel"],
            lambda Y, X: places(X, Y),
            lambda V, X: rows["conv"](X, V),
            lambda V, Y: rows["image"](Y, V),
        ),
    }
    return lambda: rows["conv"]


def patterns():
    return np.eye(3), [[1, 1, 1], [0, 0, 0], [1, 1, 1]]


#: The kernels that training found, so that tests need not train again.
KNOWN = {}


def train(X, s):
    key = X.tobytes()
    if key not in KNOWN:
        KNOWN[key] = descend(X, s)
    return KNOWN[key]


def descend(X, s, steps=120):
    K = np.random.default_rng(0).normal(size=(2, 3, 3)) / 10
    for _ in range(steps):
        e = [np.exp(value(X, k)) for k in K]
        L = [np.log(a.sum((1, 2))) for a in e]
        slope = -s / (1 + np.exp(s * (L[0] - L[1]))) / len(s)
        p = [a / a.sum((1, 2), keepdims=True) for a in e]
        bars = [kernel(slope[:, None, None] * a, X) for a in p]
        K = K - np.array([bars[0], -bars[1]])
    return K[0], K[1]


def turned(X, K):
    return value(X, K[::-1, ::-1])


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (convolution(value=turned), "not turned around"),
        (convolution(value=lambda X, K: 2 * value(X, K)), "that it covers"),
        (convolution(value=lambda X, K: X[0]), "p - r + 1 times"),
        (
            convolution(image=lambda Y, K: image(Y, K[::-1, ::-1])),
            "This is X_bar",
        ),
        (
            convolution(kernel=lambda Y, X: value(X[:1], Y[0])[0]),
            "every place of every image",
        ),
        (
            convolution(to_kernel=2),
            "bar of K. The first derivatives are right",
        ),
        (
            convolution(again=-1),
            "bar of Y_bar. The first derivatives are right",
        ),
        (
            convolution(swap=True),
            "in the right order",
        ),
        (lambda: None, "return conv"),
    ],
)
def test_a_wrong_row_is_refused(answer, said, refused):
    text = " ".join(refused(check_detector, answer, patterns, train).split())
    assert said in text


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        ((np.eye(3), np.eye(3)), "the same pattern twice"),
        (
            ([[1, 0, 0], [0] * 3, [0] * 3], [[0] * 3, [0] * 3, [0, 0, 1]]),
            "the same pattern twice",
        ),
        ((np.eye(3), 2 * np.eye(3)), "neither 0 nor 1"),
        (np.eye(3), "two arrays"),
    ],
)
def test_patterns_that_do_not_do(chosen, said, refused):
    answer = convolution(), lambda: chosen, train
    assert said in " ".join(refused(check_detector, *answer).split())


@pytest.mark.parametrize(
    ("untrained", "said"),
    [
        (lambda X, s: train(X, s)[::-1], "exchanged"),
        (lambda X, s: (np.ones((3, 3)),) * 2, "kernels are equal"),
        (lambda X, s: descend(X, s, 3), "every tenth step"),
        (lambda X, s: (np.full((3, 3), np.nan),) * 2, "are no numbers"),
        (lambda X, s: (X[0], X[1]), "return K0, K1"),
        (lambda X, s: X.nothing, "AttributeError"),
    ],
)
def test_kernels_that_tell_nothing_apart(untrained, said, refused):
    answer = convolution(), patterns, untrained
    with np.errstate(all="ignore"):
        text = refused(check_detector, *answer)
    assert said in " ".join(text.split())


def test_what_is_done_counts_before_the_rest_is_begun(refused):
    def later(X, s):
        raise NotImplementedError

    text = refused(check_detector, convolution(), patterns, later)
    assert "conv is right" in text


def test_each_image_has_one_pattern_inside():
    P, Q = np.full((3, 3), 50), np.full((3, 3), 90)
    X, s = pattern_images(P, Q, 60, rng=0)
    most = [value(x[None], np.ones((3, 3))).max() / 9 for x in X]
    assert np.allclose(most, np.where(s > 0, 50, 90), atol=1)
    assert set(s) == {-1, 1}


#: What is said of right answers, and the answers.
RIGHT = {
    check_blind_signs: ("16 directions", 0.125),
    check_adjoint_pair: (
        "2 conditions",
        ([[1, 2], [3, 5]], [[1, 3], [2, 5]]),
        (np.zeros((2, 2)), np.zeros((2, 2))),
    ),
    check_overwritten: ("2 programs", (15, 9, 3, 3)),
    check_convolution_vjp: ("140 pairs", by_matrix, by_list, np.convolve),
    check_one_point: (
        "4 mistakes show",
        ([[1, 2], [0, -1]], [1, 1]),
        ([[3, -1], [1, 2]], [1, -2]),
        (np.array([[-1.5, 0.5], [1.0, 2.0]]), np.array([1.0, 0.3])),
    ),
    check_detector: ("told apart", (cache(convolution()), patterns, train)),
}
