"""Recording: values without numbers, and the equations between them."""

from __future__ import annotations

import keyword
import operator
import sys
from collections import Counter
from collections.abc import Callable, Container, Iterable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from byhand.tape.notation import ATOM, Piece
from byhand.tape.shapes import Shape, Size, as_shape, entries, show

#: Every primitive by its name; a row is added by creating a ``Primitive``.
TABLE: dict[str, Primitive] = {}

#: The names of the rows that come with the package and cannot be replaced.
BUILT_IN: set[str] = set()

#: Names that compiled source uses besides those of the rows.
RESERVED = frozenset({"np", "len", "one_hot", *keyword.kwlist})

_recording: ContextVar[Recorder | None] = ContextVar("recording", default=None)

# An unnamed value is printed inside the line that uses it, until the line
# would hold more operations than this.
_LONGEST_LINE = 8


class Atom:
    """What an equation can have as an input; knows the operators."""

    shape: Shape

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return len(self.shape)

    @property
    def T(self) -> Atom:
        """The transpose of a matrix; a vector stays as it is."""
        return self if self.ndim < 2 else TABLE["transpose"](self)

    def __neg__(self) -> Atom:
        return TABLE["neg"](self)

    def __add__(self, other: Any) -> Atom:
        return TABLE["add"](self, other)

    def __radd__(self, other: Any) -> Atom:
        return TABLE["add"](other, self)

    def __sub__(self, other: Any) -> Atom:
        return TABLE["sub"](self, other)

    def __rsub__(self, other: Any) -> Atom:
        return TABLE["sub"](other, self)

    def __mul__(self, other: Any) -> Atom:
        return TABLE["mul"](self, other)

    def __rmul__(self, other: Any) -> Atom:
        return TABLE["mul"](other, self)

    def __truediv__(self, other: Any) -> Atom:
        return TABLE["div"](self, other)

    def __rtruediv__(self, other: Any) -> Atom:
        return TABLE["div"](other, self)

    def __pow__(self, exponent: float) -> Atom:
        if isinstance(exponent, (Atom, Size)):
            raise TypeError(
                f"the exponent {exponent} of {self} must be a number; write "
                "exp(y * log(x)) for x to the power y"
            )
        return TABLE["power"](self, exponent=_number(exponent, "an exponent"))

    def __rpow__(self, base: Any) -> Atom:
        raise TypeError(
            f"{base}**{self} is not recorded; write exp(log({base}) * {self})"
        )

    def __matmul__(self, other: Any) -> Atom:
        return _matmul(self, other)

    def __rmatmul__(self, other: Any) -> Atom:
        return _matmul(as_atom(other), self)

    def __getitem__(self, key: Any) -> Atom:
        """Return one entry of a vector, or a slice along the first axis."""
        if isinstance(key, slice):
            if key.step not in (None, 1):
                raise ValueError(f"a slice has step 1, got {key.step}")
            if not self.shape:
                raise ValueError(f"{self} is a scalar and has no slices")
            start = 0 if key.start is None else _whole(key.start)
            stop = self.shape[0] if key.stop is None else _whole(key.stop)
            return TABLE["slice"](self, axis=0, start=start, stop=stop)
        if self.ndim != 1:
            raise TypeError(
                f"{self} has shape {show(self.shape)}: only a vector is "
                "indexed with one class; use pick(Y, t) for one class a row"
            )
        return TABLE["pick"](self, key)

    def sum(
        self,
        axis: int | tuple[int, ...] | None = None,
        *,
        keepdims: bool = False,
    ) -> Atom:
        """Return the sum over all entries, or over the given axes."""
        return TABLE["sum"](
            self, axis=_axes(axis, self.ndim), keepdims=bool(keepdims)
        )

    def mean(self, axis: int | tuple[int, ...] | None = None) -> Atom:
        """Return the sum divided by the number of entries summed."""
        axes = _axes(axis, self.ndim)
        return self.sum(axes) / entries(tuple(self.shape[i] for i in axes))

    def reshape(self, *shape: Any) -> Atom:
        """Return the same entries in another shape, in C order."""
        if len(shape) == 1 and isinstance(shape[0], (tuple, list)):
            shape = tuple(shape[0])
        return TABLE["reshape"](self, shape=as_shape(shape, "reshape"))

    def __array_ufunc__(
        self, ufunc: Any, method: str, *inputs: Any, **options: Any
    ) -> Any:
        # np.exp(x) is recorded when the table has a row whose value is np.exp.
        for row in TABLE.values():
            if row.value is ufunc and method == "__call__" and not options:
                return row(*inputs)
        if ufunc is np.matmul:
            return _matmul(*map(as_atom, inputs))
        raise TypeError(
            f"np.{ufunc.__name__} is not in the table of primitives; the "
            f"table has {', '.join(sorted(TABLE))}"
        )

    def __array_function__(self, function: Any, *_: Any) -> Any:
        # Left to itself, np.dot would multiply entrywise.
        raise TypeError(
            f"np.{function.__name__} is not recorded; use the operators, the "
            "methods of recorded values, and the functions of byhand.tape"
        )

    def __array__(self, *_: Any, **__: Any) -> Any:
        raise TypeError(
            f"{self} is being recorded and cannot become an array; use the "
            "functions of byhand.tape, such as concatenate"
        )

    def _no_number(self, *_: Any) -> Any:
        raise TypeError(
            f"{self} is being recorded and has no number yet, so Python "
            "cannot compare it or branch on it; use relu or maximum, or "
            "record each branch as its own function"
        )

    __bool__ = __eq__ = __ne__ = _no_number
    __lt__ = __le__ = __gt__ = __ge__ = _no_number
    __float__ = __int__ = __index__ = __complex__ = _no_number
    __hash__ = object.__hash__

    def __iter__(self) -> Any:
        raise TypeError(
            f"{self} is being recorded: Python cannot loop over its entries; "
            "use a primitive that acts on the whole array"
        )


class Var(Atom):
    """A value on a tape: an input, or the output of one equation.

    Attributes
    ----------
    name
        The name of the mathematics.  A value without a name is used once,
        or is free to write again; it is printed inside the line that uses
        it.
    shape
        A tuple of integers and sizes.
    classes
        For an integer input, how many values it can take; otherwise None.
    equation
        The equation that defines the value; None for an input.
    """

    def __init__(
        self,
        name: str | None,
        shape: Shape,
        classes: int | Size | None = None,
        equation: Equation | None = None,
    ) -> None:
        self.name = name
        self.shape = shape
        self.classes = classes
        self.equation = equation

    def __repr__(self) -> str:
        return self.name or self.equation.expression().text

    @property
    def key(self) -> Any:
        """What tells this value from others."""
        return id(self)


class Literal(Atom):
    """A number written into an equation: 2, 1.0, or a size such as B."""

    shape: Shape = ()

    def __init__(self, value: float | Size) -> None:
        self.value = value

    def __repr__(self) -> str:
        return Piece.literal("text", self.value).text

    @property
    def key(self) -> Any:
        """What tells this literal from others."""
        return "literal", self.value


@dataclass(frozen=True, eq=False)
class Equation:
    """One line of a tape: ``output = primitive(inputs; params)``."""

    primitive: Primitive
    inputs: tuple[Atom, ...]
    params: dict[str, Any]
    output: Var

    @property
    def cost(self) -> dict[str, int | Size]:
        """Operations by kind, each a polynomial in the sizes."""
        counts = self.primitive.cost(self.output, *self.inputs, **self.params)
        return {
            kind: count
            for kind, count in counts.items()
            if isinstance(count, Size) or count
        }

    @property
    def is_free(self) -> bool:
        """Whether the output is a view, or a scalar that is only read."""
        return self.primitive.view or not (self.output.shape or self.cost)

    def expression(
        self, style: str = "text", name: Callable[[str], str] = str
    ) -> Piece:
        """Return the right-hand side, unnamed values written out.

        Parameters
        ----------
        style
            ``"text"``, ``"latex"`` or ``"numpy"``.
        name
            How a name is written in that style.
        """
        pieces = []
        for x in self.inputs:
            if isinstance(x, Literal):
                piece = Piece.literal(style, x.value)
            elif x.name is None and x.equation is not None:
                piece = x.equation.expression(style, name)
            else:
                piece = Piece(name(x.name), ATOM, x.shape, is_name=True)
            pieces.append(piece)
        made = self.primitive.notation(style, pieces, **self.params)
        return Piece(made.text, made.level, self.output.shape)

    def __repr__(self) -> str:
        return f"{self.output.name or '…'} = {self.expression().text}"


@dataclass(frozen=True, eq=False)
class Primitive:
    """One row of the table.

    Creating a row adds it to ``TABLE``; calling it computes on arrays whose
    shapes fit, and records on recorded values.  In every rule ``x`` stands
    for the inputs in order and ``y`` for the output, and the equation's
    parameters come as keywords.

    Parameters
    ----------
    name
        The name in the table and in the error messages.
    value
        ``value(*x)``: the output array from the input arrays.
    shape
        ``shape(*x)``: the output's shape from the inputs' attribute
        ``shape``; a ValueError with the reason if they do not fit.
    cost
        ``cost(y, *x)``: how many operations, a dictionary from kinds
        (``mul``, ``add``, ``div``, ``compare``, ``exp``, ``log``, …) to
        polynomials in the sizes.
    jvp
        ``jvp(x_dot, y, *x)``: the output's tangent from the list of the
        inputs' tangents, each None where it is zero.
    vjp
        ``vjp(i, y_bar, y, *x)``: what the output's cotangent contributes to
        the cotangent of input ``i``.
    notation
        ``notation(style, pieces)``: how an equation is written.
    simplify
        ``simplify(*x)``: an equal value that is already there or is cheaper,
        or None.
    indices
        Which inputs are integer indices.
    view
        Whether NumPy gives the output without copying.
    """

    name: str
    value: Callable[..., Any]
    shape: Callable[..., Shape]
    cost: Callable[..., Mapping[str, int | Size]]
    jvp: Callable[..., Atom]
    vjp: Callable[..., Atom]
    notation: Callable[..., Piece]
    simplify: Callable[..., Atom | None] | None = None
    indices: tuple[int, ...] = ()
    view: bool = field(default=False, kw_only=True)

    def __post_init__(self) -> None:
        if not self.name.isidentifier():
            raise ValueError(f"a primitive needs a name, got {self.name!r}")
        if self.name in BUILT_IN:
            raise ValueError(
                f"{self.name} is in the table already; choose another name"
            )
        TABLE[self.name] = self

    def __call__(self, *inputs: Any, **params: Any) -> Any:
        """Compute on arrays; record if an input is being recorded."""
        if any(isinstance(x, (Atom, Size)) for x in inputs):
            return recorder().add(self, inputs, params)
        arrays = [np.asarray(x) for x in inputs]
        self.shape(*arrays, **params)  # raises if they do not fit
        # A Python number takes on the precision of the array beside it.
        inputs = [
            array if isinstance(x, (list, tuple)) else x
            for x, array in zip(inputs, arrays, strict=True)
        ]
        return self.value(*inputs, **params)

    def __repr__(self) -> str:
        return self.name


class ShapeError(ValueError):
    """Shapes that do not fit, with the operation and the names."""


class Recorder:
    """Collects equations while a function runs on values without numbers.

    A right-hand side that was recorded before is not recorded again: its
    output is shared.

    Parameters
    ----------
    code
        The code of the function that runs, for names in error messages.
    tidy
        Whether to simplify what the rules of differentiation write, such as
        1 * x or a + (-b).  What a reader writes is kept.
    """

    def __init__(self, code: Any = None, *, tidy: bool = True) -> None:
        self.code = code
        self.tidy = tidy
        self.inputs: list[Var] = []
        self.equations: list[Equation] = []
        self._outputs: dict[Any, Var] = {}
        self._mine: set[int] = set()
        self._local: set[int] = set()

    def __enter__(self) -> Recorder:
        self._token = _recording.set(self)
        return self

    def __exit__(self, *_: object) -> None:
        _recording.reset(self._token)

    def input(
        self, name: str, shape: Shape, classes: int | Size | None = None
    ) -> Var:
        """Add an input."""
        var = Var(name, shape, classes)
        self.inputs.append(var)
        self._mine.add(id(var))
        return var

    def add(
        self,
        primitive: Primitive,
        inputs: Iterable[Any],
        params: dict[str, Any],
    ) -> Atom:
        """Record one equation and return its output."""
        xs = tuple(map(as_atom, inputs))
        self._check(primitive, xs)
        try:
            if self.tidy and primitive.simplify is not None:
                known = primitive.simplify(*xs, **params)
                if known is not None:
                    return known
            shape = primitive.shape(*xs, **params)
        except ShapeError:
            raise
        except ValueError as reason:
            raise self._shape_error(primitive, xs, params, reason) from None
        numbers = [x.value for x in xs if isinstance(x, Literal)]
        if (
            len(numbers) == len(xs)
            and shape == ()
            and not any(isinstance(n, Size) for n in numbers)
        ):
            folded = primitive.value(*numbers, **params)
            return Literal(_number(folded, f"{primitive}"))
        key = primitive.name, *(x.key for x in xs), *params.items()
        if key not in self._outputs:
            var = Var(None, shape)
            self._mine.add(id(var))
            self._outputs[key] = var
            var.equation = Equation(primitive, xs, params, var)
            self.equations.append(var.equation)
        return self._outputs[key]

    def _check(self, primitive: Primitive, xs: tuple[Atom, ...]) -> None:
        for i, x in enumerate(xs):
            if isinstance(x, Var) and id(x) not in self._mine:
                raise ValueError(
                    f"{x} belongs to another recording; pass it to the "
                    "recorded function as an argument"
                )
            integer = isinstance(x, Var) and x.classes is not None
            if integer and i not in primitive.indices:
                raise TypeError(
                    f"{x} is an integer index and cannot be an operand of "
                    f"{primitive}; it selects, as in y[{x}]"
                )
            if i in primitive.indices and not (
                integer
                or (isinstance(x, Literal) and isinstance(x.value, int))
            ):
                raise TypeError(
                    f"{primitive} selects with an integer, got {x}; declare "
                    "the input with index(...)"
                )

    def _shape_error(
        self,
        primitive: Primitive,
        xs: tuple[Atom, ...],
        params: dict[str, Any],
        reason: Exception,
    ) -> ShapeError:
        frame = sys._getframe()
        while frame is not None and frame.f_code is not self.code:
            frame = frame.f_back
        if frame is not None:
            self.name_from(frame.f_locals)
        broken = Equation(primitive, xs, params, Var(None, ()))
        try:
            text = broken.expression().text
        except (IndexError, TypeError, ValueError):
            text = f"{primitive}({', '.join(map(repr, xs))})"
        shapes = ", ".join(
            f"{x} has shape {show(x.shape)}" if x.shape else f"{x} is a scalar"
            for x in xs
        )
        return ShapeError(f"{text}: {reason}; {shapes}")

    def replay(
        self, equations: Iterable[Equation], values: dict[int, Any]
    ) -> dict[int, Any]:
        """Record ``equations`` again, from the given values of their inputs.

        Names are kept.  ``values`` goes from the key of an old value to the
        new one, and is filled.
        """
        for equation in equations:
            xs = [
                values[x.key] if isinstance(x, Var) else x
                for x in equation.inputs
            ]
            new = self.add(equation.primitive, xs, equation.params)
            if isinstance(new, Var) and new.name is None:
                new.name = equation.output.name
            values[equation.output.key] = new
        return values

    def name_from(self, variables: Mapping[str, Any]) -> None:
        """Name values after the variables of the function that hold them."""
        inputs = {id(x) for x in self.inputs}
        seen: set[int] = set()

        def give(name: str, value: Any) -> None:
            if isinstance(value, Var) and id(value) in self._mine - inputs:
                if id(value) not in seen:
                    value.name = name
                seen.add(id(value))
            elif isinstance(value, (list, tuple)):
                for i, item in enumerate(value):
                    if not isinstance(item, (list, tuple)):
                        give(f"{name}{i}", item)

        for plain in (True, False):  # z = zs[-1] names the value z
            for name, value in variables.items():
                if isinstance(value, Var) is plain:
                    give(name, value)
        self._local = seen

    def finish(
        self, outputs: Mapping[str, Any], *, prune: bool
    ) -> tuple[tuple[Equation, ...], dict[str, Atom]]:
        """Return the equations, in order and named, and the outputs.

        Every value gets a name of its own, or none if it is used once (or
        is free to write again) and can be printed inside the line that uses
        it; it then stands directly before that line.

        Parameters
        ----------
        outputs
            The results by name.
        prune
            Drop what no output needs.
        """
        results = {name: as_atom(x) for name, x in outputs.items()}
        live = {id(x) for x in results.values()}
        uses: Counter[int] = Counter()
        kept = []
        for equation in reversed(self.equations):
            keep = not (prune or equation.primitive.view)
            if keep or id(equation.output) in live:
                kept.append(equation)
                live.update(map(id, equation.inputs))
                uses.update(map(id, equation.inputs))
        kept.reverse()
        for name, x in results.items():
            if isinstance(x, Var) and x.equation and x.name is None:
                x.name = name
        own = {key for key, x in results.items() if _name(x) == key}
        taken = self._make_unique(kept, set(results) - own)
        results = {
            _name(x) if key in own else key: x for key, x in results.items()
        }
        _name_repeated(kept, uses, taken)
        ordered: dict[int, Equation] = {}
        for equation in kept:
            if equation.output.name is not None:
                _with_operands(equation, ordered)
        return tuple(ordered.values()), results

    def _make_unique(
        self, equations: list[Equation], aliases: set[str]
    ) -> set[str | None]:
        """Give every name to one value only, and return what is taken."""
        taken = {x.name for x in self.inputs} | set(TABLE) | RESERVED | aliases
        for x in (*self.inputs, *(e.output for e in equations)):
            for size in (*x.shape, x.classes):
                if isinstance(size, Size):
                    taken |= size.names
        named = [e.output for e in equations if e.output.name is not None]
        named.sort(key=lambda var: id(var) not in self._local)
        for var in named:
            base, k = var.name, 1
            while var.name in taken:
                k += 1
                var.name = f"{base}_{k}"
            taken.add(var.name)
        return taken


def _name_repeated(
    equations: Iterable[Equation],
    uses: Mapping[int, int],
    taken: Container[str | None],
) -> None:
    """Name u1, u2, … what is not to be written inside other lines."""
    length: dict[int, int] = {}
    costly: set[int] = set()  # unnamed, and not free to write again
    k = 0
    for equation in equations:
        var = equation.output
        if var.name is not None:
            continue
        size = 1 + sum(length.get(id(x), 0) for x in equation.inputs)
        # A view written twice writes what it looks at twice.
        once = not equation.is_free or any(
            id(x) in costly for x in equation.inputs
        )
        if size > _LONGEST_LINE or (once and uses[id(var)] != 1):
            k += 1
            while f"u{k}" in taken:
                k += 1
            var.name = f"u{k}"
            continue
        length[id(var)] = size
        if once:
            costly.add(id(var))


def _name(x: Atom) -> str | None:
    return x.name if isinstance(x, Var) else None


def _with_operands(equation: Equation, ordered: dict[int, Equation]) -> None:
    for x in equation.inputs:
        if isinstance(x, Var) and x.name is None and x.equation:
            _with_operands(x.equation, ordered)
    ordered.setdefault(id(equation), equation)


def recorder() -> Recorder:
    """Return the recorder at work."""
    current = _recording.get()
    if current is None:
        raise RuntimeError(
            "this value belongs to a recording that has ended; values are "
            "combined inside the function that record() is given"
        )
    return current


def named(value: Any, name: str) -> Any:
    """Give a recorded value a name, and return it.

    Local variables of the recorded function name their values without help;
    this is for values that no local variable holds at the end, such as those
    of a loop.  An array is returned as it is.
    """
    if not isinstance(name, str) or not name.isidentifier():
        raise ValueError(f"a name is an identifier such as z1, got {name!r}")
    if isinstance(value, Var) and value.equation is not None:
        value.name = name
    return value


def as_atom(value: Any) -> Atom:
    """Return a recorded value or a number as an operand."""
    if isinstance(value, Atom):
        return value
    if isinstance(value, Size):
        return Literal(value)
    return Literal(_number(value, "an operand"))


def _number(value: Any, what: str) -> float:
    if isinstance(value, np.ndarray) and value.ndim == 0:
        value = value[()]
    if isinstance(value, np.ndarray):
        raise TypeError(
            f"an array of shape {show(value.shape)} has no name on the tape; "
            "make it an argument of the recorded function"
        )
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise TypeError(
            f"{what} must be a recorded value or a real number, got {value!r}"
        )
    if not np.isfinite(value):
        raise ValueError(f"{what} must be finite, got {value}")
    return value


def _whole(size: Any) -> int | Size:
    return size if isinstance(size, Size) else operator.index(size)


def _axes(axis: Any, ndim: int) -> tuple[int, ...]:
    if axis is None:
        return tuple(range(ndim))
    axes = [
        operator.index(i)
        for i in (axis if isinstance(axis, tuple) else (axis,))
    ]
    if any(not -ndim <= i < ndim for i in axes):
        raise ValueError(f"axis {axis} is out of range for {ndim} axes")
    found = {i % ndim for i in axes}
    if len(found) < len(axes):
        raise ValueError(f"axis {axis} has an axis twice")
    return tuple(sorted(found))


def _matmul(a: Any, b: Any) -> Atom:
    a, b = as_atom(a), as_atom(b)
    if a.ndim == 0 or b.ndim == 0:
        # v (vᵀ y): a vector times a 1×1 product scales it.
        return TABLE["mul"](a, b)
    if a.ndim > 2 or b.ndim > 2:
        raise ValueError(
            f"{a} @ {b} is for vectors and matrices, got shapes "
            f"{show(a.shape)} and {show(b.shape)}; use einsum"
        )
    left = "ij"[2 - a.ndim :]
    right = "jk"[: b.ndim]
    out = left[:-1] + right[1:]
    # A transpose changes the order of the indices and computes nothing.
    if (inner := under_transpose(a)) is not None:
        a, left = inner, left[::-1]
    if (inner := under_transpose(b)) is not None:
        b, right = inner, right[::-1]
    return TABLE["contract"](a, b, spec=f"{left},{right}->{out}")


def under_transpose(x: Atom) -> Atom | None:
    """Return the matrix of which ``x`` is the transpose, or None."""
    equation = x.equation if isinstance(x, Var) else None
    if equation is None or equation.primitive is not TABLE["transpose"]:
        return None
    return equation.inputs[0]
