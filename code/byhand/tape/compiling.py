"""From a tape to straight-line NumPy source."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np

from byhand.tape.primitives import one_hot
from byhand.tape.shapes import Size
from byhand.tape.trace import BUILT_IN, Atom, Equation, Literal, Var


def source(
    name: str,
    inputs: tuple[Var, ...],
    equations: tuple[Equation, ...],
    outputs: Mapping[str, Atom],
) -> str:
    """Return the source of a function that computes the outputs.

    Each line is a line of the tape.  An array is deleted after the last line
    that needs it; the inputs belong to the caller.
    """
    named = [e for e in equations if e.output.name is not None]
    body = [(e.output.name, e.expression("numpy").text) for e in named]
    results = {
        key: repr(x.value) if isinstance(x, Literal) else x.name
        for key, x in outputs.items()
    }
    dead = _deletions(named, set(results.values()))
    code = []
    for (left, right), gone in zip(body, dead, strict=True):
        code.append(f"{left} = {right}")
        if gone:
            code.append(f"del {', '.join(gone)}")
    while code and code[-1].startswith("del "):
        code.pop()
    words = {w for _, right in body for w in re.findall(r"\w+", right)}
    sizes = [
        f"{size} = {x.name}.shape[{axis}]"
        for size, (x, axis) in _where_sizes(inputs).items()
        if size in words
    ]
    if len(results) == 1:
        (result,) = results.values()
        back = [f"return {result}"]
    else:
        back = ["return {"]
        back += [f'    "{key}": {word},' for key, word in results.items()]
        back += ["}"]
    arguments = ", ".join(x.name for x in inputs)
    rows = "".join(f"    {row}\n" for row in (*sizes, *code, *back))
    return f"def {name}({arguments}):\n{rows}"


def _deletions(
    lines: list[Equation], kept: set[str | None]
) -> list[list[str]]:
    """Return for each line the arrays that no later line needs."""
    last: dict[str, int] = {}
    for at, equation in enumerate(lines):
        for var in _named_operands(equation):
            last[var.name] = at
    dead: list[list[str]] = [[] for _ in lines]
    for at, equation in enumerate(lines):
        var = equation.output
        if var.shape and var.name not in kept:
            dead[last.get(var.name, at)].append(var.name)
    return dead


def _named_operands(equation: Equation) -> Iterable[Var]:
    for x in equation.inputs:
        if isinstance(x, Var):
            if x.name is not None:
                yield x
            else:
                yield from _named_operands(x.equation)


def _where_sizes(inputs: Iterable[Var]) -> dict[str, tuple[Var, int]]:
    found: dict[str, tuple[Var, int]] = {}
    for x in inputs:
        for axis, size in enumerate(x.shape):
            if isinstance(size, Size) and str(size).isidentifier():
                found.setdefault(str(size), (x, axis))
    return found


class Compiled:
    """A tape as a NumPy function; printing it shows its source.

    Calling it checks shapes and kinds of numbers, not for NaN.

    Attributes
    ----------
    source
        The source, which runs by itself (beside rows of your own, if the
        tape has such).
    function
        The bare function, which checks nothing.
    """

    def __init__(
        self,
        code: str,
        name: str,
        rows: Mapping[str, Callable[..., Any]],
        check: Callable[..., tuple[list[Any], Callable[..., None]]],
    ) -> None:
        scope: dict[str, Any] = {**rows, "np": np, "one_hot": one_hot}
        exec(code, scope)  # noqa: S102 (the source was written above)
        self.function: Callable[..., Any] = scope[name]
        helpers = sorted(
            word
            for word in set(re.findall(r"(?<![\w.])(\w+)\(", code))
            if word in {*BUILT_IN, "one_hot"}
        )
        imports = ["import numpy as np"] if "np." in code else []
        if helpers:
            imports += [f"from byhand.tape import {', '.join(helpers)}"]
        top = "\n".join(imports)
        self.source = f"{top}\n\n\n{code}" if top else code
        self._check = check
        # From shapes and kinds of numbers that fit to what is left to check.
        self._known: dict[Any, Callable[..., None]] = {}

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Compute the output, or the dictionary of several outputs."""
        if not kwargs:
            check_classes = self._known.get(_kinds(args))
            if check_classes is not None:
                check_classes(args)
                return self.function(*args)
        arrays, check_classes = self._check(args, kwargs)
        self._known[_kinds(arrays)] = check_classes
        return self.function(*arrays)

    def __repr__(self) -> str:
        return self.source.rstrip()


def _kinds(args: Iterable[Any]) -> tuple[Any, ...] | None:
    try:
        return tuple([(type(x), x.shape, x.dtype.char) for x in args])
    except AttributeError:
        return None
