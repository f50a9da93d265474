"""Recording: a function runs on values without numbers."""

from __future__ import annotations

import inspect
import sys
from collections import Counter
from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass
from types import CodeType, FrameType
from typing import Any

from byhand._validate import shown
from byhand.tape.shapes import (
    Shape,
    Size,
    as_shape,
    as_size,
    show,
    size_names,
)
from byhand.tape.tape import Tape
from byhand.tape.values import (
    RESERVED,
    TABLE,
    Atom,
    Equation,
    Input,
    Literal,
    Primitive,
    Var,
    active,
    as_atom,
    as_literal,
)

# An unnamed value is printed inside the line that uses it, unless it takes
# as many operations as this.
_LONGEST_LINE = 9


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

    def __init__(
        self, code: CodeType | None = None, *, tidy: bool = True
    ) -> None:
        self.code = code
        self.tidy = tidy
        self.inputs: list[Input] = []
        self.equations: list[Equation] = []
        self._outputs: dict[Any, Var] = {}
        self._rows: dict[str, Primitive] = {}
        self._mine: set[int] = set()
        self._local: set[int] = set()

    def __enter__(self) -> Recorder:
        self._token = active.set(self)
        return self

    def __exit__(self, *_: object) -> None:
        active.reset(self._token)

    def input(
        self, name: str, shape: Shape, classes: int | Size | None = None
    ) -> Input:
        """Add an input."""
        var = Input(name, shape, classes)
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
            return as_literal(folded, primitive.name)
        row = self._rows.setdefault(primitive.name, primitive)
        if row is not primitive and not row.is_like(primitive):
            raise ValueError(
                f"this recording uses two different rows called {row}; give "
                "one of them another name"
            )
        key = row.name, *(x.key for x in xs), *params.items()
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
            integer = isinstance(x, Input) and x.classes is not None
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
        frame: FrameType | None = sys._getframe()
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

    def name_from(self, variables: Mapping[str, Any]) -> None:
        """Name values after the variables of the function that hold them."""
        made = {id(e.output) for e in self.equations}
        seen: set[int] = set()

        def give(name: str, value: Any) -> None:
            if id(value) in made:
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
        self, title: str, outputs: Mapping[str, Any], *, prune: bool
    ) -> Tape:
        """Return the tape, its equations in order and named.

        Every value gets a name of its own, or none if it is used once (or
        is free to write again) and can be printed inside the line that uses
        it; it then stands directly before that line.

        Parameters
        ----------
        title
            The tape's name.
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
        own = {key for key, x in results.items() if x.name == key}
        taken = self._make_unique(kept, set(results) - own)
        results = {
            str(x.name) if key in own else key: x for key, x in results.items()
        }
        _name_repeated(kept, uses, taken)
        ordered: dict[int, Equation] = {}
        for equation in kept:
            if equation.output.name is not None:
                _with_operands(equation, ordered)
        return Tape(title, self.inputs, ordered.values(), results)

    def _make_unique(
        self, equations: list[Equation], aliases: set[str]
    ) -> set[str]:
        """Give every name to one value only, and return what is taken."""
        values = (*self.inputs, *(e.output for e in equations))
        inputs = {x.name for x in self.inputs}
        taken = {*inputs, *TABLE, *RESERVED, *aliases}
        taken |= size_names(tuple(x.classes for x in self.inputs))
        taken |= size_names(tuple(x.shape for x in values))
        named = [e.output for e in equations if e.output.name is not None]
        named.sort(key=lambda var: id(var) not in self._local)
        for var in named:
            base = name = str(var.name)
            k = 1
            while name in taken:
                k += 1
                name = f"{base}_{k}"
            var.name = name
            taken.add(name)
        return taken


def _name_repeated(
    equations: Iterable[Equation],
    uses: Mapping[int, int],
    taken: Container[str],
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
        if size >= _LONGEST_LINE or (once and uses[id(var)] != 1):
            k += 1
            while f"u{k}" in taken:
                k += 1
            var.name = f"u{k}"
            continue
        length[id(var)] = size
        if once:
            costly.add(id(var))


def _with_operands(equation: Equation, ordered: dict[int, Equation]) -> None:
    for x in equation.inputs:
        if isinstance(x, Var) and x.name is None and x.equation:
            _with_operands(x.equation, ordered)
    ordered.setdefault(id(equation), equation)


@dataclass(frozen=True)
class Index:
    """The declaration of an integer input, 0 ≤ t < ``size``.

    Without a size, of a real input.
    """

    size: int | Size | None
    shape: Shape


def index(size: Any, *shape: Any) -> Index:
    """Declare an input of ``record`` as an integer class index.

    Parameters
    ----------
    size
        The number of classes.
    shape
        Nothing for one class; ``B`` for a batch of B classes.

    Examples
    --------
    >>> record(lambda y, t: y[t], y="K", t=index("K"))
    y: K, t: class of K → out
    out = y_t
    """
    return Index(as_size(size, "index"), as_shape(shape, "index"))


def record(function: Callable[..., Any], /, **shapes: Any) -> Tape:
    """Record a function once, on values that have a shape and no numbers.

    Local variables of the function give the intermediate results their
    names, as they stand when the function returns.  A right-hand side that
    occurs twice is computed once.

    Parameters
    ----------
    function
        Takes the inputs by name, returns one value, or several as a tuple
        or as a dictionary by name.
    shapes
        For each argument its shape: a size for a vector, a tuple of sizes,
        ``()`` for a scalar, or ``index(K)`` for a class.  A size is an
        integer, a name such as ``"d"``, or a SymPy symbol.

    Returns
    -------
    Tape

    Raises
    ------
    TypeError
        If names and arguments do not match, or the function does with a
        value what only a number can do, such as ``if``.
    ValueError
        If shapes do not fit (the error shows the operation and the names),
        or a name is taken.

    Examples
    --------
    >>> def layer(x, W, b):
    ...     z = W @ x + b
    ...     h = relu(z)
    ...     return h
    >>> from byhand.tape import relu
    >>> record(layer, x="d", W=("H", "d"), b="H")
    x: d, W: H×d, b: H → h: H
    z = W x + b
    h = ReLU(z)
    """
    if not callable(function):
        raise TypeError(f"record wants a function, got {shown(function)}")
    declared = {
        name: shape
        if isinstance(shape, Index)
        else Index(None, as_shape(shape, name))
        for name, shape in _in_order(function, shapes).items()
    }
    sizes = size_names(tuple((*d.shape, d.size) for d in declared.values()))
    for name in (*declared, *sizes):
        if name in {*TABLE, *RESERVED}:
            raise ValueError(
                f"{name} is already the name of a function or a "
                "word of Python; rename"
            )
        if name in declared and name in sizes:
            raise ValueError(f"{name} is already the name of a size; rename")
    plain = inspect.unwrap(function)
    code = getattr(plain, "__code__", None)
    with Recorder(code, tidy=False) as recorder:
        arguments = {
            name: recorder.input(name, d.shape, d.size)
            for name, d in declared.items()
        }
        result, variables = _call(function, code, arguments)
        recorder.name_from(variables)
        title = getattr(plain, "__name__", "out")
        if not title.isidentifier() or title in {*TABLE, *RESERVED}:
            title = "out"
        outputs = _outputs(result, title, declared)
        return recorder.finish(title, outputs, prune=False)


def _in_order(
    function: Callable[..., Any], shapes: Mapping[str, Any]
) -> dict[str, Any]:
    parameters = inspect.signature(function).parameters.values()
    if any(p.kind is p.POSITIONAL_ONLY for p in parameters):
        raise TypeError(
            "record passes arguments by name, and the function takes some by "
            "position only; wrap it in a function with named arguments"
        )
    by_name = [
        p
        for p in parameters
        if p.kind in {p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY}
    ]
    open_ended = any(p.kind is p.VAR_KEYWORD for p in parameters)
    names = [p.name for p in by_name]
    missing = [
        p.name
        for p in by_name
        if p.default is p.empty and p.name not in shapes
    ]
    unknown = [name for name in shapes if name not in names]
    if missing:
        raise TypeError(f"record also needs the shape of {', '.join(missing)}")
    if unknown and not open_ended:
        raise TypeError(
            f"the function has no argument {', '.join(unknown)}; its "
            f"arguments are {', '.join(names)}"
        )
    ordered = [name for name in names if name in shapes] + unknown
    return {name: shapes[name] for name in ordered}


def _call(
    function: Callable[..., Any], code: Any, arguments: Mapping[str, Any]
) -> tuple[Any, dict[str, Any]]:
    """Call the function; also return its local variables at the end."""
    variables: dict[str, Any] = {}

    def watch(frame: Any, event: str, _: Any) -> None:
        if event == "return" and frame.f_code is code:
            variables.clear()
            variables.update(frame.f_locals)

    before = sys.getprofile()
    sys.setprofile(watch)
    try:
        if isinstance(function, Primitive):
            result = function(*arguments.values())
        else:
            result = function(**arguments)
    finally:
        sys.setprofile(before)
    return result, variables


def _outputs(result: Any, title: str, inputs: Iterable[str]) -> dict[str, Any]:
    """Name the results: by the dictionary, by the variable, by the title."""
    if isinstance(result, Mapping):
        outputs = dict(result)
    else:
        several = isinstance(result, (tuple, list))
        title = "out" if title in inputs else title
        outputs = {}
        for i, x in enumerate(result if several else [result]):
            name = f"{title}{i + 1}" if several else title
            if isinstance(x, Var) and x.equation is not None and x.name:
                name = x.name
            outputs[f"{name}_{i + 1}" if name in outputs else name] = x
    if not outputs or any(
        not isinstance(x, (Atom, int, float)) for x in outputs.values()
    ):
        raise TypeError(
            f"the recorded function must return recorded values, got {result}"
        )
    for name in outputs:
        if name in inputs or not str(name).isidentifier():
            raise ValueError(
                f"the output {shown(name)} needs a name of its own, an "
                "identifier that no input has"
            )
    return outputs


def named(value: Any, name: str) -> Any:
    """Give a recorded value a name, and return it.

    Local variables of the recorded function name their values without help;
    this is for values that no local variable holds at the end, such as those
    of a loop.  An array is returned as it is.
    """
    if not isinstance(name, str) or not name.isidentifier():
        raise ValueError(
            f"a name is an identifier such as z1, got {shown(name)}"
        )
    if isinstance(value, Var) and value.equation is not None:
        value.name = name
    return value
