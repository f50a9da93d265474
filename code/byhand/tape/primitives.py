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

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from byhand._validate import (
    as_function,
    as_integer,
    as_mapping,
    as_sequence,
    rectangular,
    shown,
)
from byhand.tape import notation as write
from byhand.tape.contraction import contract
from byhand.tape.notation import SUM, Notation, call, infix
from byhand.tape.shapes import (
    Shape,
    Shaped,
    Size,
    as_size,
    broadcast,
    entries,
    show,
)
from byhand.tape.values import (
    BUILT_IN,
    TABLE,
    Atom,
    Input,
    Literal,
    Primitive,
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


def holding(entry: int, row: int = 0) -> Callable[..., int | Size]:
    """Return the rule of so many bytes for each entry, and row, of ``x``."""

    def scratch(y: Atom, x: Atom, *_: Atom, **__: Any) -> int | Size:  # noqa: ARG001
        return entry * entries(x.shape) + row * entries(x.shape[:-1])

    return scratch


def overwrites(*operands: int) -> Callable[..., tuple[int, ...]]:
    """Return the rule that NumPy may write the output over these operands."""
    return lambda **_: operands


def calls(template: str, over: tuple[int, ...] = ()) -> Callable[..., Atom]:
    """Return the rule that a row is one call; see ``Primitive.steps``."""

    def steps(call: Any, y: Atom, *x: Atom, **params: Any) -> Atom:
        more = [f", {k}={write.sized('numpy', v)}" for k, v in params.items()]
        text = f"{template[:-1]}{''.join(more)})"
        result: Atom = call(text, *x, shape=y.shape, over=over)
        return result

    return steps


def broadcasting(*x: Any, **_: Any) -> Shape:
    """Shape rule of an entrywise operation."""
    return broadcast(*(v.shape for v in x))


def entrywise(batch: Size, y: Atom, *x: Atom, **_: Any) -> str | None:
    """Return what an entrywise operation does with rows: it keeps them.

    But not where an operand's first axis meets a later one, as in X + v.
    """
    rows = [v for v in x if v.shape[:1] == (batch,)]
    return "rows" if all(v.ndim == y.ndim for v in rows) else None


def of_each_row(batch: Size, y: Atom, x: Atom, *_: Atom) -> str | None:
    """Return what a function of each row of ``x`` does with the rows."""
    del batch, y
    return "rows" if x.ndim > 1 else None


def along_axis(
    batch: Size, y: Atom, *x: Atom, axis: int, **_: Any
) -> str | None:
    """Return what a row that works along one axis does with the rows."""
    del batch, y, x
    return "rows" if axis > 0 else None


Rule = Callable[..., Atom | None]


def summed(terms: Iterable[Atom | None]) -> Atom | None:
    """Return the sum of the terms that are not None; None if all are."""
    total: Atom | None = None
    for term in terms:
        if term is not None:
            total = term if total is None else total + term
    return total


def linear(*rules: Rule) -> Rule:
    """Return the JVP rule that sums what each input's tangent contributes."""

    def jvp(
        tangents: list[Atom | None], y: Atom, *x: Atom, **p: Any
    ) -> Atom | None:
        return summed(
            [
                None if t is None else rule(t, y, *x, **p)
                for rule, t in zip(rules, tangents, strict=False)
            ]
        )

    return jvp


def by_input(*rules: Rule) -> Rule:
    """Return the VJP rule made of one rule for each input."""

    def vjp(i: int, g: Atom, y: Atom, *x: Atom, **p: Any) -> Atom | None:
        return rules[i](g, y, *x, **p)

    return vjp


def fit(g: Atom, shape: Shape) -> Atom:
    """Sum ``g`` over the axes along which ``shape`` was broadcast."""
    g = g.sum(tuple(range(g.ndim - len(shape))))
    ones = tuple(i for i, size in enumerate(shape) if size != g.shape[i])
    return g.sum(ones, keepdims=True)


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
        return contract(g, b, spec=f"{words[0]},{words[1]}->{words[2]}")
    return fit(g * b, shape)


def under(x: Atom, row: Primitive) -> Atom | None:
    """Return the first operand of ``x`` if it was made by such an equation."""
    if x.equation is None or x.equation.primitive is not row:
        return None
    return x.equation.inputs[0]


def source(x: Atom) -> Atom:
    """Return what ``x`` repeats, or ``x``."""
    repeated = under(x, full)
    return x if repeated is None else repeated


def negated(x: Atom) -> Atom | None:
    """Return what ``x`` is the negative of, if ``x`` has no name."""
    return under(x, neg) if x.name is None else None


def unrepeated(row: Primitive, *x: Atom, **params: Any) -> Atom | None:
    """Compute on the entries before they are repeated to a larger shape."""
    small = [source(v) for v in x]
    if all(a is b for a, b in zip(small, x, strict=True)):
        return None
    return repeat(row(*small, **params), broadcasting(*x))


def repeat(x: Any, shape: Shape) -> Atom:
    """Return ``x`` broadcast to ``shape``."""
    atom = as_atom(x)
    return atom if atom.shape == shape else full(atom, shape=shape)


def elementwise(
    name: str,
    value: Callable[[Any], Any],
    derivative: Callable[[Atom, Atom], Atom | float],
    *,
    cost: Mapping[str, int],
    notation: Notation | None = None,
    simplify: Callable[..., Atom | None] | None = None,
    in_place: tuple[int, ...] = (),
    scratch: int = 0,
    steps: Callable[..., Atom] | None = None,
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
    in_place
        ``(0,)`` if NumPy may write the result over the operand.
    scratch
        Bytes for each entry that ``value`` holds beside operand and result.
    steps
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
    as_function(value, "value")
    as_function(derivative, "derivative")
    if not isinstance(name, str) or not name.isidentifier():
        raise ValueError(f"name must be an identifier, got {shown(name)}")
    for kind, number in as_mapping(cost, "cost").items():
        as_integer(number, f"the cost in {shown(kind)}", minimum=0)

    def chain(g: Atom, y: Atom, x: Atom, **_: Any) -> Atom:
        return derivative(y, x) * g

    def simple(x: Atom) -> Atom | None:
        known = None if simplify is None else simplify(x)
        return unrepeated(row, x) if known is None else known

    row: Primitive = Primitive(
        name=name,
        value=value,
        shape=broadcasting,
        cost=each(**cost),
        jvp=linear(chain),
        vjp=by_input(chain),
        notation=notation or call(name),
        simplify=simple,
        in_place=overwrites(*in_place),
        scratch=holding(scratch),
        steps=steps,
        by_rows=entrywise,
    )
    return row


def is_number(x: Atom, value: float) -> bool:
    """Whether ``x`` is this number."""
    return (
        isinstance(x, Literal)
        and not isinstance(x.value, Size)
        and x.value == value
    )


# ---- Values that need care -----------------------------------------------
#
# No overflow on the way spoils a result that is a float64.  Complex numbers,
# which have no order, go by their real parts.


def _kind(x: Any) -> str:
    """Return the letter of ``x``'s kind of number: f, c, or O for objects."""
    known = isinstance(x, (np.ndarray, np.generic))
    return x.dtype.kind if known else np.asarray(x).dtype.kind


def _real(x: Any) -> Any:
    return x.real if _kind(x) == "c" else x


def _sigmoid(x: Any) -> Any:
    kind = _kind(x)
    if kind != "c":
        with np.errstate(over="ignore"):
            e = np.exp(-x)
        # Below -709, where the result is tiny, e overflows.
        if kind != "f" or not np.isinf(e).any():
            e += 1.0
            return np.divide(
                1.0, e, out=e if isinstance(e, np.ndarray) else None
            )
    positive = _real(x) >= 0
    e = np.exp(np.where(positive, -x, x))
    return np.where(positive, 1.0, e) / (1.0 + e)


def _softplus(x: Any) -> Any:
    positive = _real(x) > 0
    e = np.exp(np.where(positive, -x, x))
    return np.where(positive, x, 0.0) + np.log1p(e)


def _relu(x: Any) -> Any:
    if _kind(x) == "c":
        return np.where(x.real > 0, x, 0.0)
    return np.maximum(x, 0.0)


def _shifted(x: Any) -> Any:
    """Subtract the largest entry of each row: softmax does not change."""
    return x - x.real.max(axis=-1, keepdims=True)


def _softmax(x: Any) -> Any:
    e = np.exp(_shifted(x))
    return e / e.sum(axis=-1, keepdims=True)


def _log_softmax(x: Any) -> Any:
    shifted = _shifted(x)
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


def _cross_entropy(y: Any, t: Any) -> Any:
    shifted = _shifted(y)
    return np.log(np.exp(shifted).sum(axis=-1)) - _pick(shifted, t)


def _pick(y: Any, t: Any) -> Any:
    if np.ndim(t):
        return y[np.arange(len(t)), t]
    return y[int(t)]


def _place(g: Any, t: Any, *, size: int) -> Any:
    g = np.asarray(g)
    t = np.asarray(t)
    result = np.zeros((*t.shape, size), dtype=g.dtype)
    if t.ndim:
        result[np.arange(len(t)), t] = g
    else:
        result[int(t)] = g[()]
    return result


def _select(a: Any, b: Any, g: Any, *, sign: str) -> Any:
    mask = a > b if sign == ">" else a <= b
    if np.asarray(g).dtype.kind == "O":  # it would count a multiplication
        return np.where(mask, g, 0.0)
    return mask * g  # faster than np.where, which stumbles over random masks


# ---- The same, call by call ----------------------------------------------
#
# What a tape compiled with ``reuse=True`` does; ``call`` is a
# byhand.tape.steps.Writer.


def _power_steps(call: Any, y: Atom, x: Atom, *, exponent: float) -> Any:
    short = {2: "np.square({})", 0.5: "np.sqrt({})", -1: "np.reciprocal({})"}
    text = short.get(exponent, f"np.power({{}}, {exponent!r})")
    return call(text, x, shape=y.shape, over=(0,))


def _sigmoid_steps(call: Any, y: Atom, x: Atom) -> Any:
    # e^x/(1 + e^x), which is 1 as a float64 long before e^709 overflows.
    bounded = call("np.minimum({}, 709.0)", x, shape=y.shape, over=(0,))
    e = call("np.exp({})", bounded, shape=y.shape, over=(0,))
    more = call("np.add({}, 1.0)", e, shape=y.shape)
    return call("np.divide({}, {})", e, more, shape=y.shape, over=(0, 1))


def _softplus_steps(call: Any, y: Atom, x: Atom) -> Any:
    e = x
    for row in ("absolute", "negative", "exp", "log1p"):
        e = call(f"np.{row}({{}})", e, shape=y.shape, over=(0,) * (e is not x))
    positive = call("np.maximum({}, 0.0)", x, shape=y.shape, over=(0,))
    return call("np.add({}, {})", positive, e, shape=y.shape, over=(0, 1))


def _select_steps(
    call: Any, y: Atom, a: Atom, b: Atom, g: Atom, *, sign: str
) -> Any:
    # The mask as numbers, 0 and 1: it needs memory like any other value.
    compare = "np.greater" if sign == ">" else "np.less_equal"
    mask = call(f"{compare}({{}}, {{}})", a, b, shape=broadcasting(a, b))
    return call("np.multiply({}, {})", mask, g, shape=y.shape, over=(1,))


def _sum_steps(
    call: Any, y: Atom, x: Atom, *, axis: tuple[int, ...], keepdims: bool
) -> Any:
    if axis == (0,) and len(x.shape) == 2 and not keepdims:
        # Several times as fast as np.add.reduce, which goes row by row.
        ones = call.ones(x.shape[0])
        return call("np.matmul({}, {})", ones, x, shape=y.shape)
    first, *more = axis
    options = f"axis={axis if more else first}"
    if keepdims:
        options += ", keepdims=True"
    text = f"np.add.reduce({{}}, {options})"
    return call(text, x, shape=y.shape)


def _full_steps(call: Any, y: Atom, x: Atom, *, shape: Shape) -> Any:
    text = f"full({write.sized('numpy', shape)}, {{}})"
    return call(text, x, shape=y.shape)


def _join_steps(call: Any, y: Atom, *x: Atom, axis: int) -> Any:
    inside = ", ".join(["{}"] * len(x))
    text = f"np.concatenate([{inside}], axis={axis})"
    return call(text, *x, shape=y.shape)


def _shift(call: Any, x: Atom) -> Any:
    rows = (*x.shape[:-1], 1)
    text = "np.maximum.reduce({}, axis=-1, keepdims=True)"
    most = call(text, x, shape=rows)
    return call("np.subtract({}, {})", x, most, shape=x.shape, over=(0,))


def _exp_and_total(call: Any, shifted: Atom) -> Any:
    e = call("np.exp({})", shifted, shape=shifted.shape, over=(0,))
    ones = call.ones(e.shape[-1], 1)
    total = call("np.matmul({}, {})", e, ones, shape=(*e.shape[:-1], 1))
    return e, total


def _softmax_steps(call: Any, y: Atom, x: Atom) -> Any:
    e, total = _exp_and_total(call, _shift(call, x))
    return call("np.divide({}, {})", e, total, shape=y.shape, over=(0,))


def _log_softmax_steps(call: Any, y: Atom, x: Atom) -> Any:
    shifted = _shift(call, x)
    _, total = _exp_and_total(call, shifted)
    log_total = call("np.log({})", total, shape=total.shape, over=(0,))
    text = "np.subtract({}, {})"
    return call(text, shifted, log_total, shape=y.shape, over=(0,))


def _at(call: Any, t: Atom, size: int | Size) -> Any:
    """Return where a class is: in a vector, or among all rows' entries."""
    if not t.shape:
        return t
    text = f"flat({{}}, size={write.sized('numpy', size)})"
    return call.plain(text, t, shape=t.shape)


def _pick_steps(call: Any, y: Atom, x: Atom, t: Atom) -> Any:
    # Classes are in range; any other mode would write into a copy first.
    text = "{}.take({}, mode='clip')"
    return call(text, x, _at(call, t, x.shape[-1]), shape=y.shape)


def _place_steps(
    call: Any, y: Atom, g: Atom, t: Atom, *, size: int | Size
) -> Any:
    text = f"place({{}}, {{}}, size={write.sized('numpy', size)})"
    return call(text, g, _at(call, t, size), shape=y.shape)


def _cross_entropy_steps(call: Any, y: Atom, x: Atom, t: Atom) -> Any:
    shifted = _shift(call, x)
    picked = _pick_steps(call, y, shifted, t)
    _, total = _exp_and_total(call, shifted)
    flat = call.view("{}[..., 0]", total, shape=y.shape)
    log_total = call("np.log({})", flat, shape=y.shape)
    text = "np.subtract({}, {})"
    return call(text, log_total, picked, shape=y.shape, over=(0, 1))


# ---- Arithmetic ----------------------------------------------------------


def _add_simplify(a: Atom, b: Atom) -> Atom | None:
    for x, other in ((a, b), (b, a)):
        if is_number(other, 0):
            return x
    if (positive := negated(b)) is not None:
        return a - positive
    if (positive := negated(a)) is not None:
        return b - positive
    return unrepeated(add, a, b)


def _sub_simplify(a: Atom, b: Atom) -> Atom | None:
    if is_number(b, 0):
        return a
    if is_number(a, 0):
        return -b
    if (positive := negated(b)) is not None:
        return a + positive
    return unrepeated(sub, a, b)


def _mul_simplify(a: Atom, b: Atom) -> Atom | None:
    if (positive := negated(a)) is not None:
        return -(positive * b)
    if (positive := negated(b)) is not None:
        return -(a * positive)
    for x, other in ((a, b), (b, a)):
        if is_number(other, 1):
            return x
        if is_number(other, -1):
            return -x
    return unrepeated(mul, a, b)


def _div_simplify(a: Atom, b: Atom) -> Atom | None:
    if is_number(b, 1):
        return a
    return unrepeated(div, a, b)


neg: Primitive = elementwise(
    "neg",
    np.negative,
    lambda y, x: -1,
    cost={},
    in_place=(0,),
    notation=write.negative,
    simplify=lambda x: under(x, neg),
)

add = Primitive(
    name="add",
    value=np.add,
    shape=broadcasting,
    cost=each(add=1),
    in_place=overwrites(0, 1),
    jvp=linear(
        lambda t, y, a, b: repeat(t, y.shape),
        lambda t, y, a, b: repeat(t, y.shape),
    ),
    vjp=by_input(
        lambda g, y, a, b: fit(g, a.shape), lambda g, y, a, b: fit(g, b.shape)
    ),
    notation=infix("+", SUM),
    simplify=_add_simplify,
    by_rows=entrywise,
)

sub = Primitive(
    name="sub",
    value=np.subtract,
    shape=broadcasting,
    cost=each(add=1),
    in_place=overwrites(0),
    jvp=linear(
        lambda t, y, a, b: repeat(t, y.shape),
        lambda t, y, a, b: repeat(-t, y.shape),
    ),
    vjp=by_input(
        lambda g, y, a, b: fit(g, a.shape), lambda g, y, a, b: -fit(g, b.shape)
    ),
    notation=infix("-", SUM),
    simplify=_sub_simplify,
    by_rows=entrywise,
)

mul = Primitive(
    name="mul",
    value=np.multiply,
    shape=broadcasting,
    cost=each(mul=1),
    in_place=overwrites(0, 1),
    jvp=linear(lambda t, y, a, b: t * b, lambda t, y, a, b: a * t),
    vjp=by_input(
        lambda g, y, a, b: product_to(g, b, a.shape),
        lambda g, y, a, b: product_to(g, a, b.shape),
    ),
    notation=write.product,
    simplify=_mul_simplify,
    by_rows=entrywise,
)

div = Primitive(
    name="div",
    value=np.true_divide,
    shape=broadcasting,
    cost=each(div=1),
    in_place=overwrites(0),
    jvp=linear(lambda t, y, a, b: t / b, lambda t, y, a, b: -y / b * t),
    vjp=by_input(
        lambda g, y, a, b: fit(g / b, a.shape),
        lambda g, y, a, b: product_to(g, -y / b, b.shape),
    ),
    notation=write.quotient,
    simplify=_div_simplify,
    by_rows=entrywise,
)


def _power_simplify(x: Atom, *, exponent: float) -> Atom | None:
    if exponent == 0:
        return repeat(1.0, x.shape)
    return x if exponent == 1 else None


def _power_cost(y: Atom, x: Atom, *, exponent: float) -> Counts:
    # x·x·…·x as it is defined, x**3 too, though NumPy calls one function for
    # it, and though repeated squaring needs fewer from x**4 on.
    del x
    if isinstance(exponent, int) and exponent >= 0:
        return {"mul": max(exponent - 1, 0) * entries(y.shape)}
    return {"power": entries(y.shape)}


def _power_in_place(*, exponent: float) -> tuple[int, ...]:
    # NumPy has shorter ways to these, which work in place.  Not every release
    # takes 2.0 and -1.0 for 2 and -1.
    whole = isinstance(exponent, int) and exponent in {2, -1}
    return (0,) if whole or exponent == 0.5 else ()


def _power_rule(g: Atom, y: Atom, x: Atom, *, exponent: float) -> Atom | None:
    del y
    if exponent == 0:
        return None
    return exponent * x ** (exponent - 1) * g


power = Primitive(
    name="power",
    value=lambda x, exponent: x**exponent,
    shape=broadcasting,
    cost=_power_cost,
    in_place=_power_in_place,
    jvp=linear(_power_rule),
    vjp=by_input(_power_rule),
    notation=write.power,
    simplify=_power_simplify,
    steps=_power_steps,
    by_rows=entrywise,
)

# ---- Functions of one variable -------------------------------------------

exp = elementwise(
    "exp",
    np.exp,
    lambda y, x: y,
    cost={"exp": 1},
    notation=call("exp", r"\exp", "np.exp"),
)
log: Primitive = Primitive(
    name="log",
    value=np.log,
    shape=broadcasting,
    cost=each(log=1),
    jvp=linear(lambda t, y, x: t / x),
    vjp=by_input(lambda g, y, x: g / x),
    notation=call("log", r"\log", "np.log"),
    simplify=lambda x: unrepeated(log, x),
    by_rows=entrywise,
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
    scratch=8,
    notation=call("σ", r"\sigma", "sigmoid"),
    steps=_sigmoid_steps,
)
softplus = elementwise(
    "softplus",
    _softplus,
    lambda y, x: sigmoid(x),
    cost={"exp": 1, "log": 1, "add": 1, "compare": 1},
    scratch=17,  # one byte is that of a mask
    steps=_softplus_steps,
)


def _nothing(*_: Any, **__: Any) -> None:
    """Rule of an input whose changes do not reach the output."""


# ReLU'(0) = 0, and of two equal operands maximum follows the second.
select: Primitive = Primitive(
    name="select",
    value=_select,
    shape=broadcasting,
    cost=each(compare=1),
    in_place=overwrites(2),
    scratch=lambda y, *x, **_: entries(y.shape),  # the mask
    # The mask is constant where it is differentiable: only g moves.
    jvp=linear(
        _nothing,
        _nothing,
        lambda t, y, a, b, g, sign: select(a, b, t, sign=sign),
    ),
    vjp=by_input(
        _nothing,
        _nothing,
        lambda g_bar, y, a, b, g, sign: fit(
            select(a, b, g_bar, sign=sign), g.shape
        ),
    ),
    notation=write.indicator,
    steps=_select_steps,
    by_rows=entrywise,
)

relu = Primitive(
    name="relu",
    value=_relu,
    shape=broadcasting,
    cost=each(compare=1),
    jvp=linear(lambda t, y, x: select(x, 0, t, sign=">")),
    vjp=by_input(lambda g, y, x: select(x, 0, g, sign=">")),
    notation=call("ReLU", None, "relu"),
    steps=calls("np.maximum({}, 0.0)", over=(0,)),
    by_rows=entrywise,
)

maximum = Primitive(
    name="maximum",
    keeps_integers=True,
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
    by_rows=entrywise,
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


def _sum_by_rows(
    batch: Size, y: Atom, x: Atom, *, axis: tuple[int, ...], **_: Any
) -> str:
    del batch, y, x
    return "sum" if 0 in axis else "rows"


total: Primitive = Primitive(
    name="sum",
    value=lambda x, axis, keepdims: x.sum(axis=axis, keepdims=keepdims),
    shape=_sum_shape,
    cost=lambda y, x, **_: {"add": entries(x.shape) - entries(y.shape)},
    jvp=linear(lambda t, y, x, **p: total(t, **p)),
    vjp=by_input(_sum_vjp),
    notation=write.axis_sum,
    steps=_sum_steps,
    by_rows=_sum_by_rows,
)


def _full(x: Any, shape: tuple[int, ...]) -> Any:
    # Of a whole number NumPy would make integers.
    return np.full(shape, float(x) if isinstance(x, int) else x)


def _full_shape(x: Any, *, shape: Shape) -> Shape:
    if broadcast(x.shape, shape) != shape:
        raise ValueError(f"cannot be repeated to {show(shape)}")
    return shape


full: Primitive = Primitive(
    name="full",
    value=_full,
    shape=_full_shape,
    cost=each(),
    jvp=linear(lambda t, y, x, shape: full(t, shape=shape)),
    vjp=by_input(lambda g, y, x, shape: fit(g, x.shape)),
    notation=write.full,
    simplify=lambda x, shape: (
        x
        if x.shape == shape
        else None
        if source(x) is x
        else full(source(x), shape=shape)
    ),
    steps=_full_steps,
    by_rows=entrywise,
)


def _reshape_shape(x: Any, *, shape: Shape) -> Shape:
    new = tuple(as_size(size, "reshape") for size in shape)
    if entries(new) != entries(x.shape):
        raise ValueError(
            f"{show(new)} does not have as many entries as {show(x.shape)}"
        )
    return new


def _reshape_simplify(x: Atom, *, shape: Shape) -> Atom | None:
    if x.shape == shape:
        return x
    if source(x) is not x and source(x).shape == ():
        return repeat(source(x), shape)
    return None


def _reshape_by_rows(batch: Size, y: Atom, x: Atom, **_: Any) -> str | None:
    del x
    return "rows" if y.shape[:1] == (batch,) else None


reshape: Primitive = Primitive(
    name="reshape",
    keeps_integers=True,
    value=lambda x, shape: x.reshape(shape),
    shape=_reshape_shape,
    cost=each(),
    jvp=linear(lambda t, y, x, shape: reshape(t, shape=shape)),
    vjp=by_input(lambda g, y, x, shape: reshape(g, shape=x.shape)),
    notation=write.reshaped,
    simplify=_reshape_simplify,
    view=True,
    by_rows=_reshape_by_rows,
)


def _transpose_shape(x: Shaped) -> Shape:
    if len(x.shape) != 2:
        raise ValueError("only a matrix has a transpose here")
    return x.shape[::-1]


transpose: Primitive = Primitive(
    name="transpose",
    keeps_integers=True,
    value=np.transpose,
    shape=_transpose_shape,
    cost=each(),
    jvp=linear(lambda t, y, x: transpose(t)),
    vjp=by_input(lambda g, y, x: transpose(g)),
    notation=write.transpose,
    simplify=lambda x: under(x, transpose),
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


# Of zeros added, or of classes: a gigabyte.
_MOST = 10**8


def _pad_value(x: Any, *, axis: int, before: int, after: int) -> Any:
    width = [(0, 0)] * x.ndim
    width[axis] = before, after
    return np.pad(x, width)


def _pad_shape(x: Any, *, axis: int, before: Any, after: Any) -> Shape:
    axis = as_integer(axis, "axis", minimum=0)
    if axis >= len(x.shape):
        raise ValueError(
            f"there is no axis {shown(axis)} among {len(x.shape)}"
        )
    for name, n in (("before", before), ("after", after)):
        if not isinstance(n, Size):
            as_integer(n, name, minimum=0, maximum=_MOST)
    size = before + x.shape[axis] + after
    return (*x.shape[:axis], size, *x.shape[axis + 1 :])


piece: Primitive = Primitive(
    name="slice",
    keeps_integers=True,
    value=lambda x, axis, start, stop: x[_along(axis, start, stop)],
    shape=_slice_shape,
    cost=each(),
    jvp=linear(lambda t, y, x, **p: piece(t, **p)),
    vjp=by_input(
        lambda g, y, x, axis, start, stop: pad(
            g, axis=axis, before=start, after=x.shape[axis] - stop
        )
    ),
    bounds=True,
    notation=write.sliced,
    simplify=lambda x, axis, start, stop: (
        x if (start, stop) == (0, x.shape[axis]) else None
    ),
    view=True,
    by_rows=along_axis,
)

pad: Primitive = Primitive(
    name="pad",
    keeps_integers=True,
    value=_pad_value,
    shape=_pad_shape,
    cost=each(),
    jvp=linear(lambda t, y, x, **p: pad(t, **p)),
    vjp=by_input(
        lambda g, y, x, axis, before, after: piece(
            g, axis=axis, start=before, stop=before + x.shape[axis]
        )
    ),
    bounds=True,
    notation=call("pad"),
    steps=calls("pad({})"),
    by_rows=along_axis,
)


def _join_shape(*x: Any, axis: int) -> Shape:
    (before, after), *others = {
        (v.shape[:axis], v.shape[axis + 1 :]) for v in x
    }
    if others or any(len(v.shape) <= axis for v in x):
        raise ValueError(f"shapes must agree but for axis {axis}")
    return (*before, sum(v.shape[axis] for v in x), *after)


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
    start = sum(v.shape[axis] for v in x[:i])
    return piece(g, axis=axis, start=start, stop=start + x[i].shape[axis])


join = Primitive(
    name="concatenate",
    keeps_integers=True,
    value=lambda *x, axis: np.concatenate(x, axis=axis),
    shape=_join_shape,
    cost=each(),
    jvp=_join_jvp,
    vjp=_join_vjp,
    notation=write.joined,
    steps=_join_steps,
    by_rows=along_axis,
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
    arrays = as_sequence(arrays, "arrays", "arrays")
    axis = as_integer(axis, "axis")
    if not arrays:
        raise ValueError("concatenate wants at least one array, got none")
    first = arrays[0]
    if not isinstance(first, Atom):
        first = rectangular(first, "each array that concatenate gets")
    ndim = first.ndim
    if not -ndim <= axis < ndim:
        raise ValueError(
            f"concatenate: axis {shown(axis)} is out of range for {ndim} axes"
        )
    return join(*arrays, axis=axis % ndim)


# ---- Classes -------------------------------------------------------------


def _pick_shape(y: Shaped, t: Shaped) -> Shape:
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
    if isinstance(t, Input):
        return bool(t.classes == size)
    if t.dtype.kind not in "iu":
        raise TypeError(f"a class is an integer, got {t.dtype}")
    return bool(((t >= 0) & (t < size)).all())


def _place_shape(g: Any, t: Any, *, size: int | Size) -> Shape:
    if not isinstance(size, Size):
        as_integer(size, "size", minimum=1, maximum=_MOST)
    if len(t.shape) > 1:
        raise ValueError(f"classes are a vector, got shape {t.shape}")
    if g.shape not in {(), t.shape} or not _within(t, size):
        raise ValueError(f"one value and one class of {size} are wanted")
    return (*t.shape, size)


pick: Primitive = Primitive(
    name="pick",
    keeps_integers=True,
    value=_pick,
    shape=_pick_shape,
    cost=each(),
    jvp=linear(lambda s, y, x, t: pick(s, t)),
    vjp=by_input(lambda g, y, x, t: place(source(g), t, size=x.shape[-1])),
    notation=write.entry,
    indices=(1,),
    steps=_pick_steps,
    by_rows=of_each_row,
)

place: Primitive = Primitive(
    name="place",
    keeps_integers=True,
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
    steps=_place_steps,
    by_rows=lambda batch, y, *x, **_: "rows",
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


def _softmax_shape(x: Shaped) -> Shape:
    if not x.shape or x.shape[-1] == 0:
        raise ValueError("a vector is wanted, or a matrix of rows, not empty")
    return x.shape


softmax = Primitive(
    name="softmax",
    value=_softmax,
    scratch=holding(8, 8),
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
    steps=_softmax_steps,
    by_rows=of_each_row,
)

log_softmax = Primitive(
    name="log_softmax",
    value=_log_softmax,
    scratch=holding(8, 8),
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
    steps=_log_softmax_steps,
    by_rows=of_each_row,
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
    slope: Atom = softmax(x) - one_hot(t, x.shape[-1])
    return g * slope


cross_entropy = Primitive(
    name="cross_entropy",
    value=_cross_entropy,
    scratch=holding(16),
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
    steps=_cross_entropy_steps,
    by_rows=of_each_row,
)

BUILT_IN.update(TABLE)
