"""The drawings of orders and graphs show what the data say."""

import matplotlib.pyplot as plt
import pytest
from byhand.cost import Product
from byhand.figures import subplots
from byhand.figures.products import draw_linear, draw_order

SHAPES = {"J1": (3, 2), "J2": (4, 3), "J3": (2, 4), "x": 2}
PROGRAM = {
    "u": {"x1": 2, "x2": 3},
    "w": {"x2": 5, "x3": -4},
    "y": {"u": 7, "w": -1},
}


@pytest.fixture
def ax():
    figure, axes = subplots()
    yield axes
    plt.close(figure)


def test_factors_have_their_shapes(ax):
    assert draw_order(Product("J3 J2 J1 x", **SHAPES).orders()[0], ax) is ax
    boxes = [(p.get_height(), p.get_width()) for p in ax.patches]
    assert boxes == [(2, 4), (4, 3), (3, 2), (2, 1)]


@pytest.mark.parametrize("number", range(5))
def test_lines_join_what_is_multiplied(ax, number):
    order = Product("J3 J2 J1 x", **SHAPES).orders()[number]
    draw_order(order, ax)
    lefts = [p.get_x() for p in ax.patches]
    rights = [p.get_x() + p.get_width() for p in ax.patches]
    for line, step in zip(ax.lines, order.steps, strict=True):
        start, stop = line.get_xdata()
        a, _, c = step.shape
        first, last = lefts.index(start), rights.index(stop)
        factors = order.product.factors
        assert (factors[first].rows, factors[last].columns) == (a, c)
    heights = [line.get_ydata()[0] for line in ax.lines]
    assert heights == sorted(heights, reverse=True)


def test_symbols_cannot_be_drawn(ax):
    with pytest.raises(ValueError, match="symbols for sizes"):
        draw_order(Product("v vᵀ y", v="n", y="n").orders()[0], ax)


def arrows(ax):
    return {
        (t.get_position(), t.xy)
        for t in ax.texts
        if getattr(t, "arrow_patch", None)
    }


def texts(ax):
    return sorted(t.get_text() for t in ax.texts if t.get_text())


def test_turning_turns_every_arrow_and_keeps_the_factors(ax):
    draw_linear(PROGRAM, ax)
    _, other = subplots()
    draw_linear(PROGRAM, other, turned=True)
    assert arrows(other) == {(b, a) for a, b in arrows(ax)}
    assert len(arrows(ax)) == 6
    numbers = [
        [t for t in texts(a) if t.lstrip("−").isdigit()] for a in (ax, other)
    ]
    assert numbers[0] == numbers[1] == ["2", "3", "5", "7", "−1", "−4"]
    plt.close(other.figure)


def test_additions_are_told(ax):
    draw_linear(PROGRAM, ax)
    assert texts(ax).count("1 add") == 3
    _, other = subplots()
    draw_linear(PROGRAM, other, turned=True)
    assert texts(other).count("1 add") == 1
    plt.close(other.figure)


def test_a_value_must_be_computed_before_it_is_used(ax):
    with pytest.raises(ValueError, match="y uses u before"):
        draw_linear({"y": {"u": 1}, "u": {"x": 1}}, ax)
