"""Networks that have been published, and are wrong for some integers."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import permutations
from types import MappingProxyType

from byhand.threshold.membership import is_member, membership_interval
from byhand.threshold.network import Layer, Network
from byhand.threshold.permutation import (
    is_permutation,
    permutation_enumeration,
)
from byhand.threshold.units import Unit, equality
from byhand.threshold.verification import Specification

_NAMES = ("x1", "x2", "x3", "y1", "y2", "y3")


@dataclass(frozen=True)
class Claim:
    """A network and what it was said to compute.

    Attributes
    ----------
    statement : str
        The construction in one line.
    network : Network
    specification : function
        What the network should return.
    """

    statement: str
    network: Network
    specification: Specification


def _matches() -> Network:
    """Count the pairs x_i = y_j; say yes if there are three."""
    first = permutation_enumeration(3).layers[0]
    return Network(first, Layer([[1] * 9], [0], equality(3)), names=_NAMES)


def _radix() -> Network:
    """Compare 100 x1 + 10 x2 + x3 with the same of each rearranged y."""
    x = (100, 10, 1)
    W = [[*x, *(-place for place in y)] for y in permutations(x)]
    return Network(
        Layer(W, [0] * 6, equality(0)),
        Layer([[1] * 6], [0], Unit("at least 1", 1)),
        names=_NAMES,
    )


#: Wrong constructions by name; each has an input on which it fails.
PUBLISHED = MappingProxyType(
    {
        "membership, bias -2": Claim(
            "equality units x4 = x_i, output φ(-2 Σh - 2)",
            membership_interval(3, w=-2, b=-2),
            is_member,
        ),
        "membership, bias 2": Claim(
            "equality units x4 = x_i, output φ(2 (1 - Σh))",
            membership_interval(3, w=-2, b=2),
            is_member,
        ),
        "permutation, exactly one": Claim(
            "one unit for each permutation, output 1[Σh = 1]",
            permutation_enumeration(3, output=equality(1)),
            is_permutation,
        ),
        "permutation, three matches": Claim(
            "equality units x_i = y_j, output 1[Σh = 3]",
            _matches(),
            is_permutation,
        ),
        "permutation, radix 10": Claim(
            "one unit for each permutation σ, 1[Σ 10^k (x_k - y_σ(k)) = 0]; "
            "output 1[Σh ≥ 1]",
            _radix(),
            is_permutation,
        ),
    }
)
