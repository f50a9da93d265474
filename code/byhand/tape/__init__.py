"""A tape: recorded once, then printed, run, differentiated, compiled."""

from byhand.tape.contraction import einsum, outer
from byhand.tape.primitives import (
    concatenate,
    cross_entropy,
    elementwise,
    exp,
    log,
    log_softmax,
    maximum,
    one_hot,
    pad,
    pick,
    place,
    relu,
    sigmoid,
    softmax,
    softplus,
    sqrt,
    tanh,
)
from byhand.tape.recorder import index, named, record
from byhand.tape.rows import by_rows
from byhand.tape.tape import Tape
from byhand.tape.transform import gradient, hvp, jacobian, jvp, vjp
from byhand.tape.values import TABLE, Primitive

__all__ = [
    "TABLE",
    "Primitive",
    "Tape",
    "by_rows",
    "concatenate",
    "cross_entropy",
    "einsum",
    "elementwise",
    "exp",
    "gradient",
    "hvp",
    "index",
    "jacobian",
    "jvp",
    "log",
    "log_softmax",
    "maximum",
    "named",
    "one_hot",
    "outer",
    "pad",
    "pick",
    "place",
    "record",
    "relu",
    "sigmoid",
    "softmax",
    "softplus",
    "sqrt",
    "tanh",
    "vjp",
]
