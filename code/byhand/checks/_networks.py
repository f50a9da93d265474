"""Networks as answers: of the right shape, and right for all integers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from byhand.checks._answers import Refused
from byhand.checks._protocol import Check
from byhand.threshold import (
    Counterexample,
    Layer,
    Network,
    Specification,
    Unit,
    equality_patterns,
    prove,
    verify,
    weak_orderings,
)

Hint = str | Callable[[Network, NDArray[Any]], str]

# The most patterns of a proof, and the largest box where there is none.
_MOST_PATTERNS = 10**6
_LARGEST_BOX = 10**5


class Networks:
    """The networks of a learner, compared with what they should compute."""

    def __init__(self, check: Check, answer: object) -> None:
        self.check = check
        self.answer = answer
        self.proved = 0
        self.tried = 0

    def ask(self, inputs: int, **given: Any) -> Network:
        """Return the network for these arguments, with a single output."""
        network = self.check.read(
            _network,
            self.check.call(self.answer, **given),
            given=given,
            expected="a Network(Layer(W, b, unit), …)",
            hint="Layer and Network are imported from byhand.threshold.",
        )
        if (network.inputs, network.outputs) != (inputs, 1):
            self.check.fail(
                given=given,
                expected=f"a network with {inputs} inputs and 1 output",
                got=network,
                hint="The inputs come in the order of the exercise, and the "
                "network answers with a single 0 or 1.",
            )
        return network

    def compare(
        self,
        network: Network,
        specification: Specification,
        *,
        given: dict[str, Any],
        hint: Hint,
    ) -> None:
        """Prove a network or, where patterns are no proof, try it.

        A hint may be a function of the network and an input on which it is
        wrong.
        """
        try:
            report = prove(
                network, specification, limit=_MOST_PATTERNS, progress=False
            )
        except ValueError:
            # Beyond the theorem's reach, or too many patterns.
            found = _try(network, specification)
            self.tried += 1
        else:
            found = report.counterexample
            self.proved += 1
        if found is not None:
            self.check.fail(
                given=given | {"inputs": str(found.x)},
                expected=found.expected,
                got=found.got,
                hint=hint
                if isinstance(hint, str)
                else hint(network, np.array(found.x)),
            )

    def evidence(self) -> str:
        """Say what was proved, and what was only tried."""
        parts = []
        if self.proved:
            parts.append(f"{self.proved} networks proved for all integers")
        if self.tried:
            parts.append(f"{self.tried} tried on many inputs, without a proof")
        return ", ".join(parts)


def _network(value: object) -> Network:
    """Read a network as data: a subclass may compute something else."""
    if not isinstance(value, Network):
        raise Refused
    layers = [
        Layer(
            layer.W,
            layer.b,
            [Unit(unit.name, unit.low, unit.high) for unit in layer.units],
        )
        for layer in value.layers
    ]
    return Network(*layers, names=value.names)


def _try(
    network: Network, specification: Specification
) -> Counterexample | None:
    n = network.inputs
    side = 2
    while (side + 1) ** n <= _LARGEST_BOX and side < 9:
        side += 1
    values = range(-(side // 2), side - side // 2)
    report = verify(network, specification, values, progress=False)
    if not report:
        return report.counterexample
    for x in _scattered(n):
        got = network(x)[:, 0]
        expected = np.asarray(specification(x)).astype(int)
        wrong = np.flatnonzero(got != expected)
        if len(wrong):
            i = int(wrong[0])
            return Counterexample(
                tuple(x[i].tolist()), int(expected[i]), int(got[i])
            )
    return None


def _scattered(inputs: int) -> Iterator[NDArray[np.int64]]:
    """Yield inputs of every order and pattern, close by and far out.

    Weights that are slightly off show where large numbers are equal or
    differ by 1; too narrow a window shows where numbers differ by much.
    """
    rng = np.random.default_rng(0)
    patterns = np.concatenate(list(equality_patterns(inputs)))
    alike = [patterns, *(weak_orderings(inputs) if inputs <= 5 else ())]
    for start in (-2, 10, -100, 10**4, -(10**9), 10**9):
        for x in alike:
            yield x + start
    for spread in (5, 20, 1000, 10**9):
        values = rng.integers(-spread, spread, (len(patterns), inputs))
        yield np.take_along_axis(values, patterns, axis=1)
