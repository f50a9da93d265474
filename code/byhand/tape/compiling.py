"""From a tape to straight-line NumPy source."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from byhand.tape.lines import Line
from byhand.tape.notation import Piece
from byhand.tape.primitives import one_hot
from byhand.tape.shapes import Size
from byhand.tape.values import BUILT_IN, Atom, Input, Literal


def source(
    name: str,
    inputs: Sequence[Input],
    lines: Sequence[Line],
    outputs: Mapping[str, Atom],
) -> str:
    """Return the source of a function that computes the outputs.

    Each line is a line of the tape.  An array is deleted after the last line
    that needs it; the inputs belong to the caller.
    """
    body = [
        (line.name, line.equation.expression("numpy").text) for line in lines
    ]
    dead: dict[int, list[str]] = {}
    for line in lines:
        if line.output.shape and line.last_use is not None:
            dead.setdefault(line.last_use, []).append(line.name)
    results = {
        key: Piece.literal("numpy", x.value).text
        if isinstance(x, Literal)
        else str(x.name)
        for key, x in outputs.items()
    }
    code = []
    for at, (left, right) in enumerate(body):
        code.append(f"{left} = {right}")
        if at in dead:
            code.append(f"del {', '.join(dead[at])}")
    while code and code[-1].startswith("del "):
        code.pop()
    written = [*(right for _, right in body), *results.values()]
    words = {w for text in written for w in re.findall(r"\w+", text)}
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


def _where_sizes(inputs: Iterable[Input]) -> dict[str, tuple[Input, int]]:
    found: dict[str, tuple[Input, int]] = {}
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
