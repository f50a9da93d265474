"""Sizes are polynomials; shapes broadcast and bind as NumPy's do."""

import numpy as np
import pytest
import sympy as sp
from byhand.tape.shapes import (
    Size,
    as_shape,
    as_size,
    bind,
    broadcast,
    entries,
    resolve,
    show,
    size_names,
    size_values,
)
from hypothesis import given
from hypothesis import strategies as st

NAMES = "nmk"


@st.composite
def polynomials(draw):
    """Return a size and the same polynomial as a Python function."""
    expression = draw(
        st.recursive(
            st.sampled_from([*NAMES, "1", "2", "3"]),
            lambda inner: st.tuples(inner, st.sampled_from("+-*"), inner).map(
                lambda parts: f"({parts[0]} {parts[1]} {parts[2]})"
            ),
            max_leaves=8,
        )
    )
    return eval(expression, {n: Size.named(n) for n in NAMES}), expression


@given(
    polynomials(),
    polynomials(),
    st.fixed_dictionaries({n: st.integers(1, 9) for n in NAMES}),
)
def test_polynomials(first, second, at):
    size, expression = first
    value = eval(expression, dict(at))
    assert resolve(size, at) == value
    if isinstance(size, Size):
        assert eval(size.code, dict(at)) == value
    other, _ = second
    assert resolve(size * other, at) == value * resolve(other, at)
    assert size - other + other == size
    assert hash(size + other) == hash(other + size)
    assert (size == other) == (size - other == 0)


def test_writing():
    n, m = map(Size.named, "nm")
    assert str(2 * n * n * m - n + 3) == "2·m·n² - n + 3"
    assert (2 * n * n * m - n + 3).code == "2 * m * n**2 - n + 3"
    assert str(-n) == "-n"
    assert str(n**3 - n * n * n + 1) == "1"
    assert show((n + m, 3)) == "(m + n)×3"
    assert show(()) == "1"
    with pytest.raises(ValueError, match="needs a value for m"):
        (n * m).at({"n": 2})
    with pytest.raises(TypeError, match="cannot branch or loop"):
        bool(n)
    with pytest.raises(TypeError, match="cannot branch or loop"):
        range(n)
    with pytest.raises(TypeError, match="cannot branch or loop"):
        n > 3  # noqa: B015 (it raises)


def test_sizes_are_whole_numbers():
    n = Size.named("n")
    wrong = {
        "0.5": lambda: n + 0.5,
        "np.float64": lambda: np.float64(0.5) * n,
        "1 / n": lambda: 1 / n,
        "n / 2": lambda: n / 2,
        "n / n": lambda: n / n,
        r"\(n\)\*\*-1": lambda: n**-1,
        r"\(n\)\*\*0.5": lambda: n**0.5,
    }
    for text, make in wrong.items():
        named = "0.5" if text == "np.float64" else text
        with pytest.raises(TypeError, match=rf"^{named}.* is not a size"):
            make()


def test_powers_of_sizes():
    n = Size.named("n")
    assert n**0 == 1
    assert n**1 == n
    assert n ** np.int64(3) == n * n * n


def test_what_a_size_lacks_is_named():
    n, m = map(Size.named, "nm")
    with pytest.raises(ValueError, match=r"size m·n needs a value for m, n$"):
        (n * m).at({"k": 1})
    with pytest.raises(ValueError, match="called like a variable, got '2n'"):
        Size.named("2n")
    with pytest.raises(ValueError, match="x: a size is called like a var"):
        as_size("2n", "x")


def test_sympy_reads_sizes():
    sympy = pytest.importorskip("sympy")
    n, m = sympy.symbols("n m", positive=True, integer=True)
    size = 3 * Size.named("n") ** 2 * Size.named("m") - 1
    assert sympy.sympify(size) == 3 * n**2 * m - 1


@given(
    st.lists(st.sampled_from([1, 2, 3]), max_size=3),
    st.lists(st.sampled_from([1, 2, 3]), max_size=3),
)
def test_broadcast_is_that_of_numpy(a, b):
    try:
        wanted = np.broadcast_shapes(tuple(a), tuple(b))
    except ValueError:
        with pytest.raises(ValueError, match="sizes must be equal"):
            broadcast(tuple(a), tuple(b))
    else:
        assert broadcast(tuple(a), tuple(b)) == wanted


def test_broadcasting_of_letters():
    n, m = map(Size.named, "nm")
    assert broadcast((n, 1), (m,)) == (n, m)
    assert broadcast((n,), ()) == (n,)
    with pytest.raises(ValueError, match="sizes must be equal, or one of"):
        broadcast((n,), (m,))
    with pytest.raises(ValueError, match="sizes must be equal, or one of"):
        broadcast((n,), (2,))


def test_binding():
    n, m = map(Size.named, "nm")
    shapes = {"x": (n,), "W": (m, n), "z": (n + m,)}
    arrays = {"x": (3,), "W": (2, 3), "z": (5,)}
    assert bind(shapes, arrays) == {"n": 3, "m": 2}
    with pytest.raises(ValueError, match=r"z must have shape m \+ n = 5"):
        bind(shapes, arrays | {"z": (6,)})
    with pytest.raises(ValueError, match="so n = 4, but x has n = 3"):
        bind(shapes, arrays | {"W": (2, 4)})
    with pytest.raises(ValueError, match="x must have shape n, got a scalar"):
        bind(shapes, arrays | {"x": ()})
    with pytest.raises(ValueError, match="s must be a scalar, got shape 1"):
        bind({"s": ()}, {"s": (1,)})
    with pytest.raises(ValueError, match=r"^x must have shape 3, got 4$"):
        bind({"x": (3,)}, {"x": (4,)})
    with pytest.raises(ValueError, match=r"^x must have shape 3, got 3×1$"):
        bind({"x": (3,)}, {"x": (3, 1)})
    with pytest.raises(ValueError, match="x is empty, of shape 0"):
        bind({"x": (n,)}, {"x": (0,)})


def test_reading():
    n = Size.named("n")
    assert as_shape("n", "x") == (n,)
    assert as_shape([np.int64(2), n], "x") == (2, n)
    assert entries((n, 2, n)) == 2 * n * n
    assert as_size(1, "x") == 1
    assert show((n + 1,)) == "n + 1"
    for wrong in (True, np.True_, 1.5, None):
        with pytest.raises(TypeError, match="x: a size is"):
            as_size(wrong, "x")


def test_a_name_alone_is_no_product():
    n, m = map(Size.named, "nm")
    assert n.is_name
    for size in (n * m, n * n, 2 * n, n + 1, n + m):  # n·m is an identifier
        assert not size.is_name
    sizes = bind({"x": (n * m,), "y": (n, m)}, {"x": (6,), "y": (2, 3)})
    assert sizes == {"n": 2, "m": 3}


def test_sizes_in_latex():
    n, m = map(Size.named, "nm")
    assert n.latex == "n"
    assert (n * m).latex == r"m \cdot n"
    assert (2 * n**2 - m + 1).latex == r"2 \cdot n^{2} - m + 1"


def test_sizes_by_symbol_or_by_name():
    symbol = sp.Symbol("n", positive=True, integer=True)
    assert size_values({symbol: 3}, {"m": 2}) == {"n": 3, "m": 2}
    assert size_values(None, {}) == {}
    with pytest.raises(ValueError, match="n has been given two values"):
        size_values({symbol: 3}, {"n": 3})
    with pytest.raises(ValueError, match="n must be at least 1, got 0"):
        size_values({"n": 0}, {})
    with pytest.raises(TypeError, match="the sizes must be a dictionary"):
        size_values(3, {})


def test_the_names_of_sizes():
    n, m = map(Size.named, "nm")
    assert size_names(n * m + 1) == {"n", "m"}
    assert size_names(((n, 3), None, (), (m + 1,))) == {"n", "m"}
    assert size_names((3, None)) == size_names(()) == size_names(2) == set()
