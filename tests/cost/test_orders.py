"""Association orders against the published formulas and brute force."""

import itertools
import math

import numpy as np
import pytest
import sympy as sp
from byhand.cost import (
    Product,
    compare,
    evaluate,
    number_of_orders,
    region_map,
    sizes,
)
from hypothesis import given, settings
from hypothesis import strategies as st

n, m = sizes("n m")


@pytest.fixture
def outer():
    return Product("v vᵀ y1 y2ᵀ", v=n, y1=n, y2=m)


def test_projection_two_orders():
    z = Product("v vᵀ y", v=n, y=n)
    late, early = z.order("v(vᵀy)"), z.order("(vvᵀ)y")
    assert [str(order) for order in z.orders()] == ["v(vᵀy)", "(vvᵀ)y"]
    assert late.multiplications == 2 * n
    assert late.memory == 3 * n + 1
    assert early.multiplications == 2 * n**2
    assert early.memory == sp.expand(n * (n + 3))
    assert late(v=[1, 2, 3], y=[1, 1, 1]).tolist() == [6, 12, 18]
    assert early(v=[1, 2, 3], y=[1, 1, 1]).tolist() == [6, 12, 18]


@pytest.mark.parametrize(
    ("text", "multiplications", "memory"),
    [
        ("v(vᵀ(y1y2ᵀ))", 3 * m * n, 2 * (m + n + m * n)),
        ("((vvᵀ)y1)y2ᵀ", 2 * n**2 + m * n, 3 * n + m + n**2 + m * n),
        (
            "(vvᵀ)(y1y2ᵀ)",
            m * n**2 + m * n + n**2,
            2 * n + m + n**2 + 2 * m * n,
        ),
        ("(v(vᵀy1))y2ᵀ", m * n + 2 * n, 2 * n + m + 1 + n + m * n),
        ("v((vᵀy1)y2ᵀ)", m * n + m + n, 2 * n + m + 1 + m + m * n),
    ],
)
def test_outer_five_orders(outer, text, multiplications, memory):
    (found,) = (order for order in outer.orders() if str(order) == text)
    assert found.multiplications == sp.expand(multiplications)
    assert found.memory == sp.expand(memory)


def test_outer_differences_and_their_signs(outer):
    late, early = outer.order("v(vᵀ(y1y2ᵀ))"), outer.order("((vvᵀ)y1)y2ᵀ")
    published = {
        "multiplications": n * (2 * m - 2 * n),
        "memory": (n + 1) * (m - n),
    }
    for what, difference in published.items():
        found = compare(late, early, what).difference
        assert sp.expand(found.polynomial - difference) == 0
        assert found.negative == sp.Lt(m, n)
        assert found.zero == sp.Eq(m, n)
        assert found.positive == sp.Gt(m, n)


def test_outer_optimum_by_region(outer):
    optimum = outer.optimum_by_region()
    assert optimum.cost == m * n + n + sp.Min(m, n)
    assert {str(o): optimum.region(o) for o in optimum.orders} == {
        "v((vᵀy1)y2ᵀ)": sp.Le(m, n),
        "(v(vᵀy1))y2ᵀ": sp.Ge(m, n),
    }


def test_no_textbook_order_is_optimal_beyond_size_one(outer):
    drawn = region_map(outer.orders(), {n: range(1, 9)}, {m: range(1, 9)})
    wins = dict(zip(map(str, drawn.orders), drawn.best, strict=True))
    for textbook in ("v(vᵀ(y1y2ᵀ))", "((vvᵀ)y1)y2ᵀ"):
        assert not wins[textbook][1:, 1:].any()
    assert wins["v((vᵀy1)y2ᵀ)"][2, 3]  # m = 3, n = 4
    assert not wins["(v(vᵀy1))y2ᵀ"][2, 3]
    tied = wins["v((vᵀy1)y2ᵀ)"] & wins["(v(vᵀy1))y2ᵀ"]
    assert (tied == np.eye(8, dtype=bool)).all()


def test_the_hessian_product():
    hessian = Product("v vᵀ", v=n).order("vvᵀ")
    assert hessian.multiplications == n**2
    assert hessian.memory == n**2 + n
    assert hessian.additions == 0


@pytest.mark.parametrize("count", range(2, 9))
def test_as_many_orders_as_catalan_says(count):
    names = "ABCDEFGHI"[:count]
    product = Product(" ".join(names), **dict.fromkeys(names, (2, 2)))
    texts = {str(order) for order in product.orders()}
    assert len(texts) == number_of_orders(count)
    assert number_of_orders(count) == sp.catalan(count - 1)
    assert {str(product.order(text)) for text in texts} == texts


lengths = st.lists(st.integers(1, 12), min_size=3, max_size=7)


def matrices(edges):
    names = "ABCDEFG"[: len(edges) - 1]
    shapes = dict(zip(names, itertools.pairwise(edges), strict=True))
    return Product(" ".join(names), **shapes)


@settings(max_examples=60)
@given(lengths)
def test_dynamic_programming_finds_the_brute_force_optimum(edges):
    product = matrices(edges)
    costs = [order.multiplications for order in product.orders()]
    best = product.optimum()
    assert best.multiplications == min(costs)
    assert str(product.orders()[costs.index(min(costs))]) == str(best)
    assert product.optimum_by_region().cost == min(costs)


@pytest.mark.slow
@settings(max_examples=8)
@given(
    st.lists(st.sampled_from(["p", "q", "r", 1, 2]), min_size=3, max_size=5),
    st.lists(st.integers(1, 15), min_size=3, max_size=3),
)
def test_region_optimum_is_the_minimum_everywhere(edges, values):
    product = matrices(edges)
    at = dict(zip("pqr", values, strict=True))
    optimum = product.optimum_by_region()
    least = min(evaluate(o.multiplications, at) for o in product.orders())
    assert evaluate(optimum.cost, at) == least
    best = product.optimum(at)
    assert evaluate(best.multiplications, at) == least
    named = {s: at[s.name] for s in sizes("p q r")}
    for order in optimum.orders:
        inside = optimum.region(order).subs(named) == sp.true
        reaches = evaluate(order.multiplications, at) == least
        assert inside == reaches


@settings(max_examples=30)
@given(lengths, st.integers(0, 2**32 - 1))
def test_all_orders_compute_the_same_product(edges, seed):
    rng = np.random.default_rng(seed)
    product = matrices(edges)
    arrays = {
        f.name: rng.integers(-3, 4, (int(f.rows), int(f.columns)))
        for f in product.factors
    }
    expected = arrays["A"]
    for factor in product.factors[1:]:
        expected = expected @ arrays[factor.name]
    for order in product.orders()[:10]:
        got = order(**arrays)
        assert (got.reshape(expected.shape) == expected).all()


def test_large_products_of_numbers_have_an_optimum():
    edges = [1 + (7 * i) % 11 for i in range(41)]
    names = [f"A{i}" for i in range(40)]
    product = Product(
        " ".join(names),
        **{x: (edges[i], edges[i + 1]) for i, x in enumerate(names)},
    )
    assert product.optimum().multiplications > 0


def test_sizes_too_big_for_machine_integers():
    huge = 10**13
    product = Product("A B C", A=(huge, huge), B=(huge, huge), C=huge)
    assert product.optimum().multiplications == 2 * huge**2
    assert product.optimum_by_region().cost == 2 * huge**2


def test_a_polynomial_may_be_a_size():
    k = sizes("k")
    order = Product("A x", A=(k + 1, 2 * k), x=2 * k).orders()[0]
    assert order.multiplications == 2 * k**2 + 2 * k
    assert order.additions == sp.expand((k + 1) * (2 * k - 1))


def test_transposes_are_read_in_three_ways(outer):
    for text in ("v v.T y1 y2.T", "v v^T y1 y2^T", "v @ vᵀ @ y1 @ y2ᵀ"):
        other = Product(text, v=n, y1=n, y2=m)
        assert [str(o) for o in other.orders()] == [
            str(o) for o in outer.orders()
        ]
    assert str(outer.order("v @ (v.T @ (y1 @ y2.T))")) == "v(vᵀ(y1y2ᵀ))"


def test_latex_and_table(outer):
    assert (
        outer.order("((vvᵀ)y1)y2ᵀ").latex == r"((vv^{\top})y_{1})y_{2}^{\top}"
    )
    accented = Product("ȳᵀ J1 ẋ", J1=(2, 3), ẋ=3, ȳ=2)
    assert accented.factors[0].latex == r"\bar{y}^{\top}"
    assert accented.factors[2].latex == r"\dot{x}"
    table = outer.table()
    assert table.header == ("order", "multiplications", "memory")
    assert table.rows[3] == ("(v(vᵀy1))y2ᵀ", "m*n + 2*n", "m*n + m + 3*n + 1")
    assert len(table.rows) == 5


def test_eleven_factors_are_refused_with_their_number():
    names = "ABCDEFGHIJK"
    product = Product(" ".join(names), **dict.fromkeys(names, ("n", "n")))
    assert math.comb(20, 10) // 11 == 16796
    for refuses in (product.orders, product.optimum_by_region):
        with pytest.raises(ValueError, match="11 factors have 16796 orders"):
            refuses()
    assert product.optimum(n=2).multiplications == 10 * n**3


@pytest.mark.parametrize(
    ("text", "shapes", "message"),
    [
        ("v y", {"v": "n", "y": "n"}, "v is n×1 and y is n×1"),
        ("A B", {"A": (2, 3), "B": (4, 2)}, "3 columns meet 4 rows"),
        ("v", {"v": 2}, "at least two factors"),
        ("(v vᵀ) y", {"v": 2, "y": 2}, "cannot read '\\(v'"),
        ("v vᵀ", {}, "no shape for v"),
        ("A B", {}, "no shape for A, B: .* as in A='n' or A="),
        ("v vᵀ", {"v": 2, "w": 2}, "no factor of the product"),
        ("v vᵀ", {"v": 0}, "at least 1, got 0"),
        ("v vᵀ", {"v": -3}, "at least 1, got -3"),
        ("v vᵀ", {"v": (1, 2, 3)}, "a vector \\(one size\\)"),
        ("v vᵀ", {"v": n - 1}, "whatever positive integers"),
        ("v vᵀ", {"v": n / 2}, "whatever positive integers"),
        ("v vᵀ", {"v": sp.sqrt(n)}, "a polynomial in symbols"),
        ("v vᵀ", {"v": sp.pi}, "a polynomial in symbols"),
        ("v vᵀ", {"v": sp.Symbol("n")}, "make them with sizes\\('n'\\)"),
        ("v vᵀ", {"v": "1n"}, "or a name such as 'n', got '1n'"),
    ],
)
def test_bad_products(text, shapes, message):
    with pytest.raises(ValueError, match=message):
        Product(text, **shapes)


@pytest.mark.parametrize("bad", [2.0, True, None])
def test_bad_size_types(bad):
    with pytest.raises(TypeError, match="a size of v must be an integer"):
        Product("v vᵀ", v=bad)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("v(vy)", "vᵀ should follow 'v\\('"),
        ("v vᵀ y", "a group of 3"),
        ("(v)(vᵀ)(y)", "a group of 3"),
        ("v(vᵀ y", "leaves a parenthesis open"),
        ("v vᵀ) y", "closes a parenthesis too many"),
        ("v vᵀ", "lacks the factor y"),
        ("v'y", "vᵀ should follow 'v'"),
        ("v(vᵀy)v", "nothing should follow"),
        ("()v(vᵀy)", "a group of 0"),
    ],
)
def test_bad_orders(text, message):
    with pytest.raises(ValueError, match=message):
        Product("v vᵀ y", v=3, y=3).order(text)


def test_a_symbol_without_value_is_named():
    with pytest.raises(ValueError, match="needs a value for n: pass n="):
        Product("v vᵀ y", v=n, y=n).optimum()
    with pytest.raises(ValueError, match="needs a value for m, n"):
        evaluate(m * n)
    with pytest.raises(ValueError, match="needs a value for m"):
        region_map(
            Product("A B", A=("k", "n"), B=("n", "m")).orders(),
            {"k": [1]},
            {"n": [1]},
        )


@pytest.mark.parametrize(
    ("arrays", "error", "message"),
    [
        ({"v": [1, 2]}, ValueError, "one array for each of v, y"),
        ({"v": [1, 2], "y": [1, 2, 3]}, ValueError, "n = 2, got 3×1"),
        ({"v": [1, 2, 3], "y": [1, 2]}, ValueError, "n = 3, got 2×1"),
        ({"v": [[1, 2]], "y": [1]}, ValueError, "with 1 = 1, got 1×2"),
        ({"v": [1], "y": np.ones((1, 1, 1))}, ValueError, r"shape \(1, 1, 1"),
        ({"v": [1], "y": [1], "w": [1]}, ValueError, "v, y, got v, y, w"),
        ({}, ValueError, "one array for each of v, y, got none"),
        ({"v": [], "y": []}, ValueError, "with entries"),
        ({"v": ["a"], "y": [1]}, TypeError, "v must hold numbers"),
        ({"v": 2, "y": [1]}, ValueError, "a vector or a matrix"),
    ],
)
def test_bad_arrays(arrays, error, message):
    with pytest.raises(error, match=message):
        Product("v vᵀ y", v=n, y=n).order("v(vᵀy)")(**arrays)


def test_a_result_has_the_axes_that_it_needs():
    """A number none, a column one, all else two."""
    one, v, w = [2.0], [1, 2, 3], [1, 0, 2]
    shapes = {"A": (2, 3), "v": 3, "w": 3}
    matrix = [[1, 2, 3], [4, 5, 6]]
    for text, expected in {
        "A v": [14, 32], "vᵀ w": 7, "vᵀ Aᵀ": [[14, 32]],
        "v wᵀ": [[1, 0, 2], [2, 0, 4], [3, 0, 6]],
    }.items():  # fmt: skip
        names = {name: shapes[name] for name in shapes if name in text}
        (order,) = Product(text, **names).orders()
        arrays = {"A": matrix, "v": v, "w": w}
        result = order(**{name: arrays[name] for name in names})
        assert result.shape == np.shape(expected)
        assert result.tolist() == expected
    (order,) = Product("a b", a=1, b=1).orders()
    assert order(a=one, b=one).shape == ()
    assert order(a=one, b=one) == 4


@pytest.mark.parametrize(
    ("entry", "kind"),
    [
        (True, float), (np.int8(1), float), (np.uint8(1), float), (1, float),
        (np.float32(1), np.float32), (1j, complex),
        (sp.Rational(1, 3), object),
    ],
)  # fmt: skip
def test_integers_become_floats_and_nothing_else_does(entry, kind):
    (order,) = Product("vᵀ w", v="n", w="n").orders()
    v = np.array([entry] * 200)
    result = order(v=v, w=v)
    assert np.asarray(result).dtype == kind
    # No integer of a byte holds this sum.
    assert result == pytest.approx(200 * complex(entry) ** 2)


def test_an_order_multiplies_in_its_order():
    """Where parentheses stand shows in what is rounded."""
    product = Product("a b c", a=1, b=1, c=1)
    huge = {"a": [1e200], "b": [1e200], "c": [1e-200]}
    assert product.order("a(bc)")(**huge) == pytest.approx(1e200)
    with np.errstate(over="ignore"):
        assert product.order("(ab)c")(**huge) == np.inf


def test_steps_name_their_operands_and_shapes(outer):
    steps = outer.order("(v(vᵀy1))y2ᵀ").steps
    told = [(step.left, step.right, step.shape) for step in steps]
    assert told == [
        ("vᵀ", "y1", (1, n, 1)),
        ("v", "(vᵀy1)", (n, 1, 1)),
        ("(v(vᵀy1))", "y2ᵀ", (n, 1, m)),
    ]
    assert [step.multiplications for step in steps] == [n, n, m * n]
    assert [step.additions for step in steps] == [n - 1, 0, 0]
    assert [step.result for step in steps] == [1, n, m * n]
    assert repr(outer) == "<Product v vᵀ y1 y2ᵀ: n × m>"
    assert repr(outer.order("(v(vᵀy1))y2ᵀ")) == "<Order (v(vᵀy1))y2ᵀ>"


def test_bad_comparisons_and_maps(outer):
    order = outer.orders()[0]
    with pytest.raises(TypeError, match="second must be an Order"):
        compare(order, "v(vᵀ(y1y2ᵀ))")
    with pytest.raises(ValueError, match="what must be one of"):
        compare(order, order, "time")
    with pytest.raises(TypeError, match="first must be an Order"):
        compare("v(vᵀ(y1y2ᵀ))", order)
    with pytest.raises(ValueError, match="at least one order"):
        region_map([], {n: [1]}, {m: [1]})
    with pytest.raises(TypeError, match="must hold orders, got 'v"):
        region_map([order, "v(vᵀ(y1y2ᵀ))"], {n: [1]}, {m: [1]})
    with pytest.raises(ValueError, match="n must be at least 1, got 0"):
        region_map([order], {n: [1, 0]}, {m: [1]})
    with pytest.raises(ValueError, match="m must be at least 1, got 0"):
        region_map([order], {n: [1]}, {m: [0]})
    with pytest.raises(ValueError, match="one symbol and its values"):
        region_map([order], {n: [1], m: [1]}, {m: [1]})
    for nothing in ({}, [1, 2], None):
        with pytest.raises(ValueError, match="y must hold one symbol and its"):
            region_map([order], {n: [1]}, nothing)
    with pytest.raises(ValueError, match="got n twice"):
        region_map([order], {n: [1]}, {"n": [1]})
    with pytest.raises(ValueError, match="at least one value of n"):
        region_map([order], {n: []}, {m: [1]})
    with pytest.raises(ValueError, match="not among the orders"):
        outer.optimum_by_region().region(order)
    with pytest.raises(ValueError, match="must be at least 1"):
        number_of_orders(0)
    with pytest.raises(ValueError, match="must be at most 100,000, got 1"):
        number_of_orders(10**5 + 1)


def test_a_map_holds_the_counts_at_its_sizes():
    product = Product("A B x", A=("n", "n"), B=("n", "m"), x="m")
    drawn = region_map(product.orders(), {"n": [2, 3, 5]}, {"m": [1, 7]})
    late, early = drawn.counts  # A(Bx), (AB)x
    for i, rows in enumerate([1, 7]):
        for j, k in enumerate([2, 3, 5]):
            assert late[i, j] == k * rows + k * k
            assert early[i, j] == k * k * rows + k * rows
    assert drawn.best[0].tolist() == (late <= early).tolist()
    fixed = region_map(
        Product("A B", A=("k", "n"), B=("n", "m")).orders(),
        {"n": [2]}, {"m": [3]}, what="memory", fixed={"k": 5},
    )  # fmt: skip
    assert fixed.counts == 5 * 2 + 2 * 3 + 5 * 3


def test_a_map_counts_as_far_as_int64_goes():
    orders = Product("u vᵀ", u="n", v="m").orders()
    most = 49 * 73 * 127 * 337, 92737 * 649657
    assert math.prod(most) == 2**63 - 1
    drawn = region_map(orders, {"n": most[:1]}, {"m": most[1:]})
    assert drawn.counts == 2**63 - 1
    with pytest.raises(ValueError, match=r"n = 2147483648 and m = 4294967296"):
        region_map(orders, {"n": [2**31]}, {"m": [2**32]})


def test_ten_factors_are_still_listed():
    product = Product(" ".join("ABCDEFGHIJ"), **dict.fromkeys("ABCDEFGHIJ", 1))
    assert len(product.orders()) == number_of_orders(10) == 4862
