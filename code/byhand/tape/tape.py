"""The tape: a recorded computation that is printed, run and compiled."""

from __future__ import annotations

import typing
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any, overload

import numpy as np

from byhand._validate import (
    as_flag,
    as_function,
    as_integer,
    as_mapping,
    one_of,
    rectangular,
    shown,
)
from byhand.tape import compiling, printing
from byhand.tape.compiling import Bound, Compiled, Reusing
from byhand.tape.lines import Line, in_lines
from byhand.tape.shapes import bind, resolve, show
from byhand.tape.steps import steps_of
from byhand.tape.values import (
    Atom,
    Equation,
    Input,
    Literal,
    Var,
    as_atom,
    compute,
    first_not_finite,
    replay,
)


class Tape:
    """A recorded computation: inputs, a list of equations, outputs.

    Made by :func:`record` and by the transformations.  Printing a tape shows
    its derivation, calling it computes.  Wherever it computes, an unknown or
    missing name is a TypeError, and so are integers for real numbers unless
    :meth:`run` lifts them; a shape that does not fit, a slice beyond the
    end, NaN and infinity are a ValueError.

    Attributes
    ----------
    name
        The name of the recorded function.
    inputs
        The inputs, each with ``name`` and ``shape``.
    equations
        The equations in order, each with ``primitive``, ``inputs``,
        ``params``, ``output`` and ``cost``.
    body
        The same by line: each names a value, and says which named values it
        reads and which line needs it last.
    outputs
        The results by name.
    """

    def __init__(
        self,
        name: str,
        inputs: Iterable[Input],
        equations: Iterable[Equation],
        outputs: Mapping[str, Atom],
    ) -> None:
        self.name = name
        self.inputs = tuple(inputs)
        self.equations = tuple(equations)
        self.outputs = dict(outputs)

    @cached_property
    def body(self) -> tuple[Line, ...]:
        """The lines."""
        return in_lines(self.equations, self.outputs)

    # ---- Looking at it ----

    def lines(self, style: str = "text") -> list[str]:
        """Return the derivation, one string a line.

        Parameters
        ----------
        style
            ``"text"`` or ``"latex"``.
        """
        one_of(style, "style", ("text", "latex"))
        return [" = ".join(row) for row in self._rows(style)]

    def _rows(self, style: str) -> Iterable[tuple[str, str]]:
        return printing.rows(self.body, self.inputs, self.outputs, style)

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
        digits = as_integer(digits, "digits", minimum=0, maximum=17)
        values = self.values(*args, **kwargs)
        shown = [
            (printing.text_name(x.name), values[x.name]) for x in self.inputs
        ]
        for line in self.body:
            right = line.equation.expression("text", printing.text_name).text
            left = printing.text_name(line.name)
            shown.append((f"{left} = {right}", values[line.name]))
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
        """
        results = self.run(self._named(args, kwargs))
        first, *more = results.values()
        return results if more else first

    def run(
        self,
        values: Mapping[str, Any],
        *,
        lift: Callable[[Any], Any] | None = None,
    ) -> dict[str, Any]:
        """Return the outputs by name.

        Parameters
        ----------
        values
            The inputs by name.
        lift
            Turns every array of real numbers that takes part, inputs,
            literals and results of equations, into one of other numbers,
            such as numbers that count what is done to them.

        Examples
        --------
        >>> from fractions import Fraction
        >>> from byhand.tape import record
        >>> third = record(lambda x: x / 3, x=())
        >>> third.run({"x": 1}, lift=np.vectorize(Fraction, otypes="O"))
        {'out': array(Fraction(1, 3), dtype=object)}
        """
        values = self._named((), as_mapping(values, "values"))
        if lift is not None:
            as_function(lift, "lift")
        if any(isinstance(x, Atom) for x in values.values()):
            return self._record_again(values)
        env = self._evaluate(values, lift)
        return {name: env[x.key] for name, x in self.outputs.items()}

    def values(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Return every named value, inputs included."""
        env = self._evaluate(self._named(args, kwargs))
        lines = (line.output for line in self.body)
        return {str(x.name): env[x.key] for x in (*self.inputs, *lines)}

    @overload
    def compile(self, *, reuse: typing.Literal[False] = ...) -> Compiled: ...
    @overload
    def compile(self, *, reuse: typing.Literal[True]) -> Reusing: ...

    def compile(self, *, reuse: bool = False) -> Compiled:
        """Return the tape as straight-line NumPy.

        Parameters
        ----------
        reuse
            Whether to compute in a workspace that is made once, as large as
            the counted peak, ``byhand.cost.peak(tape, reuse=True)``; see
            :class:`byhand.tape.compiling.Reusing`.  For large batches see
            also :func:`byhand.tape.by_rows`.

        Examples
        --------
        >>> from byhand.tape import record
        >>> def f(x, W):
        ...     z = W @ x
        ...     return z.sum()
        >>> record(f, x="d", W=("H", "d")).compile()
        def f(x, W):
            z = W @ x
            f = z.sum()
            return f
        """
        if as_flag(reuse, "reuse"):
            return reusing(self)
        code = compiling.source(
            self.name, self.inputs, self.body, self.outputs
        )

        def check(args: Any, kwargs: Any) -> Bound:
            named = self._named(args, kwargs)
            arrays, sizes = self._arrays(named, finite=False)
            given = list(arrays.values())
            return Bound(given, sizes, self._class_check(given, sizes))

        scope = _rows_of(self.equations)
        return Compiled(code, self.name, scope=scope, check=check)

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
                    f"{self.name} has no input {shown(name)}; its inputs are "
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
        given = list(arrays.values())
        self._class_check(given, sizes)(given)
        for e in self.equations:
            if e.primitive.bounds:
                _check_bounds(e, sizes)
        return arrays, sizes

    def _class_check(
        self, arrays: Sequence[Any], sizes: Mapping[str, int]
    ) -> Callable[[Sequence[Any]], None]:
        """Return what raises if a class index is out of range.

        It is for arrays of these shapes and kinds.
        """
        indices = []
        for i, (x, t) in enumerate(zip(self.inputs, arrays, strict=True)):
            if x.classes is None:
                continue
            unsigned = np.dtype(t.dtype.str.replace("i", "u"))
            classes = resolve(x.classes, sizes)
            indices.append((i, x.name, unsigned, classes))

        def check(arrays: Sequence[Any]) -> None:
            for i, name, unsigned, classes in indices:
                t = arrays[i]
                # Seen as unsigned, a negative number is large: one search
                # finds what is outside on either side.
                if 0 <= t.item(t.view(unsigned).argmax()) < classes:
                    continue
                outside = (n for n in t.flat if not 0 <= n < classes)
                raise ValueError(
                    f"{name} must lie in 0..{classes - 1}, got {next(outside)}"
                )

        return check

    def _evaluate(
        self,
        values: Mapping[str, Any],
        lift: Callable[[Any], Any] | None = None,
    ) -> dict[Any, Any]:
        """Return every value by its key, that of literals too."""

        def made(x: Any) -> Any:
            return x if lift is None else lift(x)

        values = {
            x.name: values[x.name]
            if x.classes is not None
            else made(rectangular(values[x.name], x.name, of="numbers"))
            for x in self.inputs
        }
        arrays, sizes = self._arrays(values, finite=True)
        env = {x.key: arrays[x.name] for x in self.inputs}
        env |= {
            x.key: resolve(x.value, sizes)
            for x in self.outputs.values()
            if isinstance(x, Literal)
        }
        for e in self.equations:
            operands = []
            for i, x in enumerate(e.inputs):
                if not isinstance(x, Literal):
                    operands.append(env[x.key])
                else:
                    number = resolve(x.value, sizes)
                    index = i in e.primitive.indices
                    operands.append(number if index else made(number))
            params = {k: resolve(v, sizes) for k, v in e.params.items()}
            env[e.output.key] = made(compute(e.primitive, operands, params))
        return env

    def _record_again(self, values: Mapping[str, Any]) -> dict[str, Any]:
        env = {}
        for x in self.inputs:
            value = as_atom(values[x.name])
            if value.shape != x.shape:
                raise ValueError(
                    f"{self.name} was recorded with {x.name} of shape "
                    f"{show(x.shape)}, got {value} of shape "
                    f"{show(value.shape)}"
                )
            env[x.key] = value
        replay(self.equations, env)
        return {
            name: x if isinstance(x, Literal) else env[x.key]
            for name, x in self.outputs.items()
        }


def reusing(tape: Tape, *, lent: bool = False) -> Reusing:
    """Return a tape as NumPy that computes in a workspace.

    Parameters
    ----------
    tape
        The tape.
    lent
        Whether the results too lie in the workspace, until the next call.
    """
    steps, outputs = steps_of(tape.equations, tape.outputs)
    return Reusing(
        tape.compile(),
        tape.name,
        tape.inputs,
        steps=steps,
        outputs=outputs,
        scope=_rows_of(tape.equations),
        lent=lent,
    )


def _rows_of(equations: Iterable[Equation]) -> dict[str, Any]:
    return {e.primitive.name: e.primitive.value for e in equations}


def _as_input(value: Any, x: Input, *, finite: bool) -> Any:
    array = rectangular(value, x.name, of="numbers")
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
    at = first_not_finite(array) if finite else None
    if at is not None:
        where = f" at {x.name}[{', '.join(map(str, at))}]" if at else ""
        raise ValueError(f"{x.name} must be finite, got {array[at]}{where}")
    return array


def _check_bounds(e: Equation, sizes: Mapping[str, int]) -> None:
    """Raise if numbers do not fit that letters left open."""

    def sized(x: Atom) -> Atom:
        if isinstance(x, Literal):
            return Literal(resolve(x.value, sizes))
        shape = resolve(x.shape, sizes)
        if isinstance(x, Input):
            return Input(x.name, shape, resolve(x.classes, sizes))
        return Var(None, shape)

    params = {k: resolve(v, sizes) for k, v in e.params.items()}
    try:
        e.primitive.shape(*map(sized, e.inputs), **params)
    except ValueError as reason:
        raise ValueError(f"{e.expression().text}: {reason}") from None
