"""Figures that move: driven by keyboard, and held against the package."""

import functools
import itertools
import json
from fractions import Fraction
from pathlib import Path

import axe_playwright_python
import numpy as np
import pytest
from byhand.backprop import measured_error, predicted_error
from byhand.cost import Product, sizes
from byhand.regression import (
    PUBLISHED_TABLE,
    descent_limit,
    fit_polynomial,
    gradient_descent,
    grid_loss,
    published_sample,
)
from byhand.threshold import (
    PUBLISHED,
    is_permutation,
    membership_interval,
    permutation_enumeration,
    pointwise,
    verify,
)

pytestmark = pytest.mark.slow

AXE = Path(axe_playwright_python.__path__[0], "axe.min.js")
ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = ROOT / "tools" / "booksite" / "assets" / "moving"
KINDS = sorted(p.stem for p in SCRIPTS.glob("*_*.mjs")) + sorted(
    p.stem
    for p in SCRIPTS.glob("*.mjs")
    if "_" not in p.stem and p.stem not in {"start", "frame"}
)


@pytest.fixture(scope="module")
def address(site, served):
    with served(site) as address:
        yield address


@pytest.fixture(scope="module")
def page(browser):
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.errors = []
    page.on("pageerror", lambda error: page.errors.append(str(error)))
    yield page
    context.close()
    assert not page.errors


@pytest.fixture(scope="module")
def places(pages):
    """The page of each kind."""
    found = {
        kind: [n for n, t in pages.items() if f'data-kind="{kind}"' in t]
        for kind in KINDS
    }
    assert all(len(names) == 1 for names in found.values()), found
    return {kind: names[0] for kind, names in found.items()}


@pytest.fixture
def opened(page, places, address):
    """A function that opens the figure of a kind in a state."""

    def open_(kind, state=""):
        page.goto("about:blank")
        page.goto(f"{address}/{places[kind]}{state and '#' + state}")
        if not state:
            page.locator(".moving > button").focus()
            page.keyboard.press("Enter")
        page.locator(".moved .stage > *").first.wait_for()
        return page

    return open_


@pytest.fixture
def ask(page, address):
    """Evaluate something of a script of a kind, which is called ``m``."""

    def asked(kind, expression, argument=None):
        return page.evaluate(
            f"(a) => import('{address}/_static/moving/{kind}.mjs')"
            f".then((m) => {expression})",
            argument,
        )

    return asked


def said(page):
    return page.locator(".said").inner_text().replace("\u00a0", " ")


def value(page):
    """What a screen reader says of the focused slider."""
    return page.evaluate(
        "document.activeElement.getAttribute('aria-valuetext')"
    ).replace("\u00a0", " ")


def test_the_exact_fit_of_double_descent(opened, ask):
    opened("double_descent")
    x, t = published_sample()
    z = np.linspace(0, 1, 9)
    for m, basis in itertools.product(
        (1, 6, 12, 13, 14, 20, 70, 200), ("chebyshev", "legendre")
    ):
        exact = fit_polynomial(x, t, m, basis=basis, method="exact")
        values, loss = ask(
            "double_descent",
            "{ const w = m.weights(a.x, a.t, a.m, a.basis); return "
            "[a.z.map((v) => m.value(w, v, a.basis)), m.loss(w, a.basis)]; }",
            {"x": list(x), "t": list(t), "m": m, "basis": basis,
             "z": list(z)},
        )  # fmt: skip
        wanted = exact(z).astype(float)
        size = max(1, abs(wanted).max())
        assert np.allclose(values, wanted, rtol=0, atol=1e-7 * size)
        assert loss == pytest.approx(float(grid_loss(exact)), rel=1e-6)


def test_double_descent_by_keyboard(opened):
    page = opened("double_descent")
    assert "Test loss 1.07 · 10⁹" in said(page)
    page.keyboard.press("ArrowRight")
    assert value(page) == "14, test loss 6.43 · 10⁸"
    page.keyboard.press("Home")
    assert said(page).startswith("Chebyshev, degree 1: 2 columns")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    assert said(page).startswith("Legendre, degree 1:")
    page.wait_for_function("location.hash === '#degree=1&basis=legendre'")
    page = opened("double_descent", "degree=70&basis=chebyshev")
    assert "degree 70: 71 columns" in said(page)
    assert "Test loss 0.133" in said(page)


def test_the_pass_by_hand_by_keyboard(opened):
    page = opened("by_hand")
    data = json.loads(
        page.locator("script[type='application/json']").text_content()
    )
    focus = """(line) => [...document.querySelectorAll(".picks button")]
      .find((b) => b.textContent === line).focus()"""
    wrong = 0
    for bar in data["bars"]:
        for option in bar["options"][1:]:
            page.evaluate(focus, option["line"])
            page.keyboard.press("Enter")
            assert option["line"] in said(page)
            if option["value"] is None:
                assert "has no value: W" in said(page)
            elif option["shape"] != bar["shape"]:
                assert "has the shape of its value" in said(page)
            else:
                pairs = zip(option["value"], bar["value"], strict=True)
                got, wanted = next((a, b) for a, b in pairs if a != b)
                refuted = said(page).replace("−", "-")
                assert f"is {got}. Cut the network" in refuted
                assert refuted.endswith(f"it is {wanted}.")
            wrong += 1
        # The cell has put the right line first.
        page.evaluate(focus, bar["options"][0]["line"])
        page.keyboard.press("Space")
    assert wrong == 16
    assert said(page).startswith("All bars are found")
    assert page.locator(".node.known").count() == 10
    page = opened("by_hand", "found=2")
    assert "Next: g2_bar" in said(page)
    assert page.locator(".found li").count() == 2


def test_the_wrong_inputs_of_membership(opened, ask):
    opened("membership")

    @pointwise
    def is_member(x):
        return x[-1] in x[:-1]

    rng = np.random.default_rng(0)
    points = [(8, -16), (12, -24), (0, -12), (8, -12), (-12, 24), (-24, -24)]
    points += rng.integers(-36, 37, size=(60, 2)).tolist()
    near = rng.integers([6, -18], [11, -13], size=(30, 2))
    points += near.tolist()
    right = 0
    for w, b in points:
        net = membership_interval(3, w=Fraction(w, 12), b=Fraction(b, 12))
        report = verify(net, is_member, range(7), count_wrong=True)
        found = ask("membership", "m.wrong(...a)", [w, b])
        if report:
            assert found == {"count": 0, "first": None}
            right += 1
            continue
        assert found["count"] == report.wrong
        assert found["first"] == {
            "x": list(report.counterexample.x),
            "expected": int(report.counterexample.expected),
            "got": int(report.counterexample.got),
        }
    assert right > 10


def test_membership_by_keyboard_and_by_pointer(opened):
    page = opened("membership")
    assert said(page).startswith("889 of 2401 inputs are wrong. The first: x")
    page = opened("membership", "w=1&b=-2")
    assert said(page).startswith("Right on all 2401 inputs")
    page.locator(".moved input").nth(1).focus()
    page.keyboard.press("ArrowRight")
    assert value(page) == "−23/12, 7 of 2401 wrong"
    handle = page.locator(".handle").bounding_box()
    x, y = handle["x"] + 11, handle["y"] + 11
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 20, y - 10, steps=4)
    page.mouse.up()
    page.wait_for_function("!location.hash.startsWith('#w=1&')")
    assert "w=" in page.evaluate("location.hash")


def test_the_quotients_of_checking(opened, ask):
    opened("checking")
    steps = [0.25 * 0.75**k for k in range(112)]
    known = {"f": 1 / 3, "f1": 1 / 9, "f2": 2 / 27, "f3": 2 / 27}
    eps = 2.0**-52
    for method in ("forward", "central", "complex"):
        found, bounds = ask(
            "checking",
            "[a.steps.map((h) => m.error(a.method, h)),"
            " a.steps.map((h) => m.predicted(a.method, h))]",
            {"method": method, "steps": steps},
        )
        wanted = measured_error(
            lambda x: 1 / x, -1 / 9, 3.0, steps, method=method
        )
        # The two differences to the last bit, the complex step to rounding.
        exact = 0 if method != "complex" else eps / 4
        assert np.allclose(found, wanted, rtol=0, atol=exact)
        assert np.allclose(
            bounds, predicted_error(steps, method=method, **known)
        )
    for h in steps:
        above, below = f"{1 / (3 + h):.17f}", f"{1 / 3:.17f}"
        pairs = zip(above[2:], below[2:], strict=True)
        same = list(itertools.takewhile(lambda p: p[0] == p[1], pairs))
        assert ask("checking", "m.shared(1 / (3 + a), 1 / 3)", h) == len(same)


def test_checking_by_keyboard(opened):
    page = opened("checking", "step=1e-8&scheme=forward")
    rows = page.locator(".digits tr").all_inner_texts()
    assert rows[0].split()[-1] == format(1 / 3.00000001, ".17f")
    assert rows[1].split()[-1] == format(1 / 3, ".17f")
    difference = 1 / 3.00000001 - 1 / 3
    assert rows[2].split()[-1] == f"{difference:.17f}".replace("-", "−")
    struck = page.locator(".digits .cancelled").all_inner_texts()
    assert struck[0] == struck[1] == "33333333"
    assert set(struck[2]) == {"0"}
    assert "Of the quotient 7 digits can be trusted" in said(page)
    page.locator(".moved input").first.focus()
    for _ in range(3):
        page.keyboard.press("ArrowLeft")
    assert value(page).startswith("10⁻⁹, relative error")
    page.keyboard.press("End")
    assert "share 1 digit behind" in said(page)
    for _ in range(2):
        page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert "nothing is subtracted" in said(page)


def test_the_paths_of_minimum_norm(opened, ask):
    opened("minimum_norm")
    rng = np.random.default_rng(0)
    for rate in (1 / 32, 1 / 8, 1 / 4, 15 / 32, 1 / 2, 18 / 32):
        for start in rng.integers(-8, 17, size=(6, 2)) / 4:
            found, end = ask(
                "minimum_norm",
                "[m.path(a.start, a.rate), m.foot(a.start)]",
                {"start": start.tolist(), "rate": rate},
            )
            wanted = gradient_descent(
                [[1, 1]], [3], rate, 12, start=start, allow_divergence=True
            )
            assert np.allclose(found, wanted, atol=1e-12)
            limit = descent_limit([[1, 1]], [3], start=start)
            assert np.allclose(end, limit, atol=1e-12)


def test_minimum_norm_by_keyboard_and_by_pointer(opened):
    page = opened("minimum_norm", "w1=0&w2=0&rate=1/8")
    assert "ends at (1.5, 1.5), the minimizer nearest" in said(page)
    assert said(page).endswith("of norm 2.12, the least of all.")
    sliders = page.locator(".moved input[type=range]")
    sliders.nth(2).focus()
    page.keyboard.press("End")
    assert value(page) == "9/16, does not converge"
    for _ in range(2):
        page.keyboard.press("ArrowLeft")
    assert "jumps back and forth forever" in said(page)
    page.keyboard.press("Home")
    sliders.nth(0).focus()
    for _ in range(6):
        page.keyboard.press("ArrowRight")
    assert value(page) == "1.5, ends at (2.25, 0.75)"
    plane = page.locator(".plane").bounding_box()
    page.mouse.click(
        plane["x"] + plane["width"] * 5.5 / 7, plane["y"] + plane["height"] / 2
    )
    page.wait_for_function("location.hash === '#w1=3&w2=1&rate=1/32'")


def test_the_orders_of_modes(opened, ask):
    opened("modes")
    n, m = sizes("n m")
    wanted = list(Product("v vᵀ y1 y2ᵀ", v=n, y1=n, y2=m).orders())
    pairs = list(itertools.product((1, 2, 5, 13, 20), repeat=2))
    found = ask(
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


def test_modes_by_keyboard(opened):
    page = opened("modes")
    assert "the least is 23 multiplications, by v((vᵀy1)y2ᵀ)" in said(page)
    for key, text in (
        ("times2", "vᵀy1 is multiplied. 2 products to go."),
        ("times1", "v(vᵀy1) is multiplied. 1 product to go."),
        ("times1", "(v(vᵀy1))y2ᵀ takes 25 multiplications for n = 5, m = 3;"),
    ):
        page.locator(f"[data-key={key}]").focus()
        page.keyboard.press("Enter")
        assert said(page).startswith(text)
    assert page.evaluate("document.activeElement.dataset.key") == "again"
    page.locator(".moved input").nth(1).focus()
    for _ in range(2):
        page.keyboard.press("ArrowRight")
    assert value(page).startswith("5, the least is 35 multiplications, by v((")
    assert said(page).endswith("and no order takes less.")
    page.wait_for_function("location.hash.endsWith('&picks=100')")
    page = opened("modes", "n=2&m=7&count=memory&picks=000")
    # m + 2n of inputs, then n^2, n, and nm for the result.
    assert said(page).startswith("((vvᵀ)y1)y2ᵀ takes 31 numbers for n = 2")


def test_the_units_of_permutation(opened, ask):
    opened("permutation")
    published = PUBLISHED["permutation, exactly one"].network
    repaired = permutation_enumeration(3)
    inputs = list(itertools.product(range(3), repeat=6))
    inputs += [(-7, 5, 12, 12, -7, 5), (-7, 5, 12, 12, 7, 5)]
    found = ask(
        "permutation",
        "a.map((z) => m.units(z.slice(0, 3), z.slice(3)))",
        inputs,
    )
    matches = published.layers[0](inputs)
    assert [f["matches"] for f in found] == matches.tolist()
    fits = published.layers[1](matches)
    assert [f["fits"] for f in found] == fits.tolist()
    for name, net in (("published", published), ("repaired", repaired)):
        assert [f[name] for f in found] == net(inputs)[:, 0].tolist()
    wanted = is_permutation(inputs).ravel().tolist()
    assert [bool(f["repaired"]) for f in found] == list(map(bool, wanted))


def test_permutation_by_keyboard(opened):
    page = opened("permutation")
    assert said(page).startswith("y is a permutation of x. 2 permutations")
    assert "answers 0, which is wrong" in said(page)
    page.locator(".moved input").nth(5).focus()
    page.keyboard.press("ArrowUp")
    assert said(page).startswith("y is no permutation of x. No permutation")
    page.locator(".moved input").nth(0).focus()
    page.keyboard.press("ControlOrMeta+A")
    page.keyboard.type("-12")
    assert page.locator(".unit.lit").count() == 3
    page.wait_for_function("location.hash === '#x=-12,1,2&y=1,2,2'")
    page = opened("permutation", "x=3,1,2&y=2,3,1")
    assert "One permutation fits" in said(page)
    assert page.locator(".unit.lit").count() == 6


def test_the_digits_of_rounding_by_keyboard(opened, ask):
    page = opened("rounding")
    degrees = [row.degree for row in PUBLISHED_TABLE]
    x, t = published_sample()

    def shown():
        rows = page.locator(".settling tbody tr")
        return [r.split("\t") for r in rows.all_inner_texts()]

    assert said(page) == (
        "With 16 digits 10 of 14 entries have settled. Still moving: "
        "degrees 7, 20. Refused: degrees 10, 15."
    )
    page.keyboard.press("Home")
    for digits in range(6, 30, 2):
        table = {int(row[0]): row[1:] for row in shown()}
        assert list(table) == degrees
        for m in (3, 7, 10, 15, 20):
            try:
                fit = fit_polynomial(x, t, m, method="exact", digits=digits)
                wanted = f"{float(grid_loss(fit)):.3e}"
            except ValueError:
                assert table[m] == ["—", "refused"]
                continue
            plain = table[m][0].replace("\u00a0", "")
            plain = plain.replace("·10", "e").translate(
                str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
            )
            assert f"{float(plain):.3e}" == wanted
            settled = abs(float(grid_loss(fit)) / exact_loss(m) - 1) < 1e-3
            assert settled or table[m][1] == "still moving"
        assert value(page).startswith(f"{digits}, ")
        page.keyboard.press("ArrowRight")
    assert value(page) == "28, 14 of 14 settled"
    page = opened("rounding", "digits=20")
    assert "Refused: degrees 10, 15." in said(page)


@functools.cache
def exact_loss(m):
    x, t = published_sample()
    return float(grid_loss(fit_polynomial(x, t, m, method="exact")))
