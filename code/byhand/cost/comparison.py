"""Orders against each other: differences with their sign, region maps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import sympy as sp
from numpy.typing import NDArray

from byhand._validate import as_integer, as_list, as_sequence, shown
from byhand.cost._polynomials import evaluate
from byhand.cost.orders import Order
from byhand.cost.signs import Sign, sign_of, words
from byhand.tape.shapes import size_values


@dataclass(frozen=True)
class Comparison:
    """Two orders, the difference of their counts, and its sign.

    Attributes
    ----------
    first, second
        The orders.
    what
        What is counted.
    difference
        Where first − second has which sign.
    """

    first: Order
    second: Order
    what: str
    difference: Sign

    def __str__(self) -> str:
        verdicts = [
            (f"{self.first} needs less", self.difference.negative),
            (f"{self.second} needs less", self.difference.positive),
            ("they tie", self.difference.zero),
        ]
        gap = self.difference.polynomial
        lines = [f"{self.what} of {self.first} minus {self.second}: {gap}"]
        lines += [
            f"  {verdict}: {words(where)}" for verdict, where in verdicts
        ]
        return "\n".join(lines)


def compare(
    first: Order, second: Order, what: str = "multiplications"
) -> Comparison:
    """Return where one order needs less than another, exactly.

    Parameters
    ----------
    first, second
        Two orders; usually of one product.
    what
        ``"multiplications"``, ``"additions"`` or ``"memory"``.

    Examples
    --------
    >>> from byhand.cost import Product
    >>> z = Product("v vᵀ y1 y2ᵀ", v="n", y1="n", y2="m")
    >>> print(compare(z.order("v(vᵀ(y1y2ᵀ))"), z.order("((vvᵀ)y1)y2ᵀ")))
    multiplications of v(vᵀ(y1y2ᵀ)) minus ((vvᵀ)y1)y2ᵀ: 2*n*(m - n)
      v(vᵀ(y1y2ᵀ)) needs less: m < n
      ((vvᵀ)y1)y2ᵀ needs less: m > n
      they tie: m = n
    """
    for order, name in ((first, "first"), (second, "second")):
        if not isinstance(order, Order):
            raise TypeError(
                f"{name} must be an Order, such as Product(...).order(...), "
                f"got {shown(order)}"
            )
    gap = sp.sympify(first.count(what)) - second.count(what)
    return Comparison(first, second, what, sign_of(gap))


@dataclass(frozen=True)
class RegionMap:
    """Which of several orders needs least, over a grid of two sizes.

    Attributes
    ----------
    x_name, y_name
        The two symbols' names.
    x, y
        Their values, integer vectors of lengths X and Y.
    orders
        The k orders.
    counts
        Integer array k × Y × X.
    best
        Boolean array k × Y × X: whether the order reaches the minimum.
        Where orders tie, several do.
    """

    x_name: str
    y_name: str
    x: NDArray[np.int64]
    y: NDArray[np.int64]
    orders: tuple[Order, ...]
    counts: NDArray[np.int64]
    best: NDArray[np.bool_]


def region_map(
    orders: Sequence[Order],
    x: Mapping[Any, Sequence[int]],
    y: Mapping[Any, Sequence[int]],
    *,
    what: str = "multiplications",
    fixed: Mapping[Any, int] | None = None,
) -> RegionMap:
    """Return which orders need least, over a grid of two sizes.

    Parameters
    ----------
    orders
        The orders that compete, such as ``Product(...).orders()``.
    x, y
        One symbol each, with its values: ``{"n": range(1, 21)}``.
    what
        ``"multiplications"``, ``"additions"`` or ``"memory"``.
    fixed
        Values of the other symbols.

    Raises
    ------
    TypeError
        If a value is not an integer.
    ValueError
        If there are no orders, ``x`` or ``y`` does not name one symbol, a
        value is not positive, or a symbol is left without a value.

    Examples
    --------
    >>> from byhand.cost import Product
    >>> z = Product("v vᵀ y1 y2ᵀ", v="n", y1="n", y2="m")
    >>> drawn = region_map(z.orders(), {"n": [2, 3, 4]}, {"m": [3]})
    >>> [str(o) for o, wins in zip(drawn.orders, drawn.best) if wins.any()]
    ['v((vᵀy1)y2ᵀ)', '(v(vᵀy1))y2ᵀ']
    """
    orders = as_sequence(orders, "orders", "orders")
    if not orders:
        raise ValueError("orders must hold at least one order")
    for order in orders:
        if not isinstance(order, Order):
            raise TypeError(f"orders must hold orders, got {shown(order)}")
    x_name, x_values = _axis(x, "x")
    y_name, y_values = _axis(y, "y")
    if x_name == y_name:
        raise ValueError(f"x and y must be two sizes, got {x_name} twice")
    others = size_values(fixed, {})
    counts = np.empty((len(orders), len(y_values), len(x_values)), np.int64)
    for k, order in enumerate(orders):
        count = sp.sympify(order.count(what))
        for i, below in enumerate(y_values):
            for j, along in enumerate(x_values):
                at = others | {x_name: along, y_name: below}
                number = evaluate(count, at)
                if number >= 2**63:
                    raise ValueError(
                        f"{what} at {x_name} = {shown(along)} and {y_name} = "
                        f"{shown(below)} do not fit in int64"
                    )
                counts[k, i, j] = number
    return RegionMap(
        x_name,
        y_name,
        np.array(x_values),
        np.array(y_values),
        tuple(orders),
        counts,
        counts == counts.min(axis=0),
    )


def _axis(
    values: Mapping[Any, Sequence[int]], name: str
) -> tuple[str, list[int]]:
    if not isinstance(values, Mapping) or len(values) != 1:
        raise ValueError(
            f"{name} must hold one symbol and its values, such as "
            f"{{'n': range(1, 21)}}, got {shown(values)}"
        )
    ((symbol, points),) = values.items()
    checked = [
        as_integer(p, str(symbol), minimum=1)
        for p in as_list(points, f"the values of {symbol}", "integers")
    ]
    if not checked:
        raise ValueError(f"{name} must hold at least one value of {symbol}")
    return str(symbol), checked
