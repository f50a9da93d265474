"""What computations cost: polynomials in the sizes, confirmed by counting."""

from byhand.cost._polynomials import evaluate, sizes
from byhand.cost.chain import Reversal, chain_of, reverse_chain
from byhand.cost.checkpoint import (
    minimum_budget,
    reach,
    recomputation_table,
    recomputations,
    schedule,
)
from byhand.cost.compare import Comparison, RegionMap, compare, region_map
from byhand.cost.counting import (
    Number,
    Tally,
    count_by_running,
    measured_peak,
    random_inputs,
    run,
)
from byhand.cost.memory import SCRATCH, peak, profile, total
from byhand.cost.model import Cost, Line, Operations, count, count_lines
from byhand.cost.modes import (
    Ratio,
    Way,
    gradient_ratio,
    gradient_ways,
    hvp_ways,
    jacobian_ways,
)
from byhand.cost.orders import (
    Factor,
    Multiplication,
    Optimum,
    Order,
    Product,
    number_of_orders,
)
from byhand.cost.schedules import Action, Schedule
from byhand.cost.signs import Sign, sign_of

__all__ = [
    "SCRATCH",
    "Action",
    "Comparison",
    "Cost",
    "Factor",
    "Line",
    "Multiplication",
    "Number",
    "Operations",
    "Optimum",
    "Order",
    "Product",
    "Ratio",
    "RegionMap",
    "Reversal",
    "Schedule",
    "Sign",
    "Tally",
    "Way",
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
    "minimum_budget",
    "number_of_orders",
    "peak",
    "profile",
    "random_inputs",
    "reach",
    "recomputation_table",
    "recomputations",
    "region_map",
    "reverse_chain",
    "run",
    "schedule",
    "sign_of",
    "sizes",
    "total",
]
