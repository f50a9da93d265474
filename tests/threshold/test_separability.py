import itertools
import math
from fractions import Fraction

import numpy as np
import pytest
from byhand.threshold import (
    Obstruction,
    Separation,
    bits,
    count_dichotomies,
    count_threshold_functions,
    cover_count,
    is_odd,
    separate,
    verify,
)
from byhand.threshold.separability import _phase_one, whole
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize("n", [1, 2, 3])
def test_all_functions_against_all_small_weights(n):
    """Integer weights up to 2 reach every separable function of 3 bits."""
    X = bits(n)
    reached = {
        tuple((X @ w + b >= 0).astype(int).tolist())
        for *w, b in itertools.product(range(-3, 4), repeat=n + 1)
    }
    for table in itertools.product((0, 1), repeat=2**n):
        assert bool(separate(X, table)) == (table in reached)


def check(result):
    """Check a certificate without the package."""
    pairs = list(zip(result.points, result.labels, strict=True))
    if result:
        for x, label in pairs:
            value = sum(a * v for a, v in zip(result.w, x, strict=True))
            assert (value + result.b >= 0) == bool(label)
    else:
        total = [0] * (len(result.points[0]) + 1)
        for c, (x, label) in zip(result.coefficients, pairs, strict=True):
            assert c >= 0
            for k, v in enumerate((*x, 1)):
                total[k] += c * v if label else -c * v
        assert not any(total)
        assert any(result.coefficients)


@given(st.data())
def test_every_answer_comes_with_a_certificate(data):
    n = data.draw(st.integers(1, 4))
    size = data.draw(st.sampled_from([2, 10, 10**20]))
    coordinate = st.one_of(
        st.integers(-size, size),
        st.fractions(-3, 3, max_denominator=4),
    )
    points = data.draw(
        st.lists(
            st.lists(coordinate, min_size=n, max_size=n),
            min_size=1,
            max_size=9,
        )
    )
    labels = data.draw(
        st.lists(st.integers(0, 1), min_size=len(points), max_size=len(points))
    )
    check(separate(points, labels))


@given(st.data())
def test_labels_from_weights_are_separable(data):
    n = data.draw(st.integers(1, 5))
    vectors = st.lists(st.integers(-9, 9), min_size=n, max_size=n)
    points = data.draw(st.lists(vectors, min_size=1, max_size=12))
    w, b = data.draw(vectors), data.draw(st.integers(-20, 20))
    labels = np.array(points) @ w + b >= 0
    assert separate(points, labels)


def test_xor_and_parity_are_obstructed():
    result = separate(bits(2), [0, 1, 1, 0])
    assert isinstance(result, Obstruction)
    assert result.coefficients == (1, 1, 1, 1)
    assert not result
    for n in range(2, 5):
        assert not separate(bits(n), is_odd(bits(n)))


def test_weights_make_a_network():
    X = bits(3)
    majority = X.sum(axis=1) >= 2
    result = separate(X, majority)
    assert isinstance(result, Separation)
    assert verify(result.network, lambda x: x.sum(axis=1) >= 2, range(2))


def test_constant_and_contradictory_labels():
    assert separate([[1, 2]], [1]).labels == (1,)
    assert separate(bits(2), [0] * 4)
    assert separate(bits(2), [1] * 4)
    same = separate([[5, 5], [5, 5]], [0, 1])
    assert same.coefficients == (1, 1)
    third = separate([[Fraction(1, 3)], [0], [1]], [1, 0, 0])
    assert third.coefficients == (3, 2, 1)


def test_wrong_certificates_are_refused():
    points, labels = ((0, 0), (0, 1), (1, 0), (1, 1)), (0, 1, 1, 0)
    with pytest.raises(ValueError, match=r"wrong label to the point \(1, 1\)"):
        Separation(points, labels, (1, 1), -1)
    with pytest.raises(ValueError, match=r"wrong label to the point \(0, 1\)"):
        Separation(points, labels, (1, 0), -1)
    with pytest.raises(ValueError, match="the same sum"):
        Obstruction(points, labels, (1, 1, 0, 0))
    with pytest.raises(ValueError, match="the same sum"):
        Obstruction(points, labels, (0, 0, 0, 0))
    with pytest.raises(ValueError, match="the same sum"):
        Obstruction(points, labels, (-1, -1, -1, -1))
    with pytest.raises(ValueError, match="4 points need as many coeff"):
        Obstruction(points, labels, (1, 1))
    with pytest.raises(ValueError, match="2 coordinates need as many wei"):
        Separation(points, labels, (1,), 0)
    for c in (Fraction(1, 2), 0.5, "1"):
        with pytest.raises(TypeError, match="coefficients must"):
            Obstruction(points, labels, (c, 1, 1, 1))
    huge = Obstruction(points, labels, (10**30,) * 4)
    assert huge.coefficients == (10**30,) * 4
    for w, b in (([[1, 1]], 0), (1, 0), ([1, 1], [0]), ([1, 1], [[0]])):
        with pytest.raises(ValueError, match="w must be a vector and b a num"):
            Separation(points, labels, w, b)
    for make in (Separation, Obstruction):
        with pytest.raises(ValueError, match="points need as many labels"):
            make(points[:1], labels, (1,), *([0] * (make is Separation)))


def test_certificates_say_what_they_prove():
    edge = Separation([[0], [1]], [1, 0], [-1], 0)
    assert edge
    assert repr(edge) == "separable: -x1 ≥ 0 exactly where the label is 1"
    found = Obstruction([[0], [1], [2], [7]], [0, 1, 0, 1], [1, 2, 1, 0])
    assert repr(found) == (
        "not separable: 2 (1) = (0) + (2), labels 1 = labels 0"
    )
    with pytest.raises(
        ValueError,
        match=r"\(1, 2, 2, 0\) do not give both labels the same sum: "
        r"\(2, 2\) and \(4, 3\), the last entry counts the points",
    ):
        Obstruction([[0], [1], [2], [7]], [0, 1, 0, 1], [1, 2, 2, 0])
    with pytest.raises(ValueError, match=r"the point \(1/2, 3\)"):
        Separation([[Fraction(1, 2), 3]], [0], [1, 0], 0)
    for size, text in ((10**30 - 1, "9" * 30), (10**30, r"about 10\^30")):
        with pytest.raises(
            ValueError, match=f"wrong label to the point .{text}.$"
        ):
            Separation([[size]], [0], [1], 0)


def test_weights_and_coefficients_have_no_common_factor():
    for points, labels in (
        ([[0], [6]], [0, 1]),
        ([[0, 0], [4, 0], [0, 4], [4, 4]], [0, 0, 0, 1]),
        ([[0], [2], [4]], [0, 1, 0]),
        ([[Fraction(1, 2)], [Fraction(1, 3)]], [1, 0]),
        ([[3]], [0]),
    ):
        found = separate(points, labels)
        numbers = (*found.w, found.b) if found else found.coefficients
        assert math.gcd(*numbers) == 1
    assert whole([Fraction(4), Fraction(-6)]) == (2, -3)
    assert whole([Fraction(2, 3), Fraction(4, 5)]) == (5, 6)
    assert whole([Fraction(0), Fraction(0)]) == (0, 0)


@given(st.data())
def test_multipliers_prove_the_minimum(data):
    """By linear duality, in every system with Σ c = r in its last row."""
    m, n = data.draw(st.integers(1, 4)), data.draw(st.integers(1, 6))
    numbers = st.fractions(-4, 4, max_denominator=6)
    A = [[data.draw(numbers) for _ in range(n)] for _ in range(m)] + [[1] * n]
    rhs = [0] * m + [data.draw(st.fractions(0, 4, max_denominator=6))]
    least, c, y = _phase_one(A, rhs)
    A, rhs, c, y = (np.array(v, dtype=object) for v in (A, rhs, c, y))
    assert least == y @ rhs >= 0
    assert (y @ A <= 0).all()
    assert (y <= 1).all()
    assert (c >= 0).all()
    if least == 0:
        assert (A @ c == rhs).all()


def test_threshold_functions_are_counted():
    counts = [count_threshold_functions(n) for n in range(1, 5)]
    assert counts == [4, 14, 104, 1882]
    with pytest.raises(ValueError, match=r"2\^32 Boolean functions"):
        count_threshold_functions(5)
    with pytest.raises(ValueError, match="at least 1"):
        count_threshold_functions(0)


@pytest.mark.parametrize(
    ("N", "n"), [(1, 1), (4, 1), (5, 2), (9, 2), (6, 3), (8, 3), (7, 5)]
)
def test_cover_against_points_in_general_position(N, n):
    rng = np.random.default_rng(N * n)
    points = rng.integers(-(10**6), 10**6, size=(N, n))
    assert count_dichotomies(points) == cover_count(N, n + 1)


def test_dichotomies_are_those_that_separate_finds():
    rng = np.random.default_rng(7)
    points = rng.integers(0, 3, size=(6, 2))  # many lie on common lines
    expected = sum(
        bool(separate(points, labels))
        for labels in itertools.product((0, 1), repeat=6)
    )
    assert count_dichotomies(points) == expected < cover_count(6, 3)
    assert count_dichotomies(bits(3)) == 104


def test_cover_formula():
    for N, d in itertools.product(range(1, 12), range(1, 8)):
        # The recurrence of Cover's proof.
        if N > 1 and d > 1:
            assert cover_count(N, d) == cover_count(N - 1, d) + cover_count(
                N - 1, d - 1
            )
        if d >= N:
            assert cover_count(N, d) == 2**N
        assert cover_count(2 * d, d) == 2 ** (2 * d - 1)
        assert cover_count(N, 1) == 2
    assert cover_count(5, 2) == 2 * (1 + math.comb(4, 1))
    with pytest.raises(ValueError, match="N must be at least 1"):
        cover_count(0, 2)
    with pytest.raises(ValueError, match="d must be at least 1"):
        cover_count(2, 0)


def test_bad_arguments():
    with pytest.raises(ValueError, match="4 points need as many labels"):
        separate(bits(2), [0, 1])
    with pytest.raises(ValueError, match="labels must be 0 or 1, got -1"):
        separate(bits(1), [-1, 1])
    with pytest.raises(TypeError, match="labels must hold integers"):
        separate(bits(1), [0.0, 1.0])
    with pytest.raises(TypeError, match="points must hold integers"):
        separate([[0.5]], [1])
    for call in (lambda p: separate(p, [1]), count_dichotomies):
        with pytest.raises(ValueError, match=r"got shape \(1,\)"):
            call([3])
        with pytest.raises(ValueError, match=r"got shape \(0,\)"):
            call([])
        with pytest.raises(ValueError, match=r"got shape \(1, 0\)"):
            call([[]])
        with pytest.raises(ValueError, match=r"got shape \(1, 1, 1\)"):
            call([[[1]]])
    for count in (0, 1, 3):
        with pytest.raises(ValueError, match=rf"labels, got shape \({count},"):
            separate(bits(1), [0] * count)
    with pytest.raises(ValueError, match=r"2 points .* labels, got shape"):
        separate(bits(1), [[0], [1]])
    with pytest.raises(
        ValueError, match="n = 25 bits have 33,554,432 vectors; at most 24"
    ):
        bits(25)


@pytest.mark.parametrize("n", [10**6, 10**30])
def test_work_without_end_is_refused(n):
    for count in (bits, count_threshold_functions):
        with pytest.raises(ValueError, match="n must be at most 10,000, got"):
            count(n)
    with pytest.raises(ValueError, match="N must be at most 10,000, got"):
        cover_count(n, 3)
    assert cover_count(10, n) == 2**10
    for count in (bits, count_threshold_functions):
        with pytest.raises(ValueError, match=r"n = 10000 .*about 10\^3010"):
            count(10**4)
        with pytest.raises(ValueError, match="at most 10,000, got 10001"):
            count(10**4 + 1)
    assert cover_count(10**4, 2) == 2 * 10**4
    with pytest.raises(ValueError, match="at most 10,000, got 10001"):
        cover_count(10**4 + 1, 2)
