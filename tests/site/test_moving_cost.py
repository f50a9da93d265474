"""The moving figure on the order of products, held against the package."""

import itertools

import pytest
from byhand.cost import Product, sizes

pytestmark = pytest.mark.slow


def test_the_orders_of_modes(moving):
    moving.open("modes")
    n, m = sizes("n m")
    wanted = list(Product("v vᵀ y1 y2ᵀ", v=n, y1=n, y2=m).orders())
    pairs = list(itertools.product((1, 2, 5, 13, 20), repeat=2))
    found = moving.ask(
        "modes",
        "m.orders().map((o) =>"
        " [o.text, a.map((p) => m.costs(o.steps, ...p))])",
        pairs,
    )
    assert [text for text, _ in found] == list(map(str, wanted))
    for order, (_, numbers) in zip(wanted, found, strict=True):
        for (a, b), costs in zip(pairs, numbers, strict=True):
            for what, number in costs.items():
                assert number == order.count(what).subs({n: a, m: b})


def test_modes_by_keyboard(moving):
    page = moving.open("modes")
    assert "the least is 23 multiplications, by v((vᵀy1)y2ᵀ)" in moving.said()
    for key, text in (
        ("times2", "vᵀy1 is multiplied. 2 products to go."),
        ("times1", "v(vᵀy1) is multiplied. 1 product to go."),
        ("times1", "(v(vᵀy1))y2ᵀ takes 25 multiplications for n = 5, m = 3;"),
    ):
        page.locator(f"[data-key={key}]").focus()
        page.keyboard.press("Enter")
        assert moving.said().startswith(text)
    assert page.evaluate("document.activeElement.dataset.key") == "again"
    page.locator(".moved input").nth(1).focus()
    for _ in range(2):
        page.keyboard.press("ArrowRight")
    assert moving.value().startswith(
        "5, the least is 35 multiplications, by v(("
    )
    assert moving.said().endswith("and no order takes less.")
    page.wait_for_function("location.hash.endsWith('&picks=100')")
    page = moving.open("modes", "n=2&m=7&count=memory&picks=000")
    # m + 2n of inputs, then n^2, n, and nm for the result.
    assert moving.said().startswith("((vvᵀ)y1)y2ᵀ takes 31 numbers for n = 2")
