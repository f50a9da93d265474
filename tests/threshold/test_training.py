import itertools
from fractions import Fraction

import numpy as np
import pytest
from byhand.threshold import (
    Obstruction,
    Separation,
    bits,
    perceptron,
    separate,
    verify,
)
from hypothesis import given
from hypothesis import strategies as st


def replay(points, labels, mistakes):
    """Run the rule again, one mistake after another, and check each."""
    weights = np.zeros(len(points[0]) + 1, dtype=object)
    for p in mistakes:
        v = np.array([*points[p], 1], dtype=object)
        sign = 1 if labels[p] else -1
        assert sign * (weights @ v) <= 0
        weights = weights + sign * v
    return weights.tolist()


def squared_bound(points, labels, weights):
    """Novikoff's (R/γ)² for given weights, exact."""
    v = np.array([[*x, 1] for x in points], dtype=object)
    signs = np.where(np.array(labels) == 1, 1, -1)
    margin = min(signs * (v @ np.array(weights, dtype=object)))
    assert margin > 0
    longest = max((v * v).sum(axis=1))
    return Fraction(longest * sum(w * w for w in weights), 1) / margin**2


@pytest.mark.parametrize("n", [1, 2, 3])
def test_every_boolean_function_ends_as_separate_says(n):
    X = bits(n)
    for labels in itertools.product((0, 1), repeat=2**n):
        found = perceptron(X, labels)
        expected = separate(X, labels)
        assert type(found.outcome) is type(expected)
        assert bool(found) == bool(expected)
        weights = [*found.w, found.b]
        assert replay(X.tolist(), labels, found.mistakes) == weights
        if found:
            bound = squared_bound(X.tolist(), labels, weights)
            assert len(found.mistakes) <= bound
            # No point is left on the cut.
            assert not (X @ found.w + found.b == 0).any()
            answers = found.outcome.network(X)[:, 0]
            assert answers.tolist() == list(labels)


@given(st.data())
def test_random_points_end_with_weights_or_a_certificate(data):
    n = data.draw(st.integers(1, 3))
    coordinate = st.one_of(
        st.integers(-4, 4), st.fractions(-2, 2, max_denominator=3)
    )
    points = data.draw(
        st.lists(st.tuples(*[coordinate] * n), min_size=1, max_size=6)
    )
    labels = data.draw(
        st.lists(st.integers(0, 1), min_size=len(points), max_size=len(points))
    )
    found = perceptron(points, labels, most=2000)
    assert replay(points, labels, found.mistakes) == [*found.w, found.b]
    if found.outcome is None:
        assert len(found.mistakes) == 2000
    else:
        assert bool(found) == bool(separate(points, labels))
    if found:
        bound = squared_bound(points, labels, [*found.w, found.b])
        assert len(found.mistakes) <= bound


def test_the_cycle_of_xor_is_its_certificate():
    found = perceptron(bits(2), [0, 1, 1, 0])
    assert found.mistakes == (0, 1, 2, 3)
    assert isinstance(found.outcome, Obstruction)
    assert found.outcome.coefficients == (1, 1, 1, 1)
    assert not found
    assert repr(found).startswith("a cycle after 4 mistakes, not separable")


def test_a_single_point_takes_a_single_mistake():
    found = perceptron([[Fraction(1, 2)]], [0])
    assert found.mistakes == (0,)
    assert (found.w, found.b) == ((Fraction(-1, 2),), -1)
    assert isinstance(found.outcome, Separation)
    assert (found.outcome.w, found.outcome.b) == ((-1,), -2)
    assert repr(found) == "1[-1/2 x1 - 1 ≥ 0] after 1 mistake"


def test_the_weights_of_the_outcome_have_no_common_factor():
    found = perceptron([[1], [-1]], [1, 0])
    assert (found.w, found.b) == ((2,), 0)
    assert (found.outcome.w, found.outcome.b) == ((1,), 0)


def test_it_gives_up_and_says_so():
    found = perceptron(bits(2), [0, 0, 0, 1], most=3)
    assert found.outcome is None
    assert not found
    assert len(found.mistakes) == 3
    assert repr(found).endswith("after 3 mistakes, and no end yet")


def test_majority_by_the_network_it_found():
    outcome = perceptron(bits(3), bits(3).sum(axis=1) >= 2).outcome
    assert isinstance(outcome, Separation)
    assert verify(outcome.network, lambda x: x.sum(axis=-1) >= 2, range(2))


@pytest.mark.parametrize(
    ("points", "labels", "error"),
    [
        ([[0.5]], [1], TypeError),
        ([[0]], [2], ValueError),
        ([[0], [1]], [1], ValueError),
        ([], [], ValueError),
        ([0, 1], [0, 1], ValueError),
    ],
)
def test_bad_input_is_refused(points, labels, error):
    with pytest.raises(error):
        perceptron(points, labels)


@pytest.mark.parametrize(
    ("most", "error"), [(0, ValueError), (1.5, TypeError)]
)
def test_bad_limits_are_refused(most, error):
    with pytest.raises(error, match="most"):
        perceptron([[0]], [1], most=most)


def test_ten_million_mistakes_are_the_most():
    assert perceptron([[0]], [1], most=10**7).mistakes == (0,)
    with pytest.raises(ValueError, match="most must be at most 10,000,000"):
        perceptron([[0]], [1], most=10**7 + 1)
    assert perceptron(bits(2), [0, 0, 0, 1], most=18)
    assert perceptron(bits(2), [0, 0, 0, 1], most=17).outcome is None
