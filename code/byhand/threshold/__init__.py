"""Threshold networks: set by hand, checked on boxes, proved for integers.

Weights and inputs are integers and Fractions of any size, and the arithmetic
is exact.  What does not fit raises TypeError or ValueError, which says what
came and what was wanted; so does work that no machine would finish.
"""

from byhand.threshold.approximation import staircase
from byhand.threshold.conditions import Condition, condition
from byhand.threshold.lower_bounds import (
    refute_first_layer,
    small_units,
    smallest_first_layer,
)
from byhand.threshold.membership import (
    is_member,
    membership_heaviside,
    membership_interval,
)
from byhand.threshold.network import Layer, Network, parallel, series
from byhand.threshold.parity import is_odd, parity_deep, parity_shallow
from byhand.threshold.patterns import (
    bell,
    equality_patterns,
    fubini,
    weak_orderings,
)
from byhand.threshold.permutation import (
    is_permutation,
    permutation_counting,
    permutation_enumeration,
    permutation_gram,
    permutation_of_two,
    permutation_sizes,
)
from byhand.threshold.proofs import OutOfReach, prove
from byhand.threshold.published import PUBLISHED
from byhand.threshold.separability import (
    Obstruction,
    Separation,
    bits,
    count_dichotomies,
    count_threshold_functions,
    cover_count,
    separate,
)
from byhand.threshold.sorting import (
    batcher_comparators,
    compare_and_swap,
    insertion_comparators,
    sorting_network,
    sorts,
    stages,
)
from byhand.threshold.training import Training, perceptron
from byhand.threshold.units import (
    HEAVISIDE,
    IDENTITY,
    INTERVAL,
    RELU,
    Unit,
    equality,
)
from byhand.threshold.verification import (
    Counterexample,
    Report,
    Specification,
    pointwise,
    verify,
)
from byhand.threshold.z3proof import (
    find_counterexample,
    is_member_formula,
    is_permutation_formula,
)

__all__ = [
    "HEAVISIDE",
    "IDENTITY",
    "INTERVAL",
    "PUBLISHED",
    "RELU",
    "Condition",
    "Counterexample",
    "Layer",
    "Network",
    "Obstruction",
    "OutOfReach",
    "Report",
    "Separation",
    "Specification",
    "Training",
    "Unit",
    "batcher_comparators",
    "bell",
    "bits",
    "compare_and_swap",
    "condition",
    "count_dichotomies",
    "count_threshold_functions",
    "cover_count",
    "equality",
    "equality_patterns",
    "find_counterexample",
    "fubini",
    "insertion_comparators",
    "is_member",
    "is_member_formula",
    "is_odd",
    "is_permutation",
    "is_permutation_formula",
    "membership_heaviside",
    "membership_interval",
    "parallel",
    "parity_deep",
    "parity_shallow",
    "perceptron",
    "permutation_counting",
    "permutation_enumeration",
    "permutation_gram",
    "permutation_of_two",
    "permutation_sizes",
    "pointwise",
    "prove",
    "refute_first_layer",
    "separate",
    "series",
    "small_units",
    "smallest_first_layer",
    "sorting_network",
    "sorts",
    "stages",
    "staircase",
    "verify",
    "weak_orderings",
]
