"""From a tape to straight-line NumPy source."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from functools import cached_property
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from byhand.tape import into
from byhand.tape.lines import Line
from byhand.tape.notation import Piece
from byhand.tape.plan import (
    Block,
    Plan,
    blocks_of,
    counted_live,
    names_in,
    place,
)
from byhand.tape.primitives import one_hot
from byhand.tape.shapes import Size, resolve, size_values
from byhand.tape.steps import Step
from byhand.tape.values import BUILT_IN, RESERVED, TABLE, Atom, Input, Literal

_Test = Callable[[Sequence[Any]], bool]

#: Computes from arrays of a known kind.
Run = Callable[[Sequence[Any]], Any]

# How many kinds of inputs (shapes and numbers) a compiled tape remembers.
_KEPT = 4

_SIGNS = {
    f"np.{name}({{}}, {{}})": sign
    for name, sign in {
        "add": "+",
        "subtract": "-",
        "multiply": "*",
        "divide": "/",
    }.items()
}

_INTO = {
    name: value
    for name, value in vars(into).items()
    if getattr(value, "__module__", None) == into.__name__
}


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
    code = []
    for at, (left, right) in enumerate(body):
        code.append(f"{left} = {right}")
        if at in dead:
            code.append(f"del {', '.join(dead[at])}")
    while code and code[-1].startswith("del "):
        code.pop()
    results = {key: _operand(x) for key, x in outputs.items()}
    arguments = [x.name for x in inputs]
    return _definition(name, arguments, inputs, code, results)


def source_reusing(
    name: str,
    inputs: Sequence[Input],
    steps: Sequence[Step],
    outputs: Mapping[str, Atom],
    blocks: Sequence[Block],
) -> tuple[str, dict[Any, str]]:
    """Return the source of a function that computes in a workspace.

    Each line is one step.  The function takes the inputs and then the arrays
    of a plan, one for each value that lives in the workspace.

    Returns
    -------
    source : str
    names : dict
        The names of the values, by key.
    """
    words = _names(inputs, steps, outputs, blocks)
    home = {v.key: block for block in blocks for v in block.values}
    over = {y.key: x for block in blocks for x, y in pairwise(block.values)}
    code = []
    for step in steps:
        y = step.output
        operands = [words.get(x.key) or _operand(x) for x in step.operands]
        called = step.template.format(*operands)
        if step.kind == "view":
            words[y.key] = called
        elif step.kind == "plain" or (
            step.kind == "out" and home[y.key].lasts and y.key not in over
        ):
            code.append(f"{words[y.key]} = {called}")
        elif step.kind == "out":
            word = words[y.key]
            if home[y.key].lasts:
                memory = words[over[y.key].key]
                if memory != word:
                    code.append(f"{word} = {memory}")
                    operands = [word if x == memory else x for x in operands]
            code.append(_written(step.template, operands, word))
    results = {
        key: words.get(x.key) or _operand(x) for key, x in outputs.items()
    }
    inside = [
        word for b in blocks if not b.lasts for word in names_in(b, words)
    ]
    arguments = [x.name for x in inputs]
    work = _free("work", {*words.values(), *arguments})
    arguments.append(work)
    if inside:
        left = f"{', '.join(inside)}{',' * (len(inside) == 1)}"
        rows = textwrap.wrap(left, 70)
        code[:0] = (
            [f"{left} = {work}"]
            if len(rows) == 1
            else ["(", *(f"    {row}" for row in rows), f") = {work}"]
        )
    return _definition(name, arguments, inputs, code, results), words


def _written(template: str, operands: Sequence[str], y: str) -> str:
    """Return the line that writes a call's output into memory."""
    sign = _SIGNS.get(template)
    if sign is not None and y == operands[0]:
        return f"{y} {sign}= {operands[1]}"
    if sign in {"+", "*"} and y == operands[1]:
        return f"{y} {sign}= {operands[0]}"
    return f"{template.format(*operands)[:-1]}, out={y})"


def _names(
    inputs: Iterable[Input],
    steps: Sequence[Step],
    outputs: Mapping[str, Atom],
    blocks: Sequence[Block],
) -> dict[Any, str]:
    """Name what the steps give; a view is written where it is used."""
    given = [s.output for s in steps if s.kind != "view"]
    taken = {*TABLE, *RESERVED, *outputs, *_where_sizes(inputs)}
    taken |= {str(x.name) for x in (*inputs, *given)}
    names = {v.key: str(v.name) for v in given if v.name is not None}
    constant = {v.key for b in blocks if b.is_ones for v in b.values}
    alone = [[v] for v in given]
    for values in (*(block.values for block in blocks), *alone):
        # An unnamed value goes by the name of what is written over it.
        word = None
        for v in reversed(values):
            word = names.get(v.key, word)
            if word is None:
                word = _free("ones" if v.key in constant else "w", taken, 1)
                taken.add(word)
            names[v.key] = word
    return names


def _free(word: str, taken: Container[str], k: int | None = None) -> str:
    """Return a name that is not taken, numbered from ``k`` on."""
    name = word if k is None else f"{word}{k}"
    return name if name not in taken else _free(word, taken, (k or 1) + 1)


def _operand(x: Atom) -> str:
    if isinstance(x, Literal):
        return Piece.literal("numpy", x.value).text
    return str(x.name)


def _definition(
    name: str,
    arguments: Iterable[str],
    inputs: Sequence[Input],
    code: Sequence[str],
    results: Mapping[str, str],
) -> str:
    words = {
        w
        for text in (*code, *results.values())
        for w in re.findall(r"\w+", text)
    }
    sizes = [
        f"{size} = {x.name}.shape[{axis}]"
        for size, (x, axis) in _where_sizes(inputs).items()
        if size in words
    ]
    result, *more = results.values()
    back = [f"return {result}"]
    if more:
        given = (f'    "{key}": {word},' for key, word in results.items())
        back = ["return {", *given, "}"]
    rows = "".join(f"    {row}\n" for row in (*sizes, *code, *back))
    return f"def {name}({', '.join(arguments)}):\n{rows}"


def _where_sizes(inputs: Iterable[Input]) -> dict[str, tuple[Input, int]]:
    found: dict[str, tuple[Input, int]] = {}
    for x in inputs:
        for axis, size in enumerate(x.shape):
            if isinstance(size, Size) and size.is_name:
                found.setdefault(str(size), (x, axis))
    return found


class Bound(NamedTuple):
    """Inputs that fit, with what they say.

    Attributes
    ----------
    arrays
        The inputs as arrays, in order.
    sizes
        The number behind each size's name.
    check_classes
        Raises unless the class indices among inputs of these shapes are in
        range.
    """

    arrays: list[Any]
    sizes: dict[str, int]
    check_classes: Callable[[Sequence[Any]], None]


class ByKind:
    """A function that prepares itself once for each kind of inputs.

    A kind is the shapes and the kinds of numbers.

    Attributes
    ----------
    source
        The source of what it does.
    check
        What a call does first: binds the inputs, or raises.
    """

    source: str

    def __init__(self, check: Callable[..., Bound]) -> None:
        self.check = check
        # For inputs of some kind: whether others are of that kind, and what
        # to do then.  The last kind comes first.
        self._known: tuple[tuple[_Test, Run], ...] = ()

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Compute the output, or the dictionary of several outputs."""
        if not kwargs:
            for is_alike, run in self._known:
                if is_alike(args):
                    return run(args)
        bound = self.check(args, kwargs)
        for is_alike, run in self._known:
            if is_alike(bound.arrays):
                return run(bound.arrays)
        run = self.bind(bound)
        known = self._known[: _KEPT - 1]
        self._known = ((_alike(bound.arrays), run), *known)
        return run(bound.arrays)

    def bind(self, bound: Bound) -> Run:
        """Return what a call with inputs of this kind does."""
        raise NotImplementedError

    def __repr__(self) -> str:
        return self.source.rstrip()


class Compiled(ByKind):
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
        *,
        scope: Mapping[str, Any],
        check: Callable[..., Bound],
    ) -> None:
        super().__init__(check)
        names = {**scope, "np": np, "one_hot": one_hot}
        exec(code, names)  # noqa: S102 (the source was written above)
        self.function: Callable[..., Any] = names[name]
        self.source = _with_imports(
            code, "byhand.tape", {*BUILT_IN, "one_hot"}
        )

    def bind(self, bound: Bound) -> Run:
        """Return what a call with inputs of this kind does."""
        check, function = bound.check_classes, self.function

        def run(args: Sequence[Any]) -> Any:
            check(args)
            return function(*args)

        return run


class Reusing(Compiled):
    """A tape as a NumPy function that computes in a workspace.

    Printing it shows its source, a NumPy call a line: ``out=`` says where a
    value is written, and what has no ``out=`` is new at every call.

    * Results are new arrays, for the caller to keep and to change.  (A
      result that is an input, or a view of one, stays that.)
    * The workspace is made at the first call with inputs of some shapes, and
      kept for the next; a few kinds of inputs are remembered.
    * Threads may call at the same time: each call takes a workspace that no
      other call is using, or makes one if all are taken.
    * This is for float64.  Other numbers (float32, complex, objects) go
      through the plain source and no workspace.

    Attributes
    ----------
    source
        The source, which runs by itself as that of :class:`Compiled` does.
    function
        The bare function, which checks nothing: it takes the inputs and the
        arrays of a plan.
    """

    def __init__(
        self,
        plain: Compiled,
        name: str,
        inputs: Sequence[Input],
        *,
        steps: Sequence[Step],
        outputs: Mapping[str, Atom],
        scope: Mapping[str, Callable[..., Any]],
        lent: bool,
    ) -> None:
        self._plain = plain
        self._inputs = inputs
        self._blocks = blocks_of(steps, outputs.values(), lent=lent)
        code, self._names = source_reusing(
            name, inputs, steps, outputs, self._blocks
        )
        super().__init__(
            code, name, scope={**scope, **_INTO}, check=plain.check
        )
        self.source = _with_imports(code, into.__name__, _INTO)

    def plan(
        self, sizes: Mapping[Any, int] | None = None, /, **named: int
    ) -> Plan:
        """Return the workspace at given sizes.

        Parameters
        ----------
        sizes, named
            The sizes, by symbol or by name.
        """
        return place(self._blocks, self._names, size_values(sizes, named))

    @cached_property
    def _live(self) -> list[int | Size]:
        return counted_live(self._blocks)

    def counted(self, sizes: Mapping[str, int]) -> int:
        """Return the most numbers of the workspace that are live at once."""
        return max((resolve(n, sizes) for n in self._live), default=0)

    def takes(self, bound: Bound) -> bool:
        """Whether all real inputs are float64, which a workspace is for."""
        return all(
            array.dtype == np.float64
            for x, array in zip(self._inputs, bound.arrays, strict=True)
            if x.classes is None
        )

    def bind(self, bound: Bound) -> Run:
        """Return what a call with inputs of this kind does."""
        if not self.takes(bound):
            return self._plain.bind(bound)
        plan = self.plan(bound.sizes)
        return lending(bound.check_classes, plan.arrays, self.function)


def lending(
    check: Callable[[Sequence[Any]], None],
    make: Callable[[], Any],
    function: Callable[..., Any],
) -> Run:
    """Return what calls a function with a workspace that no other call has.

    Parameters
    ----------
    check
        Looks at the inputs, and raises.
    make
        Makes a workspace.
    function
        Takes the inputs and a workspace.
    """
    idle: list[Any] = []  # append and pop are atomic

    def run(args: Sequence[Any]) -> Any:
        check(args)
        try:
            work = idle.pop()
        except IndexError:
            work = make()
        try:
            return function(*args, work)
        finally:
            idle.append(work)

    return run


def _with_imports(code: str, module: str, known: Container[str]) -> str:
    """Return source with the imports that make it run by itself."""
    helpers = sorted(
        word
        for word in set(re.findall(r"(?<![\w.])(\w+)\(", code))
        if word in known
    )
    imports = ["import numpy as np"] if "np." in code else []
    if helpers:
        imports += [f"from {module} import {', '.join(helpers)}"]
    top = "\n".join(imports)
    return f"{top}\n\n\n{code}" if top else code


def _alike(arrays: Sequence[Any]) -> _Test:
    """Return whether others are arrays of the same shapes and numbers."""
    names: dict[str, Any] = {"array": np.ndarray}
    tests = [f"len(args) == {len(arrays)}"]
    for i, x in enumerate(arrays):
        names[f"dtype{i}"] = x.dtype
        tests += [
            f"type(args[{i}]) is array",
            f"args[{i}].shape == {x.shape}",
            f"args[{i}].dtype == dtype{i}",
        ]
    # As source it takes half the time of a loop, and that is paid each call.
    exec(f"def test(args): return {' and '.join(tests)}", names)  # noqa: S102
    test: _Test = names["test"]
    return test
