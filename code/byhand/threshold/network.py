"""Layers and networks: immutable, vectorized over batches, and exact.

Weights and biases are integers or Fractions, and so are the inputs, of any
size; the value of a network is the value that its formula has.  Rounding
happens in one place only, :meth:`Network.float64`, for those who ask for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from byhand._validate import as_array, as_integer, as_sequence, shown
from byhand.threshold._evaluation import (
    Exact,
    IntegerForm,
    exact_values,
    rationals,
)
from byhand.threshold._size import require_buildable
from byhand.threshold.conditions import condition, linear
from byhand.threshold.units import IDENTITY, Unit, as_unit

# Products with at most this many multiplications: they stay in the cache and
# on one core, where BLAS would otherwise spend more on threads than it saves.
_CHUNK = 2**18


@dataclass(frozen=True, eq=False)
class Layer:
    """A layer of units: ``units(W x + b)``.

    Parameters
    ----------
    W : array of shape (m, n)
        One row of weights for each unit, integers or Fractions.
    b : array of shape (m,)
        The biases, integers or Fractions.
    unit
        One unit for all rows or a sequence of ``m`` units, each a
        :class:`Unit` or a name: ``"interval"``, ``"heaviside"``,
        ``"relu"``, ``"identity"``.

    Attributes
    ----------
    W, b : read-only arrays
        int64 if all entries fit, otherwise objects.
    units : tuple of Unit
        The unit of each row.
    inputs, size : int
        How many values the layer reads, and how many units it has.

    Raises
    ------
    TypeError
        For a float such as 0.1, which does not say which number is meant.

    Examples
    --------
    >>> same = Layer([[2, -2]], [0], "interval")
    >>> same([[5, 5], [5, 6]])
    array([[1],
           [0]])
    """

    W: NDArray[Any]
    b: NDArray[Any]
    units: tuple[Unit, ...]

    def __init__(
        self,
        W: Exact,
        b: Exact,
        unit: Unit | str | Sequence[Unit | str],
    ) -> None:
        W, b = rationals(W, "W"), rationals(b, "b")
        if W.ndim != 2 or not W.size:
            raise ValueError(
                "W must be a matrix with one row for each unit, got shape "
                f"{W.shape}"
            )
        if b.shape != W.shape[:1]:
            raise ValueError(
                f"W has shape {W.shape} and needs one bias for each row, "
                f"b of shape {W.shape[:1]}; got shape {b.shape}"
            )
        if isinstance(unit, Sequence) and not isinstance(unit, str):
            units = tuple(as_unit(u) for u in unit)
        else:
            units = (as_unit(unit),) * len(W)
        if len(units) != len(W):
            raise ValueError(
                f"W has {len(W)} rows and needs as many units, got "
                f"{len(units)}"
            )
        W.setflags(write=False)
        b.setflags(write=False)
        object.__setattr__(self, "W", W)
        object.__setattr__(self, "b", b)
        object.__setattr__(self, "units", units)

    @property
    def inputs(self) -> int:
        """How many values the layer reads."""
        return int(self.W.shape[1])

    @property
    def size(self) -> int:
        """How many units the layer has."""
        return int(self.W.shape[0])

    def __call__(self, x: Exact) -> NDArray[Any]:
        """Return the exact values of the units, as ``Network(layer)(x)``."""
        return Network(self)(x)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Layer):
            return NotImplemented
        return self._key == other._key

    def __hash__(self) -> int:
        return hash(self._key)

    @cached_property
    def _key(self) -> tuple[Any, ...]:
        rows = tuple(map(tuple, self.W.tolist()))
        return rows, tuple(self.b.tolist()), self.units

    @cached_property
    def _integer_form(self) -> IntegerForm:
        return IntegerForm(self.W.tolist(), self.b.tolist(), self.units)

    def _evaluate(self, x: NDArray[Any]) -> NDArray[Any]:
        if x.dtype != object:
            values = self._integer_form(x)
            if values is not None:
                return values
        return exact_values(x, self.W, self.b, self.units)


@dataclass(frozen=True)
class Network:
    """A feed-forward network: layers in series.

    Parameters
    ----------
    layers
        One or more layers; each reads the values of the one before.
    names
        Names of the inputs, for text and drawings; ``x1``, ``x2``, … if
        left out.

    Attributes
    ----------
    inputs, outputs : int
        How many values the network reads and returns.
    shape : tuple of int
        The inputs and the units of each layer, as in "a 4-3-1 network".
    size : int
        The number of units, those of the last layer included.
    depth : int
        The number of layers.

    Examples
    --------
    >>> network = Network(
    ...     Layer([[-2, 0, 2], [0, -2, 2]], [0, 0], "interval"),
    ...     Layer([[1, 1]], [-2], "interval"),
    ... )
    >>> print(network)
    A 3-2-1 network: 3 units, depth 2
      h1  = 1[|-2 x1 + 2 x3| ≤ 1]  x3 = x1
      h2  = 1[|-2 x2 + 2 x3| ≤ 1]  x3 = x2
      out = 1[|h1 + h2 - 2| ≤ 1]   h1 + h2 ≥ 1
    >>> network([[4, 9, 9], [4, 9, 5]])
    array([[1],
           [0]])
    """

    layers: tuple[Layer, ...]
    names: tuple[str, ...]

    def __init__(
        self, *layers: Layer, names: Sequence[str] | None = None
    ) -> None:
        if not layers:
            raise ValueError("a network needs at least one layer, got none")
        for layer in layers:
            if not isinstance(layer, Layer):
                raise TypeError(
                    "a network is built from Layer(W, b, unit), got "
                    f"{shown(layer)}"
                )
        for k, (first, second) in enumerate(pairwise(layers), start=1):
            if first.size != second.inputs:
                raise ValueError(
                    f"layer {k + 1} does not chain: its W has shape "
                    f"{second.W.shape} and reads {second.inputs} values, "
                    f"but layer {k} with W of shape {first.W.shape} gives "
                    f"{first.size}"
                )
        n = layers[0].inputs
        if names is None:
            names = [f"x{i}" for i in range(1, n + 1)]
        names = as_sequence(names, "names", "strings")
        if not all(isinstance(name, str) for name in names):
            raise TypeError(f"names must be strings, got {shown(names)}")
        if not len(names) == len(set(names)) == n:
            raise ValueError(
                f"the network has {n} inputs and needs {n} different names, "
                f"got {list(names)}"
            )
        object.__setattr__(self, "layers", tuple(layers))
        object.__setattr__(self, "names", tuple(names))

    @property
    def inputs(self) -> int:
        """How many values the network reads."""
        return self.layers[0].inputs

    @property
    def outputs(self) -> int:
        """How many values the network returns."""
        return self.layers[-1].size

    @property
    def shape(self) -> tuple[int, ...]:
        """The inputs and the units of each layer."""
        return (self.inputs, *(layer.size for layer in self.layers))

    @property
    def size(self) -> int:
        """The number of units."""
        return sum(layer.size for layer in self.layers)

    @property
    def depth(self) -> int:
        """The number of layers."""
        return len(self.layers)

    def __call__(self, x: Exact) -> NDArray[Any]:
        """Return the exact output for each input vector.

        Parameters
        ----------
        x : array of shape (..., inputs)
            Integers or Fractions of any size; truth values count as 0, 1.

        Returns
        -------
        array of shape (..., outputs)
            int64 if every value fits, otherwise an object array of Python
            integers and Fractions.

        """
        x = self._checked(rationals(x, "x"))
        rows = x.reshape(-1, self.inputs)
        step = max(128, _CHUNK // max(at.W.size for at in self.layers))
        parts = [
            self._evaluate(rows[start : start + step])
            for start in range(0, max(len(rows), 1), step)
        ]
        return np.concatenate(parts).reshape(*x.shape[:-1], self.outputs)

    def _evaluate(self, rows: NDArray[Any]) -> NDArray[Any]:
        for layer in self.layers:
            rows = layer._evaluate(rows)
        return rows.astype(np.int64) if rows.dtype == bool else rows

    def float64(self, x: ArrayLike) -> NDArray[np.float64]:
        """Return the output in float64, with its rounding.

        Weights are rounded to float64 first; every sum runs from left to
        right, the bias last, so that all machines give the same bits.

        Parameters
        ----------
        x : array of shape (..., inputs)
            Finite real numbers.

        Returns
        -------
        array of shape (..., outputs)

        Examples
        --------
        >>> Network(Layer([[1, 1, 1]], [0], "identity")).float64([0.5, 1, 2])
        array([3.5])
        """
        x = self._checked(as_array(x, "x"))
        for k, layer in enumerate(self.layers, start=1):
            try:
                W, b = layer.W.astype(float), layer.b.astype(float)
            except OverflowError:
                raise ValueError(
                    f"layer {k} has a weight that float64 cannot hold"
                ) from None
            z = x[..., :1] * W[:, 0]
            for j in range(1, layer.inputs):
                z = z + x[..., j : j + 1] * W[:, j]
            z = z + b
            columns = [u(z[..., i]) for i, u in enumerate(layer.units)]
            x = np.stack(columns, axis=-1).astype(float)
        return x

    def _checked(self, x: NDArray[Any]) -> NDArray[Any]:
        if x.ndim == 0 or x.shape[-1] != self.inputs:
            raise ValueError(
                f"the network reads {self.inputs} values, the last axis of "
                f"x; got shape {x.shape}"
            )
        return x

    def rewired(
        self,
        wires: Sequence[int],
        inputs: int,
        *,
        names: Sequence[str] | None = None,
    ) -> Network:
        """Return the network with its inputs taken from another vector.

        Input ``k`` of this network becomes input ``wires[k]`` of the new
        one.  Wires may share an input; no unit is added.

        Examples
        --------
        >>> difference = Network(Layer([[1, -1]], [0], "identity"))
        >>> difference.rewired([2, 0], 3)([10, 20, 30])
        array([20])
        """
        inputs = as_integer(inputs, "inputs", minimum=1)
        wires = [
            as_integer(wire, "a wire", minimum=0)
            for wire in as_sequence(wires, "wires", "integers")
        ]
        if len(wires) != self.inputs or max(wires) >= inputs:
            raise ValueError(
                f"wires must hold {self.inputs} indices below {inputs}, got "
                f"{wires}"
            )
        first, *rest = self.layers
        require_buildable(f"inputs = {shown(inputs)}", first.size, inputs)
        W = np.zeros((first.size, inputs), dtype=object)
        for k, wire in enumerate(wires):
            W[:, wire] += first.W[:, k].astype(object)
        return Network(Layer(W, first.b, first.units), *rest, names=names)

    def unit_names(self, layer: int) -> list[str]:
        """Return the names of the units of a layer; layer 0 is the input.

        >>> Network(Layer([[1, 1]], [0], "relu")).unit_names(0)
        ['x1', 'x2']
        """
        layer = as_integer(layer, "layer", minimum=0, maximum=self.depth)
        if layer == 0:
            return list(self.names)
        size = self.shape[layer]
        if layer == self.depth:
            stem = "out"
            if size == 1:
                return [stem]
        else:
            stem = "h" if self.depth == 2 else f"h{layer}_"
        return [f"{stem}{i}" for i in range(1, size + 1)]

    def formulas(self, layer: int) -> list[str]:
        """Return what each unit of a layer computes, weights and all.

        Layers are counted from 1.
        """
        at = self._layer(layer)
        before = self.unit_names(layer - 1)
        return [
            unit.formula(linear(w, b, before))
            for w, b, unit in zip(
                at.W.tolist(), at.b.tolist(), at.units, strict=True
            )
        ]

    def _layer(self, number: int) -> Layer:
        last = self.depth
        return self.layers[
            as_integer(number, "layer", minimum=1, maximum=last) - 1
        ]

    def meanings(self, layer: int) -> list[str]:
        """Return what each unit of a layer says about integer inputs.

        Layers are counted from 1.  A unit that passes on a number, or that
        may see a fraction, is described by its formula.

        Examples
        --------
        >>> Network(Layer([[2, -2]], [0], "interval")).meanings(1)
        ['x1 = x2']
        """
        at = self._layer(layer)
        before = self.unit_names(layer - 1)
        bits = [False] * at.inputs
        if layer > 1:
            bits = [u.is_indicator for u in self.layers[layer - 2].units]
        whole = all(
            earlier._integer_form.whole for earlier in self.layers[: layer - 1]
        )
        return [
            condition(w, b, unit).text(before, bits)
            if unit.is_indicator and whole
            else unit.formula(linear(w, b, before))
            for w, b, unit in zip(
                at.W.tolist(), at.b.tolist(), at.units, strict=True
            )
        ]

    def __repr__(self) -> str:
        shape = "-".join(map(str, self.shape))
        units = "1 unit" if self.size == 1 else f"{self.size} units"
        return f"A {shape} network: {units}, depth {self.depth}"

    def __str__(self) -> str:
        rows: list[tuple[str, str, str]] = []
        for k in range(1, self.depth + 1):
            rows += zip(
                self.unit_names(k),
                self.formulas(k),
                self.meanings(k),
                strict=True,
            )
        left = max(len(name) for name, _, _ in rows)
        middle = max(len(formula) for _, formula, _ in rows)
        lines = [
            f"  {name:<{left}} = "
            + (
                formula
                if meaning == formula
                else f"{formula:<{middle}}  {meaning}"
            )
            for name, formula, meaning in rows
        ]
        return "\n".join([repr(self), *lines])


def series(*networks: Network) -> Network:
    """Return the composition of networks, the first one first.

    Where a network ends in a layer of identity units, the next network's
    weights absorb it: such a layer computes nothing that weights cannot,
    and its units do not count.

    Examples
    --------
    >>> double = Network(Layer([[2]], [0], "identity"))
    >>> print(series(double, double))
    A 1-1 network: 1 unit, depth 1
      out = 4 x1
    """
    _require_networks(networks)
    layers = list(networks[0].layers)
    for k, network in enumerate(networks[1:], start=2):
        first, *rest = network.layers
        if layers[-1].size != first.inputs:
            raise ValueError(
                f"network {k} reads {first.inputs} values, but network "
                f"{k - 1} gives {layers[-1].size}"
            )
        last = layers[-1]
        if set(last.units) == {IDENTITY}:
            W = first.W.astype(object)
            b = W @ last.b.astype(object) + first.b
            layers[-1] = Layer(W @ last.W.astype(object), b, first.units)
        else:
            layers.append(first)
        layers += rest
    return Network(*layers, names=networks[0].names)


def parallel(
    *networks: Network, names: Sequence[str] | None = None
) -> Network:
    """Return networks side by side, each with inputs of its own.

    A network with fewer layers than the others is padded with identity
    units, which do count.  To let the networks share inputs, call
    :meth:`Network.rewired` on the result.

    Examples
    --------
    >>> sign = Network(Layer([[1]], [0], "heaviside"))
    >>> parallel(sign, sign).rewired([0, 0], 1)(7)
    Traceback (most recent call last):
        ...
    ValueError: the network reads 1 values, the last axis of x; got shape ()
    >>> parallel(sign, sign).rewired([0, 0], 1)([7])
    array([1, 1])
    """
    _require_networks(networks)
    depth = max(network.depth for network in networks)
    columns = []
    for network in networks:
        m = network.outputs
        idle = Layer(np.eye(m, dtype=int), np.zeros(m, dtype=int), IDENTITY)
        columns.append([*network.layers, *[idle] * (depth - network.depth)])
    layers = [_beside(row) for row in zip(*columns, strict=True)]
    return Network(*layers, names=names)


def _beside(layers: Sequence[Layer]) -> Layer:
    W = np.zeros(
        (sum(at.size for at in layers), sum(at.inputs for at in layers)),
        dtype=object,
    )
    row = column = 0
    for at in layers:
        W[row : row + at.size, column : column + at.inputs] = at.W
        row, column = row + at.size, column + at.inputs
    return Layer(
        W,
        np.concatenate([at.b.astype(object) for at in layers]),
        [unit for at in layers for unit in at.units],
    )


def _require_networks(networks: Sequence[Network]) -> None:
    if not networks:
        raise ValueError("there must be at least one network, got none")
    for network in networks:
        if not isinstance(network, Network):
            raise TypeError(f"expected a Network, got {shown(network)}")
