"""The table's functions on arrays: every digit, every kind of number."""

from decimal import Decimal, localcontext
from fractions import Fraction

import numpy as np
import pytest
from byhand.tape import (
    concatenate,
    cross_entropy,
    einsum,
    elementwise,
    gradient,
    index,
    jvp,
    log_softmax,
    maximum,
    one_hot,
    outer,
    pad,
    pick,
    record,
    relu,
    sigmoid,
    softmax,
    softplus,
)
from hypothesis import given
from hypothesis import strategies as st

reals = st.floats(-1000, 1000)
logits = st.lists(reals, min_size=1, max_size=5)
BIG = np.finfo(float).max
ENTRYWISE = [relu, sigmoid, softplus]
ALONG_ROWS = [softmax, log_softmax]


def exactly(digits, compute, *values):
    """Return ``compute`` of Decimals, as a float."""
    with localcontext() as context:
        context.prec = digits
        return float(compute(*map(Decimal, values)))


EXACT = {
    sigmoid: lambda z: 1 / (1 + (-z).exp()),
    softplus: lambda z: (1 + z.exp()).ln(),
    relu: lambda z: max(z, Decimal(0)),
}


@pytest.mark.parametrize("function", EXACT, ids=str)
@given(z=reals)
def test_every_digit_is_right_up_to_a_thousand(function, z):
    exact = exactly(450, EXACT[function], z)
    assert np.isclose(function(z), exact, rtol=1e-14, atol=1e-322)
    (many,) = function(np.array([z]))
    assert np.isclose(many, exact, rtol=1e-14, atol=1e-322)
    (recorded,) = record(function, x=1).compile()(np.array([z]))
    assert recorded == many


@given(z=reals)
def test_one_large_entry_costs_the_others_no_digit(z):
    for function, exact in EXACT.items():
        got = function([z, -1000.0, 1000.0])[0]
        wanted = exactly(450, exact, z)
        assert np.isclose(got, wanted, rtol=1e-14, atol=1e-322)


def exact_log_softmax(y):
    with localcontext() as context:
        context.prec = 60
        y = [Decimal(float(entry)) for entry in y]
        total = sum(entry.exp() for entry in y).ln()
        return [entry - total for entry in y]


@given(y=logits, data=st.data())
def test_softmax_and_its_relatives(y, data):
    t = data.draw(st.integers(0, len(y) - 1))
    exact = exact_log_softmax(y)
    with localcontext() as context:
        context.prec = 60
        y_prime = [float(entry.exp()) for entry in exact]
    exact = np.array(exact, dtype=float)
    assert np.allclose(log_softmax(y), exact, rtol=1e-14, atol=1e-15)
    assert np.allclose(softmax(y), y_prime, rtol=1e-13, atol=1e-300)
    assert np.isclose(cross_entropy(y, t), -exact[t], rtol=1e-14, atol=1e-15)
    slope = gradient(record(cross_entropy, y=len(y), t=index(len(y))), "y")
    wanted = np.array(y_prime) - one_hot(t, len(y))
    assert np.allclose(slope(np.array(y), t), wanted, rtol=0, atol=1e-13)


def test_the_largest_floats_give_no_warning():
    for function in ENTRYWISE:
        assert np.all(np.isfinite(function([-BIG, BIG])))
    with np.errstate(over="ignore"):  # of the difference: its exponential is 0
        assert softmax([-BIG, BIG]).tolist() == [0, 1]
    assert softmax([BIG, BIG]).tolist() == [0.5, 0.5]


def step(function, z, h=1e-30):
    return np.imag(function(z + 1j * h)) / h


@given(z=reals)
def test_the_complex_step_passes_through(z):
    slope = gradient(record(lambda x: softplus(x).sum(), x=1))
    assert np.isclose(step(softplus, z), sigmoid(z), rtol=1e-13, atol=1e-280)
    assert np.isclose(step(softplus, z), slope(np.array([z]))[0], rtol=1e-13)
    tiny = exactly(450, lambda z: (-z).exp() / (1 + (-z).exp()) ** 2, z)
    assert np.isclose(step(sigmoid, z), tiny, rtol=1e-13, atol=1e-280)


@given(y=st.lists(st.floats(-30, 30), min_size=2, max_size=5))
def test_the_complex_step_passes_along_rows(y):
    y = np.array(y)
    y_prime = softmax(y)
    J = np.diag(y_prime) - np.outer(y_prime, y_prime)
    for k, direction in enumerate(np.eye(len(y))):
        moved = y + 1e-30j * direction
        assert np.allclose(softmax(moved).imag / 1e-30, J[k], atol=1e-14)
        row = log_softmax(moved).imag / 1e-30
        assert np.allclose(row, direction - y_prime[k], atol=1e-14)
        slope = cross_entropy(moved, 0).imag / 1e-30
        assert np.isclose(slope, y_prime[k] - (k == 0), atol=1e-14)


def test_the_kink_of_relu():
    z = np.array([[-2.0, -0.0], [0.0, 3.0]])
    assert relu(z).tolist() == [[0, 0], [0, 3]]
    assert [step(relu, at) for at in (-2.0, 0.0, 2.0)] == [0, 0, 1]
    assert step(relu, np.array([-2.0, 0.0, 2.0])).tolist() == [0, 0, 1]
    slope = gradient(record(lambda x: relu(x).sum(), x="n"))
    assert slope(np.array([-2.0, 0.0, 2.0])).tolist() == [0, 0, 1]


def test_the_gradient_of_the_zeroth_power_is_zero():
    for make, dots in ((gradient, {}), (jvp, {"x_dot": np.ones(2)})):
        tape = record(lambda x: {"y": (x**0).sum()}, x="n")
        derived = make(tape).run({"x": np.array([0.0, 2.0]), **dots})
        *_, slope = derived.values()
        assert np.all(slope == 0)


@pytest.mark.parametrize("function", [*ENTRYWISE, *ALONG_ROWS], ids=str)
@pytest.mark.parametrize("kind", [np.uint8, np.int8, np.int64, list])
def test_integers_are_float64(function, kind):
    y = [3, 100, 0]
    given = y if kind is list else np.array(y, dtype=kind)
    got = function(given)
    assert got.dtype == np.float64
    np.testing.assert_array_equal(got, function(np.array(y, dtype=float)))
    single = function(np.array([1.0, 2.0], dtype=np.float32))
    assert single.dtype == np.float32


def test_scalars():
    assert sigmoid(0) == sigmoid(np.uint8(0)) == 0.5
    assert sigmoid(np.uint8(3)) == sigmoid(3.0)
    assert relu(-1) == 0
    assert cross_entropy(np.array([0, 255], dtype=np.uint8), 0) == 255
    assert maximum([1, 2], 1.5).tolist() == [1.5, 2.0]
    assert concatenate(([1], [2.5])).tolist() == [1.0, 2.5]


def test_choices_and_products_keep_integers():
    x = np.array([1, 2])
    for kept in (
        concatenate((x, x)),
        maximum(x, 1),
        pad(x, axis=0, before=1, after=0),
        outer(x, x),
        einsum("i,i->", x, x),
        pick(x, 0),
    ):
        assert kept.dtype == x.dtype


def test_infinities_and_nan_go_through():
    assert sigmoid([-np.inf, np.inf]).tolist() == [0, 1]
    assert softplus([-np.inf, np.inf]).tolist() == [0, np.inf]
    # What is masked with -inf has probability 0.
    assert softmax([-np.inf, 0.0, 0.0]).tolist() == [0, 0.5, 0.5]
    assert log_softmax([-np.inf, 0.0]).tolist() == [-np.inf, 0]
    for function in (*ENTRYWISE, *ALONG_ROWS):
        assert np.isnan(function([np.nan, 1.0])[0])


def test_objects_that_know_arithmetic():
    thirds = np.array([Fraction(-1, 3), Fraction(1, 3)])
    assert relu(thirds).tolist() == [0, Fraction(1, 3)]
    assert concatenate((thirds, thirds))[3] == Fraction(1, 3)
    with pytest.raises(TypeError, match=r"sigmoid does not .*dtype=float"):
        sigmoid(thirds)
    for bad in (float("nan"), Decimal("inf"), Decimal("nan"), np.inf):
        with pytest.raises(ValueError, match=r"relu wants finite .* among"):
            relu(np.array([Fraction(1), bad], dtype=object))


@pytest.mark.parametrize("function", [*ENTRYWISE, *ALONG_ROWS], ids=str)
def test_what_is_no_array_of_numbers(function):
    for bad, error, text in (
        ("half", TypeError, f"{function} wants numbers, got <U4"),
        ([True, False], TypeError, f"{function} wants numbers, got bool"),
        ([[1.0], [1.0, 2.0]], ValueError, "rows of different lengths"),
        ([None], TypeError, "does not work on these objects"),
    ):
        with pytest.raises(error, match=text):
            function(bad)
    if function in ALONG_ROWS:
        for shape in ((), (0,), (2, 0)):
            with pytest.raises(ValueError, match="a vector is wanted, or a"):
                function(np.ones(shape))


def test_a_row_of_the_reader_takes_the_same_numbers():
    cube = elementwise(
        "cube", lambda x: x * x * x, lambda y, x: 3 * x * x, cost={"mul": 2}
    )
    assert cube(np.array([10], dtype=np.uint8)) == 1000
    assert cube([Fraction(1, 2)]).tolist() == [Fraction(1, 8)]
