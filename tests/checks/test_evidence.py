"""The exercises of the page on evidence: right, varied and wrong."""

import re
from functools import cache

import numpy as np
import pytest
from byhand.backprop import compare_gradient
from byhand.checks.evidence import (
    ab_numbers,
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
        (check_blind_signs, 0.0625, "its opposite is missed too"),
        (check_blind_signs, 0.25, "make up for the first one"),
        (check_blind_signs, 1, "make up for the first one"),
        (check_blind_signs, 0.14, "make up for the first one"),
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


def test_two_of_the_16_directions_miss_the_error(passes):
    signs = np.array(np.meshgrid(*[[-1, 1]] * 4)).reshape(4, 16)
    missed = np.mean(np.array([3, 1, 1, 1]) @ signs == 0)
    passes(check_blind_signs, missed)


@pytest.mark.parametrize(
    ("B", "said"),
    [
        # A is ((1, 2), (3, 5)).
        ([[1, 2], [3, 5]], "<e_1, A e_0> = 3 and <B e_1, e_0> = 2"),
        ([[1, 3], [4, 5]], "<e_0, A e_1> = 2 and <B e_0, e_1> = 4"),
        ([[1, 3], [2, 6]], "<e_1, A e_1> = 5 and <B e_1, e_1> = 6"),
        ([[0, 3], [2, 5]], "<e_0, A e_0> = 1 and <B e_0, e_0> = 0"),
    ],
)
def test_modes_that_differ_are_shown_where_they_do(B, said, refused):
    text = refused(check_adjoint_pair, ([[1, 2], [3, 5]], B))
    assert f"got {said} hint" in " ".join(text.split())


@pytest.mark.parametrize("place", [(0, 0), (0, 1), (1, 0), (1, 1)])
def test_modes_may_be_wrong_in_one_entry(place, passes, refused):
    A = np.array([[1.0, 2.0], [3.0, 4.0]])
    # An entry may be off by a thousandth of its size, and by 0.001.
    limit = 0.001 * (1 + A[place])
    for off in (0.99 * limit, -0.99 * limit):
        near = A.copy()
        near[place] += off
        text = refused(check_adjoint_pair, (near, near.T))
        assert "it is the Jacobian" in text
    for off in (1.01 * limit, -1.01 * limit, 1, -1):
        wrong = A.copy()
        wrong[place] += off
        passes(check_adjoint_pair, (wrong, wrong.T))


@pytest.mark.parametrize(
    ("setting", "a", "b"),
    [
        (None, 3, 5), ("group 1", 2, 5), ("group 2", 3, 8),
        ("group 3", 7, 12), ("group 4", 4, 7), ("group 5", 6, 8),
        ("group 6", 5, 8), ("group 12", 7, 8),
    ],
)  # fmt: skip
def test_the_numbers_of_a_variant_stay(setting, a, b, vary):
    # Written down once: a course has handed them out.
    vary(setting)
    assert ab_numbers.value == (a, b)


def test_the_numbers_of_variants_differ(vary):
    drawn = []
    for i in range(200):
        vary(f"group {i}")
        drawn.append(ab_numbers.value)
    assert {a for a, _ in drawn} == {2, 3, 4, 5, 6, 7}
    assert {b - a for a, b in drawn} == {1, 2, 3, 4, 5}


@pytest.mark.parametrize(
    ("place", "number", "said"),
    [
        # a = 7 and b = 12: 84, 49, 7 and 7 are right.
        (0, 168, "That is the derivative"),
        (0, 7, "multiplied by the bar of a * a"),
        (0, 12, "That is the bar of a * a"),
        (0, 49, "Visit the steps"),
        (1, 7, "is the other factor, a * a"),
        (1, 12, "is the other factor, a * a"),
        (1, 84, "Visit the steps"),
        (2, 26, "That is the derivative"),
        (2, 19, "the last step, and is visited first"),
        (2, 1, "multiplied by the sum's bar"),
        (2, 12, "Visit the steps"),
        (3, 1, "multiplied by the sum's bar"),
        (3, 19, "the other factor of the product"),
        (3, 12, "Visit the steps"),
    ],
)
def test_slips_in_a_variant(place, number, said, vary, passes, refused):
    vary("group 3")
    answer = [84, 49, 7, 7]
    passes(check_overwritten, answer)
    answer[place] = number
    text = " ".join(refused(check_overwritten, answer).split())
    assert "input a = 7, b = 12 expected" in text
    assert said in text


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


#: The lengths of the kernel and of u where a function is easily wrong.
LENGTHS = {
    "numbers": (1, 1),
    "one output": (2, 1),
    "a kernel of one entry": (1, 2),
    "as many outputs as entries": (2, 2),
    "a kernel shorter than u": (2, 3),
    "a kernel longer than u": (3, 2),
    "one output of three entries": (3, 1),
    "a longer u": (3, 4),
    "a longer kernel": (4, 3),
}


@pytest.mark.parametrize(("m", "outputs"), LENGTHS.values(), ids=LENGTHS)
def test_these_lengths_are_tried(m, outputs, refused):
    def answer(u, k):
        return np.convolve(u, k) + ((len(k), len(u)) == (m, outputs))

    text = refused(check_convolution_vjp, answer)
    # The first unit vectors, by hand: u picks the kernel's first entry.
    u, v = (np.eye(size)[0] for size in (outputs, m + outputs - 1))
    k = np.arange(1.0, m + 1)
    for name, array in (("u", u), ("k", k), ("v", v)):
        assert f" {name} = {array}\n" in text.replace(",", "")
    assert "expected  <J^T u, v> = <u, Jv> = 1\n" in text
    assert "got       <J^T u, v> = 2, from J^T u = [" in text


def test_the_pairs_that_are_tried(passes):
    seen = []

    def answer(u, k):
        seen.append((u, k))
        return np.convolve(u, k)

    said = passes(check_convolution_vjp, answer)
    assert f"{sum(len(u) + len(k) - 1 for u, k in seen)} pairs" in said
    integers = [], []
    for m, outputs in LENGTHS.values():
        here = [(u, k) for u, k in seen if (len(k), len(u)) == (m, outputs)]
        assert len(here) == outputs + 2
        units = [u for u, k in here if list(k) == list(range(1, m + 1))]
        assert np.array_equal(units[:outputs], np.eye(outputs))
        for found, array in zip(integers, here[outputs], strict=True):
            found.extend(array.tolist())
        assert not any(number.is_integer() for number in here[-1][0])
        assert not any(number.is_integer() for number in here[-1][1])
    for found in integers:
        assert (min(found), max(found)) == (-3, 3)


def test_an_adjoint_may_be_off_by_what_is_lost_in_rounding(passes, refused):
    for off in (1e-10, -1e-10):
        passes(check_convolution_vjp, lambda u, k, off=off: (
            np.convolve(u, k) * (1 + off)
        ))  # fmt: skip
    for off in (1e-8, -1e-8):
        text = refused(check_convolution_vjp, lambda u, k, off=off: (
            np.convolve(u, k) * (1 + off)
        ))  # fmt: skip
        assert f"from J^T u = [{1 + off:.8f}]" in text


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
    text = refused(check_convolution_vjp, answer)
    assert re.search(r"[1-6] numbers, one for each entry of x", text)


def test_the_shape_that_is_wanted_is_told(refused):
    text = refused(
        check_convolution_vjp,
        lambda u, k: np.convolve(u, k) if len(k) < 3 else u,
    )
    assert "4 numbers, one for each entry of x" in text


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda u, k: np.convolve(u, k[::-1]), "turned around"),
        (lambda u, k: np.convolve(u[::-1], k), "first entries of x"),
        (lambda u, k: 2 * np.convolve(u, k), "Which y_i read"),
        # Where no entry of either is one of the other.
        (lambda u, k: np.convolve(u, k[:: -1 if len(u) > 3 else 1]),
         "turned around"),
        (lambda u, k: np.convolve(u[:: -1 if len(k) > 3 else 1], k),
         "first entries of x"),
    ],
)  # fmt: skip
def test_the_hint_fits_the_mistake(answer, said, refused):
    assert said in " ".join(refused(check_convolution_vjp, answer).split())


# --- one point --------------------------------------------------------------


@pytest.mark.parametrize(
    ("W", "x", "unseen", "value"),
    [
        ([[1, 2], [2, -3]], [1, 1], "x_bar = W h", "[3, 6]"),
        ([[1, 2], [3, 1]], [1, 1], "x_bar = W.T z", "[15, 10]"),
        ([[1, 2], [0, -1]], [-1, 1], "x_bar = W.T 1[z > 0]", "[1, 2]"),
        ([[2, 3], [1, -1]], [1, 0], "x_bar = W.T z", "[5, 5]"),
        ([[2, 3], [-1, 1]], [2, 0], "W_bar = x h.T", "[[8, 0], [0, 0]]"),
    ],
)
def test_a_mistake_that_does_not_show_is_named(W, x, unseen, value, refused):
    text = " ".join(refused(check_one_point, (W, x)).split())
    assert f"expected a mistake that shows: {unseen} got" in text
    assert f"got {unseen.split()[0]} = {value}, which is right hint" in text


def test_a_mistake_shows_from_a_ten_thousandth_on(passes, refused):
    # W h is (3, 6 + 6e) and W.T h is (3, 6).
    for e in (2e-4, -2e-4):
        passes(check_one_point, ([[1, 2], [2 + 2 * e, -3]], [1, 1]))
    for e in (0.5e-4, -0.5e-4):
        text = refused(check_one_point, ([[1, 2], [2 + 2 * e, -3]], [1, 1]))
        assert "x_bar = W h" in text


def test_the_mistakes_at_a_point_by_hand():
    # z = (3, -1) and h = (3, 0).
    wrong = mistaken(np.array([[1.0, 2.0], [0.0, -1.0]]), np.ones(2))
    assert {name: value.tolist() for name, value in wrong.items()} == {
        "x_bar = W h": [3, 0],
        "x_bar = W.T z": [3, 7],
        "x_bar = W.T 1[z > 0]": [1, 2],
        "W_bar = x h.T": [[3, 0], [3, 0]],
    }
    # Where z is 0 the indicator is 0.
    wrong = mistaken(np.eye(2), np.array([1.0, 0.0]))
    assert wrong["x_bar = W.T 1[z > 0]"].tolist() == [1, 0]


def test_a_kink_and_bad_arrays_are_refused(refused):
    for W, z in (([[1, -1], [1, 2]], "[0, 3]"), ([[1, 2], [1, -1]], "[3, 0]")):
        text = refused(check_one_point, (W, [1, 1]))
        assert "that is 0" in text
        assert f"got       z = {z}\n" in text
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
    parts |= {"to_kernel": 1, "to_image": 1, "again": 1, "swap": False}
    parts |= changed

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
            lambda V, Y: parts["to_image"] * rows["image"](Y, V),
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
            convolution(to_image=2),
            "bar of X. The first derivatives are right",
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


#: Sizes B, p, q, r, s at which a row is easily wrong that is right elsewhere.
SIZES = {
    "numbers": (1, 1, 1, 1, 1),
    "two places in a row": (1, 1, 2, 1, 1),
    "one place for two entries": (1, 1, 2, 1, 2),
    "a kernel that is a column": (1, 2, 3, 2, 1),
    "two images": (2, 2, 2, 1, 2),
    "a square kernel": (1, 4, 3, 2, 2),
    "more rows than columns": (2, 5, 4, 3, 2),
    "more columns than rows": (3, 4, 6, 2, 3),
}


def only_at(sizes, wrong, right):
    """Return a row's value that is wrong for images and kernels of a size."""

    def answer(X, K):
        here = (*X.shape, *K.shape) == sizes
        return (wrong if here else right)(X, K)

    return answer


@pytest.mark.parametrize("sizes", SIZES.values(), ids=SIZES)
def test_each_size_is_tried(sizes, refused):
    B, p, q, r, s = sizes
    wrong = only_at(sizes, lambda X, K: value(X, K) + 1, value)
    answer = convolution(value=wrong), patterns, train
    text = refused(check_detector, *answer)
    assert "that it covers" in text
    image, kernel = text.split("X = ")[1].split("K = ")
    assert image.count(",") == B * p * q - 1
    assert kernel.split("expected")[0].count(",") == r * s - 1


@pytest.mark.parametrize("sizes", SIZES.values(), ids=SIZES)
@pytest.mark.parametrize("part", ["image", "kernel"])
def test_each_size_is_tried_backwards(part, sizes, refused):
    B, p, q, r, s = sizes
    right, other = {
        "image": (image, (r, s)), "kernel": (kernel, (B, p, q)),
    }[part]  # fmt: skip
    places = (B, p - r + 1, q - s + 1)

    def wrong(Y, Z):
        here = Y.shape == places and Z.shape == other
        return right(Y, Z) + here

    answer = convolution(**{part: wrong}), patterns, train
    text = " ".join(refused(check_detector, *answer).split())
    assert f"This is {'X' if part == 'image' else 'K'}_bar." in text
    # The bars of the outputs are 1, 2, 3, ...; not all may be shown.
    shown = text.split("Y_bar = ")[1].split(" expected")[0]
    numbers = re.findall(r"\d+", shown)
    count = min(np.prod(places), 8)
    assert list(map(int, numbers[:count])) == [*range(1, count + 1)]


@pytest.mark.parametrize(
    ("sizes", "wrong", "said"),
    [
        ("34623", lambda X, K: value(X, K[::-1, ::-1]), "not turned around"),
        ("25432", lambda X, K: value(X, K[::-1, ::-1]), "not turned around"),
        ("25432", lambda X, K: value(X, K[::-1]), "that it covers"),
        ("25432", lambda X, K: value(X, K[:, ::-1]), "that it covers"),
        ("14322", lambda X, K: value(X, K.T), "first index of K goes"),
        ("34623", lambda X, K: value(X, K.T), "p - r + 1 times"),
        ("14322", lambda X, K: 2 * value(X, K), "that it covers"),
        ("25432", lambda X, K: value(X, K)[0], "p - r + 1 times"),
    ],
)
def test_slips_in_the_values_of_one_size(sizes, wrong, said, refused):
    sizes = tuple(map(int, sizes))
    answer = convolution(value=only_at(sizes, wrong, value)), patterns, train
    assert said in " ".join(refused(check_detector, *answer).split())


def test_images_and_kernels_of_small_integers_are_tried(refused):
    seen, kernels, images = [], [], []

    def watched(X, K):
        seen.append((X, K))
        return value(X, K)

    def watched_image(Y, K):
        kernels.append(K)
        return image(Y, K)

    def watched_kernel(Y, X):
        images.append(X)
        return kernel(Y, X)

    def untrained(X, s):
        raise NotImplementedError

    row = convolution(
        value=watched, image=watched_image, kernel=watched_kernel
    )
    refused(check_detector, row, patterns, untrained)
    direct = seen[: len(SIZES)]
    assert [(*X.shape, *K.shape) for X, K in direct] == [*SIZES.values()]
    for arrays in zip(*direct, strict=True):
        numbers = np.concatenate([array.ravel() for array in arrays])
        assert (numbers.min(), numbers.max()) == (-2, 3)
    # Backwards each image comes twice: itself, and as a bar of a bar.
    for arrays in (kernels[::2], images[::2]):
        numbers = np.concatenate([array.ravel() for array in arrays])
        assert (numbers.min(), numbers.max()) == (-2, 3)


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        ((np.eye(3), np.eye(3)), "the same pattern twice"),
        (
            ([[1, 0, 0], [0] * 3, [0] * 3], [[0] * 3, [0] * 3, [0, 0, 1]]),
            "the same pattern twice",
        ),
        (([[1, 1, 0], [0] * 3, [0] * 3], [[0, 1, 1], [0] * 3, [0] * 3]),
         "the same pattern twice"),
        (([[1, 0, 0], [1, 0, 0], [0] * 3], [[0] * 3, [0, 1, 0], [0, 1, 0]]),
         "the same pattern twice"),
        ((np.zeros((3, 3)), np.zeros((3, 3))), "the same pattern twice"),
        ((np.eye(3), -np.eye(3)), "neither 0 nor 1"),
        ((np.eye(3), 2 * np.eye(3)), "neither 0 nor 1"),
        (np.eye(3), "two arrays"),
    ],
)  # fmt: skip
def test_patterns_that_do_not_do(chosen, said, refused):
    answer = convolution(), lambda: chosen, train
    assert said in " ".join(refused(check_detector, *answer).split())


CROSS = np.array([[1, 0, 1], [0, 1, 0], [1, 0, 1]])
PLUS = np.array([[0, 1, 0], [1, 1, 1], [0, 1, 0]])


@pytest.mark.parametrize(
    ("P", "Q"),
    [
        pytest.param(np.zeros((3, 3)), np.eye(3), id="nothing and a line"),
        pytest.param(
            [[1, 1, 0], [0] * 3, [0] * 3],
            [[1, 0, 0], [1, 0, 0], [0] * 3],
            id="a bar that is turned",
        ),
        *(
            pytest.param(np.ones((3, 3)), np.ones((3, 3)) - dot, id=f"dot {i}")
            for i, dot in enumerate(np.eye(9).reshape(9, 3, 3))
        ),
    ],
)
def test_patterns_may_differ_in_one_place(P, Q, refused):
    def untrained(X, s):
        raise NotImplementedError

    answer = convolution(), lambda: (P, Q), untrained
    assert "images of + and ×" in refused(check_detector, *answer)


def told_apart(kernels, X, s):
    scores = [np.log(np.exp(value(X, K)).sum((1, 2))) for K in kernels]
    return int(((scores[0] > scores[1]) == (s > 0)).sum())


@pytest.mark.parametrize(
    "kernels",
    [
        pytest.param((CROSS - PLUS, PLUS - CROSS), id="exchanged"),
        pytest.param((PLUS / 4, CROSS / 4), id="weak"),
        pytest.param((PLUS, PLUS + CROSS), id="one for both"),
    ],
)
def test_kernels_are_judged_by_400_fresh_images(kernels, refused):
    seen = []

    def untrained(X, s):
        seen.append((X, s))
        return kernels

    text = refused(check_detector, convolution(), patterns, untrained)
    text = " ".join(text.split())
    fresh = pattern_images(PLUS, CROSS, 400, rng=2)
    count = told_apart(kernels, *fresh)
    assert count < 380
    assert "at least 95% of 400 fresh images apart" in text
    assert f"got {count} of them, with K0 = [[" in text
    assert "on 100 images of + and ×; conv is right" in text
    for got, right in zip(
        seen[0], pattern_images(PLUS, CROSS, 100, rng=1), strict=True
    ):
        assert np.array_equal(got, right)


def test_kernels_are_judged_on_the_chosen_patterns_too(refused):
    kernels = 2 * PLUS - 1.0 * CROSS, 2 * CROSS - 1.0 * PLUS
    text = refused(
        check_detector, convolution(), patterns, lambda X, s: kernels
    )
    assert "on 100 images of your patterns; conv is right" in text
    P, Q = patterns()
    fresh = pattern_images(P, Q, 400, rng=2)
    assert f"{told_apart(kernels, *fresh)} of them" in text


@pytest.mark.parametrize("place", [0, 1])
@pytest.mark.parametrize("number", [np.nan, np.inf])
def test_kernels_that_are_no_numbers(place, number, refused):
    def untrained(X, s):
        kernels = [np.zeros((3, 3)), np.zeros((3, 3))]
        kernels[place][1, 2] = number
        return kernels

    with np.errstate(all="ignore"):
        text = refused(check_detector, convolution(), patterns, untrained)
    assert "The kernels are no numbers" in text


def test_what_is_said_of_a_detector_that_does(passes):
    said = passes(check_detector, convolution(), patterns, train)
    assert (
        "8 shapes, forwards and twice backwards; at least 95% of 400" in said
    )


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


def test_a_pattern_may_be_anywhere_in_the_noise():
    P = np.full((3, 3), 50)
    X, s = pattern_images(P, P, 600, rng=0)
    assert 250 < (s == 1).sum() < 350
    corners = [
        np.unravel_index(scores.argmax(), scores.shape)
        for scores in value(X, np.ones((3, 3)))
    ]
    assert set(corners) == set(np.ndindex(6, 6))
    noise, _ = pattern_images(np.zeros((3, 3)), np.zeros((3, 3)), 600, rng=0)
    assert noise.shape == (600, 8, 8)
    assert noise.mean() == pytest.approx(0, abs=0.01)
    assert noise.std() == pytest.approx(0.3, abs=0.01)


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
