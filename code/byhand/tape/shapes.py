"""Sizes and shapes, with numbers or with letters.

A size is an integer or a polynomial in named sizes such as ``d`` or
``n + m``; a shape is a tuple of sizes.  The polynomials stay in this small
class, so that nothing here needs a computer algebra system; SymPy reads them
through ``sympify``.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any, Protocol

import numpy as np

from byhand._validate import as_integer, as_mapping, shown

_SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


class Size:
    """A polynomial with integer coefficients in named, positive sizes.

    Sums, differences, products and powers of sizes are sizes; what turns out
    constant is a plain ``int``.  Two sizes are equal when they are the same
    polynomial.  ``sympy.sympify(size)`` gives the SymPy polynomial, in
    symbols declared ``positive=True, integer=True``.

    Examples
    --------
    >>> n, m = Size.named("n"), Size.named("m")
    >>> (n + m) * (n - m) + m * m
    n²
    >>> (2 * n * m).at({"n": 3, "m": 5})
    30
    """

    __slots__ = ("terms",)

    def __init__(self, terms: Mapping[tuple[str, ...], int]) -> None:
        # {("m", "n", "n"): 3} is 3 m n²; the names in a key are sorted.
        self.terms = {key: c for key, c in sorted(terms.items()) if c}

    @staticmethod
    def named(name: str) -> Size:
        """Return the size with this name, an identifier such as ``d``."""
        if not name.isidentifier():
            raise ValueError(
                f"a size is called like a variable, got {shown(name)}"
            )
        return Size({(name,): 1})

    @property
    def is_name(self) -> bool:
        """Whether it is a name alone, no sum or product."""
        return list(self.terms.items()) == [((str(self),), 1)]

    @property
    def names(self) -> set[str]:
        """The names that occur."""
        return {name for key in self.terms for name in key}

    def at(self, sizes: Mapping[str, int]) -> int:
        """Return the value where each name has the given number."""
        missing = sorted(self.names - set(sizes))
        if missing:
            raise ValueError(
                f"the size {self} needs a value for {', '.join(missing)}"
            )
        return sum(
            c * math.prod(sizes[name] for name in key)
            for key, c in self.terms.items()
        )

    def __add__(self, other: Any) -> Size | int:
        if (other := _terms(other)) is None:
            return NotImplemented
        total = Counter(self.terms)
        for key, c in other.items():
            total[key] += c
        return _tidy(total)

    def __mul__(self, other: Any) -> Size | int:
        if (other := _terms(other)) is None:
            return NotImplemented
        total: Counter[tuple[str, ...]] = Counter()
        for key, c in self.terms.items():
            for more, d in other.items():
                total[tuple(sorted(key + more))] += c * d
        return _tidy(total)

    __radd__, __rmul__ = __add__, __mul__

    def __neg__(self) -> Size | int:
        return self * -1

    def __sub__(self, other: Any) -> Size | int:
        if _terms(other) is None:
            return NotImplemented
        difference: Size | int = self + -1 * other
        return difference

    def __rsub__(self, other: Any) -> Size | int:
        difference: Size | int = -self + other
        return difference

    def __truediv__(self, other: Any) -> Any:
        if _terms(other) is None:
            return NotImplemented
        raise TypeError(_WHOLE.format(f"{self} / {other}"))

    def __rtruediv__(self, other: Any) -> Any:
        raise TypeError(_WHOLE.format(f"{other} / {self}"))

    def __pow__(self, exponent: int) -> Size | int:
        if not isinstance(exponent, (int, np.integer)) or exponent < 0:
            raise TypeError(_WHOLE.format(f"({self})**{exponent}"))
        result: Size | int = 1
        for _ in range(exponent):
            result = self * result
        return result

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Size) and self.terms == other.terms

    def __hash__(self) -> int:
        return hash(tuple(self.terms.items()))

    def _no_number(self, *_: Any) -> Any:
        raise TypeError(
            f"the size {self} is a letter: Python cannot branch or loop on "
            "it; record with integer sizes instead"
        )

    __bool__ = __index__ = _no_number
    __lt__ = __le__ = __gt__ = __ge__ = _no_number

    def __str__(self) -> str:
        return self._join("·", lambda k: str(k).translate(_SUPERSCRIPTS))

    __repr__ = __str__

    @property
    def code(self) -> str:
        """The polynomial as a Python expression."""
        return self._join(" * ", lambda k: f"**{k}")

    @property
    def latex(self) -> str:
        """The polynomial in LaTeX."""
        return self._join(r" \cdot ", lambda k: f"^{{{k}}}")

    def _join(self, times: str, power: Callable[[int], str]) -> str:
        text = ""
        for key, c in sorted(
            self.terms.items(), key=lambda term: (-len(term[0]), term[0])
        ):
            factors = [
                name + (power(k) if k > 1 else "")
                for name, k in Counter(key).items()
            ]
            if abs(c) != 1 or not factors:
                factors.insert(0, str(abs(c)))
            sign = " - " if c < 0 else " + "
            text += sign + times.join(factors)
        return text[3:] if text.startswith(" + ") else "-" + text[3:]

    def _sympy_(self) -> Any:
        import sympy  # noqa: PLC0415 (only who asks for symbols needs it)

        return sympy.Add(
            *(
                c
                * sympy.Mul(
                    *(
                        sympy.Symbol(name, positive=True, integer=True)
                        for name in key
                    )
                )
                for key, c in self.terms.items()
            )
        )


Shape = tuple[int | Size, ...]


class Shaped(Protocol):
    """What a shape rule is given: an array, or a value without numbers."""

    shape: Shape


_WHOLE = (
    "{} is not a size, which is a whole number; compute with a recorded value "
    "instead, as in x / n or x / sqrt(n)"
)


def _terms(value: Any) -> Mapping[tuple[str, ...], int] | None:
    if isinstance(value, Size):
        return value.terms
    if isinstance(value, (int, np.integer)):
        return {(): int(value)}
    if isinstance(value, (float, np.floating)):
        raise TypeError(_WHOLE.format(f"{value} combined with a size"))
    return None


def _tidy(terms: Mapping[tuple[str, ...], int]) -> Size | int:
    size = Size(terms)
    return size.terms.get((), 0) if not size.names else size


def as_size(value: Any, where: str) -> int | Size:
    """Return ``value`` as a size.

    Parameters
    ----------
    value
        A positive integer, a name, a SymPy symbol or a :class:`Size`.
    where
        What the size belongs to, for the error.

    Raises
    ------
    TypeError, ValueError
        For anything else; a SymPy symbol must be declared a positive integer,
        or it would differ from the symbols that the costs come back in.
    """
    if isinstance(value, Size):
        return value
    if isinstance(value, str):
        if not value.isidentifier():
            raise ValueError(
                f"{where}: a size is called like a variable, got "
                f"{shown(value)}"
            )
        return Size.named(value)
    if getattr(value, "is_Symbol", False):
        if not (value.is_positive and value.is_integer):
            raise ValueError(
                f"{where}: declare the size as symbols({str(value)!r}, "
                "positive=True, integer=True)"
            )
        return Size.named(str(value))
    if isinstance(value, (bool, np.bool_)) or not isinstance(
        value, (int, np.integer)
    ):
        raise TypeError(
            f"{where}: a size is a positive integer or a name, got "
            f"{shown(value)}"
        )
    if value < 1:
        raise ValueError(f"{where}: a size is positive, got {shown(value)}")
    return int(value)


def as_shape(value: Any, where: str) -> Shape:
    """Return ``value`` as a shape; one size alone means a vector.

    Examples
    --------
    >>> as_shape(("H", 3), "W1"), as_shape("d", "x"), as_shape((), "J")
    ((H, 3), (d,), ())
    """
    sizes = value if isinstance(value, (tuple, list)) else (value,)
    return tuple(as_size(size, where) for size in sizes)


def show(shape: Shape) -> str:
    """Return the shape as people write it: ``H×d``, or 1 for a scalar."""
    parts = [str(size) for size in shape]
    if len(parts) > 1:
        parts = [f"({p})" if " " in p else p for p in parts]
    return "×".join(parts) or "1"


def entries(shape: Shape) -> int | Size:
    """Return how many entries an array of this shape has."""
    count: int | Size = 1
    for size in shape:
        count = size * count
    return count


def broadcast(*shapes: Shape) -> Shape:
    """Return the shape to which NumPy broadcasts the given ones."""
    result: list[int | Size] = [1] * max(map(len, shapes))
    for shape in shapes:
        for i in range(-len(shape), 0):
            if result[i] == 1:
                result[i] = shape[i]
            elif shape[i] not in {1, result[i]}:
                raise ValueError("sizes must be equal, or one of them 1")
    return tuple(result)


def resolve(value: Any, sizes: Mapping[str, int]) -> Any:
    """Return ``value`` with every size in it replaced by its number."""
    if isinstance(value, Size):
        return value.at(sizes)
    if isinstance(value, tuple):
        return tuple(resolve(item, sizes) for item in value)
    return value


def size_names(value: Any) -> set[str]:
    """Return the names of the sizes in a size, a shape, or a tuple of them."""
    if isinstance(value, Size):
        return value.names
    if isinstance(value, tuple):
        return set().union(*map(size_names, value))
    return set()


def size_values(
    values: Mapping[Any, int] | None, named: Mapping[str, int]
) -> dict[str, int]:
    """Return the values of sizes by name, each a positive integer."""
    given = {} if values is None else as_mapping(values, "the sizes")
    merged = {str(key): value for key, value in given.items()}
    twice = sorted(merged.keys() & named.keys())
    if twice:
        raise ValueError(f"the size {twice[0]} has been given two values")
    merged.update(named)
    return {
        name: as_integer(value, name, minimum=1)
        for name, value in merged.items()
    }


def bind(
    shapes: Mapping[str, Shape], arrays: Mapping[str, tuple[int, ...]]
) -> dict[str, int]:
    """Return the number behind each size's name.

    Parameters
    ----------
    shapes
        The declared shape of each input.
    arrays
        The shape of the array that came for it.
    """
    sizes: dict[str, int] = {}
    origin: dict[str, str] = {}
    for name, shape in shapes.items():
        got = arrays[name]
        if len(got) != len(shape):
            raise ValueError(
                f"{name} must have shape {show(shape)}, got "
                f"{show(got) if got else 'a scalar'}"
                if shape
                else f"{name} must be a scalar, got shape {show(got)}"
            )
        if 0 in got:
            raise ValueError(
                f"{name} is empty, of shape {show(got)}; a size is positive"
            )
        for size, number in zip(shape, got, strict=True):
            key = str(size)
            if not isinstance(size, Size) or not size.is_name:
                continue
            if sizes.setdefault(key, number) != number:
                raise ValueError(
                    f"{name} has shape {show(shape)}, so {key} = {number}, "
                    f"but {origin[key]} has {key} = {sizes[key]}"
                )
            origin.setdefault(key, name)
    for name, shape in shapes.items():
        wanted = resolve(shape, sizes)
        if wanted != arrays[name]:
            raise ValueError(
                f"{name} must have shape {show(shape)}"
                + (f" = {show(wanted)}" if wanted != shape else "")
                + f", got {show(arrays[name])}"
            )
    return sizes
