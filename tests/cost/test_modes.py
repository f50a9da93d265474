"""Forward and reverse: predicted, counted, and right."""

import numpy as np
import pytest
import sympy as sp
from byhand.cost import (
    Tally,
    gradient_ratio,
    gradient_ways,
    hvp_ways,
    jacobian_ways,
    random_inputs,
    sizes,
)
from byhand.cost.modes import Ratio
from byhand.tape import (
    cross_entropy,
    gradient,
    index,
    jacobian,
    record,
    relu,
    sigmoid,
    tanh,
)
from hypothesis import given, settings
from hypothesis import strategies as st


def layers(V, W, x):
    h = tanh(W @ x)
    return sigmoid(V @ h)


def loss(V, W, x):
    h = tanh(W @ x)
    y = (V @ h) ** 2
    return y.sum()


SHAPES = {"V": ("m", "h"), "W": ("h", "n"), "x": "n"}
small = st.fixed_dictionaries({s: st.integers(1, 4) for s in "mhn"})


def counted(way, at, direction=None):
    values = random_inputs(way.tape, at)
    values.pop(way.seed, None)
    values |= direction or {}
    tally = Tally()
    return way.run(values, tally), values, tally.operations


@settings(max_examples=8)
@given(small, st.sampled_from(["x", "W"]))
def test_jacobians_predicted_and_counted(at, wrt):
    tape = record(layers, **SHAPES)
    ways = jacobian_ways(tape, wrt)
    for name, way in ways.items():
        matrix, values, operations = counted(way, at)
        assert operations == way.operations.at(at)
        np.testing.assert_allclose(
            matrix, jacobian(tape, wrt, values, mode=name), rtol=1e-12
        )


def test_tall_against_wide():
    m, n = sizes("m n")
    ways = jacobian_ways(record(layers, **SHAPES), "x")
    assert ways["forward"].passes == n
    assert ways["reverse"].passes == m
    forward, reverse = (
        way.operations.multiplications for way in ways.values()
    )
    assert forward.subs(n, 1) != reverse.subs(m, 1)
    assert sp.degree(forward, n) == 2
    assert sp.degree(forward, m) == 1
    assert sp.degree(reverse, m) == 2
    assert sp.degree(reverse, n) == 1


@settings(max_examples=6)
@given(small)
def test_sharing_never_costs_more(at):
    ways = jacobian_ways(record(layers, **SHAPES), "x")
    for way in ways.values():
        again, once = way.operations.at(at), way.shared_operations.at(at)
        assert all(once[kind] <= again[kind] for kind in again)
        assert once["tanh"] == at["h"]


@settings(max_examples=6)
@given(small)
def test_gradient_by_n_passes_or_by_one(at):
    tape = record(loss, **SHAPES)
    results = []
    for way in gradient_ways(tape, "x").values():
        result, _, operations = counted(way, at)
        assert operations == way.operations.at(at)
        results.append(result)
    np.testing.assert_allclose(*results, rtol=1e-10)


@pytest.mark.slow
@settings(max_examples=6)
@given(small, st.integers(0, 100))
def test_hessian_vector_products_agree(at, seed):
    tape = record(loss, **SHAPES)
    ways = hvp_ways(tape, "x")
    assert len(ways) == 4
    direction = np.random.default_rng(seed).normal(size=at["n"])
    values = random_inputs(tape, at)
    step = 1e-5
    slope = gradient(tape, "x")
    high = slope(**{**values, "x": values["x"] + step * direction})
    low = slope(**{**values, "x": values["x"] - step * direction})
    for way in ways.values():
        tally = Tally()
        product = way.run({**values, "x_dot": direction}, tally)
        assert tally.operations == way.operations.at(at)
        np.testing.assert_allclose(
            product, (high - low) / (2 * step), rtol=1e-5, atol=1e-6
        )


@pytest.mark.parametrize("wrt", ["x", "v"])
def test_every_way_to_a_product_with_the_hessian_of_a_square(wrt):
    n = sizes("n")
    tape = record(lambda x, v, a: a * (v @ x) ** 2, x="n", v="n", a=())
    values = {"x": [1.0, 2, 3], "v": [4.0, 5, 6], "a": 0.5}
    other = np.array(values["v" if wrt == "x" else "x"])
    direction = np.array([1.0, -1, 2])
    ways = hvp_ways(tape, wrt)
    for name, way in ways.items():
        many = name == "forward-over-forward"
        assert way.name == name
        assert way.passes == (n if many else 1)
        assert (way.seed is None) != many
        tally = Tally()
        product = way.run(values | {f"{wrt}_dot": direction}, tally)
        assert product == pytest.approx(other * (other @ direction))
        assert tally.operations == way.operations.at(n=3)
    shared = ways["forward-over-forward"]
    assert shared.shared_operations.at(n=3).total < (
        shared.operations.at(n=3).total
    )


def test_ways_to_a_jacobian_and_a_gradient_are_told_apart():
    m, n, h = sizes("m n h")
    for wrt, entries in (("x", n), ("W", h * n), ("V", m * h)):
        ways = jacobian_ways(record(layers, **SHAPES), wrt)
        assert [way.name for way in ways.values()] == ["forward", "reverse"]
        assert [way.passes for way in ways.values()] == [entries, m]
        assert [way.reverse for way in ways.values()] == [False, True]
        ways = gradient_ways(record(loss, **SHAPES), wrt)
        assert [way.name for way in ways.values()] == ["forward", "reverse"]
        assert [way.passes for way in ways.values()] == [entries, 1]
        assert ways["reverse"].seed is None


def test_one_pass_ways_cost_linearly_many_passes_more():
    n = sizes("n")
    ways = hvp_ways(record(loss, **SHAPES), "x")
    for name, way in ways.items():
        degree = sp.degree(way.operations.multiplications, n)
        assert degree == (2 if name == "forward-over-forward" else 1)


def gated(x, t, W1, b1, W2, b2, W3, b3):
    h = relu(W1 @ x + b1)
    g1 = sigmoid(W2 @ x + b2)
    y = W3 @ (h * g1) + b3
    return cross_entropy(y, t)


def test_cheap_gradient_of_the_gated_network():
    d, H, K = sizes("d H K")
    tape = record(
        gated,
        x="d",
        t=index("K"),
        W1=("H", "d"),
        b1="H",
        W2=("H", "d"),
        b2="H",
        W3=("K", "H"),
        b3="K",
    )
    ratio = gradient_ratio(tape)
    assert ratio.quotient == (3 * K + 6 * d + 5) / (K + 2 * d + 1)
    assert ratio.limit() == 3
    assert ratio.limit("d") == ratio.limit(K) == 3
    by_input = gradient_ratio(tape, "x")
    assert by_input.limit() == 2
    everything = gradient_ratio(tape, what="total")
    assert everything.limit() == sp.Rational(5, 2)
    assert everything.limit(H) != everything.limit()
    with pytest.raises(ValueError, match="does not depend on H"):
        ratio.limit("H")


def test_limits_of_quotients():
    n, m = sizes("n m")
    assert Ratio(n**2, n).limit() == sp.oo
    assert Ratio(n - n**2, n).limit() == -sp.oo
    assert Ratio(m * n - n**2, m).limit(n) == -sp.oo
    assert Ratio(n, n**2).limit() == 0
    assert Ratio(n, n**2).limit("n") == 0
    assert Ratio(n * m**2, n**2 + m).limit(n) == 0
    assert Ratio(n * m**2, n**2 + m).limit(m) == sp.oo
    assert Ratio(m**2 + n**2, m * n).limit() == (m**2 + n**2) / (m * n)
    assert Ratio(n**3 + m * n, 2 * n**3 + m**2).limit() == sp.Rational(1, 2)
    assert Ratio(n * m + m, n + m).limit(n) == m
    assert Ratio(2 * n + m, n + m).limit() == (2 * n + m) / (n + m)
    assert Ratio(6, 4).limit() == sp.Rational(3, 2)


def test_an_infinite_limit_may_have_a_sign_that_depends_on_the_sizes():
    n, m = sizes("n m")
    assert Ratio(m * (2 * n - 1), 1).limit(m) == sp.oo
    assert Ratio(m * (n**2 - 3 * n + 3), n).limit(m) == sp.oo
    found = Ratio(n * (m - 2) + 1, m).limit(n)
    assert [found.subs(m, k) for k in (1, 2, 3)] == [-sp.oo, sp.nan, sp.oo]
    found = Ratio(n**2, m - n * m + 2 * n).limit(n)
    assert [found.subs(m, k) for k in (1, 3)] == [sp.oo, -sp.oo]
    k = sp.Symbol("k")
    assert Ratio(k**2, 2 * k).limit() == Ratio(k**2, 2).limit(k) == sp.oo


def test_a_ratio_without_sizes_does_not_grow():
    n, m = sizes("n m")
    told = r"^2 does not depend on n; it depends on no size$"
    with pytest.raises(ValueError, match=told):
        Ratio(4, 2).limit("n")
    with pytest.raises(ValueError, match=r"it depends on m, n$"):
        Ratio(n + m, 2).limit("k")


def test_bad_input():
    tape = record(layers, **SHAPES)
    with pytest.raises(ValueError, match="no input 'z'"):
        jacobian_ways(tape, "z")
    with pytest.raises(ValueError, match="one scalar output"):
        gradient_ways(tape, "x")
    with pytest.raises(ValueError, match="one scalar output"):
        hvp_ways(tape, "x")
    with pytest.raises(TypeError, match="a tape is wanted"):
        jacobian_ways(layers, "x")
    several = record(lambda x: (x, 2 * x), x="n")
    with pytest.raises(ValueError, match="a Jacobian needs one output"):
        jacobian_ways(several, "x")
    with pytest.raises(ValueError, match="takes no multiplications"):
        gradient_ratio(record(lambda x: x.sum(), x="n"))
    with pytest.raises(ValueError, match="what must be one of"):
        gradient_ratio(record(loss, **SHAPES), what="flops")
