import itertools
import random
import tracemalloc
from fractions import Fraction

import numpy as np
import pytest
from byhand.threshold import (
    HEAVISIDE,
    IDENTITY,
    INTERVAL,
    RELU,
    Layer,
    Network,
    Unit,
    equality,
    membership_interval,
    parallel,
    permutation_of_two,
    series,
)
from hypothesis import given
from hypothesis import strategies as st

UNITS = [
    INTERVAL,
    HEAVISIDE,
    RELU,
    IDENTITY,
    equality(0),
    equality(Fraction(-7, 2)),
    Unit("at most -2", None, -2),
]


def by_definition(network, x):
    """Evaluate one input with Fractions, straight from the formula."""
    values = [Fraction(v) for v in x]
    for layer in network.layers:
        z = [
            sum(Fraction(w) * v for w, v in zip(row, values, strict=True))
            + Fraction(b)
            for row, b in zip(layer.W.tolist(), layer.b.tolist(), strict=True)
        ]
        values = []
        for unit, v in zip(layer.units, z, strict=True):
            if unit.name == "relu":
                values.append(max(v, Fraction(0)))
            elif unit.name == "identity":
                values.append(v)
            else:
                values.append(
                    Fraction(
                        (unit.low is None or v >= unit.low)
                        and (unit.high is None or v <= unit.high)
                    )
                )
    return values


SIZES = [3, 10**3, 2**24, 2**31, 2**53, 2**63, 10**30]


def random_network(rng, size):
    shape = [rng.randint(1, 4) for _ in range(rng.randint(2, 4))]
    fractions = rng.random() < 0.4

    def entry():
        v = rng.randint(-size, size) if rng.random() < 0.3 else 0
        v = v or rng.randint(-2, 2)
        return Fraction(v, rng.randint(1, 3)) if fractions else v

    layers = []
    for n, m in itertools.pairwise(shape):
        layers.append(
            Layer(
                [[entry() for _ in range(n)] for _ in range(m)],
                [entry() for _ in range(m)],
                [rng.choice(UNITS) for _ in range(m)],
            )
        )
    return Network(*layers)


@given(seed=st.integers(0, 2**32), size=st.sampled_from(SIZES))
def test_values_are_exact_whatever_the_size(seed, size):
    rng = random.Random(seed)
    network = random_network(rng, rng.choice(SIZES))
    x = [
        [
            rng.choice([rng.randint(-size, size), size, rng.randint(-3, 3)])
            for _ in range(network.inputs)
        ]
        for _ in range(4)
    ]
    expected = [by_definition(network, row) for row in x]
    assert network(x).tolist() == expected
    assert [network(row).tolist() for row in x] == expected


@given(seed=st.integers(0, 2**32))
def test_values_are_exact_on_fractions(seed):
    rng = random.Random(seed)
    network = random_network(rng, 5)
    x = [
        Fraction(rng.randint(-9, 9), rng.randint(1, 3))
        for _ in range(network.inputs)
    ]
    assert network(x).tolist() == by_definition(network, x)


@pytest.mark.parametrize("size", [2**24, 2**53, 2**63, 10**30])
def test_the_edge_of_floating_point_is_seen(size):
    # In float32, float64 or int64, size and size + 1 may fall together.
    same = Network(Layer([[1, -1]], [0], equality(0)))
    for d in (-1, 0, 1):
        assert same([size + d, size]).tolist() == [int(d == 0)]
    bias = Network(Layer([[1]], [-size], equality(1)))
    assert bias([[size], [size + 1], [size + 2]]).ravel().tolist() == [0, 1, 0]
    steep = Network(Layer([[size, -size + 1]], [0], HEAVISIDE))
    assert steep([[size - 1, size], [size - 2, size]]).ravel().tolist() == [
        1,
        0,
    ]


@pytest.mark.parametrize("edge", [2**24, 2**53])
def test_values_at_the_edge_of_floating_point_count(edge):
    for sign in (-1, 1):
        at = [[sign * edge], [sign * (edge - 1)], [0]]
        for unit, expected in (
            (equality(sign * edge), [1, 0, 0]),
            (Unit("from", min(0, sign * edge), max(0, sign * edge)), [1] * 3),
            (Unit("u", sign * edge, None), [1, sign < 0, sign < 0]),
            (Unit("u", None, sign * edge), [1, sign > 0, sign > 0]),
            (equality(sign * (edge + 1)), [0, 0, 0]),
            (Unit("u", -edge - 1, None), [1, 1, 1]),
            (Unit("u", None, edge + 1), [1, 1, 1]),
            (Unit("u", None, -edge - 1), [0, 0, 0]),
            (Unit("u", edge + 1, None), [0, 0, 0]),
        ):
            values = Layer([[1]], [0], unit)(at)
            assert values.ravel().tolist() == expected


def test_python_integers_are_needed_only_beyond_2_to_the_53(monkeypatch):
    def refuse(*_):
        raise AssertionError("this takes time")

    keep = Layer([[1], [-1]], [0, 0], RELU)
    steep = Layer([[2**53]], [0], IDENTITY)
    moved = Layer([[1]], [2**52], IDENTITY)
    monkeypatch.setattr("byhand.threshold.network.exact_values", refuse)
    assert keep([[2**53], [-(2**53)]]).tolist() == [[2**53, 0], [0, 2**53]]
    assert steep([[1], [-1]]).tolist() == [[2**53], [-(2**53)]]
    assert moved([2**52]).tolist() == [2**53]
    for layer, x in ((keep, 2**53 + 1), (steep, 2), (moved, 2**52 + 1)):
        for sign in (1, -1):
            with pytest.raises(AssertionError, match="takes time"):
                layer([[sign * x], [0]])


def test_weights_beyond_floating_point_are_no_trouble_at_zero():
    huge = Layer([[10**400, 0], [0, 1]], [0, 0], [HEAVISIDE, IDENTITY])
    assert huge(np.zeros((3, 2), int)).tolist() == [[1, 0]] * 3
    assert huge(np.zeros((3, 2), bool)).tolist() == [[1, 0]] * 3
    assert huge(np.zeros((0, 2), int)).shape == (0, 2)


def test_large_numbers_do_not_pass_through_floats():
    keep = Network(Layer([[1]], [0], "identity"))
    assert keep([2**63]).tolist() == [2**63]
    assert keep([[2**63], [-1]]).tolist() == [[2**63], [-1]]
    assert keep(np.array([2**64 - 1], dtype=np.uint64)).tolist() == [2**64 - 1]
    assert keep([-(2**63)]).tolist() == [-(2**63)]
    for fits in (5, 2**63 - 1, -(2**63)):
        assert keep([fits]).dtype == np.int64
        assert keep([[fits], [Fraction(fits)]]).dtype == np.int64
    for wide in (2**63, -(2**63) - 1, Fraction(1, 2)):
        assert keep([[wide], [1]]).dtype == object
        assert keep([[wide], [1]]).tolist() == [[wide], [1]]


def test_batches_have_any_shape():
    network = membership_interval(2)
    x = np.arange(2 * 3 * 4 * 3).reshape(2, 3, 4, 3) % 5
    assert network(x).shape == (2, 3, 4, 1)
    assert (network(x)[1, 2] == network(x[1, 2])).all()
    assert network(x[0, 0, 0]).shape == (1,)
    assert network(np.zeros((0, 3), int)).shape == (0, 1)
    assert network(x > 2).shape == (2, 3, 4, 1)
    big = np.zeros((300_000, 3), int)
    assert network(big).sum() == 300_000


def test_one_huge_value_among_many_leaves_the_others_as_they_are():
    wide = Layer([[1]] * 100, [0] * 100, IDENTITY)
    network = Network(wide, Layer([[1] * 100], [0], IDENTITY))
    x = np.arange(3000).astype(object)
    x[2900] = 10**30
    values = network(x[:, None])[:, 0]
    assert values.dtype == object
    assert values.tolist() == [100 * v for v in x.tolist()]
    assert {type(v) for v in values} == {int}


def test_many_inputs_of_a_wide_network_take_little_memory():
    # The hidden values of all inputs at once would be 10^7 numbers.
    wide = Layer([[1]] * 1000, [0] * 1000, HEAVISIDE)
    network = Network(wide, Layer([[1] * 1000], [0], IDENTITY))
    x = np.zeros((10_000, 1), int)
    network(x[:1])
    tracemalloc.start()
    try:
        assert network(x).sum() == 10**7
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 4 * 10**6


def test_inputs_must_be_exact():
    network = membership_interval(1)
    with pytest.raises(TypeError, match=r"got 0\.5; write Fraction"):
        network([0.5, 1])
    with pytest.raises(TypeError, match=r"got 1\.0.*astype\(int\)"):
        network(np.array([1.0, 2.0]))
    with pytest.raises(TypeError, match="got 'a'"):
        network(["a", 1])
    with pytest.raises(TypeError, match="got None"):
        network([None, 1])
    with pytest.raises(ValueError, match=r"reads 2 values.*\(3,\)"):
        network([1, 2, 3])
    with pytest.raises(ValueError, match="rows of different lengths"):
        network([[1, 2], [3]])
    with pytest.raises(ValueError, match=r"shape \(\)"):
        network(3)


def test_over_the_reals_the_interval_network_is_false():
    network = membership_interval(1)
    assert network([1, Fraction(3, 2)]).tolist() == [1]
    assert network.float64([1.0, 1.5]).tolist() == [1.0]
    assert network.float64([1.0, 1.75]).tolist() == [0.0]


def test_float64_rounds_from_left_to_right():
    network = Network(Layer([[1, 1, 1]], [1], "identity"))
    x = [1e16, -1e16, 1.0]
    assert network.float64(x).tolist() == [2.0]
    assert network.float64([1.0, 1e16, -1e16]).tolist() == [1.0]
    tenth = Network(Layer([[Fraction(1, 10)] * 3], [0], "identity"))
    assert tenth.float64([1, 1, 1]).tolist() == [0.1 + 0.1 + 0.1]
    assert tenth([1, 1, 1]).tolist() == [Fraction(3, 10)]
    with pytest.raises(ValueError, match="layer 1 has a weight that float64"):
        Network(Layer([[10**400]], [0], "identity")).float64([1.0])
    with pytest.raises(ValueError, match="finite"):
        tenth.float64([1.0, np.nan, 0.0])


@given(seed=st.integers(0, 2**32))
def test_float64_agrees_where_nothing_rounds(seed):
    rng = random.Random(seed)
    network = random_network(rng, 3)
    x = [rng.randint(-4, 4) for _ in range(network.inputs)]
    exact = network(x)
    if all(
        Fraction(v).denominator == 1
        for layer in network.layers
        for v in [*layer.W.ravel().tolist(), *layer.b.tolist()]
    ):
        assert network.float64(x).tolist() == exact.tolist()


def test_shapes_that_do_not_chain():
    first = Layer([[1, 2], [3, 4], [5, 6]], [0, 0, 0], "relu")
    second = Layer([[1, 2, 3, 4]], [0], "relu")
    with pytest.raises(
        ValueError, match=r"layer 2 .*\(1, 4\).*layer 1 .*\(3, 2\)"
    ):
        Network(first, second)
    with pytest.raises(ValueError, match=r"\(2, 2\).*\(2,\); got shape \(3,"):
        Layer([[1, 2], [3, 4]], [0, 0, 0], "relu")
    with pytest.raises(ValueError, match=r"2 rows .* got 3"):
        Layer([[1], [2]], [0, 0], ["relu"] * 3)
    with pytest.raises(ValueError, match=r"matrix .* shape \(2,\)"):
        Layer([1, 2], [0, 0], "relu")
    with pytest.raises(ValueError, match=r"shape \(0,\)"):
        Layer([], [], "relu")
    with pytest.raises(ValueError, match="different lengths"):
        Layer([[1, 2], [3]], [0, 0], "relu")
    with pytest.raises(TypeError, match=r"W must hold .* got 0\.1"):
        Layer([[0.1]], [0], "relu")
    with pytest.raises(TypeError, match=r"b must hold .* got nan"):
        Layer([[1]], [np.nan], "relu")
    with pytest.raises(ValueError, match=r"reads 2 .* layer 1 .* gives 3"):
        Network(first, Layer([[1, 2]], [0], "relu"))
    with pytest.raises(ValueError, match=r"layer 3 .* but layer 2 "):
        Network(first, Layer([[1, 2, 3]], [0], "relu"), first)
    with pytest.raises(ValueError, match=r"\(2,\); got shape \(1,"):
        Layer([[1, 2], [3, 4]], [0], "relu")
    with pytest.raises(ValueError, match=r"2 rows .* got 1"):
        Layer([[1], [2]], [0, 0], ["relu"])
    with pytest.raises(ValueError, match=r"matrix .* shape \(1, 1, 1\)"):
        Layer([[[1]]], [0], "relu")
    with pytest.raises(ValueError, match=r"matrix .* shape \(2, 0\)"):
        Layer([[], []], [0, 0], "relu")
    with pytest.raises(ValueError, match="at least one layer"):
        Network()
    with pytest.raises(TypeError, match="got 'layer'"):
        Network("layer")
    for names in ("xx", "x", "xyz", "xyy", ""):
        with pytest.raises(ValueError, match="2 different names, got"):
            Network(Layer([[1, 2]], [0], "relu"), names=list(names))


def test_networks_are_values():
    assert membership_interval(3) == membership_interval(3)
    assert membership_interval(3) != membership_interval(4)
    assert len({membership_interval(3), membership_interval(3)}) == 1
    assert membership_interval(3).layers[0] != "layer"
    # Neither the smaller nor the larger of two layers equals the other.
    small, large = Layer([[1]], [0], RELU), Layer([[2]], [0], RELU)
    assert small != large
    assert large != small
    assert small != Layer([[1]], [1], RELU)
    assert small != Layer([[1]], [0], IDENTITY)
    assert small == Layer([[Fraction(1)]], [0], "relu")
    network = membership_interval(3)
    with pytest.raises(ValueError, match="read-only"):
        network.layers[0].W[0, 0] = 7
    with pytest.raises(ValueError, match="read-only"):
        network.layers[0].b[0] = 7
    with pytest.raises(AttributeError):
        network.layers = ()
    with pytest.raises(AttributeError):
        network.layers[0].W = np.eye(3)
    assert repr(small) == (
        "Layer(W=array([[1]]), b=array([0]), units=(Unit(name='relu', "
        "low=None, high=None),))"
    )


def test_a_layer_does_not_share_memory_with_its_arguments():
    W = np.array([[1, 2]])
    layer = Layer(W, [0], "relu")
    W[0, 0] = 100
    assert layer([1, 1]).tolist() == [3]
    big = np.array([[10**30]], dtype=object)
    layer = Layer(big, [0], "relu")
    big[0, 0] = 0
    assert layer([1]).tolist() == [10**30]


def test_sizes():
    network = membership_interval(3)
    assert network.shape == (4, 3, 1)
    assert (network.size, network.depth) == (4, 2)
    assert (network.inputs, network.outputs) == (4, 1)
    assert repr(network) == "A 4-3-1 network: 4 units, depth 2"
    layer = Layer([[1, 2], [3, 4], [5, 6]], [0, 0, 0], RELU)
    assert (layer.inputs, layer.size) == (2, 3)
    network = Network(layer)
    assert (network.inputs, network.outputs) == (2, 3)
    assert repr(network) == "A 2-3 network: 3 units, depth 1"
    assert repr(Network(Layer([[1]], [0], RELU))) == (
        "A 1-1 network: 1 unit, depth 1"
    )


def test_text_shows_weights_and_meaning():
    text = str(permutation_of_two())
    assert "h3  = 1[|2 x1 + 2 x2 - 2 y1 - 2 y2| ≤ 1]" in text
    assert text.endswith("h1 + h2 + 2 h3 ≥ 3")
    deep = Network(
        Layer([[Fraction(1, 2)]], [0], "identity"),
        Layer([[2]], [0], equality(1)),
        Layer([[1]], [0], "heaviside"),
    )
    # After a fraction no integer rounding is allowed.
    assert deep.meanings(2) == ["1[2 h1_1 = 1]"]
    assert "h1_1 = 1/2 x1" in str(deep)


def test_text_lines_up_and_says_nothing_twice():
    network = Network(
        Layer([[1, 2], [1, 0]], [0, 0], [INTERVAL, RELU]),
        Layer([[1, 1]], [0], "identity"),
    )
    assert str(network).splitlines()[1:] == [
        "  h1  = 1[|x1 + 2 x2| ≤ 1]  -1 ≤ x1 + 2 x2 ≤ 1",
        "  h2  = relu(x1)",
        "  out = h1 + h2",
    ]


def test_units_are_named_by_their_layer_where_that_is_needed():
    two = Network(
        Layer([[1], [1]], [0, 0], RELU), Layer([[1, 1]] * 2, [0, 0], RELU)
    )
    assert two.unit_names(0) == ["x1"]
    assert two.unit_names(1) == ["h1", "h2"]
    assert two.unit_names(2) == ["out1", "out2"]
    three = Network(*two.layers, Layer([[1, 1]], [0], RELU))
    assert three.unit_names(1) == ["h1_1", "h1_2"]
    assert three.unit_names(2) == ["h2_1", "h2_2"]
    assert three.unit_names(3) == ["out"]
    assert Network(two.layers[0]).unit_names(1) == ["out1", "out2"]


def test_what_a_unit_may_see_decides_what_is_said_of_it():
    at_most_two = Unit("at most 2", None, 2)
    bits = Layer([[1], [-1]], [0, 0], HEAVISIDE)
    numbers = Layer([[1], [-1]], [0, 0], RELU)
    asks = Layer([[1, 1]], [0], at_most_two)
    # Two bits never sum to more than 2, two numbers may.
    assert Network(bits, asks).meanings(2) == ["always"]
    assert Network(numbers, asks).meanings(2) == ["h1 + h2 ≤ 2"]
    mixed = Layer([[1], [-1]], [0, 0], [HEAVISIDE, RELU])
    assert Network(mixed, asks).meanings(2) == ["h1 + h2 ≤ 2"]
    # Only the layer before counts for the bits, all of them for fractions.
    keep = Layer([[1, 0], [0, 1]], [0, 0], RELU)
    assert Network(bits, keep, asks).meanings(3) == ["h2_1 + h2_2 ≤ 2"]
    turn = Layer([[1, 0], [0, 1]], [0, 0], HEAVISIDE)
    assert Network(numbers, turn, asks).meanings(3) == ["always"]
    halves = Layer([[Fraction(1, 2)]] * 2, [0, 0], RELU)
    assert Network(halves, asks).meanings(2) == ["1[h1 + h2 ≤ 2]"]
    assert Network(halves, keep, asks).meanings(3) == ["1[h2_1 + h2_2 ≤ 2]"]
    # A fraction in the layer itself asks a question about integers still.
    third = Network(Layer([[Fraction(1, 3)]], [0], HEAVISIDE))
    assert third.meanings(1) == ["x1 ≥ 0"]
    beside = Layer(
        [[Fraction(1, 3)], [Fraction(1, 2)]], [0, 0], [HEAVISIDE, RELU]
    )
    assert Network(beside).meanings(1) == ["x1 ≥ 0", "relu(1/2 x1)"]


@given(seed=st.integers(0, 2**32))
def test_series_composes(seed):
    rng = random.Random(seed)
    first, second = (random_network(rng, 3) for _ in range(2))
    m, n = first.outputs, second.inputs
    bridge = Network(
        Layer(
            [[rng.randint(-2, 2) for _ in range(m)] for _ in range(n)],
            [rng.randint(-2, 2) for _ in range(n)],
            rng.choice([IDENTITY, RELU, INTERVAL]),
        )
    )
    x = [rng.randint(-4, 4) for _ in range(first.inputs)]
    whole = series(first, bridge, second)
    assert whole(x).tolist() == second(bridge(first(x))).tolist()
    assert whole.size <= first.size + bridge.size + second.size


def test_series_absorbs_identity_layers():
    affine = Network(Layer([[2, 1], [0, 3]], [1, -1], IDENTITY))
    sign = Network(Layer([[1, -1]], [Fraction(1, 2)], HEAVISIDE))
    joined = series(affine, sign)
    assert joined.shape == (2, 1)
    assert joined.layers[0].W.tolist() == [[2, -2]]
    assert joined.layers[0].b.tolist() == [Fraction(5, 2)]
    with pytest.raises(ValueError, match=r"network 2 reads 2 .* 1 gives 1"):
        series(sign, affine)
    with pytest.raises(ValueError, match=r"network 3 reads 2 .* 2 gives 1"):
        series(affine, sign, affine)
    mixed = Network(Layer([[1, 0], [0, 1]], [0, 0], [IDENTITY, RELU]))
    assert series(mixed, sign).shape == (2, 2, 1)
    assert series(mixed, sign)([3, -5]).tolist() == sign([3, 0]).tolist()
    named = Network(*affine.layers, names=["p", "q"])
    assert series(named, sign).names == ("p", "q")
    with pytest.raises(TypeError, match="got 3"):
        series(sign, 3)
    with pytest.raises(ValueError, match="at least one network"):
        series()


def test_parallel_and_rewired():
    first, second = membership_interval(2), Network(Layer([[1]], [0], RELU))
    both = parallel(first, second)
    assert both.shape == (4, 3, 2)
    assert both([1, 2, 2, -5]).tolist() == [1, 0]
    assert both([1, 2, 3, 5]).tolist() == [0, 5]
    shared = both.rewired([2, 1, 0, 0], 3, names=["a", "b", "c"])
    assert shared([7, 7, 1]).tolist() == [1, 7]
    assert shared.names == ("a", "b", "c")
    with pytest.raises(ValueError, match="4 indices below 3, got"):
        both.rewired([0, 1, 2, 3], 3)
    with pytest.raises(ValueError, match="4 indices"):
        both.rewired([0], 3)
    with pytest.raises(ValueError, match="4 indices below 3, got"):
        both.rewired([0, 1, 2, 9], 3)
    with pytest.raises(ValueError, match="4 indices"):
        both.rewired([0] * 5, 3)
    with pytest.raises(ValueError, match="a wire must be at least 0, got -1"):
        both.rewired([0, 1, 2, -1], 3)
    with pytest.raises(ValueError, match="inputs must be at least 1, got 0"):
        both.rewired([0] * 4, 0)
    with pytest.raises(ValueError, match="inputs = 100000000 needs 3 units"):
        both.rewired([0] * 4, 10**8)
    named = parallel(first, second, names=["a", "b", "c", "d"])
    assert named.names == ("a", "b", "c", "d")
    with pytest.raises(TypeError, match="expected a Network"):
        parallel(first, None)
    with pytest.raises(ValueError, match="at least one network, got none"):
        parallel()


def test_every_y_in_x_composes_from_membership():
    # Right on distinct lists, and what repeats do to it.
    n = 2
    parts = parallel(*[membership_interval(n)] * n)
    wires = [0, 1, 2, 0, 1, 3]
    all_in = Network(Layer([[1] * n], [-n], HEAVISIDE))
    network = series(parts.rewired(wires, 2 * n), all_in)
    assert network([1, 2, 2, 1]).tolist() == [1]
    assert network([1, 2, 1, 1]).tolist() == [1]
    assert network([1, 2, 2, 3]).tolist() == [0]


@pytest.mark.parametrize("layer", [-1, 0, 4, 99])
def test_a_layer_that_is_not_there_is_refused(layer):
    network = parallel(membership_interval(2), permutation_of_two())
    network = Network(*network.layers, Layer([[1, 1]], [0], RELU))
    for read in (network.formulas, network.meanings):
        with pytest.raises(ValueError, match="layer must be at"):
            read(layer)
    if layer:
        with pytest.raises(ValueError, match="layer must be at"):
            network.unit_names(layer)
    with pytest.raises(TypeError, match="layer must be an integer"):
        network.formulas("out")


def test_masks_names_and_matrices_are_looked_at():
    masked = np.ma.masked_array([[1, 2]], [[0, 1]])
    with pytest.raises(ValueError, match="W must not have masked entries"):
        Layer(masked, [0], INTERVAL)
    with pytest.raises(ValueError, match="x must not have masked entries"):
        Network(Layer([[1, 2]], [0], INTERVAL))(masked)
    with pytest.raises(TypeError, match="names must be strings"):
        Network(Layer([[1, 2]], [0], INTERVAL), names=[1, 2])
