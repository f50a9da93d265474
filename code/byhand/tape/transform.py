"""From a tape to a longer tape: derivatives forwards and backwards.

Both transformations record the tape again and add equations.  Their results
are tapes, so they nest; what no output needs is dropped.  Each raises a
TypeError for what is no tape, and a ValueError if ``wrt`` does not name real
inputs of it, each once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from byhand._validate import as_flag, as_list, as_mapping, one_of, shown
from byhand.tape.primitives import repeat, summed
from byhand.tape.recorder import Recorder
from byhand.tape.tape import Tape
from byhand.tape.values import Atom, Equation, Input, Literal, Var, replay


def jvp(
    tape: Tape,
    wrt: str | Sequence[str] | None = None,
    *,
    value: bool = True,
) -> Tape:
    """Return the tape of the directional derivative, in forward mode.

    Parameters
    ----------
    tape
        What to differentiate.
    wrt
        The inputs that move, by name; by default all that hold real numbers.
        Each input ``x`` that moves gets a tangent ``x_dot`` as a new input.
    value
        Whether the outputs of ``tape`` stay outputs, before their tangents.

    Returns
    -------
    Tape
        With the tangent ``y_dot`` of each output ``y``.

    References
    ----------
    A. Griewank and A. Walther, *Evaluating Derivatives*, 2nd ed., SIAM,
    2008, chapter 3.

    Examples
    --------
    >>> from byhand.tape import exp, record
    >>> def f(x, W):
    ...     y = exp(W @ x)
    ...     return y
    >>> jvp(record(f, x="n", W=("m", "n")), "x", value=False)
    x: n, W: m×n, x_dot: n → y_dot: m
    y = exp(W x)
    y_dot = y * (W x_dot)
    """
    value = as_flag(value, "value")
    moving = _real_inputs(tape, wrt)
    mark = _mark(tape, "dot")
    with Recorder() as recorder:
        env = _inputs_again(recorder, tape)
        dots: dict[Any, Atom] = {
            x.key: recorder.input(f"{x.name}_{mark}", x.shape) for x in moving
        }
        for line in tape.body:
            replay(line.equations, env)
            for e in line.equations:
                tangents = [dots.get(x.key) for x in e.inputs]
                if all(t is None for t in tangents):
                    continue
                y, *xs = _values(env, e)
                dot = e.primitive.jvp(tangents, y, *xs, **e.params)
                if dot is not None:
                    dots[e.output.key] = _call_it(dot, e.output, mark)
        outputs = _outputs_again(tape, env) if value else {}
        for name, y in tape.outputs.items():
            dot = dots.get(y.key)
            outputs[f"{name}_{mark}"] = (
                repeat(0.0, y.shape) if dot is None else dot
            )
        return recorder.finish(tape.name, outputs, prune=True)


def vjp(
    tape: Tape,
    wrt: str | Sequence[str] | None = None,
    *,
    value: bool = True,
) -> Tape:
    """Return the tape of the cotangents, in reverse mode.

    Parameters
    ----------
    tape
        What to differentiate.  Each output ``y`` gets a cotangent ``y_bar``
        as a new input.
    wrt
        The inputs whose cotangents are wanted, by name; by default all that
        hold real numbers.
    value
        Whether the outputs of ``tape`` stay outputs, before the cotangents.

    Returns
    -------
    Tape
        With the cotangent ``x_bar`` of each input ``x`` in ``wrt``.

    References
    ----------
    S. Linnainmaa, *The representation of the cumulative rounding error of an
    algorithm as a Taylor expansion of the local rounding errors*, 1970.

    Examples
    --------
    >>> from byhand.tape import exp, record
    >>> def f(x, W):
    ...     y = exp(W @ x)
    ...     return y
    >>> vjp(record(f, x="n", W=("m", "n")), "x", value=False)
    x: n, W: m×n, y_bar: m → x_bar: n
    y = exp(W x)
    x_bar = Wᵀ (y * y_bar)
    """
    value = as_flag(value, "value")
    return _reverse(tape, wrt, value=value, seed=None)


def gradient(
    tape: Tape,
    wrt: str | Sequence[str] | None = None,
    *,
    value: bool = False,
) -> Tape:
    """Return the tape of the gradient of a scalar, in reverse mode.

    This is :func:`vjp` with the output's cotangent set to 1.

    Parameters
    ----------
    tape
        A tape with one scalar output.
    wrt
        The inputs, by name; by default all that hold real numbers.
    value
        Whether the output of ``tape`` stays an output, before the gradient.

    Returns
    -------
    Tape
        With ``x_bar``, of the shape of ``x``, for each ``x`` in ``wrt``.

    Raises
    ------
    ValueError
        If the tape does not have one scalar output.

    Examples
    --------
    >>> from byhand.tape import record
    >>> gradient(record(lambda x, v: (v @ x) ** 2, x="n", v="n"), "x")
    x: n, v: n → x_bar: n
    x_bar = (2 (vᵀ x)) v
    """
    value = as_flag(value, "value")
    _real_inputs(tape, wrt)
    y, *more = tape.outputs.values()
    if more or y.shape:
        raise ValueError(
            f"a gradient needs one scalar output; {tape.name} has "
            + ", ".join(
                f"{n} of shape {y.shape}" for n, y in tape.outputs.items()
            )
        )
    return _reverse(tape, wrt, value=value, seed=Literal(1.0))


def _reverse(
    tape: Tape,
    wrt: str | Sequence[str] | None,
    *,
    value: bool,
    seed: Atom | None,
) -> Tape:
    wanted = _real_inputs(tape, wrt)
    mark = _mark(tape, "bar")
    with Recorder() as recorder:
        env = _inputs_again(recorder, tape)
        replay(tape.equations, env)
        terms: dict[Any, list[Atom | None]] = {}
        for name, y in tape.outputs.items():
            bar = seed
            if bar is None:
                bar = recorder.input(f"{name}_{mark}", y.shape)
            terms.setdefault(y.key, []).append(bar)
        uses = _uses(tape.equations, wanted)
        bars: dict[Any, Atom] = {}
        for x in _last_use_first(tape.equations, uses, wanted):
            # A value's cotangent is the sum over the equations that use it.
            total = terms.get(x.key, [])
            for e, i in uses.get(x.key, ()):
                if e.output.key in bars:
                    y, *xs = _values(env, e)
                    y_bar = bars[e.output.key]
                    total.append(e.primitive.vjp(i, y_bar, y, *xs, **e.params))
            bar = summed(total)
            if bar is not None:
                bars[x.key] = _call_it(bar, x, mark)
        outputs = _outputs_again(tape, env) if value else {}
        for x in wanted:
            zero = repeat(0.0, x.shape)
            outputs[f"{x.name}_{mark}"] = bars.get(x.key, zero)
        return recorder.finish(tape.name, outputs, prune=True)


def _uses(
    equations: Iterable[Equation], wanted: Iterable[Input]
) -> dict[Any, list[tuple[Equation, int]]]:
    """Return where each value that depends on a wanted input is used."""
    active = {x.key for x in wanted}
    uses: dict[Any, list[tuple[Equation, int]]] = {}
    for e in equations:
        for i, x in enumerate(e.inputs):
            if x.key in active:
                uses.setdefault(x.key, []).append((e, i))
                active.add(e.output.key)
    return uses


def _last_use_first(
    equations: Sequence[Equation],
    uses: Mapping[Any, list[tuple[Equation, int]]],
    wanted: Iterable[Input],
) -> Iterator[Var]:
    """Yield the values backwards, each input right after its first use.

    So every value comes after all that is computed from it.
    """
    waiting: dict[Equation | None, list[Input]] = {}
    for x in wanted:
        first = uses[x.key][0][0] if x.key in uses else None
        waiting.setdefault(first, []).append(x)
    yield from waiting.get(None, ())
    for e in reversed(equations):
        yield e.output
        yield from waiting.get(e, ())


def hvp(
    tape: Tape,
    wrt: str | Sequence[str] | None = None,
    *,
    mode: str = "forward-over-reverse",
) -> Tape:
    """Return the tape of the Hessian of a scalar times a direction.

    Parameters
    ----------
    tape
        A tape with one scalar output.
    wrt
        The inputs differentiated twice, by name; by default all.  The
        direction enters as one input ``x_dot`` for each of them.
    mode
        ``"forward-over-reverse"``: the directional derivative of the
        gradient.  ``"reverse-over-reverse"``: the gradient of the gradient's
        product with the direction.  ``"reverse-over-forward"``: the gradient
        of the directional derivative.

    Returns
    -------
    Tape
        With ``x_bar_dot``, of the shape of ``x``, for each ``x`` in ``wrt``.

    References
    ----------
    B. A. Pearlmutter, *Fast exact multiplication by the Hessian*, Neural
    Computation 6, 1994.

    Examples
    --------
    >>> from byhand.tape import record
    >>> hvp(record(lambda x, v: (v @ x) ** 2, x="n", v="n"), "x")
    x: n, v: n, x_dot: n → x_bar_dot: n
    x_bar_dot = (2 (vᵀ x_dot)) v
    """
    modes = "forward-over-reverse", "reverse-over-reverse"
    one_of(mode, "mode", (*modes, "reverse-over-forward"))
    names = [x.name for x in _real_inputs(tape, wrt)]
    first = gradient(tape, names)
    if mode == "forward-over-reverse":
        return _renamed(jvp(first, names, value=False), names)
    if mode == "reverse-over-forward":
        return _renamed(gradient(jvp(tape, names, value=False), names), names)
    with Recorder() as recorder:
        env = _inputs_again(recorder, first)
        replay(first.equations, env)
        bars = _outputs_again(first, env).values()
        terms = []
        for name, bar in zip(names, bars, strict=True):
            dot = recorder.input(f"{name}_dot", bar.shape)
            terms.append((bar * dot).sum())
        slope = recorder.finish(
            tape.name, {"slope": summed(terms)}, prune=True
        )
    return _renamed(gradient(slope, names), names)


def jacobian(
    tape: Tape,
    wrt: str,
    values: Mapping[str, Any],
    *,
    mode: str = "reverse",
) -> Any:
    """Return the Jacobian matrix of the output in one input.

    Parameters
    ----------
    tape
        A tape with one output ``y``.
    wrt
        The input ``x``.
    values
        The inputs by name.
    mode
        ``"reverse"``: row by row, a VJP with each unit cotangent.
        ``"forward"``: column by column, a JVP with each unit tangent.

    Returns
    -------
    ndarray, shape ``y.shape + x.shape``

    Raises
    ------
    ValueError
        If the tape does not have one output.

    Examples
    --------
    >>> from byhand.tape import record
    >>> square = record(lambda x: x * x, x="n")
    >>> jacobian(square, "x", {"x": [1.0, 2.0]})
    array([[2., 0.],
           [0., 4.]])
    """
    one_of(mode, "mode", ("reverse", "forward"))
    if not isinstance(wrt, str):
        raise TypeError(f"wrt must be the name of one input, got {shown(wrt)}")
    (x,) = _real_inputs(tape, wrt)
    values = as_mapping(values, "values")
    name, *more = tape.outputs
    if more:
        raise ValueError(
            f"a Jacobian needs one output; {tape.name} has "
            f"{', '.join(tape.outputs)}"
        )
    output = np.asarray(tape.run(values)[name])
    source = np.asarray(values[x.name])
    turned = mode == "reverse"
    derived = (vjp if turned else jvp)(tape, x.name, value=False)
    seed_name = derived.inputs[-1].name
    given = output if turned else source
    pieces = []
    for k in range(given.size):
        unit = np.zeros(given.size, dtype=given.dtype)
        unit[k] = 1.0
        seeds = {**values, seed_name: unit.reshape(given.shape)}
        (piece,) = derived.run(seeds).values()
        pieces.append(np.ravel(piece))
    matrix = np.array(pieces) if turned else np.array(pieces).T
    return matrix.reshape(output.shape + source.shape)


def _real_inputs(tape: Tape, wrt: str | Sequence[str] | None) -> list[Input]:
    if not isinstance(tape, Tape):
        raise TypeError(
            f"a tape is wanted, got {shown(tape)}; record(...) makes one"
        )
    real = {x.name: x for x in tape.inputs if x.classes is None}
    names = (
        list(real)
        if wrt is None
        else [wrt]
        if isinstance(wrt, str)
        else as_list(wrt, "wrt", "names")
    )
    for name in names:
        if not isinstance(name, str) or name not in real:
            raise ValueError(
                f"wrt: {tape.name} has no input {shown(name)} to "
                f"differentiate by; it has {', '.join(real)}"
            )
    if not names or len(set(names)) < len(names):
        raise ValueError(
            f"wrt must name at least one input, each once, got {names}"
        )
    return [real[name] for name in names]


def _mark(tape: Tape, mark: str) -> str:
    """Return ``bar``, or ``bar2`` if the tape has bars already."""
    inside = (line.name for line in tape.body)
    names = {*(x.name for x in tape.inputs), *inside, *tape.outputs}
    free, k = mark, 1
    while any(f"{name}_{free}" in names for name in names):
        k += 1
        free = f"{mark}{k}"
    return free


def _inputs_again(recorder: Recorder, tape: Tape) -> dict[Any, Atom]:
    return {
        x.key: recorder.input(x.name, x.shape, x.classes) for x in tape.inputs
    }


def _outputs_again(tape: Tape, env: Mapping[Any, Atom]) -> dict[str, Atom]:
    return {
        name: x if isinstance(x, Literal) else env[x.key]
        for name, x in tape.outputs.items()
    }


def _values(env: Mapping[Any, Atom], e: Equation) -> list[Atom]:
    return [
        x if isinstance(x, Literal) else env[x.key]
        for x in (e.output, *e.inputs)
    ]


def _call_it(new: Atom, old: Var, mark: str) -> Atom:
    if isinstance(new, Var) and new.equation and not new.name and old.name:
        new.name = f"{old.name}_{mark}"
    return new


def _renamed(tape: Tape, names: Sequence[str]) -> Tape:
    with Recorder() as recorder:
        env = _inputs_again(recorder, tape)
        replay(tape.equations, env)
        new = _outputs_again(tape, env).values()
        outputs = {}
        for name, x in zip(names, new, strict=True):
            outputs[f"{name}_bar_dot"] = x
            if isinstance(x, Var) and x.equation:
                x.name = f"{name}_bar_dot"
        return recorder.finish(tape.name, outputs, prune=True)
