"""Tapes as text and in LaTeX, and their values step by step."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import numpy as np

from byhand.tape.lines import Line
from byhand.tape.notation import Piece
from byhand.tape.shapes import show
from byhand.tape.values import Atom, Input, Literal

_GREEK = re.compile(
    "alpha|beta|gamma|delta|epsilon|zeta|eta|theta|iota|kappa|lambda|mu|nu|"
    "xi|pi|rho|sigma|tau|upsilon|phi|chi|psi|omega|"
    "Gamma|Delta|Theta|Lambda|Xi|Pi|Sigma|Upsilon|Phi|Psi|Omega"
)


def text_name(name: str) -> str:
    """Return a name as text; ``y_prime`` is y'."""
    return name.replace("_prime", "'")


def latex_name(name: str) -> str:
    r"""Return a name in LaTeX.

    Examples
    --------
    >>> latex_name("W1"), latex_name("y_prime"), latex_name("z1_bar")
    ('W_{1}', "y'", '\\bar{z}_{1}')
    """
    head, *marks = name.split("_")
    letters = head.rstrip("0123456789")
    digits = head[len(letters) :]
    if _GREEK.fullmatch(letters):
        letters = "\\" + letters
    elif len(letters) > 1:
        letters = rf"\mathit{{{letters}}}"
    below = [digits] if digits else []
    above = ""
    for mark in marks:
        accent = re.fullmatch(r"(bar|dot)(\d*)", mark)
        if mark == "prime":
            above += "'"
        elif accent:
            for _ in range(int(accent[2] or 1)):
                letters = rf"\{accent[1]}{{{letters}}}"
        else:
            below.append(mark)
    return letters + above + (f"_{{{','.join(below)}}}" if below else "")


def rows(
    lines: Iterable[Line],
    inputs: Iterable[Input],
    outputs: Mapping[str, Atom],
    style: str = "text",
) -> Iterator[tuple[str, str]]:
    """Yield each line as its left- and right-hand side.

    A value that is an output under a second name gets a line for that too.
    """
    name = latex_name if style == "latex" else text_name
    second: dict[Any, list[str]] = {}
    for key, x in outputs.items():
        if x.name != key:
            second.setdefault(x.key, []).append(key)

    def aliases(x: Atom) -> Iterator[tuple[str, str]]:
        for key in second.pop(x.key, ()):
            yield name(key), _plain(x, style, name)

    for x in inputs:
        yield from aliases(x)
    for line in lines:
        yield name(line.name), line.equation.expression(style, name).text
        yield from aliases(line.output)
    for y in outputs.values():
        yield from aliases(y)


def _plain(x: Atom, style: str, name: Callable[[str], str]) -> str:
    if isinstance(x, Literal):
        return Piece.literal(style, x.value).text
    return name(str(x.name))


def header(inputs: Iterable[Input], outputs: Mapping[str, Atom]) -> str:
    """Return what goes in and what comes out, with shapes."""
    given = ", ".join(f"{text_name(x.name)}{_kind(x)}" for x in inputs)
    made = ", ".join(
        f"{text_name(name)}{_kind(x)}" for name, x in outputs.items()
    )
    return "\n".join(
        textwrap.wrap(
            f"{given} → {made}",
            79,
            subsequent_indent="    ",
            break_long_words=False,
        )
    )


def _kind(x: Atom) -> str:
    if isinstance(x, Input) and x.classes is not None:
        many = f"{show(x.shape)} classes" if x.shape else "class"
        return f": {many} of {x.classes}"
    return f": {show(x.shape)}" if x.shape else ""


def latex(rows: Iterable[tuple[str, str]]) -> str:
    """Return the lines as one aligned display."""
    body = " \\\\\n".join(f"{left} &= {right}" for left, right in rows)
    return f"$$\n\\begin{{aligned}}\n{body}\n\\end{{aligned}}\n$$"


def steps(rows: Iterable[tuple[str, Any]], digits: int) -> str:
    """Return lines of text, each with its value beside it."""
    rows = list(rows)
    width = max((len(line) for line, _ in rows), default=0) + 3
    out = []
    for line, value in rows:
        number = np.asarray(value)
        if number.dtype.kind in "fc":
            number = np.round(number, digits) + 0.0  # no negative zero
        text = (
            np.array2string(number, suppress_small=True)
            if number.ndim
            else str(number.item())
        )
        first, *rest = text.splitlines()
        out.append(f"{line:<{width}}{first}")
        out.extend(" " * width + row for row in rest)
    return "\n".join(out)
