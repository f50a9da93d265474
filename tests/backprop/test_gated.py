import dataclasses

import autograd
import autograd.numpy as anp
import mpmath
import numpy as np
import pytest
import sympy as sp
from byhand.backprop import (
    Parameters,
    backward,
    compare_gradient,
    forward,
)
from hypothesis import assume, given, settings
from hypothesis import strategies as st


@st.composite
def networks(draw, *, batches=True):
    d, H, K = (draw(st.integers(1, 5)) for _ in range(3))
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    parameters = Parameters.random(d, H, K, rng=rng, skip=draw(st.booleans()))
    B = draw(st.integers(0, 4)) if batches else 0
    x = rng.normal(size=(B, d) if B else d)
    t = rng.integers(0, K, B) if B else int(rng.integers(0, K))
    return parameters, x, t


def loss_by_autograd(arrays, x, t):
    """Return the loss, written without looking at the package."""
    z1 = anp.dot(x, arrays["W1"].T) + arrays["b1"]
    z2 = anp.dot(x, arrays["W2"].T) + arrays["b2"]
    gate = 1 / (1 + anp.exp(-z2))
    y = anp.dot(anp.maximum(z1, 0) * gate, arrays["W3"].T) + arrays["b3"]
    if "W4" in arrays:
        y = y + anp.dot(x, arrays["W4"].T)
    y_prime = anp.exp(y) / anp.sum(anp.exp(y), axis=-1, keepdims=True)
    return -anp.sum(anp.log(y_prime) * np.eye(y.shape[-1])[t])


@given(networks())
def test_hand_derivation_agrees_with_autograd(network):
    parameters, x, t = network
    arrays = parameters.as_dict()
    values = forward(parameters, x, t)
    bars = backward(parameters, values)
    assert np.isclose(values.J, loss_by_autograd(arrays, x, t), rtol=1e-12)
    x_bar = autograd.grad(loss_by_autograd, 1)(arrays, x, t)
    assert np.allclose(bars.x_bar, x_bar, rtol=1e-10, atol=1e-13)
    wanted = autograd.grad(loss_by_autograd, 0)(arrays, x, t)
    got = bars.of_parameters()
    assert list(got) == list(arrays)
    for name, gradient in wanted.items():
        assert np.allclose(got[name], gradient, rtol=1e-10, atol=1e-13)


@pytest.mark.parametrize("method", ["forward", "central", "complex"])
@given(networks())
@settings(max_examples=20)
def test_hand_derivation_agrees_with_quotients(method, network):
    parameters, x, t = network
    values = forward(parameters, x, t)
    bars = backward(parameters, values)
    # Nearer to the kink a step may cross it, and the quotient is wrong.
    assume(method == "complex" or np.min(np.abs(values.z1)) > 1e-3)
    assert compare_gradient(
        lambda x: forward(parameters, x, t).J, bars.x_bar, x, method=method
    )
    assert compare_gradient(
        lambda arrays: forward(Parameters(**arrays), x, t).J,
        bars.of_parameters(),
        parameters.as_dict(),
        method=method,
    )


@given(networks())
def test_a_batch_is_the_sum_of_its_samples(network):
    parameters, x, t = network
    if x.ndim == 1:
        x, t = x[None], np.array([t])
    values = forward(parameters, x, t)
    bars = backward(parameters, values)
    singles = [
        forward(parameters, row, int(k)) for row, k in zip(x, t, strict=True)
    ]
    single_bars = [backward(parameters, single) for single in singles]
    assert np.isclose(values.J, sum(single.J for single in singles))
    for name, value in values.as_dict().items():
        if name != "J":
            rows = [getattr(single, name) for single in singles]
            assert np.allclose(value, rows, rtol=1e-12, atol=1e-14), name
    summed = bars.of_parameters()
    for name, bar in bars.as_dict().items():
        rows = [getattr(single, name) for single in single_bars]
        if name.removesuffix("_bar") in summed:
            assert np.allclose(bar, sum(rows), atol=1e-13), name
        elif name != "J_bar":
            assert np.allclose(bar, rows, atol=1e-13), name


def symbolic_run(arrays, t, **given_values):
    """Return all values; those given are taken, not computed."""
    values = dict(given_values)

    def put(name, compute):
        values.setdefault(name, compute())
        return values[name]

    def relu(z):
        return z.applyfunc(lambda e: sp.Piecewise((e, e > 0), (0, True)))

    x = values["x"]
    z1 = put("z1", lambda: arrays["W1"] * x + arrays["b1"])
    h = put("h", lambda: relu(z1))
    z2 = put("z2", lambda: arrays["W2"] * x + arrays["b2"])
    g1 = put("g1", lambda: z2.applyfunc(lambda e: 1 / (1 + sp.exp(-e))))
    g2 = put("g2", lambda: h.multiply_elementwise(g1))
    y = put("y", lambda: arrays["W3"] * g2 + arrays["b3"])
    if "W4" in arrays and "y" not in given_values:
        y = values["y"] = y + arrays["W4"] * x
    y_prime = put("y_prime", lambda: y.applyfunc(sp.exp) / sum(map(sp.exp, y)))
    S = put("S", lambda: sp.Matrix([sp.log(y_prime[t])]))
    put("J", lambda: -S)
    return values


@pytest.mark.slow
@pytest.mark.parametrize("skip", [False, True])
def test_sympy_confirms_every_line(skip):
    """Each bar is the derivative of J with respect to its value.

    J is taken as a function of that value alone: the values before it do
    not matter and those beside it are held.
    """
    rng = np.random.default_rng(2)
    d, H, K, t = 2, 3, 3, 1
    grid = {
        name: sp.Matrix(rng.integers(-4, 5, array.shape)) / 4
        for name, array in Parameters.random(d, H, K, rng=0, skip=skip)
        .as_dict()
        .items()
    }
    x = sp.Matrix([1, sp.Rational(-1, 2)])
    exact = symbolic_run(grid, t, x=x)
    assert 0 < sum(bool(z > 0) for z in exact["z1"]) < H
    assert all(z != 0 for z in exact["z1"])
    numeric = {
        name: np.array(matrix, dtype=float).reshape(
            matrix.shape if name[0] == "W" else -1
        )
        for name, matrix in grid.items()
    }
    parameters = Parameters(**numeric)
    values = forward(parameters, [1.0, -0.5], t)
    bars = backward(parameters, values)

    def gradient(J, symbols, at):
        point = dict(zip(symbols, at, strict=True))
        return [float(J.diff(s).subs(point).evalf(30)) for s in symbols]

    before = list(exact)
    for position, name in enumerate(before):
        value = exact[name]
        symbols = sp.Matrix(sp.symbols(f"{name}_:{len(value)}", real=True))
        held = {other: exact[other] for other in before[:position]}
        J = symbolic_run(grid, t, **held, **{name: symbols})["J"][0]
        got = np.ravel(getattr(bars, f"{name}_bar"))
        assert np.allclose(got, gradient(J, symbols, value), atol=1e-13), name
        assert np.allclose(
            np.ravel(getattr(values, name)),
            [float(entry.evalf(30)) for entry in value],
            atol=1e-13,
        )
    for name, value in grid.items():
        symbols = sp.Matrix(
            *value.shape, sp.symbols(f"{name}_:{len(value)}", real=True)
        )
        J = symbolic_run({**grid, name: symbols}, t, x=x)["J"][0]
        got = getattr(bars, f"{name}_bar").ravel()
        assert np.allclose(got, gradient(J, symbols, value), atol=1e-13), name


def test_the_skip_connection_adds_its_share():
    with_skip = Parameters.random(3, 4, 2, rng=5, skip=True)
    without = dataclasses.replace(
        with_skip,
        W4=None,
        b3=with_skip.b3 + with_skip.W4 @ [1.0, 2.0, 3.0],
    )
    values = forward(with_skip, [1.0, 2.0, 3.0], 0)
    bars = backward(with_skip, values)
    plain = forward(without, [1.0, 2.0, 3.0], 0)
    assert np.allclose(values.y, plain.y)
    gained = bars.x_bar - backward(without, plain).x_bar
    assert np.allclose(gained, with_skip.W4.T @ bars.y_bar)
    zero = dataclasses.replace(with_skip, W4=np.zeros((2, 3)))
    bare = dataclasses.replace(with_skip, W4=None)
    assert (
        pytest.approx(forward(bare, [1.0, 2.0, 3.0], 0).J, rel=1e-14)
        == forward(zero, [1.0, 2.0, 3.0], 0).J
    )
    assert backward(bare, forward(bare, [1.0, 2.0, 3.0], 0)).W4_bar is None


def extreme(z1, z2):
    """Return a network with d = 1, H = 1, K = 2 and these values at x = 1."""
    return Parameters(
        W1=[[z1]],
        b1=[0.0],
        W2=[[z2]],
        b2=[0.0],
        W3=[[1.0], [-1.0]],
        b3=[0.0, 0.0],
    )


@pytest.mark.parametrize("t", [0, 1])
@pytest.mark.parametrize("z1", [-1000.0, 1000.0, 3.0])
@pytest.mark.parametrize("z2", [-1000.0, -700.0, 1000.0])
def test_values_of_a_thousand_are_finite_and_right(z1, z2, t):
    parameters = extreme(z1, z2)
    values = forward(parameters, [1.0], t)
    bars = backward(parameters, values)

    def loss(x):
        g1 = 1 / (1 + mpmath.exp(-z2 * x))
        g2 = max(z1 * x, 0) * g1
        return mpmath.log1p(mpmath.exp(2 * g2 * (2 * t - 1)))

    with mpmath.workdps(900):
        J, x_bar = loss(mpmath.mpf(1)), mpmath.diff(loss, 1)
        assert pytest.approx(float(J), rel=1e-13, abs=1e-15) == values.J
        assert bars.x_bar[0] == pytest.approx(
            float(x_bar), rel=1e-12, abs=1e-12
        )
    finite = bars.as_dict()
    y_prime_bar = finite.pop("y_prime_bar")
    assert all(np.all(np.isfinite(bar)) for bar in finite.values())
    # 1 / y'_t itself exceeds the largest float once y'_t < 5.6e-309.
    assert np.isfinite(y_prime_bar[t]) == (values.S > -709.78)


def test_the_convention_at_the_kink_is_the_caller_s():
    parameters = Parameters(
        W1=[[1.0], [1.0]],
        b1=[0.0, 1.0],
        W2=[[1.0], [1.0]],
        b2=[0.0, 0.0],
        W3=[[1.0, 2.0], [3.0, 4.0]],
        b3=[0.0, 0.0],
    )
    values = forward(parameters, [0.0], 1)
    assert list(values.z1) == [0, 1]
    for at_zero in (0.0, 0.5, 1.0):
        bars = backward(parameters, values, relu_at_zero=at_zero)
        assert np.array_equal(bars.z1_bar, bars.h_bar * [at_zero, 1])
    assert backward(parameters, values).z1_bar[0] == 0
    assert bars.h_bar[0] != 0


def test_parameters_are_immutable():
    W1 = np.ones((2, 3))
    parameters = Parameters(
        W1, np.ones(2), np.ones((2, 3)), np.ones(2), np.ones((1, 2)), [0.0]
    )
    W1[0, 0] = 7
    assert parameters.W1[0, 0] == 1
    with pytest.raises(ValueError, match="read-only"):
        parameters.W1[0, 0] = 7
    with pytest.raises(dataclasses.FrozenInstanceError):
        parameters.W1 = W1
    assert (parameters.d, parameters.H, parameters.K) == (3, 2, 1)


def test_records_are_compared_by_what_they_are():
    parameters = Parameters.random(3, 4, 2, rng=0)
    values = forward(parameters, np.ones(3), 0)
    bars = backward(parameters, values)
    assert parameters != dataclasses.replace(parameters)
    assert values != dataclasses.replace(values)
    assert bars != dataclasses.replace(bars)
    assert len({parameters, values, bars, parameters}) == 3


def test_random_parameters_have_their_variances():
    parameters = Parameters.random(200, 300, 100, rng=1, skip=True)
    for name, variance in [
        ("W1", 2 / 200),
        ("W2", 1 / 200),
        ("W3", 1 / 300),
        ("W4", 1 / 200),
        ("b1", 0.01),
    ]:
        array = getattr(parameters, name)
        assert np.var(array) == pytest.approx(
            variance, rel=6 / np.sqrt(array.size / 2)
        )
    again = Parameters.random(200, 300, 100, rng=np.random.default_rng(1))
    assert np.array_equal(again.W3, parameters.W3)


def test_records_print_names_shapes_and_values():
    parameters = extreme(2.0, 0.0)
    values = forward(parameters, [1.0], 0)
    lines = str(values).splitlines()
    assert [line.split()[0] for line in lines] == list(values.as_dict())
    assert lines[0].split() == ["x", "(1,)", "[1.]"]
    assert "y_prime  (2,)  [0.8808 0.1192]" in lines
    text = str(backward(parameters, values))
    assert "-0. " not in text
    assert "W3_bar" in text
    assert "W4_bar" not in text
    assert repr(parameters) == "Parameters(d=1, H=1, K=2, skip=False)"


def changed(name, value):
    return {**extreme(1.0, 1.0).as_dict(), name: value}


@pytest.mark.parametrize(
    ("name", "value", "error", "message"),
    [
        ("b1", [0.0, 0.0], ValueError, r"b1 must have shape \(1,\), since W1"),
        ("W3", [[1.0, 2.0]], ValueError, r"W3 must have shape \(1, 1\)"),
        ("W4", [[1.0, 2.0]], ValueError, r"W4 must have shape \(2, 1\)"),
        ("W1", [1.0], ValueError, r"W1 must be a matrix, got shape \(1,\)"),
        ("W2", [[np.nan]], ValueError, r"W2 must be finite, got nan"),
        ("b2", ["one"], TypeError, "b2 must hold real numbers"),
        ("b3", [], ValueError, "b3 must not be empty"),
        ("b1", None, TypeError, "b1 must hold real numbers, got None"),
        ("W2", None, TypeError, "W2 must hold real numbers, got None"),
        ("W2", [[1.0], [1.0, 2.0]], ValueError, "rows of different lengths"),
    ],
)
def test_bad_parameters_are_refused(name, value, error, message):
    with pytest.raises(error, match=message):
        Parameters(**changed(name, value))


def test_bad_samples_are_refused():
    parameters = Parameters.random(3, 4, 2, rng=0)
    x = np.ones(3)
    with pytest.raises(ValueError, match="x must have 3 entries a sample"):
        forward(parameters, np.ones(4), 0)
    with pytest.raises(ValueError, match="x must be a vector, or a batch"):
        forward(parameters, np.ones((1, 1, 3)), 0)
    with pytest.raises(ValueError, match="x must be finite, got nan"):
        forward(parameters, [1.0, np.nan, 0.0], 0)
    with pytest.raises(ValueError, match="t must be between 0 and 1, got 2"):
        forward(parameters, x, 2)
    with pytest.raises(TypeError, match="integer class indices"):
        forward(parameters, x, 0.0)
    with pytest.raises(TypeError, match="parameters must be Parameters"):
        forward(parameters.as_dict(), x, 0)
    with pytest.raises(ValueError, match=r"z1 overflows float64"):
        forward(
            dataclasses.replace(parameters, W1=np.full((4, 3), 1e300)),
            1e10 * x,
            0,
        )
    with pytest.raises(ValueError, match=r"y overflows float64"):
        forward(
            dataclasses.replace(
                parameters,
                W1=np.full((4, 3), 1e200),
                W3=np.full((2, 4), 1e200),
            ),
            x,
            0,
        )


def test_bad_values_are_refused():
    parameters = Parameters.random(3, 4, 2, rng=0)
    values = forward(parameters, np.ones(3), 0)
    other = Parameters.random(3, 5, 2, rng=0)
    with pytest.raises(ValueError, match=r"h must have shape \(5,\), got"):
        backward(other, values)
    with pytest.raises(TypeError, match="values must be what forward"):
        backward(parameters, values.as_dict())
    with pytest.raises(TypeError, match="for real values, got complex"):
        backward(parameters, forward(parameters, np.ones(3) + 1e-20j, 0))
    with pytest.raises(ValueError, match="at_zero must be between"):
        backward(parameters, values, relu_at_zero=-1)
    for bad in (None, 1.5, True):
        with pytest.raises(TypeError, match="or an integer seed, got"):
            Parameters.random(3, 4, 2, rng=bad)
    with pytest.raises(TypeError, match="skip must be True or False"):
        Parameters.random(3, 4, 2, rng=0, skip="no")
    for name in "dHK":
        with pytest.raises(ValueError, match=f"{name} must be at least 1, go"):
            Parameters.random(**{"d": 1, "H": 1, "K": 1, name: 0}, rng=0)
    assert Parameters.random(1, 1, 1, rng=0).W1.shape == (1, 1)


def test_too_many_parameters_are_counted(monkeypatch):
    full = Parameters.random(2, 3, 4, rng=0, skip=True)
    count = sum(array.size for array in full.as_dict().values())
    monkeypatch.setattr("byhand.backprop.gated._MOST_ENTRIES", count)
    assert Parameters.random(2, 3, 4, rng=0, skip=True).K == 4
    monkeypatch.setattr("byhand.backprop.gated._MOST_ENTRIES", count - 1)
    with pytest.raises(ValueError, match="d = 2, H = 3 and K = 4 make more"):
        Parameters.random(2, 3, 4, rng=0)


def test_the_most_parameters_are_a_hundred_million():
    with pytest.raises(
        ValueError, match=r"K = 1 make\s+more than 100,000,000 p"
    ):
        Parameters.random(1, 10**8, 1, rng=0)


def test_no_minus_zero_is_printed():
    parameters = Parameters(**{
        name: np.full_like(value, -1e-9)
        for name, value in Parameters.random(2, 3, 4, rng=0).as_dict().items()
    })  # fmt: skip
    assert "0." in str(parameters)
    assert "-0." not in str(parameters)


def test_rows_of_a_printed_matrix_stand_below_each_other():
    text = str(Parameters.random(2, 3, 4, rng=0))
    lines = text.splitlines()
    (W1,) = [i for i, line in enumerate(lines) if line.startswith("W1 ")]
    first = lines[W1].index("[[") + 1
    assert lines[W1 + 1].index("[") == lines[W1 + 2].index("[") == first
