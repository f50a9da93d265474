"""Proofs as answers."""

import importlib
import itertools
import pkgutil
import re
import unicodedata
from collections import Counter

import byhand.checks
import nbformat
import pytest
from byhand.checks._proofs import (
    Condition,
    Decoy,
    Line,
    Proof,
    Step,
    find_false_step,
    require_witness,
)
from byhand.checks._protocol import Check, checker

PROOF = Proof(
    {
        "a": Line("C", ("c", "e"), "Which two lines give C?"),
        "b": Decoy("B", lambda: "for n = 1, B says 1 = 2", "Try n = 1."),
        "c": Line("A", (), ""),
        "d": Line("the claim", ("a",), "From what does the claim follow?"),
        "e": Line("A'", (), ""),
    }
)


@checker
def check_proof(check: Check, order: list[str]) -> str:
    """Check an order."""
    return PROOF.judge(check, order)


def test_every_order_that_is_a_proof_passes(passes):
    orders = {"cead", "ecad"}
    assert {"".join(order) for order in PROOF.orders()} == orders
    for order in orders:
        assert "3 lines" not in passes(check_proof, order)
        passes(check_proof, list(order))
        passes(check_proof, tuple(order))
        passes(check_proof, lambda order=order: order)


def test_no_other_order_passes(refused):
    for size in range(6):
        for order in itertools.permutations("abcde", size):
            if "".join(order) not in {"cead", "ecad"}:
                refused(check_proof, order)


@pytest.mark.parametrize(
    ("order", "shown", "hint"),
    [
        ("acde", "line a in place 1: C", "Which two lines"),
        ("cade", "line a in place 2: C", "Which two lines"),
        ("cdea", "line d in place 2: the claim", "From what does"),
        ("cbae", "line b in place 2: B", "Try n = 1"),
        ("bacd", "for n = 1, B says 1 = 2", "Try n = 1"),
        ("ce", "2 lines, of which each follows", "Which of the lines"),
        ("cea", "a proof that reaches its conclusion", "What does it need"),
        ("", "no line", "the claim"),
        ("ccea", "'c' again in place 2", "Such as"),
        ("cxea", "'x' in place 2", "Such as"),
        (["c", 1], "1 in place 2", "Such as"),
        ({"c", "e"}, "letters in an order", "Such as"),
        (7, "letters in an order", "Such as"),
    ],
)
def test_the_first_line_that_lacks_what_it_needs(order, shown, hint, refused):
    text = refused(check_proof, order)
    if isinstance(order, set):
        return
    assert shown in text
    assert hint in text[text.index("  hint") :]
    if hint == "Such as":
        assert "each at most once: of a, b, c, d, e\n" in text


@pytest.mark.parametrize(
    "lines",
    [
        {"a": Line("", ("b",), "")},
        {"a": Line("", (), ""), "b": Line("", (), "")},
        {"a": Line("", ("b",), ""), "b": Line("", ("a",), "")},
        {
            "a": Line("", ("b",), ""),
            "b": Line("", ("a",), ""),
            "c": Line("", ("b",), ""),
        },
        {"a": Decoy("", str, "")},
    ],
)
def test_what_is_no_proof(lines):
    with pytest.raises(ValueError, match=r"need|conclusion"):
        Proof(lines)


# ---- the false step: x² = 1 only for x = 1, by dividing ------------------

STEPS = {
    "a": Step("x² = 1", lambda x: (x * x == 1, f"x² = {x * x}")),
    "b": Step(
        "(x − 1)(x + 1) = 0",
        lambda x: ((x - 1) * (x + 1) == 0, f"{x - 1} · {x + 1} = 0"),
    ),
    "c": Step("x − 1 = 0", lambda x: (x == 1, f"x − 1 = {x - 1}")),
    "d": Step("x = 1", lambda x: (x == 1, f"x = {x}")),
}


@checker
def check_step(check: Check, accused: str) -> str:
    """Check which step is false."""
    return find_false_step(check, accused, STEPS, [1, -1], lambda x: {"x": x})


def test_the_false_step_passes(passes):
    assert "step c fails for x = -1: x − 1 = -2" in passes(check_step, "c")


def test_who_accuses_another_meets_the_counterexample(refused):
    text = refused(check_step, "b")
    assert "x = -1" in text
    assert "(x − 1)(x + 1) = 0" in text
    assert "it holds here: -2 · 0 = 0" in text
    text = " ".join(refused(check_step, "d").split())
    assert "it fails here, x = -1, but one before it does, too" in text
    for wrong in ("e", "", 3, None, ["c"]):
        assert "of a, b, c, d" in refused(check_step, wrong)


def test_an_argument_has_one_false_step():
    for cases in ([1], [-1, 2]):
        with pytest.raises(ValueError, match="one false step"):
            find_false_step(Check("c"), "c", STEPS, cases, lambda x: {"x": x})


# ---- a witness: a composite number that divides 2^n - 2 ------------------


@checker
def check_witness(check: Check, n: int) -> str:
    """Check a composite number."""
    conditions = [
        Condition(
            "a number from 4 to 999",
            lambda n: "" if 4 <= n < 1000 else f"{n}",
            "Not too large.",
        ),
        Condition(
            "a composite number",
            lambda n: "" if any(n % k == 0 for k in range(2, n)) else "prime",
            "What divides it?",
        ),
        Condition(
            "a number that divides 2^n − 2",
            lambda n: f"rest {r}" if (r := (2**n - 2) % n) else "",
            "Look for a pseudoprime.",
        ),
    ]
    return require_witness(check, n, conditions, {"n": n})


def test_witnesses(passes, refused):
    assert "3 conditions on this witness" in passes(check_witness, 341)
    one = [Condition("any number", lambda n: "", "")]
    said = require_witness(Check("c"), 2, one, {"n": 2})
    assert said == "1 condition on this witness"
    said = require_witness(Check("c"), 2, 2 * one, {"n": 2})
    assert said == "2 conditions on this witness"
    assert "got       2\n" in refused(check_witness, 2)
    assert "got       prime\n" in refused(check_witness, 7)
    text = refused(check_witness, 9)
    assert "expected  a number that divides 2^n − 2\n" in text
    assert "got       rest 6\n" in text
    assert "hint      Look for a pseudoprime." in text


# ---- the lines on the page ------------------------------------------------

MODULES = [
    importlib.import_module(f"byhand.checks.{module.name}")
    for module in pkgutil.iter_modules(byhand.checks.__path__)
    if not module.name.startswith("_")
]


def lines_of(value):
    """Return the lines of a proof or of an argument, by their letters."""
    if isinstance(value, Proof):
        value = value.lines | value.decoys
    kinds = (Line, Decoy, Step)
    if type(value) is dict and all(
        isinstance(x, kinds) for x in value.values()
    ):
        return {letter: line.text for letter, line in value.items()}
    return None


SHUFFLED = {
    f"{module.__name__.split('.')[-1]}.{name}": lines
    for module in MODULES
    for name, value in vars(module).items()
    if (lines := lines_of(value))
}
SIGNS = {
    "bar": "bar", "dot": "dot", "sum": "Σ", "pi": "π", "beta": "β",
    "sigma": "σ", "sqrt": "√", "log": "log", "mathrm": "",
}  # fmt: skip


def skeleton(text):
    """Return how often each letter and digit occurs, TeX or not."""
    text = re.sub(r"\\[td]?frac1", "", text)
    text = re.sub(
        r"\\([a-zA-Z]+)",
        lambda command: SIGNS.get(command[1], ""),
        text.replace("^\\top", "^T").replace("\\mathbf", ""),
    )
    text = unicodedata.normalize("NFKD", text).casefold()
    return Counter(c for c in text if c.isalnum())


def exercises(root, page):
    (path,) = (root / "chapters").rglob(f"{page}.ipynb")
    for cell in nbformat.read(path, as_version=4).cells:
        yield from re.findall(
            r"^:::\{exercise\}.*?^:::$", cell.source, re.DOTALL | re.MULTILINE
        )


@pytest.mark.parametrize("name", SHUFFLED)
def test_the_lines_on_the_page_are_those_of_the_checker(root, name):
    shown = [
        dict(re.findall(r"^(?:- |\| )([a-z])(?::| \|) (.*)$", text, re.M))
        for text in exercises(root, name.split(".")[0])
    ]
    wanted = {k: skeleton(text) for k, text in SHUFFLED[name].items()}
    found = [{k: skeleton(text) for k, text in s.items()} for s in shown]
    closest = max(
        found, key=lambda s: sum(s.get(k) == v for k, v in wanted.items())
    )
    assert closest == wanted


def test_a_line_that_differs_is_noticed():
    tex = r"$\bar g_{1k} = \tfrac12 \sum_i \lVert h_i\rVert^2$"
    assert skeleton(tex) == skeleton("g1_bar_k = Σ_i |h_i|²/2")
    assert skeleton(tex) != skeleton("g1_bar_k = Σ_i |h_i|/2")
    assert SHUFFLED
