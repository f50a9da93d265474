import io
import itertools
from fractions import Fraction

import matplotlib as mpl
import numpy as np
import pytest
from byhand.figures import COLORS, subplots
from byhand.figures.threshold import draw_comparators, draw_network
from byhand.threshold import (
    Layer,
    Network,
    batcher_comparators,
    membership_interval,
    permutation_gram,
    permutation_of_two,
    sorting_network,
)
from matplotlib import pyplot as plt


@pytest.fixture(autouse=True)
def _no_window():
    mpl.use("Agg")
    yield
    plt.close("all")


def texts(axes):
    return [text.get_text() for text in axes.texts]


def svg(figure):
    buffer = io.BytesIO()
    figure.savefig(buffer, format="svg", metadata={"Date": None})
    return buffer.getvalue()


def test_units_say_what_they_compute():
    _, axes = subplots()
    draw_network(permutation_of_two(), axes)
    found = texts(axes)
    assert {"$x_{1}$", "$x_{2}$", "$y_{1}$", "$y_{2}$"} <= set(found)
    assert "$h_{3}$: $x_{1} + x_{2} = y_{1} + y_{2}$" in found
    assert r"$h_{1} + h_{2} + 2 h_{3} \geq  3$" in found
    assert found.count("\N{MINUS SIGN}2") == 4
    legend = [t.get_text() for t in axes.get_legend().get_texts()]
    assert legend == ["positive weight", "negative weight"]


def test_signs_differ_in_color_and_style():
    _, axes = subplots()
    draw_network(permutation_gram(3), axes)
    network = permutation_gram(3)
    styles = {(line.get_color(), line.get_linestyle()) for line in axes.lines}
    assert len(styles) == 2
    assert len({color for color, _ in styles}) == 2
    assert len({style for _, style in styles}) == 2
    edges = sum(np.count_nonzero(at.W) for at in network.layers)
    assert len(axes.lines) == edges  # too many for weights


def test_boxes_hold_their_texts_and_do_not_overlap():
    for network, height in [
        (membership_interval(3), 3),
        (permutation_gram(3), 5.2),
        (sorting_network(4), 4),
    ]:
        figure, axes = subplots(height=height)
        draw_network(network, axes)
        figure.canvas.draw()
        boxes = [patch.get_window_extent() for patch in axes.patches]
        assert len(boxes) == network.size
        for i, box in enumerate(boxes):
            for other in boxes[:i]:
                assert not box.overlaps(other)
        labels = [
            t.get_window_extent()
            for t in axes.texts
            if t.get_color() == mpl.rcParams["text.color"]
        ]
        for box in boxes:
            inside = [
                t
                for t in labels
                if box.x0 <= t.x0
                and t.x1 <= box.x1
                and box.y0 < (t.y0 + t.y1) / 2 < box.y1
            ]
            assert len(inside) == 1
        # Each layer is spread evenly about the middle, the first unit on top.
        columns = {}
        for patch in axes.patches:
            at = patch.get_bbox()
            columns.setdefault(at.x0, []).append((at.y0 + at.y1) / 2)
        for column in columns.values():
            assert np.mean(column) == pytest.approx(height / 2, abs=0.2)
            steps = np.diff(column)
            assert (steps < -0.2).all()
            assert steps == pytest.approx(steps[:1].repeat(len(steps)))


def test_a_weight_stands_in_a_gap_of_its_edge():
    figure, axes = subplots(height=3)
    network = membership_interval(3)
    draw_network(network, axes)
    figure.canvas.draw()
    to_inches = axes.transData.transform
    weights = [
        (t, to_inches(t.get_position()) / figure.dpi)
        for t in axes.texts
        if t.get_color() != mpl.rcParams["text.color"]
    ]
    pieces = [to_inches(line.get_xydata()) / figure.dpi for line in axes.lines]
    numbers = [w for layer in network.layers for w in layer.W.flat if w]
    assert len(pieces) == 2 * len(weights) == 2 * len(numbers)
    edges = list(zip(pieces[::2], pieces[1::2], strict=True))
    boxes = [p.get_window_extent() for p in axes.patches]
    for (text, at), (before, after), weight in zip(
        weights, edges, numbers, strict=True
    ):
        assert text.get_text().replace("\N{MINUS SIGN}", "-") == str(weight)
        assert at == pytest.approx((before[1] + after[0]) / 2)
        along = (after[1] - before[0]) / np.hypot(*(after[1] - before[0]))
        gap = after[0] - before[1]
        assert gap == pytest.approx(np.hypot(*gap) * along)
        width = text.get_window_extent().width / figure.dpi
        assert np.hypot(*gap) == pytest.approx(width + 0.08, abs=0.05)
        # The edge ends at the left side of a box, in its middle.
        assert any(
            after[1] * figure.dpi
            == pytest.approx([box.x0, (box.y0 + box.y1) / 2])
            for box in boxes
        )
    # No two weights cover each other.
    for i, (_, at) in enumerate(weights):
        for _, other in weights[:i]:
            assert np.hypot(*(at - other)) > 0.12
    # The larger weight of a layer has the wider edge.
    widths = {
        abs(w): line.get_linewidth()
        for w, line in zip(numbers, axes.lines[::2], strict=True)
    }
    assert max(widths.values()) == pytest.approx(1.8)


def test_own_words_and_other_labels():
    _, axes = subplots()
    draw_network(
        permutation_gram(2), axes, say={2: ["n + Px + Py = C"]}, weights=False
    )
    assert "n + Px + Py = C" in texts(axes)
    _, axes = subplots()
    draw_network(membership_interval(2), axes, labels="name", weights=True)
    assert set(texts(axes)) >= {"$h_{1}$", r"$\mathrm{out}$"}
    _, axes = subplots()
    draw_network(membership_interval(2), axes, labels="formula")
    formula = r"$h_{1}$: $1[|-2 x_{1} + 2 x_{3}| \leq  1]$"
    assert formula in texts(axes)


def test_a_drawing_repeats():
    drawings = []
    for _ in range(2):
        figure, axes = subplots(height=3)
        draw_network(membership_interval(3), axes)
        drawings.append(svg(figure))
    assert drawings[0] == drawings[1]
    assert len(drawings[0]) < 150_000


def test_weightless_networks_can_be_drawn():
    _, axes = subplots()
    draw_network(Network(Layer([[0]], [0], "relu")), axes)
    assert axes.get_legend() is None


def test_comparators():
    _, axes = subplots(height=2)
    draw_comparators(4, batcher_comparators(4), axes, x=[30, 10, 40, 20])
    assert len(axes.lines) == 5
    assert texts(axes)[-4:] == ["10", "20", "30", "40"]
    assert texts(axes)[:4] == ["30", "10", "40", "20"]
    for text, wire in zip(axes.texts, [0, 1, 2, 3] * 4, strict=True):
        assert text.xy[1] == wire
    # Each comparator has a place of its own, between the values of its stage.
    at = [line.get_xdata()[0] for line in axes.lines]
    stages = sorted({text.xy[0] for text in axes.texts})
    assert [np.searchsorted(stages, x) for x in at] == [1, 1, 2, 2, 3]
    assert [list(line.get_ydata()) for line in axes.lines] == [
        list(pair) for pair in batcher_comparators(4)
    ]
    for x in at:
        assert min(abs(x - end) for end in stages) > 0.25
    assert axes.get_ylim() == (3.5, -0.5)
    (wires,) = axes.collections
    assert len(wires.get_segments()) == 4
    _, axes = subplots(height=2)
    draw_comparators(4, batcher_comparators(4), axes)
    parted = [
        line.get_xdata()[0]
        for line in axes.lines
        if line.get_linestyle() == ":"
    ]
    assert parted == stages[1:-1]
    _, axes = subplots(height=2)
    draw_comparators(3, [], axes)
    assert not axes.texts


def test_the_axes_are_returned_and_made_where_none_are_given():
    figure, axes = subplots()
    assert draw_network(membership_interval(2), axes) is axes
    assert draw_comparators(3, [], axes) is axes
    for made in (
        draw_network(membership_interval(2)),
        draw_comparators(2, []),
    ):
        assert made.figure is not figure
        assert tuple(made.figure.get_size_inches()) == (6.4, 3.6)


def test_bad_arguments():
    _, axes = subplots()
    with pytest.raises(TypeError, match="network must be a Network"):
        draw_network(membership_interval(2).layers, axes)
    with pytest.raises(ValueError, match="labels must be one of 'meaning'"):
        draw_network(membership_interval(2), axes, labels="weights")
    with pytest.raises(ValueError, match="one text for each unit"):
        draw_network(membership_interval(2), axes, say={1: ["a"]})
    with pytest.raises(
        ValueError, match="a layer of say must be at most 2, got 5"
    ):
        draw_network(membership_interval(2), axes, say={5: ["a"]})
    with pytest.raises(ValueError, match=r"i < j < 3"):
        draw_comparators(3, [(0, 3)], axes)
    with pytest.raises(ValueError, match="reads 3 values"):
        draw_comparators(3, [], axes, x=[1, 2])
    with pytest.raises(TypeError, match="say must be a dictionary"):
        draw_network(membership_interval(2), axes, say=["a"])
    for wrong in (membership_interval(2), "axes"):
        with pytest.raises(TypeError, match="ax must be Matplotlib axes, got"):
            draw_network(membership_interval(2), wrong)
    with pytest.raises(TypeError, match="weights must be True or False"):
        draw_network(membership_interval(2), weights="no")


@pytest.mark.parametrize(
    ("say", "error", "message"),
    [
        ({1: ["a", "b", 3]}, TypeError, "the texts of say are strings"),
        ({1: "abc"}, TypeError, "the texts of say must be a sequence of str"),
        ({0: ["a", "b", "c"]}, ValueError, "a layer of say must be at least"),
        ({"1": ["a"]}, TypeError, "a layer of say must be an integer"),
    ],
)
def test_words_that_do_not_fit(say, error, message):
    with pytest.raises(error, match=message):
        draw_network(membership_interval(3), say=say)


def test_weights_are_written_on_up_to_16_edges():
    for inputs, written in ((16, 16), (17, 0)):
        _, axes = subplots(height=5)
        network = Network(Layer([[1] * inputs], [0], "heaviside"))
        draw_network(network, axes)
        numbers = [text for text in texts(axes) if text == "1"]
        assert len(numbers) == written
        assert len(axes.lines) == (2 * inputs if written else inputs)


def test_the_width_of_an_edge_is_that_of_its_weight_in_its_layer():
    first = Layer([[4, -2, 1]], [0], "relu")
    second = Layer([[Fraction(-1, 3)], [0]], [0, 0], "relu")
    _, axes = subplots()
    draw_network(Network(first, second), axes, weights=False)
    widths = [line.get_linewidth() for line in axes.lines]
    assert len(set(widths)) == 3
    assert widths[0] == widths[3] == max(widths)
    assert widths[0] - widths[1] == pytest.approx(2 * (widths[1] - widths[2]))
    colors = [line.get_color() for line in axes.lines]
    blue, red = COLORS["blue"], COLORS["vermilion"]
    assert colors == [blue, red, blue, red]
    styles = [line.get_linestyle() for line in axes.lines]
    assert styles == ["-", "--", "-", "--"]


@pytest.mark.parametrize("sign", [1, -1])
def test_the_legend_names_the_signs_that_are_there(sign):
    _, axes = subplots()
    draw_network(Network(Layer([[sign, 0]], [0], "relu")), axes)
    (label,) = axes.get_legend().get_texts()
    name = "positive" if sign > 0 else "negative"
    assert label.get_text() == f"{name} weight"


def test_what_is_too_long_for_a_box_gives_way_to_the_unit():
    def said(weights):
        _, axes = subplots()
        network = Network(Layer([weights], [0], "identity"))
        draw_network(network, axes, labels="formula", weights=False)
        return texts(axes)[-1]

    # 24 characters, and one more
    fits = said([111, 111, 11])
    assert len("111 x1 + 111 x2 + 11 x3 ") == 24
    assert "111 x_{1}" in fits
    assert said([1111, 11111, 111]) == "$z$"


def test_formulas_are_written_as_formulas():
    _, axes = subplots()
    say = {1: ["at least $4", "n_1 ≥ 10", "a3_2 ≤ b: relu(z)"]}
    draw_network(membership_interval(3), axes, say=say)
    assert set(texts(axes)) >= {
        r"at least \$4",
        r"$n_{1} \geq  10$",
        r"$a_{3,2} \leq  b$: $\mathrm{relu}(z)$",
    }


def test_a_crowded_layer_fills_the_height_and_stays_inside():
    for inputs in (1, 2, 5, 12, 20):
        figure, axes = subplots(height=4)
        draw_network(
            Network(Layer([[1] * inputs], [0], "heaviside")), axes,
            weights=False,
        )  # fmt: skip
        figure.canvas.draw()
        heights = [
            axes.transData.transform(text.get_position())[1] / figure.dpi
            for text in axes.texts[:inputs]
        ]
        assert heights == sorted(heights, reverse=True)
        assert min(heights) > 0.35
        assert max(heights) < 4
        if inputs > 1:
            step = heights[0] - heights[1]
            assert step == pytest.approx(min(0.9, 3.5 / inputs), abs=0.02)
        legend = axes.get_legend().get_window_extent().y1 / figure.dpi
        assert legend < min(heights)


def test_layers_are_spread_over_the_width_with_equal_gaps():
    figure, axes = subplots(width=7)
    draw_network(sorting_network(3), axes, labels="name", weights=False)
    figure.canvas.draw()
    boxes = sorted({
        (round(box.x0 / figure.dpi, 6), round(box.x1 / figure.dpi, 6))
        for box in (patch.get_window_extent() for patch in axes.patches)
    })  # fmt: skip
    gaps = [b[0] - a[1] for a, b in itertools.pairwise(boxes)]
    assert gaps == pytest.approx([gaps[0]] * len(gaps), abs=1e-5)
    assert gaps[0] > 0.3
    width = axes.bbox.width / figure.dpi
    assert boxes[-1][1] - axes.bbox.x0 / figure.dpi == pytest.approx(
        width - 0.09
    )


def test_values_stand_above_their_wires_and_stages_are_parted():
    _, axes = subplots()
    draw_comparators(3, [(0, 1), (1, 2), (0, 2)], axes, x=[2, 1, 0])
    for text in axes.texts:
        assert text.get_position() == (0, 3)  # points
        assert text.get_ha() == "center"
    (wires,) = axes.collections
    ends = [segment[:, 0].tolist() for segment in wires.get_segments()]
    last = max(text.xy[0] for text in axes.texts)
    assert ends == [[0, last]] * 3
    assert {line.get_marker() for line in axes.lines} == {"o"}
    _, axes = subplots()
    draw_comparators(1, [], axes)
    with pytest.raises(ValueError, match="n must be at least 1"):
        draw_comparators(0, [], axes)
    with pytest.raises(ValueError, match="n must be at most 1,000"):
        draw_comparators(2**63, [], axes)
