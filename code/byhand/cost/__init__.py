"""What computations cost: polynomials in the sizes, confirmed by counting."""

from ._polynomials import evaluate, sizes
from .chain import Reversal, reverse_chain
from .checkpoint import (
    minimum_budget,
    reach,
    recomputation_table,
    recomputations,
    schedule,
)
from .compare import Comparison, RegionMap, compare, region_map
from .orders import (
    Factor,
    Multiplication,
    Optimum,
    Order,
    Product,
    number_of_orders,
)
from .schedules import Action, Schedule
from .signs import Sign, sign_of

__all__ = [
    "Action",
    "Comparison",
    "Factor",
    "Multiplication",
    "Optimum",
    "Order",
    "Product",
    "RegionMap",
    "Reversal",
    "Schedule",
    "Sign",
    "compare",
    "evaluate",
    "minimum_budget",
    "number_of_orders",
    "reach",
    "recomputation_table",
    "recomputations",
    "region_map",
    "reverse_chain",
    "schedule",
    "sign_of",
    "sizes",
]
