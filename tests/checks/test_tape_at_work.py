"""The exercises of the page on the tape at work: right and wrong."""

import numpy as np
import pytest
from byhand.checks.tape_at_work import (
    check_best_step,
    check_hessian_product,
    check_shared_slope,
    check_tridiagonal,
    check_which_cuts,
)
from byhand.tape import hvp, record

CUTS = {
    "x": True, "h g1": False, "g2 u": True, "h z2 u": True, "z1 g2 u": False,
    "x u": False, "y": True, "z1 u": False,
}  # fmt: skip

# ---- warm-ups ------------------------------------------------------------


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ("x", "every path from x to J meets it once"),
        ("h g1", "x → u → y → J meets it not at all"),
        ("g2 u", "every path from x to J meets it once"),
        ("h z2 u", "every path from x to J meets it once"),
        ("z1 g2 u", "x → z1 → h → g2 → y → J meets it twice"),
        ("x u", "x → u → y → J meets it twice"),
        ("y", "every path from x to J meets it once"),
        ("z1 u", "x → z2 → g1 → g2 → y → J meets it not at all"),
    ],
)
def test_a_wrong_verdict_meets_a_path(names, said, refused):
    text = refused(check_which_cuts, CUTS | {names: not CUTS[names]})
    text = " ".join(text.split())
    assert f"input the set {{{', '.join(names.split())}}} expected" in text
    assert f"got you say {not CUTS[names]}, but {said} hint" in text


def test_a_verdict_is_true_or_false(refused):
    text = refused(check_which_cuts, {"x": True})
    assert "for each, one of True, False" in " ".join(text.split())


def hessian_product(x, u):
    return np.array([2 * (u[0] * x[1] + x[0] * u[1]), 2 * x[0] * u[0]])


def best_step(w, h):
    g = h * w
    return (g @ g) / (g @ (h * g))


@pytest.mark.parametrize(
    ("check", "answer", "said"),
    [
        (
            check_hessian_product,
            lambda x, u: [2 * x[0] * x[1], x[0] ** 2],
            "This is the gradient",
        ),
        (
            check_hessian_product,
            lambda x, u: [2 * x[0] * x[1] * u[0], x[0] ** 2 * u[1]],
            "a product with the gradient",
        ),
        (
            check_hessian_product,
            lambda x, u: [2 * x[1] * u[0], 2 * x[0] * u[0]],
            "both of them move",
        ),
        (check_hessian_product, lambda x, u: 1, "an entry for each"),
        (check_hessian_product, lambda x, u: 0 * x, "Write down"),
        (check_best_step, lambda w, h: best_step(w, h) / 2, "factor 1/2"),
        (check_best_step, lambda w, h: 1 / h.max(), "safe along every"),
        (check_best_step, lambda w, h: 1 / best_step(w, h), "Upside down"),
        (
            check_best_step,
            lambda w, h: (w @ w) / (w @ (h * w)),
            "not along w",
        ),
        (check_best_step, lambda w, h: w, "one number"),
        (check_best_step, lambda w, h: 7.0, "diagonal"),
    ],
)
def test_foreseen_slips_have_hints(check, answer, said, refused):
    assert said in " ".join(refused(check, answer).split())


def on_ordinary_numbers(answer, right):
    """Return a right function that is wrong where no slip is another."""

    def changed(one, other):
        sizes = [*abs(one), *abs(other)]
        ordinary = min(sizes) > 1 and len({*one, *other}) == len(sizes) > 2
        return answer(one, other) if ordinary else right(one, other)

    return changed


def gradient(x):
    return np.array([2 * x[0] * x[1], x[0] ** 2])


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda x, u: gradient(x), "This is the gradient. How"),
        (lambda x, u: gradient(x) * u, "a product with the gradient"),
        (lambda x, u: gradient(x) @ u, "an entry for each entry of x"),
        (lambda x, u: 2 * u[0] * x[::-1], "both of them move"),
        (lambda x, u: 2 * x[0] * u[::-1], "both of them move"),
        (lambda x, u: hessian_product(x, u) + np.eye(2)[0], "Write down"),
        (lambda x, u: hessian_product(x, u) + np.eye(2)[1], "Write down"),
        (lambda x, u: -hessian_product(x, u), "Write down"),
    ],
)
def test_slips_in_the_product(answer, said, refused):
    answer = on_ordinary_numbers(answer, hessian_product)
    text = " ".join(refused(check_hessian_product, answer).split())
    assert said in text


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda w, h: best_step(w, h) / 2, "mind the factor 1/2"),
        (lambda w, h: best_step(w, h) * 2, "mind the factor 1/2"),
        (lambda w, h: 1 / h.max(), "safe along every direction"),
        (lambda w, h: w @ w / (w @ (h * w)), "and not along w"),
        (lambda w, h: 1 / best_step(w, h), "Upside down"),
        (lambda w, h: 1 / h.min(), "The Hessian is diagonal"),
        (lambda w, h: 1 / h, "one number for all weights"),
        (lambda w, h: 1.01 * best_step(w, h), "The Hessian is diagonal"),
    ],
)
def test_slips_in_the_best_step(answer, said, refused):
    answer = on_ordinary_numbers(answer, best_step)
    text = " ".join(refused(check_best_step, answer).split())
    assert said in text


def wrong_at(place, right):
    """Return a right function that is one off at one place."""

    def answer(*given):
        here = [array.tolist() for array in given] == list(place)
        return right(*given) + here

    return answer


@pytest.mark.parametrize(
    ("x", "u"),
    [
        pytest.param([1, 2], [1, 0], id="the first column"),
        pytest.param([1, 2], [0, 1], id="the second column"),
        pytest.param([3, 1], [1, -1], id="both, one of them negative"),
    ],
)
def test_these_directions_are_tried(x, u, refused):
    answer = wrong_at((x, u), hessian_product)
    text = refused(check_hessian_product, answer)
    product = [2 * (u[0] * x[1] + x[0] * u[1]), 2 * x[0] * u[0]]
    for name, array in (("x", x), ("u", u)):
        assert f" {name} = {np.array(array, float)}\n" in (
            text.replace(",", "")
        )
    assert f"expected  {np.array(product, float)}\n" in text.replace(",", "")


@pytest.mark.parametrize(
    ("w", "h"),
    [
        pytest.param([1], [1], id="one weight"),
        pytest.param([1], [4], id="one weight with a curvature"),
        pytest.param([1, 1], [3, 1], id="two curvatures"),
        pytest.param([1, 2], [1, 1], id="two weights"),
    ],
)
def test_these_losses_are_tried(w, h, refused):
    text = refused(check_best_step, wrong_at((w, h), best_step))
    for name, array in (("w", w), ("h", h)):
        assert f" {name} = {np.array(array, float)}\n" in (
            text.replace(",", "")
        )


@pytest.fixture
def tried():
    """Return a function that returns what a checker asks of a function."""

    def run(check, right):
        seen = []

        def answer(*given):
            seen.append(given)
            return right(*given)

        check(answer)
        return seen

    return run


def test_directions_of_every_sign_are_tried(tried):
    for array in zip(*tried(check_hessian_product, hessian_product)[3:],
                     strict=True):  # fmt: skip
        assert set(np.ravel(array)) == set(range(-5, 6))


def test_losses_of_every_size_are_tried(tried):
    losses = tried(check_best_step, best_step)[4:]
    weights, curvatures = zip(*losses, strict=True)
    assert {len(w) for w in weights} == {1, 2, 3, 4, 5}
    assert set(np.concatenate(weights)) == {-2, -1, 1, 2, 3}
    assert set(np.concatenate(curvatures)) == set(range(1, 10))


def test_no_zero_has_a_sign(tried, refused):
    places = tried(check_hessian_product, hessian_product)
    still = [(x, u) for x, u in places if u[0] == 0 and x[0] < 0 > u[1]]
    assert still
    for place in still:
        answer = wrong_at([a.tolist() for a in place], hessian_product)
        text = refused(check_hessian_product, answer)
        assert "-0." not in text[text.index("expected") :]


def test_the_product_is_that_of_the_tape():
    def f(x):
        return x[0] ** 2 * x[1]

    product = hvp(record(f, x=2), "x")
    x, u = np.array([3.0, 5.0]), np.array([1.0, -2.0])
    found = product(x=x, x_dot=u)
    assert np.allclose(found, hessian_product(x, u))


# ---- a Jacobian from few products ----------------------------------------


def by_color(product, n):
    J = np.zeros((n, n))
    for k in range(min(3, n)):
        u = np.zeros(n)
        u[k::3] = 1
        total = product(u)
        for i in range(n):
            for j in (i - 1, i, i + 1):
                if 0 <= j < n and j % 3 == k:
                    J[i, j] = total[i]
    return J


def test_a_product_for_each_column_is_too_many(refused):
    def answer(product, n):
        return np.array([product(e) for e in np.eye(n)]).T

    assert "right J, from 4 products" in refused(check_tridiagonal, answer)


def test_sizes_from_1_to_12_and_entries_from_1_to_9_are_tried():
    sizes, found = [], []

    def answer(product, n):
        sizes.append(n)
        found.append(by_color(product, n))
        return found[-1]

    check_tridiagonal(answer)
    assert sizes == sorted([*range(1, 13)] * 5)
    entries = np.concatenate([J.ravel() for J in found])
    assert set(entries) == set(range(10))
    for J in found:
        near = np.triu(np.tril(np.ones_like(J), 1), -1)
        assert ((J > 0) == (near > 0)).all()
    # Five of a size differ.
    assert len({J.tobytes() for J in found if len(J) == 12}) == 5


@pytest.mark.parametrize(("i", "j"), [(0, 2), (2, 1), (3, 4), (4, 4), (4, 0)])
def test_an_entry_that_is_wrong_is_named(i, j, refused):
    right = []

    def answer(product, n):
        J = by_color(product, n)
        if n == 5:
            right.append(J[i, j])
            J[i, j] += 0.5
        return J

    text = refused(check_tridiagonal, answer)
    assert f"expected  {right[0]:g} in row {i}, column {j}\n" in text
    assert f"got       {right[0] + 0.5:g}\n" in text


def test_two_colors_mix_columns(refused):
    def answer(product, n):
        J = np.zeros((n, n))
        for k in range(2):
            u = (np.arange(n) % 2 == k).astype(float)
            total = product(u)
            for j in range(k, n, 2):
                near = slice(max(j - 1, 0), j + 2)
                J[near, j] = total[near]
        return J

    text = refused(check_tridiagonal, answer)
    assert "row 1, column 0" in text
    assert "mixes the columns" in text


def test_rows_for_columns(refused):
    assert "row 0, column 1" in refused(
        check_tridiagonal, lambda product, n: by_color(product, n).T
    )


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (lambda product, n: product(np.ones(n)), "array of shape (1, 1)"),
        (
            lambda product, n: product(np.ones(n + 1)),
            "product wants a vector with 1 entries, got shape (2,)",
        ),
    ],
)
def test_what_is_not_a_matrix(answer, message, refused):
    assert message in " ".join(refused(check_tridiagonal, answer).split())


# ---- two witnesses with one source ---------------------------------------


@pytest.mark.parametrize(
    ("order", "said"),
    [
        ("aecfgdbi", "the dots here are right"),
        ("ahefgdbi", "the bar of v_2 is 3 and the right one 2"),
        ("ad", "How do the dots of line i"),
        ("gb", "What does the step remove"),
        ("aefgdi", "which step changes it"),
        ("aefgdb", "reaches its conclusion"),
    ],
)
def test_what_is_no_proof(order, said, refused):
    assert said in " ".join(refused(check_shared_slope, order).split())


#: What is said of right answers, and the answers.
RIGHT = {
    check_which_cuts: ("8 sets, each against 3 paths", CUTS),
    check_hessian_product: ("43 points", hessian_product),
    check_best_step: ("44 quadratic losses", best_step),
    check_tridiagonal: ("60 matrices with up to 12 rows", by_color),
    check_shared_slope: ("7 lines", "aefgdbi", list("gedbfai")),
}
