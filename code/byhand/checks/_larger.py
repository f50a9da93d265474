"""Networks of more inputs than a proof reaches, on inputs that tell most."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from byhand.checks._networks import Hint, Networks
from byhand.threshold import Network, Specification


def compare_on(
    networks: Networks,
    network: Network,
    specification: Specification,
    x: NDArray[Any],
    *,
    given: dict[str, Any],
    hint: Hint,
) -> None:
    """Compare a network with its specification on these inputs."""
    networks.tried += 1
    got = network(x)[:, 0]
    expected = np.asarray(specification(x)).astype(int)
    wrong = np.flatnonzero(got != expected)
    if len(wrong):
        i = int(wrong[0])
        networks.check.fail(
            given=given | {"inputs": str(tuple(x[i].tolist()))},
            expected=int(expected[i]),
            got=int(got[i]),
            hint=hint if isinstance(hint, str) else hint(network, x[i]),
        )


def with_equal_entries(n: int) -> NDArray[np.int64]:
    """Return inputs of n + 1 entries, of which s equal the last, any s."""
    rng = np.random.default_rng(n)
    rows = []
    for s in range(n + 1):
        for _ in range(3):
            # The last entry is 0; the others are close by or far away.
            x = rng.choice([-1, 1], n + 1) * rng.integers(1, 10**6, n + 1)
            x[rng.random(n + 1) < 0.3] = 1
            x[rng.choice(n, s, replace=False)] = 0
            x[-1] = 0
            rows.append(x)
    return np.array(rows)
