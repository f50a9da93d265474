"""The table of primitives: a row each.

In the rules, ``x`` are the inputs, ``y`` the output, ``g`` its cotangent and
``t`` a tangent.  Costs count every kind of operation apart: ``mul``, ``add``
(differences too), ``div``, ``compare``, and calls of ``exp``, ``log``,
``tanh``, ``sqrt`` and ``power``.  A change of sign, a copy, and the choice of
an entry cost nothing; multiplying by a mask 1[a > b] is a comparison and a
choice, no multiplication.
"""

# ruff: noqa: ARG005 (a rule is given everything and uses what it needs)

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from byhand.tape import notation as write
from byhand.tape.contraction import contract, einsum
from byhand.tape.notation import SUM, Notation, call, infix
from byhand.tape.shapes import Shape, Size, as_size, broadcast, entries
from byhand.tape.trace import (
    BUILT_IN,
    TABLE,
    Atom,
    Literal,
    Primitive,
    Var,
    as_atom,
)

Counts = Mapping[str, int | Size]


# ---- Rules that several rows share ---------------------------------------


def each(**counts: int) -> Callable[..., Counts]:
    """Return the cost rule of so many operations for each output entry."""

    def cost(y: Atom, *x: Atom, **_: Any) -> Counts:  # noqa: ARG001
        return {kind: c * entries(y.shape) for kind, c in counts.items()}

    return cost


def per_row(**counts: Callable[[Any, Any], Any]) -> Callable[..., Counts]:
    """Return the cost rule given entries and rows of the first input."""

    def cost(y: Atom, x: Atom, *_: Atom, **__: Any) -> Counts:  # noqa: ARG001
        size, rows = entries(x.shape), entries(x.shape[:-1])
        return {kind: count(size, rows) for kind, count in counts.items()}

    return cost


def broadcasting(*x: Any, **_: Any) -> Shape:
    """Shape rule of an entrywise operation."""
    return broadcast(*(v.shape for v in x))


def summed(terms: Sequence[Atom | None]) -> Atom:
    """Return the sum of the terms that are not None."""
    total, *rest = (term for term in terms if term is not None)
    for term in rest:
        total = total + term
    return total


def linear(
    *rules: Callable[..., Atom],
) -> Callable[..., Atom]:
    """Return the JVP rule that sums what each input's tangent contributes."""

    def jvp(tangents: list[Atom | None], y: Atom, *x: Atom, **p: Any) -> Atom:
        return summed(
            [
                None if t is None else rule(t, y, *x, **p)
                for rule, t in zip(rules, tangents, strict=False)
            ]
        )

    return jvp


def by_input(*rules: Callable[..., Atom]) -> Callable[..., Atom]:
    """Return the VJP rule made of one rule for each input."""

    def vjp(i: int, g: Atom, y: Atom, *x: Atom, **p: Any) -> Atom:
        return rules[i](g, y, *x, **p)

    return vjp


def fit(g: Atom, shape: Shape) -> Atom:
    """Sum ``g`` over the axes along which ``shape`` was broadcast."""
    extra = g.ndim - len(shape)
    if extra > 0:
        g = g.sum(tuple(range(extra)))
    ones = tuple(i for i, size in enumerate(shape) if size != g.shape[i])
    return g.sum(ones, keepdims=True) if ones else g


def product_to(g: Atom, b: Atom, shape: Shape) -> Atom:
    """Return g * b summed to ``shape``; one contraction where it is one."""
    axes = len(broadcast(g.shape, b.shape))
    letters = "ijklmnpqrs"[:axes]
    words = [letters[axes - len(s) :] for s in (g.shape, b.shape, shape)]
    sizes = {
        (letter, size)
        for s, word in zip((g.shape, b.shape, shape), words, strict=True)
        for letter, size in zip(word, s, strict=True)
    }
    gone = set(letters) - set(words[2])
    # An axis of size 1 next to a longer one has no place in index notation.
    if gone and len(sizes) == axes and gone <= set(words[0]) & set(words[1]):
        return einsum(f"{words[0]},{words[1]}->{words[2]}", g, b)
    return fit(g * b, shape)


def source(x: Atom) -> Atom:
    """Return what ``x`` repeats, or ``x``."""
    return x.equation.inputs[0] if made_by(x, full) else x


def unrepeated(row: Primitive, *x: Atom, **params: Any) -> Atom | None:
    """Compute on the entries before they are repeated to a larger shape."""
    small = [source(v) for v in x]
    if all(a is b for a, b in zip(small, x, strict=True)):
        return None
    return repeat(row(*small, **params), broadcasting(*x))


def repeat(x: Any, shape: Shape) -> Atom:
    """Return ``x`` broadcast to ``shape``."""
    x = as_atom(x)
    return x if x.shape == shape else full(x, shape=shape)


def elementwise(
    name: str,
    value: Callable[[Any], Any],
    derivative: Callable[[Atom, Atom], Any],
    *,
    cost: Mapping[str, int],
    notation: Notation | None = None,
    simplify: Callable[..., Atom | None] | None = None,
) -> Primitive:
    """Add a function of one variable, applied to every entry, to the table.

    Parameters
    ----------
    name
        Its name.
    value
        The function, on NumPy arrays.
    derivative
        Its derivative in terms of the output ``y`` and the input ``x``.
    cost
        Operations for each entry, by kind.
    notation
        How it is written; by default ``name(x)``.
    simplify
        See :class:`Primitive`.

    Returns
    -------
    Primitive
        The row.  Call it on arrays, or on values that are being recorded.

    Examples
    --------
    >>> from byhand.tape import gradient, record
    >>> cube = elementwise(
    ...     "cube", lambda x: x * x * x, lambda y, x: 3 * x * x,
    ...     cost={"mul": 2},
    ... )
    >>> print(gradient(record(lambda x: cube(x).sum(), x="n")))
    x: n → x_bar: n
    x_bar = (3 x) * x
    """

    def chain(g: Atom, y: Atom, x: Atom, **_: Any) -> Atom:
        return derivative(y, x) * g

    def simple(x: Atom) -> Atom | None:
        known = None if simplify is None else simplify(x)
        return unrepeated(row, x) if known is None else known

    row = Primitive(
        name=name,
        value=value,
        shape=broadcasting,
        cost=each(**cost),
        jvp=linear(chain),
        vjp=by_input(chain),
        notation=notation or call(name),
        simplify=simple,
    )
    return row


def is_number(x: Atom, value: float) -> bool:
    """Whether ``x`` is this number."""
    return (
        isinstance(x, Literal)
        and not isinstance(x.value, Size)
        and x.value == value
    )


def made_by(x: Atom, row: Primitive) -> bool:
    """Whether ``x`` is the output of such an equation."""
    return (
        isinstance(x, Var)
        and x.equation is not None
        and x.equation.primitive is row
    )


# ---- Values that need care -----------------------------------------------


def _sigmoid(x: Any) -> Any:
    if np.iscomplexobj(x):
        # exp never sees a positive real part: an infinity would spread.
        positive = x.real >= 0
        e = np.exp(np.where(positive, -x, x))
        return np.where(positive, 1.0, e) / (1.0 + e)
    # Where exp(-x) overflows, below x = -709, its inverse is the right 0.
    with np.errstate(over="ignore"):
        e = np.exp(-x)
    e += 1.0
    return np.divide(1.0, e, out=e if isinstance(e, np.ndarray) else None)


def _softplus(x: Any) -> Any:
    return np.maximum(x, 0.0) + np.log1p(np.exp(np.where(x > 0, -x, x)))


def _softmax(x: Any) -> Any:
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def _log_softmax(x: Any) -> Any:
    shifted = x - x.max(axis=-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


def _cross_entropy(y: Any, t: Any) -> Any:
    shifted = y - y.max(axis=-1, keepdims=True)
    return np.log(np.exp(shifted).sum(axis=-1)) - _pick(shifted, t)


def _pick(y: Any, t: Any) -> Any:
    if y.ndim == 1:
        return y[int(t)]
    return y[np.arange(len(t)), t]


def _place(g: Any, t: Any, *, size: int) -> Any:
    g = np.asarray(g)
    t = np.asarray(t)
    result = np.zeros((*t.shape, size), dtype=g.dtype)
    if t.ndim == 0:
        result[int(t)] = g[()]
    else:
        result[np.arange(len(t)), t] = g
    return result


def _select(a: Any, b: Any, g: Any, *, sign: str) -> Any:
    mask = a > b if sign == ">" else a <= b
    if np.asarray(g).dtype.kind == "O":  # it would count a multiplication
        return np.where(mask, g, 0.0)
    return mask * g  # faster than np.where, which stumbles over random masks


# ---- Arithmetic ----------------------------------------------------------


def _add_simplify(a: Atom, b: Atom) -> Atom | None:
    shape = broadcasting(a, b)
    for x, other in ((a, b), (b, a)):
        if is_number(other, 0) and x.shape == shape:
            return x
    if made_by(b, neg) and b.name is None:
        return a - b.equation.inputs[0]
    if made_by(a, neg) and a.name is None:
        return b - a.equation.inputs[0]
    return unrepeated(add, a, b)


def _sub_simplify(a: Atom, b: Atom) -> Atom | None:
    if is_number(b, 0) and a.shape == broadcasting(a, b):
        return a
    if is_number(a, 0) and b.shape == broadcasting(a, b):
        return -b
    if made_by(b, neg) and b.name is None:
        return a + b.equation.inputs[0]
    return unrepeated(sub, a, b)


def _mul_simplify(a: Atom, b: Atom) -> Atom | None:
    shape = broadcasting(a, b)
    if made_by(a, neg) and a.name is None:
        return -(a.equation.inputs[0] * b)
    if made_by(b, neg) and b.name is None:
        return -(a * b.equation.inputs[0])
    for x, other in ((a, b), (b, a)):
        if is_number(other, 1) and x.shape == shape:
            return x
        if is_number(other, -1) and x.shape == shape:
            return -x
    return unrepeated(mul, a, b)


def _div_simplify(a: Atom, b: Atom) -> Atom | None:
    if is_number(b, 1) and a.shape == broadcasting(a, b):
        return a
    return unrepeated(div, a, b)


neg = elementwise(
    "neg",
    np.negative,
    lambda y, x: -1,
    cost={},
    notation=write.negative,
    simplify=lambda x: x.equation.inputs[0] if made_by(x, neg) else None,
)

add = Primitive(
    name="add",
    value=np.add,
    shape=broadcasting,
    cost=each(add=1),
    jvp=linear(
        lambda t, y, a, b: repeat(t, y.shape),
        lambda t, y, a, b: repeat(t, y.shape),
    ),
    vjp=by_input(
        lambda g, y, a, b: fit(g, a.shape), lambda g, y, a, b: fit(g, b.shape)
    ),
    notation=infix("+", "+", SUM),
    simplify=_add_simplify,
)

sub = Primitive(
    name="sub",
    value=np.subtract,
    shape=broadcasting,
    cost=each(add=1),
    jvp=linear(
        lambda t, y, a, b: repeat(t, y.shape),
        lambda t, y, a, b: repeat(-t, y.shape),
    ),
    vjp=by_input(
        lambda g, y, a, b: fit(g, a.shape), lambda g, y, a, b: -fit(g, b.shape)
    ),
    notation=infix("-", "-", SUM),
    simplify=_sub_simplify,
)

mul = Primitive(
    name="mul",
    value=np.multiply,
    shape=broadcasting,
    cost=each(mul=1),
    jvp=linear(lambda t, y, a, b: t * b, lambda t, y, a, b: a * t),
    vjp=by_input(
        lambda g, y, a, b: product_to(g, b, a.shape),
        lambda g, y, a, b: product_to(g, a, b.shape),
    ),
    notation=write.product,
    simplify=_mul_simplify,
)

div = Primitive(
    name="div",
    value=np.true_divide,
    shape=broadcasting,
    cost=each(div=1),
    jvp=linear(lambda t, y, a, b: t / b, lambda t, y, a, b: -y / b * t),
    vjp=by_input(
        lambda g, y, a, b: fit(g / b, a.shape),
        lambda g, y, a, b: product_to(g, -y / b, b.shape),
    ),
    notation=write.quotient,
    simplify=_div_simplify,
)


def _power_simplify(x: Atom, *, exponent: float) -> Atom | None:
    if exponent == 0:
        return repeat(1.0, x.shape)
    return x if exponent == 1 else None


def _power_cost(y: Atom, x: Atom, *, exponent: float) -> Counts:
    del x
    if isinstance(exponent, int) and exponent > 0:
        return {"mul": (exponent - 1) * entries(y.shape)}
    return {"power": entries(y.shape)}


def _power_rule(g: Atom, y: Atom, x: Atom, *, exponent: float) -> Atom:
    del y
    return exponent * x ** (exponent - 1) * g


power = Primitive(
    name="power",
    value=lambda x, exponent: x**exponent,
    shape=broadcasting,
    cost=_power_cost,
    jvp=linear(_power_rule),
    vjp=by_input(_power_rule),
    notation=write.power,
    simplify=_power_simplify,
)

# ---- Functions of one variable -------------------------------------------

exp = elementwise(
    "exp",
    np.exp,
    lambda y, x: y,
    cost={"exp": 1},
    notation=call("exp", r"\exp", "np.exp"),
)
log = Primitive(
    name="log",
    value=np.log,
    shape=broadcasting,
    cost=each(log=1),
    jvp=linear(lambda t, y, x: t / x),
    vjp=by_input(lambda g, y, x: g / x),
    notation=call("log", r"\log", "np.log"),
    simplify=lambda x: unrepeated(log, x),
)
sqrt = elementwise(
    "sqrt",
    np.sqrt,
    lambda y, x: 0.5 / y,
    cost={"sqrt": 1},
    notation=call("sqrt", None, "np.sqrt"),
)
tanh = elementwise(
    "tanh",
    np.tanh,
    lambda y, x: 1 - y**2,
    cost={"tanh": 1},
    notation=call("tanh", r"\tanh", "np.tanh"),
)
sigmoid = elementwise(
    "sigmoid",
    _sigmoid,
    lambda y, x: y * (1 - y),
    cost={"exp": 1, "add": 1, "div": 1},
    notation=call("σ", r"\sigma", "sigmoid"),
)
softplus = elementwise(
    "softplus",
    _softplus,
    lambda y, x: sigmoid(x),
    cost={"exp": 1, "log": 1, "add": 1, "compare": 2},
)

# ReLU'(0) = 0, and of two equal operands maximum follows the second.
select = Primitive(
    name="select",
    value=_select,
    shape=broadcasting,
    cost=each(compare=1),
    # The mask is constant where it is differentiable: only g moves.
    jvp=lambda tangents, y, a, b, g, sign: (
        None if tangents[2] is None else select(a, b, tangents[2], sign=sign)
    ),
    vjp=by_input(
        lambda *_, **__: None,
        lambda *_, **__: None,
        lambda g_bar, y, a, b, g, sign: fit(
            select(a, b, g_bar, sign=sign), g.shape
        ),
    ),
    notation=write.indicator,
)

relu = Primitive(
    name="relu",
    value=lambda x: np.maximum(x, 0.0),
    shape=broadcasting,
    cost=each(compare=1),
    jvp=linear(lambda t, y, x: select(x, 0, t, sign=">")),
    vjp=by_input(lambda g, y, x: select(x, 0, g, sign=">")),
    notation=call("ReLU", None, "relu"),
)

maximum = Primitive(
    name="maximum",
    value=np.maximum,
    shape=broadcasting,
    cost=each(compare=1),
    jvp=linear(
        lambda t, y, a, b: select(a, b, t, sign=">"),
        lambda t, y, a, b: select(a, b, t, sign="<="),
    ),
    vjp=by_input(
        lambda g, y, a, b: fit(select(a, b, g, sign=">"), a.shape),
        lambda g, y, a, b: fit(select(a, b, g, sign="<="), b.shape),
    ),
    notation=call("maximum", r"\max", "np.maximum"),
)

# ---- Sums and shapes -----------------------------------------------------


def _sum_shape(x: Any, *, axis: tuple[int, ...], keepdims: bool) -> Shape:
    if keepdims:
        return tuple(1 if i in axis else s for i, s in enumerate(x.shape))
    return tuple(s for i, s in enumerate(x.shape) if i not in axis)


def _sum_vjp(
    g: Atom, y: Atom, x: Atom, *, axis: tuple[int, ...], keepdims: bool
) -> Atom:
    del y, keepdims
    kept = _sum_shape(x, axis=axis, keepdims=True)
    if g.shape and any(i not in axis for i in range(max(axis) + 1)):
        g = g.reshape(kept)
    return repeat(g, x.shape)


total = Primitive(
    name="sum",
    value=lambda x, axis, keepdims: x.sum(axis=axis, keepdims=keepdims),
    shape=_sum_shape,
    cost=lambda y, x, **_: {"add": entries(x.shape) - entries(y.shape)},
    jvp=linear(lambda t, y, x, **p: total(t, **p)),
    vjp=by_input(_sum_vjp),
    notation=write.axis_sum,
    simplify=lambda x, axis, keepdims: None if axis else x,
)


def _full_shape(x: Any, *, shape: Shape) -> Shape:
    if broadcast(x.shape, shape) != shape:
        raise ValueError(f"cannot be repeated to {write.show(shape)}")
    return shape


full = Primitive(
    name="full",
    value=lambda x, shape: np.full(shape, x),
    shape=_full_shape,
    cost=each(),
    jvp=linear(lambda t, y, x, shape: full(t, shape=shape)),
    vjp=by_input(lambda g, y, x, shape: fit(g, x.shape)),
    notation=write.full,
    simplify=lambda x, shape: (
        x
        if x.shape == shape
        else full(source(x), shape=shape)
        if made_by(x, full)
        else None
    ),
)


def _reshape_shape(x: Any, *, shape: Shape) -> Shape:
    new = tuple(as_size(size, "reshape") for size in shape)
    if entries(new) != entries(x.shape):
        raise ValueError(
            f"{write.show(new)} does not have as many entries as "
            f"{write.show(x.shape)}"
        )
    return new


def _reshape_simplify(x: Atom, *, shape: Shape) -> Atom | None:
    if x.shape == shape:
        return x
    if made_by(x, full) and source(x).shape == ():
        return repeat(source(x), shape)
    return None


reshape = Primitive(
    name="reshape",
    value=lambda x, shape: x.reshape(shape),
    shape=_reshape_shape,
    cost=each(),
    jvp=linear(lambda t, y, x, shape: reshape(t, shape=shape)),
    vjp=by_input(lambda g, y, x, shape: reshape(g, shape=x.shape)),
    notation=write.reshaped,
    simplify=_reshape_simplify,
    view=True,
)


def _transpose_shape(x: Any) -> Shape:
    if len(x.shape) != 2:
        raise ValueError("only a matrix has a transpose here")
    return x.shape[::-1]


transpose = Primitive(
    name="transpose",
    value=np.transpose,
    shape=_transpose_shape,
    cost=each(),
    jvp=linear(lambda t, y, x: transpose(t)),
    vjp=by_input(lambda g, y, x: transpose(g)),
    notation=write.transpose,
    simplify=lambda x: x.equation.inputs[0] if made_by(x, transpose) else None,
    view=True,
)


def _along(axis: int, start: Any, stop: Any) -> tuple[slice, ...]:
    return (slice(None),) * axis + (slice(start, stop),)


def _slice_shape(x: Any, *, axis: int, start: Any, stop: Any) -> Shape:
    length = x.shape[axis]
    numbers = [n for n in (start, stop, length) if not isinstance(n, Size)]
    inside = len(numbers) < 3 or 0 <= start < stop <= length
    if not inside or any(n < 0 for n in numbers):
        raise ValueError(
            f"[{start}:{stop}] must lie within 0:{length}, not empty"
        )
    size = stop - start
    return (*x.shape[:axis], size, *x.shape[axis + 1 :])


def _pad_value(x: Any, *, axis: int, before: int, after: int) -> Any:
    width = [(0, 0)] * x.ndim
    width[axis] = before, after
    return np.pad(x, width)


def _pad_shape(x: Any, *, axis: int, before: Any, after: Any) -> Shape:
    if not 0 <= axis < len(x.shape):
        raise ValueError(f"there is no axis {axis} among {len(x.shape)}")
    if any(not isinstance(n, Size) and n < 0 for n in (before, after)):
        raise ValueError(f"{before} and {after} zeros cannot be added")
    size = before + x.shape[axis] + after
    return (*x.shape[:axis], size, *x.shape[axis + 1 :])


piece = Primitive(
    name="slice",
    value=lambda x, axis, start, stop: x[_along(axis, start, stop)],
    shape=_slice_shape,
    cost=each(),
    jvp=linear(lambda t, y, x, **p: piece(t, **p)),
    vjp=by_input(
        lambda g, y, x, axis, start, stop: pad(
            g, axis=axis, before=start, after=x.shape[axis] - stop
        )
    ),
    notation=write.sliced,
    simplify=lambda x, axis, start, stop: (
        x if (start, stop) == (0, x.shape[axis]) else None
    ),
    view=True,
)

pad = Primitive(
    name="pad",
    value=_pad_value,
    shape=_pad_shape,
    cost=each(),
    jvp=linear(lambda t, y, x, **p: pad(t, **p)),
    vjp=by_input(
        lambda g, y, x, axis, before, after: piece(
            g, axis=axis, start=before, stop=before + x.shape[axis]
        )
    ),
    notation=call("pad"),
)


def _join_shape(*x: Any, axis: int) -> Shape:
    others = [v.shape[:axis] + v.shape[axis + 1 :] for v in x]
    short = any(len(v.shape) <= axis for v in x)
    if short or any(o != others[0] for o in others):
        raise ValueError(f"shapes must agree but for axis {axis}")
    size = x[0].shape[axis]
    for v in x[1:]:
        size = size + v.shape[axis]
    return (*x[0].shape[:axis], size, *x[0].shape[axis + 1 :])


def _join_jvp(
    tangents: list[Atom | None], y: Atom, *x: Atom, axis: int
) -> Atom:
    del y
    return join(
        *(
            repeat(0.0, v.shape) if t is None else t
            for t, v in zip(tangents, x, strict=True)
        ),
        axis=axis,
    )


def _join_vjp(i: int, g: Atom, y: Atom, *x: Atom, axis: int) -> Atom:
    del y
    start: int | Size = 0
    for v in x[:i]:
        start = start + v.shape[axis]
    return piece(g, axis=axis, start=start, stop=start + x[i].shape[axis])


join = Primitive(
    name="concatenate",
    value=lambda *x, axis: np.concatenate(x, axis=axis),
    shape=_join_shape,
    cost=each(),
    jvp=_join_jvp,
    vjp=_join_vjp,
    notation=write.joined,
)


def concatenate(arrays: Sequence[Any], axis: int = 0) -> Any:
    """Return the arrays joined along an axis.

    Examples
    --------
    >>> from byhand.tape import record
    >>> print(record(lambda a, b: concatenate((a, b)), a="n", b="m"))
    a: n, b: m → out: m + n
    out = [a; b]
    """
    arrays = tuple(arrays)
    axis = operator.index(axis)
    if not arrays:
        raise ValueError("concatenate wants at least one array, got none")
    ndim = len(getattr(arrays[0], "shape", ()))
    if not -ndim <= axis < ndim:
        raise ValueError(f"axis {axis} is out of range for {ndim} axes")
    return join(*arrays, axis=axis % ndim)


# ---- Classes -------------------------------------------------------------


def _pick_shape(y: Any, t: Any) -> Shape:
    if len(y.shape) not in {1, 2}:
        raise ValueError("a class is picked from a vector or from each row")
    *rows, size = y.shape
    if tuple(rows) != t.shape or not _within(t, size):
        wanted = "for each row" if rows else f"in 0..{size - 1}"
        raise ValueError(f"one class of {size} is wanted, {wanted}")
    return t.shape


def _within(t: Any, size: int | Size) -> bool:
    if isinstance(t, Literal):
        return isinstance(size, Size) or 0 <= t.value < size
    if isinstance(t, Var):
        return t.classes == size
    if t.dtype.kind not in "iu":
        raise TypeError(f"a class is an integer, got {t.dtype}")
    return bool(((t >= 0) & (t < size)).all())


def _place_shape(g: Any, t: Any, *, size: int | Size) -> Shape:
    if g.shape not in {(), t.shape} or not _within(t, size):
        raise ValueError(f"one value and one class of {size} are wanted")
    return (*t.shape, size)


pick = Primitive(
    name="pick",
    value=_pick,
    shape=_pick_shape,
    cost=each(),
    jvp=linear(lambda s, y, x, t: pick(s, t)),
    vjp=by_input(lambda g, y, x, t: place(source(g), t, size=x.shape[-1])),
    notation=write.entry,
    indices=(1,),
)

place = Primitive(
    name="place",
    value=_place,
    shape=_place_shape,
    cost=each(),
    jvp=linear(lambda s, y, g, t, size: place(s, t, size=size)),
    vjp=by_input(
        lambda g_bar, y, g, t, size: (
            pick(g_bar, t) if g.shape == t.shape else pick(g_bar, t).sum()
        )
    ),
    notation=write.unit,
    indices=(1,),
)


def one_hot(t: Any, size: Any) -> Any:
    """Return e_t, or one such row for each class in ``t``.

    Examples
    --------
    >>> import numpy as np
    >>> one_hot(np.array([2, 0]), 3)
    array([[0., 0., 1.],
           [1., 0., 0.]])
    """
    return place(1.0, t, size=as_size(size, "one_hot"))


# ---- Softmax and its relatives, along the last axis ----------------------


def _rows(x: Atom) -> tuple[int, ...]:
    return (x.ndim - 1,)


def row_products(a: Atom, b: Atom) -> Atom:
    """Return the product of each row of ``a`` with that of ``b``."""
    if a.ndim == 1:
        return contract(a, b, spec="i,i->")
    return (a * b).sum(_rows(a), keepdims=True)


def _softmax_shape(x: Any) -> Shape:
    if not x.shape:
        raise ValueError("a vector is wanted, or a matrix of rows")
    return x.shape


softmax = Primitive(
    name="softmax",
    value=_softmax,
    shape=_softmax_shape,
    cost=per_row(
        compare=lambda n, rows: n - rows,
        add=lambda n, rows: 2 * n - rows,
        exp=lambda n, rows: n,
        div=lambda n, rows: n,
    ),
    # diag(y) - y yᵀ is symmetric.
    jvp=linear(lambda t, y, x: y * (t - row_products(y, t))),
    vjp=by_input(lambda g, y, x: y * (g - row_products(y, g))),
    notation=call("softmax"),
)

log_softmax = Primitive(
    name="log_softmax",
    value=_log_softmax,
    shape=_softmax_shape,
    cost=per_row(
        compare=lambda n, rows: n - rows,
        add=lambda n, rows: 3 * n - rows,
        exp=lambda n, rows: n,
        log=lambda n, rows: rows,
    ),
    jvp=linear(lambda t, y, x: t - row_products(exp(y), t)),
    vjp=by_input(
        lambda g, y, x: g - exp(y) * g.sum(_rows(g), keepdims=g.ndim > 1)
    ),
    notation=call("log_softmax"),
)


def _cross_entropy_jvp(t_y: Atom, y: Atom, x: Atom, t: Atom) -> Atom:
    del y
    return row_products(softmax(x) - one_hot(t, x.shape[-1]), t_y).reshape(
        x.shape[:-1]
    )


def _cross_entropy_vjp(g: Atom, y: Atom, x: Atom, t: Atom) -> Atom:
    del y
    g = source(g)
    if g.shape:
        g = g.reshape((*g.shape, 1))
    return g * (softmax(x) - one_hot(t, x.shape[-1]))


cross_entropy = Primitive(
    name="cross_entropy",
    value=_cross_entropy,
    shape=_pick_shape,
    cost=per_row(
        compare=lambda n, rows: n - rows,
        add=lambda n, rows: 2 * n,
        exp=lambda n, rows: n,
        log=lambda n, rows: rows,
    ),
    jvp=linear(_cross_entropy_jvp),
    vjp=by_input(_cross_entropy_vjp),
    notation=call("cross_entropy"),
    indices=(1,),
)

BUILT_IN.update(TABLE)
