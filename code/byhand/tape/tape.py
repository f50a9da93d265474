"""The tape, and how a function is recorded on it."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from byhand.tape import compiling, printing
from byhand.tape.shapes import Shape, Size, as_shape, as_size, bind, resolve
from byhand.tape.trace import (
    RESERVED,
    TABLE,
    Atom,
    Equation,
    Literal,
    Primitive,
    Recorder,
    Var,
    as_atom,
    recorder,
)


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


class Tape:
    """A recorded computation: inputs, a list of equations, outputs.

    Made by :func:`record` and by the transformations.  Printing a tape shows
    its derivation, calling it computes.

    Attributes
    ----------
    name
        The name of the recorded function.
    inputs
        The inputs, each with ``name`` and ``shape``.
    equations
        The equations in order, each with ``primitive``, ``inputs``,
        ``params``, ``output`` and ``cost``.
    outputs
        The results by name.
    """

    def __init__(
        self,
        name: str,
        inputs: Iterable[Var],
        equations: Iterable[Equation],
        outputs: Mapping[str, Atom],
    ) -> None:
        self.name = name
        self.inputs = tuple(inputs)
        self.equations = tuple(equations)
        self.outputs = dict(outputs)

    # ---- Looking at it ----

    def lines(self, style: str = "text") -> list[str]:
        """Return the derivation, one string a line.

        Parameters
        ----------
        style
            ``"text"`` or ``"latex"``.
        """
        if style not in {"text", "latex"}:
            raise ValueError(f"style must be 'text' or 'latex', got {style!r}")
        return [" = ".join(row) for row in self._rows(style)]

    def _rows(self, style: str) -> Iterable[tuple[str, str]]:
        return printing.lines(self.equations, self.inputs, self.outputs, style)

    def __repr__(self) -> str:
        top = printing.header(self.inputs, self.outputs)
        return "\n".join([top, *self.lines()])

    @property
    def latex(self) -> str:
        """The derivation as one aligned LaTeX display."""
        return printing.latex(self._rows("latex"))

    def _repr_latex_(self) -> str:
        return self.latex

    def steps(self, *args: Any, digits: int = 4, **kwargs: Any) -> str:
        """Return the derivation with the value of each line beside it.

        Parameters
        ----------
        args, kwargs
            The inputs, as in a call.
        digits
            Decimals shown.
        """
        values = self.values(*args, **kwargs)
        shown = [
            (printing.text_name(x.name), values[x.name]) for x in self.inputs
        ]
        for e in self.equations:
            if e.output.name is not None:
                right = e.expression("text", printing.text_name).text
                left = printing.text_name(e.output.name)
                shown.append((f"{left} = {right}", values[e.output.name]))
        return printing.steps(shown, digits)

    # ---- Running it ----

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Compute the output, or the dictionary of several outputs.

        Parameters
        ----------
        args, kwargs
            The inputs, in order or by name: arrays of any kind of number but
            integers (float, complex, or objects that know arithmetic), or
            values that are being recorded; then the tape's equations are
            recorded too.

        Raises
        ------
        TypeError
            For an unknown or missing name, or integers where real numbers
            are needed.
        ValueError
            For a shape that does not fit, an empty array, a slice beyond the
            end, NaN or infinity.
        """
        results = self.run(self._named(args, kwargs))
        if len(results) > 1:
            return results
        return next(iter(results.values()))

    def run(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return the outputs by name, from the inputs by name."""
        values = self._named((), values)
        if any(isinstance(x, Atom) for x in values.values()):
            return self._record_again(values)
        everything = self._evaluate(values)
        return {
            name: x.value if isinstance(x, Literal) else everything[id(x)]
            for name, x in self.outputs.items()
        }

    def values(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Return every named value, inputs included."""
        everything = self._evaluate(self._named(args, kwargs))
        variables = (*self.inputs, *(e.output for e in self.equations))
        return {
            x.name: everything[id(x)] for x in variables if x.name is not None
        }

    def compile(self) -> compiling.Compiled:
        """Return the tape as straight-line NumPy.

        Examples
        --------
        >>> def f(x, W):
        ...     z = W @ x
        ...     return z.sum()
        >>> record(f, x="d", W=("H", "d")).compile()
        def f(x, W):
            z = W @ x
            f = z.sum()
            return f
        """
        code = compiling.source(
            self.name, self.inputs, self.equations, self.outputs
        )

        def check(args: Any, kwargs: Any) -> Any:
            named = self._named(args, kwargs)
            arrays, sizes = self._arrays(named, finite=False)
            return list(arrays.values()), lambda args: self._check_classes(
                args, sizes
            )

        rows = {e.primitive.name: e.primitive.value for e in self.equations}
        return compiling.Compiled(code, self.name, rows, check)

    def _named(
        self, args: tuple[Any, ...], kwargs: Mapping[str, Any]
    ) -> dict[str, Any]:
        names = [x.name for x in self.inputs]
        if len(args) > len(names):
            raise TypeError(
                f"{self.name} takes {len(names)} inputs ({', '.join(names)}),"
                f" got {len(args)}"
            )
        given = dict(zip(names, args, strict=False))
        for name, value in kwargs.items():
            if name not in names:
                raise TypeError(
                    f"{self.name} has no input {name!r}; its inputs are "
                    f"{', '.join(names)}"
                )
            if name in given:
                raise TypeError(f"{name} is given twice")
            given[name] = value
        missing = [name for name in names if name not in given]
        if missing:
            raise TypeError(f"{self.name} also needs {', '.join(missing)}")
        return {name: given[name] for name in names}

    def _arrays(
        self, values: Mapping[str, Any], *, finite: bool
    ) -> tuple[dict[str, Any], dict[str, int]]:
        arrays = {
            x.name: _as_input(values[x.name], x, finite=finite)
            for x in self.inputs
        }
        sizes = bind(
            {x.name: x.shape for x in self.inputs},
            {name: array.shape for name, array in arrays.items()},
        )
        self._check_classes(arrays.values(), sizes)
        for e in self.equations:
            if e.primitive is TABLE["slice"]:
                _check_slice(e, sizes)
        return arrays, sizes

    def _check_classes(
        self, arrays: Iterable[Any], sizes: Mapping[str, int]
    ) -> None:
        for x, array in zip(self.inputs, arrays, strict=True):
            if x.classes is None:
                continue
            classes = resolve(x.classes, sizes)
            outside = (array < 0) | (array >= classes)
            if outside.any():
                raise ValueError(
                    f"{x.name} must lie in 0..{classes - 1}, got "
                    f"{int(array[outside][0])}"
                )

    def _evaluate(self, values: Mapping[str, Any]) -> dict[int, Any]:
        arrays, sizes = self._arrays(values, finite=True)
        env = {id(x): arrays[x.name] for x in self.inputs}
        for e in self.equations:
            xs = [
                resolve(x.value, sizes)
                if isinstance(x, Literal)
                else env[id(x)]
                for x in e.inputs
            ]
            params = {k: resolve(v, sizes) for k, v in e.params.items()}
            env[id(e.output)] = e.primitive.value(*xs, **params)
        return env

    def _record_again(self, values: Mapping[str, Any]) -> dict[str, Any]:
        env = {}
        for x in self.inputs:
            value = as_atom(values[x.name])
            if value.shape != x.shape:
                raise ValueError(
                    f"{self.name} was recorded with {x.name} of shape "
                    f"{printing.show(x.shape)}, got {value} of shape "
                    f"{printing.show(value.shape)}"
                )
            env[x.key] = value
        recorder().replay(self.equations, env)
        return {
            name: x if isinstance(x, Literal) else env[x.key]
            for name, x in self.outputs.items()
        }


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
        raise TypeError(f"record wants a function, got {function!r}")
    declared = {
        name: shape
        if isinstance(shape, Index)
        else Index(None, as_shape(shape, name))
        for name, shape in _in_order(function, shapes).items()
    }
    sizes = {
        name
        for d in declared.values()
        for size in (*d.shape, d.size)
        if isinstance(size, Size)
        for name in size.names
    }
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
    with Recorder(code, tidy=False) as active:
        arguments = {
            name: active.input(name, d.shape, d.size)
            for name, d in declared.items()
        }
        result, variables = _call(function, code, arguments)
        active.name_from(variables)
        title = getattr(plain, "__name__", "out")
        if not title.isidentifier() or title in {*TABLE, *RESERVED}:
            title = "out"
        outputs = _outputs(result, title, declared)
        equations, outputs = active.finish(outputs, prune=False)
    return Tape(title, active.inputs, equations, outputs)


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
                f"the output {name!r} needs a name of its own, an identifier "
                "that no input has"
            )
    return outputs


def _as_input(value: Any, x: Var, *, finite: bool) -> Any:
    try:
        array = np.asarray(value)
    except ValueError:
        raise ValueError(
            f"{x.name} must be a rectangular array, got rows of different "
            "lengths"
        ) from None
    kind = array.dtype.kind
    if x.classes is not None:
        if kind not in "iu":
            raise TypeError(
                f"{x.name} is a class index and must hold integers, got "
                f"{array.dtype}"
            )
        return array
    if kind not in "fcO":
        advice = (
            f"; convert it, as in np.asarray({x.name}, dtype=float)"
            if kind in "iub"
            else ""
        )
        raise TypeError(
            f"{x.name} must hold real numbers, got {array.dtype}{advice}"
        )
    if finite and kind in "fc" and not np.isfinite(array).all():
        at = tuple(int(i) for i in np.argwhere(~np.isfinite(array))[0])
        where = f"[{', '.join(map(str, at))}]" if at else ""
        raise ValueError(
            f"{x.name} must be finite, got {array[at]} at {x.name}{where}"
            if at
            else f"{x.name} must be finite, got {array[()]}"
        )
    return array


def _check_slice(e: Equation, sizes: Mapping[str, int]) -> None:
    """Raise if NumPy would cut the slice short: letters left that open."""
    x = Var(None, resolve(e.inputs[0].shape, sizes))
    params = {k: resolve(v, sizes) for k, v in e.params.items()}
    try:
        e.primitive.shape(x, **params)
    except ValueError as reason:
        raise ValueError(f"{e.expression().text}: {reason}") from None
