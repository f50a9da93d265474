"""The association orders of a product of vectors and matrices.

Cost model: the product of an a×b and a b×c matrix takes abc multiplications
and a(b − 1)c additions.  Memory counts every input, intermediate and result
once; a factor that occurs twice, plain or transposed, is one input.  Vectors
are columns.  An intermediate is counted each time it is computed: no order
shares a partial product.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import sympy as sp
from numpy.typing import ArrayLike, NDArray

from byhand._validate import as_integer, one_of, rectangular, shown
from byhand.cost._dynamic import cheapest, undominated
from byhand.cost._polynomials import (
    Size,
    as_size,
    evaluate,
    extreme,
    plain,
    symbols_of,
)
from byhand.cost._trees import Tree, all_trees, products, read, span, write
from byhand.cost.signs import sign_of, words
from byhand.tables import Table, table
from byhand.tape.shapes import size_values

#: Above this many factors the orders are counted, not listed.
MOST_FACTORS = 10

#: Marks over a letter, such as that of ẋ, with their names in LaTeX.
_ACCENTS = {"\N{COMBINING DOT ABOVE}": "dot", "\N{COMBINING MACRON}": "bar"}

_TOKEN = re.compile(r"(?P<name>[^\W\dᵀ][^\Wᵀ]*)(?P<transposed>ᵀ|\.T|\^T)?")


def number_of_orders(factors: int) -> int:
    """Return how many ways there are to put parentheses round a product.

    Parameters
    ----------
    factors
        The number of factors k, at least 1.

    Returns
    -------
    int
        The Catalan number C(2k − 2, k − 1) / k.

    Examples
    --------
    >>> [number_of_orders(k) for k in range(1, 8)]
    [1, 1, 2, 5, 14, 42, 132]
    """
    k = as_integer(factors, "factors", minimum=1, maximum=10**5)
    return math.comb(2 * k - 2, k - 1) // k


@dataclass(frozen=True)
class Factor:
    """One factor of a product.

    Attributes
    ----------
    name
        The name of the input.
    transposed
        Whether the factor is the input's transpose.
    rows, columns
        The factor's shape, after transposition.
    """

    name: str
    transposed: bool
    rows: sp.Expr
    columns: sp.Expr

    def __str__(self) -> str:
        return self.name + "ᵀ" * self.transposed

    @property
    def latex(self) -> str:
        r"""The factor in LaTeX: ``y_{1}^{\top}``."""
        name = unicodedata.normalize("NFD", sp.latex(sp.Symbol(self.name)))
        for mark, accent in _ACCENTS.items():
            name = re.sub(f"(.){mark}", rf"\\{accent}{{\1}}", name)
        return name + r"^{\top}" * self.transposed


class Product:
    """A product of vectors and matrices, not yet put in an order.

    Parameters
    ----------
    text
        The factors, separated by blanks; ``ᵀ``, ``.T`` or ``^T`` transposes.
    shapes
        For each name the length of a vector, or the two sizes of a matrix,
        each a positive integer, a symbol, a polynomial in symbols, or a
        string that names a symbol.  Vectors are columns.

    Attributes
    ----------
    factors
        The k factors, each with its shape.
    edges
        The k + 1 sizes of the chain: factor i is edges[i] × edges[i + 1].

    Raises
    ------
    TypeError
        If a size is neither an integer nor symbolic.
    ValueError
        If the text cannot be read, a name has no shape, a shape no name, a
        size may be less than 1, or neighbors do not fit.

    Examples
    --------
    >>> z = Product("v vᵀ y", v="n", y="n")
    >>> for order in z.orders():
    ...     print(order, order.multiplications, order.memory)
    v(vᵀy) 2*n 3*n + 1
    (vvᵀ)y 2*n**2 n**2 + 3*n
    """

    def __init__(self, text: str, /, **shapes: Any) -> None:
        if not isinstance(text, str):
            raise TypeError(
                f"a product is a string such as 'v vᵀ y', got {shown(text)}"
            )
        read = _read_factors(text)
        self._shapes = _read_shapes(read, shapes)
        factors = []
        for name, transposed in read:
            rows, columns = self._shapes[name]
            if transposed:
                rows, columns = columns, rows
            factors.append(Factor(name, transposed, rows, columns))
        self.factors = tuple(factors)
        for left, right in zip(self.factors, self.factors[1:], strict=False):
            _require_fit(left, right)
        self.edges = [*(f.rows for f in factors), factors[-1].columns]
        symbols_of(self.edges)

    def __repr__(self) -> str:
        factors = " ".join(str(factor) for factor in self.factors)
        return f"<Product {factors}: {self.rows} × {self.columns}>"

    @property
    def rows(self) -> sp.Expr:
        """Rows of the result."""
        return self.factors[0].rows

    @property
    def columns(self) -> sp.Expr:
        """Columns of the result."""
        return self.factors[-1].columns

    @property
    def input_memory(self) -> sp.Expr:
        """Numbers in the inputs, each input once."""
        return sp.expand(
            sp.Add(
                *(rows * columns for rows, columns in self._shapes.values())
            )
        )

    def orders(self) -> list[Order]:
        """Return all association orders, the rightmost first.

        Raises
        ------
        ValueError
            If there are more than ten factors; the error says how many
            orders there would be.
        """
        self._refuse_too_many()
        return [Order(self, tree) for tree in all_trees(0, len(self.factors))]

    def order(self, text: str) -> Order:
        """Return the order written in the page's notation.

        Parameters
        ----------
        text
            The product with parentheses, such as ``"v(vᵀ(y1y2ᵀ))"``; blanks
            are optional, and ``.T`` or ``^T`` may stand for ``ᵀ``.

        Examples
        --------
        >>> z = Product("v vᵀ y", v=3, y=3)
        >>> z.order("(v vᵀ) y").multiplications
        18
        """
        if not isinstance(text, str):
            raise TypeError(
                f"an order is a string such as 'v(vᵀy)', got {shown(text)}"
            )
        return Order(self, read(text, [str(f) for f in self.factors]))

    def optimum(
        self, sizes: Mapping[Any, int] | None = None, /, **named: int
    ) -> Order:
        """Return an order with the fewest multiplications at given sizes.

        By dynamic programming over the stretches of factors, so that there
        may be many: k factors take about k³/6 comparisons.

        Parameters
        ----------
        sizes, named
            The sizes, positive integers, by symbol or by name.

        References
        ----------
        Godbole (1973), On efficient computation of matrix chain products.

        Examples
        --------
        >>> z = Product("v vᵀ y1 y2ᵀ", v="n", y1="n", y2="m")
        >>> str(z.optimum(n=5, m=2)), str(z.optimum(n=2, m=5))
        ('v((vᵀy1)y2ᵀ)', '(v(vᵀy1))y2ᵀ')
        """
        given = size_values(sizes, named)
        edges = [int(evaluate(edge, given)) for edge in self.edges]
        return Order(self, cheapest(edges))

    def optimum_by_region(self) -> Optimum:
        """Return the fewest multiplications as a function of the sizes.

        Dynamic programming over polynomials: of the orders of a stretch of
        factors, those are kept whose cost is not provably at least that of
        another for all positive sizes.

        Raises
        ------
        ValueError
            If there are more than ten factors.

        Examples
        --------
        >>> z = Product("v vᵀ y1 y2ᵀ", v="n", y1="n", y2="m")
        >>> print(z.optimum_by_region())
        fewest multiplications: m*n + n + Min(m, n)
          v((vᵀy1)y2ᵀ)  where m <= n
          (v(vᵀy1))y2ᵀ  where m >= n
        """
        self._refuse_too_many()
        trees = undominated(self.edges)
        return Optimum(tuple(Order(self, tree) for tree in trees))

    def table(self) -> Table:
        """Return all orders with their multiplications and memory."""
        orders = self.orders()
        counts = ("multiplications", "memory")
        return table(
            {"order": list(map(str, orders))}
            | {what: [o.count(what) for o in orders] for what in counts}
        )

    def _refuse_too_many(self) -> None:
        k = len(self.factors)
        if k > MOST_FACTORS:
            raise ValueError(
                f"{k} factors have {number_of_orders(k)} orders, too many to "
                f"list: at most {MOST_FACTORS} factors, please; optimum() "
                "with sizes takes any number"
            )


@dataclass(frozen=True)
class Multiplication:
    """One matrix product within an order: a×b by b×c.

    Attributes
    ----------
    left, right
        The operands in the page's notation.
    shape
        The sizes (a, b, c).
    """

    left: str
    right: str
    shape: tuple[sp.Expr, sp.Expr, sp.Expr]

    @property
    def multiplications(self) -> Size:
        """Scalar multiplications, abc."""
        a, b, c = self.shape
        return plain(a * b * c)

    @property
    def additions(self) -> Size:
        """Scalar additions, a(b − 1)c."""
        a, b, c = self.shape
        return plain(a * (b - 1) * c)

    @property
    def result(self) -> Size:
        """Numbers in the result, ac."""
        a, _, c = self.shape
        return plain(a * c)


@dataclass(frozen=True)
class Order:
    """A product with its parentheses: made by :class:`Product`.

    ``print`` shows it in the page's notation, ``v(vᵀ(y1y2ᵀ))``.  Calling it
    with arrays computes the product in this order, with NumPy.

    Examples
    --------
    >>> order = Product("v vᵀ y", v="n", y="n").order("v(vᵀy)")
    >>> order(v=[1, 2, 3], y=[1, 1, 1])
    array([ 6., 12., 18.])
    """

    product: Product
    tree: Tree

    def __str__(self) -> str:
        return write(self.tree, [str(f) for f in self.product.factors])

    def __repr__(self) -> str:
        return f"<Order {self}>"

    @property
    def latex(self) -> str:
        """The order in LaTeX."""
        return write(self.tree, [f.latex for f in self.product.factors])

    @cached_property
    def steps(self) -> tuple[Multiplication, ...]:
        """The matrix products in the order in which they are computed."""
        labels = [str(factor) for factor in self.product.factors]
        edges = self.product.edges
        steps = []
        for left, right in products(self.tree):
            start, before = span(left)
            _, last = span(right)
            shape = edges[start], edges[before + 1], edges[last + 1]
            texts = _operand(left, labels), _operand(right, labels)
            steps.append(Multiplication(*texts, shape))
        return tuple(steps)

    @property
    def multiplications(self) -> Size:
        """Scalar multiplications, expanded."""
        return plain(sp.Add(*(step.multiplications for step in self.steps)))

    @property
    def additions(self) -> Size:
        """Scalar additions, expanded."""
        return plain(sp.Add(*(step.additions for step in self.steps)))

    @property
    def memory(self) -> Size:
        """Numbers held: inputs, intermediates and result, each once."""
        results = (step.result for step in self.steps)
        return plain(sp.Add(self.product.input_memory, *results))

    def count(self, what: str) -> Size:
        """Return ``multiplications``, ``additions`` or ``memory``."""
        return getattr(self, one_of(what, "what", _COUNTS))

    def __call__(self, **arrays: ArrayLike) -> NDArray[Any]:
        """Compute the product in this order.

        Parameters
        ----------
        arrays
            One array per name, a vector with one axis or a matrix with two,
            of any dtype that multiplies; integers become floats.

        Returns
        -------
        ndarray
            A matrix; a vector if the result has one column, a number (no
            axes) if it has one entry.
        """
        operands = _operands(self.product, arrays)
        try:
            result = _compute(self.tree, operands)
        except (OverflowError, TypeError) as reason:
            raise TypeError(
                f"the entries of {', '.join(arrays)} do not multiply: {reason}"
            ) from None
        if result.shape[1] > 1:
            return result
        return result[:, 0] if result.shape[0] > 1 else result[0, 0]


@dataclass(frozen=True)
class Optimum:
    """The fewest multiplications, and which order reaches them where.

    Attributes
    ----------
    orders
        Orders of which, for any positive sizes, at least one is optimal.
    """

    orders: tuple[Order, ...]

    @cached_property
    def cost(self) -> Size:
        """The minimum over the orders, terms that all share outside."""
        return extreme([o.multiplications for o in self.orders], sp.Min)

    def region(self, order: Order) -> sp.Basic:
        """Return the condition on the sizes under which an order is optimal.

        Regions touch where orders tie.
        """
        if order not in self.orders:
            raise ValueError(
                f"{order} is not among the orders that can be optimal: "
                f"{', '.join(map(str, self.orders))}"
            )
        cost = sp.sympify(order.multiplications)
        return sp.And(
            *(
                sign_of(cost - rival.multiplications).nonpositive
                for rival in self.orders
                if rival is not order
            )
        )

    def __str__(self) -> str:
        width = max(len(str(order)) for order in self.orders)
        lines = [f"fewest multiplications: {self.cost}"]
        for order in self.orders:
            told = words(self.region(order), prefix="where ")
            lines.append(f"  {order!s:<{width}}  {told}")
        return "\n".join(lines)


_COUNTS = ("multiplications", "additions", "memory")


def _read_factors(text: str) -> list[tuple[str, bool]]:
    read = []
    for word in text.replace("@", " ").split():
        match = _TOKEN.fullmatch(word)
        if match is None:
            raise ValueError(
                f"cannot read {word!r} in the product {text!r}: separate the "
                "factors by blanks, as in 'v vᵀ y'; parentheses belong into "
                "order(...)"
            )
        read.append((match["name"], match["transposed"] is not None))
    if len(read) < 2:
        raise ValueError(
            f"a product needs at least two factors, got {shown(text)}"
        )
    return read


def _read_shapes(
    factors: list[tuple[str, bool]], shapes: Mapping[str, Any]
) -> dict[str, tuple[sp.Expr, sp.Expr]]:
    names = list(dict.fromkeys(name for name, _ in factors))
    missing = [name for name in names if name not in shapes]
    unknown = [name for name in shapes if name not in names]
    if missing:
        raise ValueError(
            f"no shape for {', '.join(missing)}: pass the length of a vector "
            f"or the two sizes of a matrix, as in {missing[0]}='n' or "
            f"{missing[0]}=('n', 'm')"
        )
    if unknown:
        raise ValueError(
            f"a shape for {', '.join(unknown)}, which is no factor of the "
            f"product; its factors are {', '.join(names)}"
        )
    return {name: _read_shape(shapes[name], name) for name in names}


def _read_shape(shape: Any, name: str) -> tuple[sp.Expr, sp.Expr]:
    if not isinstance(shape, (tuple, list)):
        shape = (shape,)
    if len(shape) not in {1, 2}:
        raise ValueError(
            f"{name} must be a vector (one size) or a matrix (two sizes), "
            f"got the shape {tuple(shape)}"
        )
    read = [as_size(size, f"a size of {name}") for size in shape]
    return (read[0], read[1]) if len(read) == 2 else (read[0], sp.Integer(1))


def _require_fit(left: Factor, right: Factor) -> None:
    if left.columns != right.rows:
        raise ValueError(
            f"{left} is {left.rows}×{left.columns} and {right} is "
            f"{right.rows}×{right.columns}, so {left}{right} does not chain: "
            f"{left.columns} columns meet {right.rows} rows; transpose a "
            "factor or change a shape"
        )


def _operands(
    product: Product, arrays: Mapping[str, ArrayLike]
) -> list[NDArray[Any]]:
    names = list(dict.fromkeys(f.name for f in product.factors))
    if set(arrays) != set(names):
        raise ValueError(
            f"wanted one array for each of {', '.join(names)}, got "
            f"{', '.join(arrays) or 'none'}"
        )
    ready = {}
    for name in names:
        array = rectangular(arrays[name], name)
        if array.dtype.kind not in "biufcO":
            raise TypeError(
                f"{name} must hold numbers, got an array of {array.dtype}"
            )
        if array.dtype.kind in "biu":
            array = array.astype(float)
        ready[name] = array[:, np.newaxis] if array.ndim == 1 else array
    bound: dict[sp.Expr, int] = {}
    operands = []
    for factor in product.factors:
        matrix = ready[factor.name]
        if matrix.ndim != 2 or not matrix.size:
            raise ValueError(
                f"{factor.name} must be a vector or a matrix with entries, "
                f"got shape {np.shape(arrays[factor.name])}"
            )
        operand = matrix.T if factor.transposed else matrix
        sizes = zip((factor.rows, factor.columns), operand.shape, strict=True)
        for size, length in sizes:
            wanted = int(size) if size.is_Integer else bound.get(size, length)
            if length != wanted:
                raise ValueError(
                    f"{factor} is {factor.rows}×{factor.columns} with "
                    f"{size} = {wanted}, got {operand.shape[0]}×"
                    f"{operand.shape[1]}"
                )
            bound[size] = length
        operands.append(operand)
    return operands


def _compute(tree: Tree, operands: Sequence[NDArray[Any]]) -> NDArray[Any]:
    if isinstance(tree, int):
        return operands[tree]
    left, right = (_compute(part, operands) for part in tree)
    product: NDArray[Any] = left @ right
    return product


def _operand(tree: Tree, labels: Sequence[str]) -> str:
    text = write(tree, labels)
    return text if isinstance(tree, int) else f"({text})"
