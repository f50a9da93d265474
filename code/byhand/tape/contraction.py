"""Products of vectors and matrices: one primitive, in index notation.

``ij,j->i`` is W x, ``i,j->ij`` is x yᵀ, ``i,i->`` is xᵀ y.  The cotangent of
an operand is again a contraction: the operand's indices change places with
those of the output.  So differentiation never leaves this one row.
"""

from __future__ import annotations

from functools import lru_cache, reduce
from operator import add
from typing import Any, NamedTuple

import numpy as np

from byhand._validate import rectangular, shown
from byhand.tape.notation import (
    ATOM,
    BESIDE,
    POWER,
    TIMES,
    Piece,
    transposed,
)
from byhand.tape.shapes import Shape, Size, entries
from byhand.tape.values import Atom, Primitive, under_transpose


class _Plan(NamedTuple):
    """How a contraction is computed: operands in order, each maybe turned."""

    kind: str
    order: tuple[int, int]
    turn: tuple[bool, bool]


def _split(spec: str) -> tuple[str, str, str]:
    operands, out = spec.split("->")
    a, b = operands.split(",")
    return a, b, out


@lru_cache(maxsize=1024)
def _plan(spec: str) -> _Plan | None:
    """Find the form ``A @ B`` or ``outer(a, b)``; None leaves it to einsum."""
    *operands, out = _split(spec)
    a, b = operands
    shared = set(a) & set(b)
    if max(len(a), len(b)) <= 2 and len(shared) == 1 and not shared & set(out):
        (k,) = shared
        rest = [word.replace(k, "") for word in operands]
        order = (0, 1) if out == rest[0] + rest[1] else (1, 0)
        left, right = (operands[i] for i in order)
        if len(left) < len(right):
            # Wᵀ g rather than g W: vectors are columns.
            order, left, right = order[::-1], right, left
        # xᵀ y too, which is how the page writes it.
        turn = left[-1] != k or left == right, right[0] != k
        return _Plan("matmul", order, turn)
    if len(a) == len(b) == 1 and not shared:
        order = (0, 1) if out == a + b else (1, 0)
        return _Plan("outer", order, (False, True))
    return None


def _value(a: Any, b: Any, *, spec: str) -> Any:
    plan = _plan(spec)
    if plan is None:
        if "O" in {np.asarray(x).dtype.kind for x in (a, b)}:
            return _sum_of_products(a, b, spec)
        return np.einsum(spec, a, b)
    left, right = ((a, b)[i] for i in plan.order)
    if plan.kind == "outer":
        return np.outer(left, right)
    return (left.T if plan.turn[0] else left) @ (
        right.T if plan.turn[1] else right
    )


def _sum_of_products(a: Any, b: Any, spec: str) -> Any:
    """Contract as the cost says; np.einsum adds every first term to 0."""
    at_a, at_b, out = _split(spec)
    letters = list(dict.fromkeys(out + at_a + at_b))
    grids = []
    for x, word in ((np.asarray(a), at_a), (np.asarray(b), at_b)):
        turned = x.transpose([word.index(c) for c in letters if c in word])
        missing = [i for i, c in enumerate(letters) if c not in word]
        grids.append(np.expand_dims(turned, missing))
    product = grids[0] * grids[1]
    return product.sum(axis=tuple(range(len(out), len(letters))))


def _steps(call: Any, y: Atom, a: Atom, b: Atom, *, spec: str) -> Any:
    plan = _plan(spec)
    if plan is None:
        return call(f'np.einsum("{spec}", {{}}, {{}})', a, b, shape=y.shape)
    x = [(a, b)[i] for i in plan.order]
    if plan.kind == "outer":
        return call("np.multiply.outer({}, {})", *x, shape=y.shape)
    turned = [
        call.view("{}.T", v, shape=v.shape[::-1])
        if turn and len(v.shape) > 1
        else v
        for v, turn in zip(x, plan.turn, strict=True)
    ]
    return call("np.matmul({}, {})", *turned, shape=y.shape)


def _by_rows(
    batch: Size, y: Atom, a: Atom, b: Atom, *, spec: str
) -> str | None:
    del y
    at_a, at_b, out = _split(spec)
    first = {
        word[0]
        for word, x in ((at_a, a), (at_b, b))
        if x.shape[:1] == (batch,)
    }
    if len(first) > 1:  # X Xᵀ: every row meets every other
        return None
    (letter,) = first
    if letter in out:
        return "rows" if out[0] == letter else None
    return "sum"


def _sizes(spec: str, a: Any, b: Any) -> dict[str, int | Size]:
    sizes: dict[str, int | Size] = {}
    for word, x in zip(_split(spec), (a, b), strict=False):
        if len(word) != len(x.shape):
            raise ValueError(
                f"{shown(spec)} wants {len(word)} axes, got {len(x.shape)}"
            )
        for letter, size in zip(word, x.shape, strict=True):
            if sizes.setdefault(letter, size) != size:
                raise ValueError(f"{sizes[letter]} and {size} must be equal")
    return sizes


def _shape(a: Any, b: Any, *, spec: str) -> Shape:
    sizes = _sizes(spec, a, b)
    return tuple(sizes[letter] for letter in _split(spec)[2])


def _cost(y: Any, a: Any, b: Any, *, spec: str) -> dict[str, Any]:
    # Every output entry is a sum of products over the indices it lacks.
    products = entries(tuple(_sizes(spec, a, b).values()))
    return {"mul": products, "add": products - entries(y.shape)}


def _jvp(
    tangents: list[Atom | None], y: Atom, a: Atom, b: Atom, *, spec: str
) -> Atom:
    del y
    a_dot, b_dot = tangents
    terms = []
    if a_dot is not None:
        terms.append(contract(a_dot, b, spec=spec))
    if b_dot is not None:
        terms.append(contract(a, b_dot, spec=spec))
    return reduce(add, terms)


def _vjp(i: int, g: Atom, y: Atom, a: Atom, b: Atom, *, spec: str) -> Atom:
    del y
    at_a, at_b, at_y = _split(spec)
    if i:
        return contract(a, g, spec=f"{at_a},{at_y}->{at_b}")
    return contract(g, b, spec=f"{at_y},{at_b}->{at_a}")


def _simplify(a: Atom, b: Atom, *, spec: str) -> Atom | None:
    at_a, at_b, out = _split(spec)
    if not (at_a and at_b):
        # A scalar scales the other operand.
        scalar, x, word = (b, a, at_a) if at_a else (a, b, at_b)
        if out == word:
            return scalar * x
        if out == word[::-1]:
            return scalar * x.T
    if (inner := under_transpose(a)) is not None:
        return contract(inner, b, spec=f"{at_a[::-1]},{at_b}->{out}")
    if (inner := under_transpose(b)) is not None:
        return contract(a, inner, spec=f"{at_a},{at_b[::-1]}->{out}")
    return None


def _notation(style: str, pieces: list[Piece], *, spec: str) -> Piece:
    plan = _plan(spec)
    if plan is None:
        return _in_indices(style, pieces, spec)
    left, right = (pieces[i] for i in plan.order)
    if style == "numpy" and plan.kind == "outer":
        return Piece(f"np.outer({left.text}, {right.text})", ATOM)
    level = ATOM if style == "numpy" else POWER
    words = [
        transposed(style, piece) if turn else piece.at(level)
        for piece, turn in zip((left, right), plan.turn, strict=True)
    ]
    if style == "numpy":
        return Piece(" @ ".join(words), TIMES)
    return Piece((r" \, " if style == "latex" else " ").join(words), BESIDE)


def _in_indices(style: str, pieces: list[Piece], spec: str) -> Piece:
    a, b = pieces
    if style != "latex":
        call = "np.einsum" if style == "numpy" else "einsum"
        mark = f'"{spec}"' if style == "numpy" else spec
        return Piece(f"{call}({mark}, {a.text}, {b.text})", ATOM)
    at_a, at_b, out = _split(spec)
    summed = "".join(c for c in dict.fromkeys(at_a + at_b) if c not in out)
    sign = rf"\textstyle\sum_{{{summed}}} " if summed else ""
    return Piece(
        f"{sign}{{{a.at(ATOM)}}}_{{{at_a}}} {{{b.at(ATOM)}}}_{{{at_b}}}",
        TIMES,
    )


contract: Primitive = Primitive(
    name="contract",
    keeps_integers=True,
    value=_value,
    shape=_shape,
    cost=_cost,
    jvp=_jvp,
    vjp=_vjp,
    notation=_notation,
    simplify=_simplify,
    steps=_steps,
    by_rows=_by_rows,
)


def einsum(spec: str, a: Any, b: Any) -> Any:
    """Return the contraction of two arrays, in index notation.

    Parameters
    ----------
    spec
        As in ``numpy.einsum``: one letter an axis, ``"ij,jk->ik"``.
    a, b
        Arrays or recorded values.

    Raises
    ------
    ValueError
        If an operand repeats a letter, or has one that occurs neither in
        the other operand nor in the output: the derivative would then not
        be a contraction of two operands.

    Examples
    --------
    >>> import numpy as np
    >>> A = np.array([[1.0, 2.0], [3.0, 4.0]])
    >>> einsum("ij,ij->i", A, A)
    array([ 5., 25.])
    """
    if not isinstance(spec, str):
        raise TypeError(f"spec must be a string, got {shown(spec)}")
    try:
        at_a, at_b, out = _split(spec.replace(" ", ""))
    except (AttributeError, ValueError):
        raise ValueError(
            f"einsum wants two operands, as in 'ij,jk->ik', got {shown(spec)}"
        ) from None
    words = at_a, at_b, out
    letters = "".join(words)
    if any(len(set(word)) < len(word) for word in words) or not (
        letters.isalpha() or not letters
    ):
        raise ValueError(
            f"einsum wants each letter once in an operand, got {shown(spec)}"
        )
    alone = set(at_a) ^ set(at_b)
    if alone - set(out) or set(out) - set(at_a + at_b):
        raise ValueError(
            "einsum sums over letters that both operands have, got "
            f"{shown(spec)}; sum one operand first"
        )
    return contract(a, b, spec=f"{at_a},{at_b}->{out}")


def outer(a: Any, b: Any) -> Any:
    """Return the matrix a bᵀ of two vectors.

    Examples
    --------
    >>> outer([1.0, 2.0], [3.0, 4.0])
    array([[3., 4.],
           [6., 8.]])
    """
    return einsum("i,j->ij", *(_vector(x) for x in (a, b)))


def _vector(x: Any) -> Any:
    x = x if isinstance(x, Atom) else rectangular(x, "what outer gets")
    if x.ndim != 1:
        raise ValueError(f"outer wants two vectors, got {x.ndim} axes")
    return x
