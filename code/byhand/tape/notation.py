r"""How an operation is written: as text, in LaTeX, as NumPy source.

A piece is a string with the level of its outermost operation, so that
parentheses go exactly where they are needed.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from byhand.tape.shapes import Shape, Size, show

# From loose to tight: a + b, a * b, the product a b, a^2, f(a).
SUM, TIMES, BESIDE, POWER, ATOM = range(5)


@dataclass(frozen=True)
class Piece:
    """A written expression, the level of its outermost operation, its shape.

    ``is_name`` marks a plain name, which can carry an index, ``is_literal`` a
    number, or a size that stands for one.
    """

    text: str
    level: int
    shape: Shape = ()
    is_name: bool = False
    is_literal: bool = False

    def at(self, level: int) -> str:
        """Return the text, in parentheses if it is looser than ``level``."""
        return self.text if self.level >= level else f"({self.text})"

    @staticmethod
    def literal(style: str, value: float | Size) -> Piece:
        """Return a number, or a size, as a piece."""
        if isinstance(value, Size):
            texts = {"numpy": value.code, "latex": value.latex}
            text = texts.get(style, str(value))
            level = ATOM if value.is_name else SUM
            return Piece(text, level, is_literal=True)
        text = repr(value)
        if style != "numpy":
            text = re.sub(r"\.0$", "", text)
        return Piece(text, ATOM if value >= 0 else SUM, is_literal=True)

    @property
    def is_number(self) -> bool:
        """Whether the piece is a number such as 2 or 1.0."""
        return (
            re.fullmatch(r"\(?-?[\d.]+(e[-+]?\d+)?\)?", self.text) is not None
        )


Notation = Callable[..., Piece]


def infix(sign: str, level: int) -> Notation:
    """Return the notation of a binary operator, the same in every style."""

    def write(_: str, pieces: list[Piece]) -> Piece:
        a, b = pieces
        return Piece(f"{a.at(level)} {sign} {b.at(level + 1)}", level)

    return write


def call(
    text: str, latex: str | None = None, numpy: str | None = None
) -> Notation:
    r"""Return the notation ``f(x, y)`` of a function.

    Parameters
    ----------
    text
        The function's name.
    latex
        In LaTeX; by default upright.
    numpy
        In source; by default ``text``.
    """
    words = {
        "text": text,
        "latex": latex or r"\operatorname{" + text.replace("_", r"\_") + "}",
        "numpy": numpy or text,
    }

    def write(style: str, pieces: list[Piece], **params: Any) -> Piece:
        arguments = [piece.text for piece in pieces]
        arguments += [
            f"{key}={sized(style, value)}" for key, value in params.items()
        ]
        return Piece(f"{words[style]}({', '.join(arguments)})", ATOM)

    return write


def sized(style: str, value: Any) -> str:
    """Return a parameter as text: a number, a size or a tuple of these."""
    if isinstance(value, tuple):
        if style != "numpy":
            return show(value)
        inner = ", ".join(sized(style, v) for v in value)
        return f"({inner},)" if len(value) == 1 else f"({inner})"
    if isinstance(value, Size):
        return value.code if style == "numpy" else str(value)
    return repr(value)


def negative(style: str, pieces: list[Piece]) -> Piece:
    """Write ``-x``."""
    # Python would read -W @ x as (-W) @ x.
    (x,) = pieces
    level = POWER if style == "numpy" else TIMES
    return Piece(f"-{x.at(level)}", SUM)


def product(style: str, pieces: list[Piece]) -> Piece:
    """Write an entrywise product; next to each other if one is a scalar."""
    a, b = pieces
    if style == "numpy":
        return infix("*", TIMES)(style, pieces)
    scalars = (a.shape == ()) + (b.shape == ())
    beside = scalars == 1 or a.is_number or (scalars and style == "latex")
    if beside and not b.is_number:
        between = r" \, " if style == "latex" else " "
        return Piece(between.join(p.at(POWER) for p in pieces), BESIDE)
    dot = r"\cdot" if scalars else r"\odot"
    sign = dot if style == "latex" else "*"
    left = a.at(POWER) if a.level == BESIDE else a.at(TIMES)
    return Piece(f"{left} {sign} {b.at(POWER)}", TIMES)


def quotient(style: str, pieces: list[Piece]) -> Piece:
    """Write ``a / b``."""
    a, b = pieces
    if style == "latex":
        return Piece(rf"\frac{{{a.text}}}{{{b.text}}}", TIMES)
    return Piece(f"{a.at(TIMES)} / {b.at(POWER)}", TIMES)


def power(style: str, pieces: list[Piece], *, exponent: float) -> Piece:
    """Write ``x^2``."""
    (x,) = pieces
    base, number = x.at(ATOM), Piece.literal(style, exponent)
    if style == "latex":
        return Piece(f"{{{base}}}^{{{number.text}}}", POWER)
    sign = "**" if style == "numpy" else "^"
    return Piece(f"{base}{sign}{number.at(ATOM)}", POWER)


def transposed(style: str, piece: Piece) -> str:
    """Return ``Xᵀ``; a vector too, since the page tells xᵀ from x."""
    if style == "latex":
        return f"{{{piece.at(ATOM)}}}^\\top"
    if style == "numpy":
        return piece.at(ATOM) + (".T" if len(piece.shape) > 1 else "")
    return f"{piece.at(ATOM)}ᵀ"


def indicator(style: str, pieces: list[Piece], *, sign: str) -> Piece:
    """Write ``1[a > b] * g``."""
    a, b, g = pieces
    test = f"{a.at(SUM)} {sign} {b.at(SUM)}"
    if style == "numpy":
        return Piece(f"({test}) * {g.at(POWER)}", TIMES)
    if style == "latex":
        test = test.replace("<=", r"\le")
        return Piece(rf"\mathbf{{1}}[{test}] \odot {g.at(POWER)}", TIMES)
    return Piece(f"1[{test}] * {g.at(POWER)}", TIMES)


def axis_sum(
    style: str, pieces: list[Piece], *, axis: tuple[int, ...], keepdims: bool
) -> Piece:
    """Write ``sum(X, axis=0)``."""
    (x,) = pieces
    first, *more = axis
    everything = len(axis) == len(x.shape)
    which = "" if everything else f"axis={axis if more else first}"
    options = ", ".join(filter(None, [which, "keepdims=True" * keepdims]))
    if style == "numpy":
        return Piece(f"{x.at(ATOM)}.sum({options})", ATOM)
    if style == "latex":
        letters = "ijklmn"[: len(x.shape)]
        under = "".join(letters[i] for i in axis)
        entry = f"{{{x.at(ATOM)}}}_{{{letters}}}"
        return Piece(rf"\textstyle\sum_{{{under}}} {entry}", SUM)
    inside = ", ".join(filter(None, [x.text, options]))
    return Piece(f"sum({inside})", ATOM)


def transpose(style: str, pieces: list[Piece]) -> Piece:
    """Write ``Xᵀ``."""
    (x,) = pieces
    return Piece(transposed(style, x), ATOM)


def full(style: str, pieces: list[Piece], *, shape: Shape) -> Piece:
    """Write a value repeated to a shape."""
    (x,) = pieces
    if style == "numpy":
        # Of a whole number NumPy would make integers.
        kind = ", dtype=float" if x.is_literal and "." not in x.text else ""
        return Piece(f"np.full({sized(style, shape)}, {x.text}{kind})", ATOM)
    return _with_shape(style, "full", x.text, shape)


def reshaped(style: str, pieces: list[Piece], *, shape: Shape) -> Piece:
    """Write a reshaping."""
    (x,) = pieces
    if style == "numpy":
        size = sized(style, shape)
        if not x.shape:  # maybe a plain number, which has no methods
            return Piece(f"np.reshape({x.text}, {size})", ATOM)
        return Piece(f"{x.at(ATOM)}.reshape({size})", ATOM)
    return _with_shape(style, "reshape", x.text, shape)


def _with_shape(style: str, word: str, x: str, shape: Shape) -> Piece:
    if style == "latex":
        sizes = [Piece.literal(style, size) for size in shape]
        level = ATOM if len(sizes) > 1 else SUM
        size = r" \times ".join(piece.at(level) for piece in sizes) or "1"
        return Piece(rf"\operatorname{{{word}}}({x}, {size})", ATOM)
    return Piece(f"{word}({x}, {show(shape)})", ATOM)


def sliced(
    style: str,
    pieces: list[Piece],
    *,
    axis: int,
    start: int | Size,
    stop: int | Size,
) -> Piece:
    """Write ``x[a:b]``, and ``X[:, a:b]`` along the second axis."""
    (x,) = pieces
    colons = ":, " * axis
    where = f"{sized(style, start)}:{sized(style, stop)}"
    return Piece(f"{x.at(ATOM)}[{colons}{where}]", ATOM)


def joined(style: str, pieces: list[Piece], *, axis: int) -> Piece:
    """Write ``[a; b]``, and ``[A, B]`` along the second axis."""
    if style == "numpy":
        inside = ", ".join(piece.text for piece in pieces)
        return Piece(f"np.concatenate([{inside}], axis={axis})", ATOM)
    separator = "; " if axis == 0 else ", "
    return Piece(f"[{separator.join(p.text for p in pieces)}]", ATOM)


def entry(style: str, pieces: list[Piece]) -> Piece:
    """Write ``y_t``, and ``Y[i, t_i]`` for one entry a row."""
    y, t = pieces
    batch = t.shape
    if style == "numpy":
        rows = f"np.arange(len({t.text})), " if batch else ""
        return Piece(f"{y.at(ATOM)}[{rows}{t.text}]", ATOM)
    if style == "latex":
        at = f"i, {{{t.text}}}_i" if batch else t.text
        return Piece(f"{{{y.at(ATOM)}}}_{{{at}}}", ATOM)
    if batch:
        return Piece(f"{y.at(ATOM)}[i, {t.text}_i]", ATOM)
    return Piece(
        f"{y.text}_{t.text}" if y.is_name else f"{y.at(ATOM)}[{t.text}]", ATOM
    )


def unit(style: str, pieces: list[Piece], *, size: int | Size) -> Piece:
    """Write ``g e_t``: zero but for the class t, where it is g."""
    g, t = pieces
    if style == "numpy":
        if g.text == "1.0":
            return Piece(f"one_hot({t.text}, {sized(style, size)})", ATOM)
        arguments = f"{g.text}, {t.text}, size={sized(style, size)}"
        return Piece(f"place({arguments})", ATOM)
    letter = "E" if t.shape else "e"
    below = f"{{{t.text}}}" if style == "latex" else t.text
    if g.text == "1":
        return Piece(f"{letter}_{below}", ATOM)
    word = r"\operatorname{diag}" if style == "latex" else "diag"
    scale = f"{word}({g.text})" if g.shape else g.at(POWER)
    between = r" \, " if style == "latex" else " "
    return Piece(f"{scale}{between}{letter}_{below}", BESIDE)
