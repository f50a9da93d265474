import io

import matplotlib as mpl
import numpy as np
import pytest
from byhand.figures import subplots
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
