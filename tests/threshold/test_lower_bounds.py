import itertools

import numpy as np
import pytest
from byhand.threshold import (
    HEAVISIDE,
    INTERVAL,
    Layer,
    Network,
    OutOfReach,
    Unit,
    condition,
    equality,
    is_member,
    is_permutation,
    membership_heaviside,
    membership_interval,
    permutation_of_two,
    refute_first_layer,
    small_units,
    smallest_first_layer,
)
from byhand.threshold.conditions import Condition
from byhand.threshold.lower_bounds import _up_to_negation
from hypothesis import given
from hypothesis import strategies as st


def require_refuted(network):
    found = refute_first_layer(network)
    assert found is not None
    assert network(found.x).tolist() == [found.got]
    assert is_member(np.array(found.x, dtype=object)) == bool(found.expected)
    assert found.got != found.expected


@given(st.data())
def test_too_few_units_are_refuted(data):
    n = data.draw(st.integers(1, 4))
    unit, bound = data.draw(
        st.sampled_from([(INTERVAL, n), (equality(0), n), (HEAVISIDE, 2 * n)])
    )
    if bound == 1:
        return  # no network has a first layer without units
    m = data.draw(st.integers(1, bound - 1))
    weights = st.integers(-3, 3)
    # Half of the rows are differences, as a good network would have.
    rows = []
    for _ in range(m):
        if data.draw(st.booleans()):
            i, c = data.draw(st.integers(0, n - 1)), data.draw(weights)
            rows.append([c * ((k == n) - (k == i)) for k in range(n + 1)])
        else:
            rows.append(
                data.draw(st.lists(weights, min_size=n + 1, max_size=n + 1))
            )
    biases = data.draw(st.lists(weights, min_size=m, max_size=m))
    W2 = data.draw(st.lists(weights, min_size=m, max_size=m))
    network = Network(
        Layer(rows, biases, unit),
        Layer([W2], [data.draw(weights)], data.draw(st.sampled_from([unit]))),
    )
    require_refuted(network)


@pytest.mark.parametrize("n", [2, 3, 5])
def test_each_missing_unit_is_noticed(n):
    for build, unit in (
        (membership_interval, INTERVAL),
        (membership_heaviside, HEAVISIDE),
    ):
        first, last = build(n).layers
        for k in range(first.size):
            rows = np.delete(first.W, k, axis=0)
            network = Network(
                Layer(rows, np.delete(first.b, k), unit),
                Layer(np.delete(last.W, k, axis=1), last.b, unit),
            )
            require_refuted(network)


def test_right_networks_are_not_refuted():
    for n in (1, 2, 4):
        assert refute_first_layer(membership_interval(n)) is None
        assert refute_first_layer(membership_heaviside(n)) is None
        mixed = Network(
            *(
                Layer(at.W, at.b, [Unit("window", 0, 1)] * at.size)
                for at in membership_interval(n).layers
            )
        )
        # Wrong, but not for want of units: outside the theorem.
        assert refute_first_layer(mixed) is None


def test_doubled_units_do_not_help():
    # Four units, but x2 ≥ x1 twice and no x2 ≤ x1.
    rows = [[-1, 0, 1], [-2, 0, 2], [0, -1, 1], [0, 1, -1]]
    network = Network(
        Layer(rows, [0] * 4, HEAVISIDE), Layer([[1] * 4], [-3], HEAVISIDE)
    )
    require_refuted(network)


@pytest.mark.parametrize("edge", [8, 60, 10**30])
def test_bounds_far_out_are_outrun(edge):
    # At x3 = edge these units tell x3 from its neighbors, but not beyond.
    network = Network(
        Layer([[0, 0, 1], [0, 0, 1]], [-edge, -edge - 1], HEAVISIDE),
        Layer([[1, -1]], [-1], HEAVISIDE),
    )
    require_refuted(network)
    steep = Network(
        Layer([[50, 1, -53], [1, 50, -53]], [0, 0], Unit("w", -edge, edge)),
        Layer([[1, 1]], [-1], HEAVISIDE),
    )
    require_refuted(steep)


def test_constant_units_are_no_help():
    network = Network(
        Layer([[0, 0, 0], [2, 0, -2]], [5, 0], INTERVAL),
        Layer([[1, 1]], [-2], INTERVAL),
    )
    require_refuted(network)


def test_refute_first_layer_bad_arguments():
    with pytest.raises(OutOfReach, match="layer 1, unit 1 is 'relu'"):
        refute_first_layer(Network(Layer([[1, 1]], [0], "relu")))
    with pytest.raises(ValueError, match="at least 2 inputs and 1 output"):
        refute_first_layer(Network(Layer([[1]], [0], INTERVAL)))
    with pytest.raises(ValueError, match="1 output"):
        refute_first_layer(Network(Layer([[1, 1]] * 2, [0, 0], INTERVAL)))
    with pytest.raises(TypeError, match="expected a Network"):
        refute_first_layer(membership_interval(2).layers[0])


def box(values, n):
    return np.array(list(itertools.product(values, repeat=n)))


@pytest.mark.parametrize(
    ("n", "unit", "fewest"),
    [
        (1, "interval", 1),
        (1, "heaviside", 2),
        (2, "interval", 2),
        (2, "heaviside", 4),
    ],
)
def test_no_smaller_first_layer_has_small_weights(n, unit, fewest):
    units = small_units(n + 1, unit, weight=2, bias=4)
    x = box(range(-2, 3), n + 1)
    assert smallest_first_layer(is_member, units, x, most=fewest - 1) is None
    found = smallest_first_layer(is_member, units, x, most=fewest)
    assert found.size == fewest
    # Later layers can finish: what differs is told apart.
    told = found(x) @ 2 ** np.arange(fewest)
    yes = is_member(x)
    assert not set(told[yes].tolist()) & set(told[~yes].tolist())


def test_permutation_of_two_needs_three_units():
    units = small_units(4, "interval", weight=2, bias=0)
    x = box(range(-2, 3), 4)
    assert smallest_first_layer(is_permutation, units, x, most=2) is None
    found = smallest_first_layer(is_permutation, units, x, most=3)
    assert found.size == 3
    first = permutation_of_two().layers[0]
    chosen = Layer(first.W, first.b, INTERVAL)
    assert smallest_first_layer(is_permutation, chosen, x, most=3).size == 3


def test_smallest_first_layer_against_all_choices():
    units = small_units(2, "heaviside", weight=1, bias=1)
    x = box(range(3), 2)
    for seed in range(20):
        rng = np.random.default_rng(seed)
        labels = rng.integers(0, 2, len(x))
        table = {tuple(p): v for p, v in zip(x.tolist(), labels, strict=True)}

        def spec(points, table=table):
            return np.array([table[tuple(p)] for p in points.tolist()])

        told = units(x)
        best = next(
            (
                k
                for k in range(1, 4)
                for rows in itertools.combinations(range(units.size), k)
                if not set(map(tuple, told[labels == 1][:, rows].tolist()))
                & set(map(tuple, told[labels == 0][:, rows].tolist()))
            ),
            None,
        )
        found = smallest_first_layer(spec, units, x, most=3)
        assert (found and found.size) == best


def test_small_units_are_all_and_each_once():
    units = small_units(2, "heaviside", weight=2, bias=1)
    x = box(range(-9, 10), 2)
    tables = {row.tobytes() for row in units(x).T.astype(bool)}
    assert len(tables) == units.size
    for *w, b in itertools.product(range(-2, 3), range(-2, 3), range(-1, 2)):
        if condition(w, b, HEAVISIDE).constant is None:
            table = Layer([w], [b], HEAVISIDE)(x)[:, 0].astype(bool)
            assert (table.tobytes() in tables) or (~table).tobytes() in tables


def test_search_bad_arguments():
    units = small_units(2, "interval", weight=1, bias=0)
    with pytest.raises(ValueError, match="two values on x, got"):
        smallest_first_layer(is_member, units, [[1, 1]], most=2)
    with pytest.raises(ValueError, match="most must be at least 0"):
        smallest_first_layer(is_member, units, [[1, 1], [1, 2]], most=-1)
    assert (
        smallest_first_layer(is_member, units, [[1, 1], [1, 2]], most=0)
        is None
    )
    with pytest.raises(ValueError, match="answers 0 or 1"):
        small_units(2, "relu", weight=1, bias=0)
    with pytest.raises(ValueError, match="weight must be at least 1"):
        small_units(2, "interval", weight=0, bias=0)


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        (13, "there are 4,782,969 units"),
        (100, r"about 10\^48 units"),
        (10_000, r"about 10\^4771 units"),
        (10_001, "inputs must be at most 10,000"),
        (10**30, "inputs must be at most 10,000"),
    ],
)
def test_a_search_without_end_is_refused(inputs, said):
    with pytest.raises(ValueError, match=said):
        small_units(inputs, "interval", weight=1, bias=1)


def test_a_million_candidates_are_the_most():
    with pytest.raises(ValueError, match=r"1,000,001 units .* 1,000,000 ar"):
        small_units(1, "interval", weight=50, bias=4950)
    assert small_units(1, "interval", weight=1, bias=1000).size == 2001


@pytest.mark.parametrize("h", [-1, 0, 3])
def test_a_condition_and_its_opposite_count_as_one(h):
    a, opposite = (2, -1), (-2, 1)
    same = {
        _up_to_negation(one)
        for one in (
            Condition(a, None, h),
            Condition(a, h + 1, None),
            Condition(opposite, -h, None),
            Condition(opposite, None, -h - 1),
        )
    }
    assert len(same) == 1
    both = Condition(a, h, h + 1), Condition(opposite, -h - 1, -h)
    assert _up_to_negation(both[0]) == _up_to_negation(both[1])


def test_candidates_are_a_layer():
    with pytest.raises(TypeError, match="candidates must be a Layer, got"):
        smallest_first_layer(is_member, None, [[0, 0], [0, 1]], most=1)
