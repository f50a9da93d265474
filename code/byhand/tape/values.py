"""Values without numbers, the equations between them, the table of rows."""

from __future__ import annotations

import keyword
import numbers
import operator
import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from types import FunctionType
from typing import Any, NoReturn, Protocol, overload

import numpy as np

from byhand._validate import as_real, rectangular, shown
from byhand.tape.notation import ATOM, Piece
from byhand.tape.shapes import Shape, Size, as_shape, entries, show

#: Every primitive by its name; a row is added by creating a ``Primitive``.
TABLE: dict[str, Primitive] = {}

#: The names of the rows that come with the package and cannot be replaced.
BUILT_IN: set[str] = set()

#: Names that compiled source uses besides those of the rows.
RESERVED = frozenset({"np", "len", "one_hot", *keyword.kwlist})


class Recording(Protocol):
    """What collects equations; see :class:`byhand.tape.recorder.Recorder`."""

    def add(
        self,
        primitive: Primitive,
        inputs: Iterable[Any],
        params: dict[str, Any],
    ) -> Atom:
        """Record one equation and return its output."""


#: Who records at the moment.
active: ContextVar[Recording | None] = ContextVar("active", default=None)


def recording() -> Recording:
    """Return who records at the moment."""
    current = active.get()
    if current is None:
        raise RuntimeError(
            "this value belongs to a recording that has ended; values are "
            "combined inside the function that record() is given"
        )
    return current


def replay(equations: Iterable[Equation], env: dict[Any, Atom]) -> None:
    """Record equations again; names are kept.

    ``env`` goes from the key of an old value to the new one, and is filled.
    A literal that is not in it stays.
    """
    for e in equations:
        xs = [
            env[x.key] if isinstance(x, Var) else env.get(x.key, x)
            for x in e.inputs
        ]
        new = recording().add(e.primitive, xs, e.params)
        if isinstance(new, Var) and new.name is None:
            new.name = e.output.name
        env[e.output.key] = new


def _apply(row: str, *inputs: Any, **params: Any) -> Atom:
    return recording().add(TABLE[row], inputs, params)


class Atom:
    """What an equation can have as an input; knows the operators."""

    shape: Shape
    name: str | None = None
    equation: Equation | None = None

    @property
    def key(self) -> Any:
        """What tells this operand from others."""
        raise NotImplementedError

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return len(self.shape)

    @property
    def T(self) -> Atom:
        """The transpose of a matrix; a vector stays as it is."""
        return self if self.ndim < 2 else _apply("transpose", self)

    def __neg__(self) -> Atom:
        return _apply("neg", self)

    def __add__(self, other: Any) -> Atom:
        return _apply("add", self, other)

    def __radd__(self, other: Any) -> Atom:
        return _apply("add", other, self)

    def __sub__(self, other: Any) -> Atom:
        return _apply("sub", self, other)

    def __rsub__(self, other: Any) -> Atom:
        return _apply("sub", other, self)

    def __mul__(self, other: Any) -> Atom:
        return _apply("mul", self, other)

    def __rmul__(self, other: Any) -> Atom:
        return _apply("mul", other, self)

    def __truediv__(self, other: Any) -> Atom:
        return _apply("div", self, other)

    def __rtruediv__(self, other: Any) -> Atom:
        return _apply("div", other, self)

    def __pow__(self, exponent: float) -> Atom:
        if isinstance(exponent, (Atom, Size)):
            raise TypeError(
                f"the exponent {exponent} of {self} must be a number; write "
                "exp(y * log(x)) for x to the power y"
            )
        return _apply("power", self, exponent=_number(exponent, "an exponent"))

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
            return _apply("slice", self, axis=0, start=start, stop=stop)
        if self.ndim != 1:
            raise TypeError(
                f"{self} has shape {show(self.shape)}: only a vector is "
                "indexed with one class; use pick(Y, t) for one class a row"
            )
        return _apply("pick", self, key)

    def sum(
        self,
        axis: int | tuple[int, ...] | None = None,
        *,
        keepdims: bool = False,
    ) -> Atom:
        """Return the sum over all entries, or over the given axes."""
        axes = _axes(axis, self.ndim)
        if not axes:
            return self
        return _apply("sum", self, axis=axes, keepdims=bool(keepdims))

    def mean(self, axis: int | tuple[int, ...] | None = None) -> Atom:
        """Return the sum divided by the number of entries summed."""
        axes = _axes(axis, self.ndim)
        return self.sum(axes) / entries(tuple(self.shape[i] for i in axes))

    def reshape(self, *shape: Any) -> Atom:
        """Return the same entries in another shape, in C order."""
        if len(shape) == 1 and isinstance(shape[0], (tuple, list)):
            shape = tuple(shape[0])
        return _apply("reshape", self, shape=as_shape(shape, "reshape"))

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

    def _no_number(self, *_: Any) -> NoReturn:
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
    equation
        The equation that defines the value; None for an input.
    """

    def __init__(self, name: str | None, shape: Shape) -> None:
        self.name = name
        self.shape = shape

    def __repr__(self) -> str:
        if self.name is None and self.equation is not None:
            return self.equation.expression().text
        return str(self.name)

    @property
    def key(self) -> Any:
        """What tells this value from others."""
        return id(self)


class Input(Var):
    """An input of a tape.

    Attributes
    ----------
    classes
        For an integer input, how many values it can take; otherwise None.
    """

    name: str

    def __init__(
        self, name: str, shape: Shape, classes: int | Size | None = None
    ) -> None:
        super().__init__(name, shape)
        self.classes = classes


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
        # 0.0 equals -0.0, and x / 0.0 is not x / -0.0.
        return "literal", self.value, str(self.value).startswith("-")


@dataclass(frozen=True, eq=False)
class Equation:
    """One operation of a tape: ``output = primitive(inputs; params)``."""

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
    def scratch(self) -> int | Size:
        """Bytes that NumPy holds beside operands and result."""
        return self.primitive.scratch(self.output, *self.inputs, **self.params)

    @property
    def is_free(self) -> bool:
        """Whether the output is a view, or a scalar that is only read."""
        return self.primitive.view or not (self.output.shape or self.cost)

    @property
    def overwritten(self) -> Atom | None:
        """The unnamed operand in whose place NumPy writes the result.

        It has the result's shape, and every other operand is a number or has
        that shape too.
        """
        shape = self.output.shape
        for i in self.primitive.in_place(**self.params):
            x = self.inputs[i]
            if (
                x.equation is not None
                and x.name is None
                and not x.equation.primitive.view
                and x.shape == shape != ()
                # A scalar on the left takes the multiplication to itself.
                and all(
                    y.shape == shape
                    or isinstance(y, Literal)
                    or (y.shape == () and i == 0)
                    for y in self.inputs
                )
            ):
                return x
        return None

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
                piece = Piece(name(str(x.name)), ATOM, x.shape, is_name=True)
            pieces.append(piece)
        made = self.primitive.notation(style, pieces, **self.params)
        return Piece(made.text, made.level, self.output.shape)

    def __repr__(self) -> str:
        return f"{self.output.name or '…'} = {self.expression().text}"


def _nowhere(*_: Any, **__: Any) -> tuple[int, ...]:
    return ()


def _no_bytes(*_: Any, **__: Any) -> int:
    return 0


def _mixed(*_: Any, **__: Any) -> None:
    return None


@dataclass(frozen=True, eq=False)
class Primitive:
    """One row of the table.

    Creating a row adds it to ``TABLE``; calling it computes on arrays whose
    shapes fit, and records on recorded values.  In every rule ``x`` stands
    for the inputs in order and ``y`` for the output, and the equation's
    parameters come as keywords.

    On arrays a row does as NumPy's functions do: lists become arrays,
    integers become float64 (unless the row keeps them), complex numbers
    pass, and infinities and NaN go through.  Objects that know arithmetic
    pass too, but not NaN among them: their comparisons would lose it.

    A second row of the same name replaces the first with a warning; creating
    the very same row again, as a cell run twice does, says nothing, nor does
    one whose cell was edited meanwhile.

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
        the cotangent of input ``i``; None for nothing.
    notation
        ``notation(style, pieces)``: how an equation is written.
    simplify
        ``simplify(*x)``: an equal value that is already there or is cheaper,
        or None.
    indices
        Which inputs are integer indices.
    view
        Whether NumPy gives the output without copying.
    keeps_integers
        Whether integer arrays give integers, as a choice of entries does.
    bounds
        Whether ``shape`` has bounds that letters leave open, so that it is
        asked again when the sizes are numbers.
    in_place
        ``in_place()``: the inputs in whose place NumPy may write the output.
    scratch
        ``scratch(y, *x)``: bytes that NumPy holds beside operands and
        result, a polynomial in the sizes.
    steps
        ``steps(write, y, *x)``: how a tape compiled with ``reuse=True``
        computes float64 in memory that is there already, call by call: it
        returns the last ``write("np.exp({})", x, shape=y.shape)``, see
        :class:`byhand.tape.steps.Writer`.  A row whose value is a ufunc of
        NumPy's needs none; what another row without it gives is a new array
        at every call.
    by_rows
        ``by_rows(batch, y, *x)``: what becomes of the rows of the inputs
        whose first size is ``batch``.  ``"rows"`` if row i of the output
        depends on no other row; ``"sum"`` if the output is a sum of what
        each row gives; None, the default, if they mix.
    """

    name: str
    value: Callable[..., Any]
    shape: Callable[..., Shape]
    cost: Callable[..., Mapping[str, int | Size]]
    jvp: Callable[..., Atom | None]
    vjp: Callable[..., Atom | None]
    notation: Callable[..., Piece]
    simplify: Callable[..., Atom | None] | None = None
    indices: tuple[int, ...] = ()
    view: bool = False
    keeps_integers: bool = False
    bounds: bool = False
    in_place: Callable[..., tuple[int, ...]] = _nowhere
    scratch: Callable[..., int | Size] = _no_bytes
    steps: Callable[..., Atom] | None = None
    by_rows: Callable[..., str | None] = _mixed

    def __post_init__(self) -> None:
        if not isinstance(self.name, str) or not self.name.isidentifier():
            raise ValueError(f"a primitive needs a name, got {self.name!r}")
        if self.name in BUILT_IN:
            raise ValueError(
                f"{self.name} is in the table already; choose another name"
            )
        before = TABLE.get(self.name)
        if before is not None and not (
            self.is_like(before) or self._is_edited(before)
        ):
            warnings.warn(
                f"{self.name} replaces another row of that name; tapes "
                "recorded before keep the old one",
                stacklevel=4,  # from elementwise, where rows mostly come from
            )
        TABLE[self.name] = self

    def is_like(self, other: Primitive) -> bool:
        """Whether the other row was made by the same code."""
        return _alike(tuple(vars(self).values()), tuple(vars(other).values()))

    def _is_edited(self, other: Primitive) -> bool:
        """Whether both rows were made in a session, or in one script."""
        return all(
            getattr(row.value, "__module__", "") == "__main__"
            for row in (self, other)
        )

    @overload
    def __call__(self, *inputs: Atom, **params: Any) -> Atom: ...
    @overload
    def __call__(self, *inputs: Any, **params: Any) -> Any: ...

    def __call__(self, *inputs: Any, **params: Any) -> Any:
        """Compute on arrays; record if an input is being recorded."""
        if any(isinstance(x, (Atom, Size)) for x in inputs):
            return recording().add(self, inputs, params)
        arrays = [
            rectangular(x, f"what {self} gets", of="integers")
            if i in self.indices
            else self._numbers(x)
            for i, x in enumerate(inputs)
        ]
        try:
            self.shape(*arrays, **params)
        except (TypeError, ValueError) as reason:
            raise type(reason)(f"{self}: {reason}") from None
        # A Python number takes on the precision of the array beside it, which
        # a negative one beside integers without a sign cannot.
        unsigned = any(array.dtype.kind == "u" for array in arrays)
        operands = [
            array[()].item()
            if isinstance(x, (int, float, complex))
            and array.dtype.kind not in "Ou"
            and not (unsigned and isinstance(x, int) and x < 0)
            else array
            for x, array in zip(inputs, arrays, strict=True)
        ]
        return compute(self, operands, params)

    def _numbers(self, value: Any) -> np.ndarray[Any, Any]:
        array = rectangular(value, f"what {self} gets", of="numbers")
        if array.dtype.kind in "iu":
            if not self.keeps_integers:
                return array.astype(float)
            # A narrow type would wrap round, or refuse the number beside it.
            return array if array.itemsize == 8 else array.astype(np.int64)
        if array.dtype.kind not in "fcO":
            raise TypeError(f"{self} wants numbers, got {array.dtype}")
        if array.dtype.kind == "O":
            at = first_not_finite(array)
            if at is not None:
                raise ValueError(
                    f"{self} wants finite numbers among objects, got "
                    f"{array[at]}"
                )
        return array

    def __repr__(self) -> str:
        return self.name


def compute(
    row: Primitive, operands: Sequence[Any], params: Mapping[str, Any]
) -> Any:
    """Return the row's value; say so if objects cannot have one."""
    try:
        return row.value(*operands, **params)
    except (ArithmeticError, AttributeError, TypeError, ValueError) as error:
        if any(np.asarray(x).dtype.kind == "O" for x in operands):
            raise TypeError(
                f"{row} does not work on these objects ({error}); "
                "convert them, as in np.asarray(x, dtype=float)"
            ) from None
        raise


_UNBOUND = object()


def _alike(a: Any, b: Any) -> bool:
    """Whether two rules, or what they close over, come from the same code."""
    if isinstance(a, Primitive) and isinstance(b, Primitive):
        return a.name == b.name
    if isinstance(a, tuple) and isinstance(b, tuple):
        return len(a) == len(b) and all(map(_alike, a, b))
    if isinstance(a, FunctionType) and isinstance(b, FunctionType):
        return (
            a.__code__ == b.__code__
            and _alike(a.__defaults__, b.__defaults__)
            and all(
                x is _UNBOUND or y is _UNBOUND or _alike(x, y)
                for x, y in zip(_closed_over(a), _closed_over(b), strict=True)
            )
        )
    return a is b or (type(a) is type(b) and bool(np.array_equal(a, b)))


def _closed_over(function: FunctionType) -> list[Any]:
    """Return what the function closes over; a row that is being made not."""
    contents = []
    for cell in function.__closure__ or ():
        try:
            contents.append(cell.cell_contents)
        except ValueError:
            contents.append(_UNBOUND)
    return contents


def first_not_finite(array: np.ndarray[Any, Any]) -> tuple[int, ...] | None:
    """Return the place of the first NaN or infinity, also among objects."""
    if array.dtype.kind in "fc":
        good = np.isfinite(array)
    else:
        good = np.array([_is_finite(x) for x in array.flat], dtype=bool)
    if good.all():
        return None
    bad = np.argwhere(~good.reshape(array.shape))
    return tuple(int(i) for i in bad[0])


def _is_finite(number: Any) -> bool:
    known = isinstance(number, numbers.Number)
    if not known or isinstance(number, numbers.Rational):
        return True
    try:
        return bool(number - number == 0)
    except ArithmeticError:  # Decimal's infinity
        return False


def as_atom(value: Any) -> Atom:
    """Return a recorded value or a number as an operand."""
    if isinstance(value, Atom):
        return value
    if isinstance(value, Size):
        return Literal(value)
    return as_literal(value, "an operand")


def as_literal(value: Any, what: str) -> Literal:
    """Return a number as a literal."""
    return Literal(_number(value, what))


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
            f"{what} must be a recorded value or a real number, got "
            f"{shown(value)}"
        )
    as_real(value, what)  # finite, and no larger than a float
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
        return _apply("mul", a, b)
    if a.ndim > 2 or b.ndim > 2:
        raise ValueError(
            f"{a} @ {b} is for vectors and matrices, got shapes "
            f"{show(a.shape)} and {show(b.shape)}; use einsum"
        )
    left = "ij"[-a.ndim :]
    right = "jk"[: b.ndim]
    out = left[:-1] + right[1:]
    # A transpose changes the order of the indices and computes nothing.
    if (inner := under_transpose(a)) is not None:
        a, left = inner, left[::-1]
    if (inner := under_transpose(b)) is not None:
        b, right = inner, right[::-1]
    return _apply("contract", a, b, spec=f"{left},{right}->{out}")


def under_transpose(x: Atom) -> Atom | None:
    """Return the matrix of which ``x`` is the transpose, or None."""
    equation = x.equation if isinstance(x, Var) else None
    if equation is None or equation.primitive is not TABLE["transpose"]:
        return None
    return equation.inputs[0]
