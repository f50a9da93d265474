"""What computations cost: polynomials in the sizes, confirmed by counting.

A size is a positive integer, given by its symbol or by its name; a symbol
without a value is a ValueError that names it.  What is wanted as a tape, an
order or a schedule and is none, or as an integer and is none, is a
TypeError that says what came.
"""

from byhand.cost._polynomials import evaluate, sizes
from byhand.cost.chain import chain_of, reverse_chain
from byhand.cost.checkpoint import (
    reach,
    recomputation_table,
    recomputations,
    schedule,
)
from byhand.cost.comparison import compare, region_map
from byhand.cost.counting import (
    Tally,
    count_by_running,
    measured_peak,
    random_inputs,
)
from byhand.cost.memory import peak, profile
from byhand.cost.model import Operations, count, count_lines
from byhand.cost.modes import (
    gradient_ratio,
    gradient_ways,
    hvp_ways,
    jacobian_ways,
)
from byhand.cost.orders import Order, Product, number_of_orders
from byhand.cost.schedules import Schedule
from byhand.cost.signs import sign_of

__all__ = [
    "Operations",
    "Order",
    "Product",
    "Schedule",
    "Tally",
    "chain_of",
    "compare",
    "count",
    "count_by_running",
    "count_lines",
    "evaluate",
    "gradient_ratio",
    "gradient_ways",
    "hvp_ways",
    "jacobian_ways",
    "measured_peak",
    "number_of_orders",
    "peak",
    "profile",
    "random_inputs",
    "reach",
    "recomputation_table",
    "recomputations",
    "region_map",
    "reverse_chain",
    "schedule",
    "sign_of",
    "sizes",
]
