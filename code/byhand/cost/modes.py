"""Ways to one derivative: which passes, how many, what they cost.

A Jacobian takes a forward pass for each input or a reverse pass for each
output; a Hessian-vector product has more than one recipe.  Each way is a
tape and a number of passes, so that its cost is predicted from the tape, and
counted by running all passes on counting numbers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import sympy as sp
from numpy.typing import ArrayLike, NDArray

from byhand._validate import one_of
from byhand.cost._polynomials import Size, plain, symbols_of
from byhand.cost.counting import Tally
from byhand.cost.memory import require_tape
from byhand.cost.model import Operations, count, operations_of
from byhand.cost.signs import sign_of
from byhand.tape import Tape, gradient, hvp, jvp, vjp
from byhand.tape.shapes import bind, entries, resolve
from byhand.tape.values import Input


@dataclass(frozen=True)
class Way:
    """A way to a derivative.

    Attributes
    ----------
    name
        What the way is called.
    tape
        The tape of one pass.
    seed
        The name of the input that is another unit vector in each pass; None
        if one pass is enough.
    reverse
        Whether a pass gives a row of the result, rather than a column.
    """

    name: str
    tape: Tape
    seed: str | None = None
    reverse: bool = field(default=False, kw_only=True)

    @property
    def passes(self) -> Size:
        """How many passes: the entries of the seed."""
        if self.seed is None:
            return 1
        return plain(sp.sympify(entries(self._input(self.seed).shape)))

    @property
    def operations(self) -> Operations:
        """Predicted operations of all passes, each done from scratch."""
        return count(self.tape).operations * self.passes

    @property
    def shared_operations(self) -> Operations:
        """Predicted operations if what the seed does not touch is done once.

        The function's own values serve all passes then; they have to be
        kept in memory.
        """
        touched = {x.key for x in self.tape.inputs if x.name == self.seed}
        once, each_pass = [], []
        for equation in self.tape.equations:
            if any(x.key in touched for x in equation.inputs):
                touched.add(equation.output.key)
                each_pass.append(equation)
            else:
                once.append(equation)
        return operations_of(once) + operations_of(each_pass) * self.passes

    def run(
        self, values: Mapping[str, ArrayLike], tally: Tally
    ) -> NDArray[np.float64]:
        """Compute the derivative by all passes, on counting numbers.

        Parameters
        ----------
        values
            The inputs by name, without the seed; others are ignored.
        tally
            What counts.

        Returns
        -------
        ndarray
            The Jacobian, the output's axes first, or the product of the
            Hessian with the direction, in the shape of the input.
        """
        given = {x.name: x.shape for x in self.tape.inputs if x.name in values}
        values = {name: values[name] for name in given}

        def one_pass(**seed: NDArray[np.float64]) -> NDArray[np.float64]:
            results = self.tape.run(values | seed, lift=tally.numbers)
            (result,) = results.values()
            return np.asarray(result, dtype=float)

        if self.seed is None:
            return one_pass()
        sizes = bind(given, {name: np.shape(values[name]) for name in given})
        shape = resolve(self._input(self.seed).shape, sizes)
        pieces = [
            one_pass(**{self.seed: unit.reshape(shape)})
            for unit in np.eye(int(np.prod(shape)))
        ]
        if self.reverse:
            return np.stack(pieces).reshape(shape + pieces[0].shape)
        return np.stack(pieces, axis=-1).reshape(pieces[0].shape + shape)

    def _input(self, name: str) -> Input:
        return next(x for x in self.tape.inputs if x.name == name)


def jacobian_ways(tape: Tape, wrt: str) -> dict[str, Way]:
    """Return the two ways to a Jacobian.

    Parameters
    ----------
    tape
        A tape with one output ``y``, of m entries.
    wrt
        The input ``x``, of n entries.

    Returns
    -------
    dict
        ``"forward"``: n passes, a column each.  ``"reverse"``: m passes, a
        row each.

    Examples
    --------
    >>> from byhand.tape import record, tanh
    >>> layer = record(lambda W, x: tanh(W @ x), W=("m", "n"), x="n")
    >>> for way in jacobian_ways(layer, "x").values():
    ...     print(way.name, way.passes, way.operations.multiplications)
    forward n 2*m*n**2 + 2*m*n
    reverse m 2*m**2*n + 2*m**2
    """
    _one_output(tape, "a Jacobian")
    forward, reverse = jvp(tape, wrt, value=False), vjp(tape, wrt, value=False)
    return {
        "forward": Way("forward", forward, forward.inputs[-1].name),
        "reverse": Way(
            "reverse", reverse, reverse.inputs[-1].name, reverse=True
        ),
    }


def gradient_ways(tape: Tape, wrt: str) -> dict[str, Way]:
    """Return the two ways to the gradient of a scalar.

    Parameters
    ----------
    tape
        A tape with one scalar output.
    wrt
        The input, of n entries.

    Returns
    -------
    dict
        ``"forward"``: n passes, an entry each.  ``"reverse"``: one pass.

    Examples
    --------
    >>> from byhand.tape import record
    >>> loss = record(lambda v, x: (v @ x) ** 2, v="n", x="n")
    >>> for way in gradient_ways(loss, "x").values():
    ...     print(way.name, way.passes, way.operations.multiplications)
    forward n 2*n**2 + 2*n
    reverse 1 2*n + 1
    """
    reverse = gradient(tape, wrt)
    forward = jvp(tape, wrt, value=False)
    return {
        "forward": Way("forward", forward, forward.inputs[-1].name),
        "reverse": Way("reverse", reverse),
    }


def hvp_ways(tape: Tape, wrt: str) -> dict[str, Way]:
    """Return four ways to the product of a Hessian with a direction.

    Parameters
    ----------
    tape
        A tape with one scalar output.
    wrt
        The input ``x``, of n entries; the direction is the input ``x_dot``
        of the ways' tapes.

    Returns
    -------
    dict
        ``"forward-over-reverse"``, ``"reverse-over-forward"``,
        ``"reverse-over-reverse"``: one pass each.
        ``"forward-over-forward"``: n passes, each giving one entry, the
        second derivative along the direction and one axis.

    Examples
    --------
    >>> from byhand.tape import exp, record
    >>> loss = record(lambda v, x: exp(v @ x), v="n", x="n")
    >>> for way in hvp_ways(loss, "x").values():
    ...     print(way.name, way.passes, way.operations.multiplications)
    forward-over-reverse 1 3*n + 1
    reverse-over-forward 1 3*n + 1
    reverse-over-reverse 1 3*n + 1
    forward-over-forward n 3*n**2 + 2*n
    """
    single = (
        "forward-over-reverse",
        "reverse-over-forward",
        "reverse-over-reverse",
    )
    ways = {mode: Way(mode, hvp(tape, wrt, mode=mode)) for mode in single}
    along = jvp(jvp(tape, wrt, value=False), wrt, value=False)
    last = "forward-over-forward"
    return ways | {last: Way(last, along, along.inputs[-1].name)}


@dataclass(frozen=True)
class Ratio:
    """A quotient of two costs.

    Attributes
    ----------
    numerator, denominator
        Polynomials in the sizes, or integers.
    """

    numerator: Size
    denominator: Size

    @property
    def quotient(self) -> sp.Expr:
        """The quotient in lowest terms."""
        return sp.cancel(sp.sympify(self.numerator) / self.denominator)

    def limit(self, size: sp.Symbol | str | None = None) -> sp.Expr:
        """Return the quotient's limit.

        Parameters
        ----------
        size
            The size that grows without bound while the others stay; without
            one, all sizes grow in fixed proportion, and where the limit
            depends on the proportions it is a quotient of forms in the
            sizes.

        Returns
        -------
        sympy.Expr
            Where an infinite limit has a sign that depends on the sizes, a
            ``Piecewise``, without a value where the leading terms cancel.
        """
        symbols = symbols_of([self.quotient])
        growing = [s for s in symbols if size is None or s.name == str(size)]
        if size is not None and not growing:
            raise ValueError(
                f"{self.quotient} does not depend on {size}; it depends on "
                f"{', '.join(s.name for s in symbols) or 'no size'}"
            )
        top, bottom = sp.fraction(self.quotient)
        if not growing:
            return self.quotient
        (high, p), (low, q) = _leading(top, growing), _leading(bottom, growing)
        if high < low:
            return sp.Integer(0)
        if high > low:
            sign = sign_of(p * q)
            return sp.Piecewise(
                (sp.oo, sign.positive), (-sp.oo, sign.negative)
            )
        return sp.cancel(p / q)


def gradient_ratio(
    tape: Tape,
    wrt: str | Sequence[str] | None = None,
    *,
    what: str = "multiplications",
) -> Ratio:
    """Return cost(value and gradient) / cost(value) of a scalar.

    Parameters
    ----------
    tape
        A tape with one scalar output.
    wrt
        The inputs of the gradient; by default all that hold real numbers.
    what
        ``"multiplications"``, ``"additions"`` or ``"total"``, all operations
        counted alike.

    Raises
    ------
    ValueError
        If the function itself takes no such operation.

    References
    ----------
    Baur and Strassen (1983), The complexity of partial derivatives;
    Griewank and Walther (2008), Evaluating Derivatives, chapter 4.

    Examples
    --------
    >>> from byhand.tape import record, tanh
    >>> def f(W, V, x):
    ...     return tanh(V @ tanh(W @ x)).sum()
    >>> ratio = gradient_ratio(record(f, W=("h", "n"), V=("m", "h"), x="n"))
    >>> ratio.quotient
    (3*h*m + 3*h*n + 2*h + m)/(h*m + h*n)
    >>> ratio.limit()
    3
    """
    one_of(what, "what", ("multiplications", "additions", "total"))
    below = getattr(count(tape).operations, what)
    if below == 0:
        raise ValueError(
            f"{tape.name} takes no {what}, so that there is no ratio"
        )
    both = gradient(tape, wrt, value=True)
    return Ratio(getattr(count(both).operations, what), below)


def _one_output(tape: Tape, what: str) -> None:
    require_tape(tape)
    if len(tape.outputs) != 1:
        raise ValueError(
            f"{what} needs one output; {tape.name} has "
            f"{', '.join(tape.outputs)}"
        )


def _leading(
    polynomial: sp.Expr, growing: Sequence[sp.Symbol]
) -> tuple[int, sp.Expr]:
    """Return the degree in the growing sizes and the terms that have it."""
    terms = sp.Poly(polynomial, *growing).terms()
    degree = max(sum(powers) for powers, _ in terms)
    leading = sp.Add(
        *(
            c * sp.Mul(*(s**k for s, k in zip(growing, powers, strict=True)))
            for powers, c in terms
            if sum(powers) == degree
        )
    )
    return degree, leading
