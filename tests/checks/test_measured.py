"""The checkers of the page on counts and the clock."""

import math
from fractions import Fraction

import pytest
from byhand.checks.measured import (
    _run_blocks,
    check_block_intensity,
    check_interval,
    check_least_time,
    check_machine,
    check_past_the_bend,
    check_two_intensities,
)


def wrong(*cases):
    return pytest.mark.parametrize(("answer", "said"), cases)


def in_one_line(text):
    return " ".join(text.split())


def wrong_only_at(special, right, instead):
    """Return an answer that is right but for one input."""

    def answer(*given):
        return instead(*given) if given == special else right(*given)

    return answer


def recorded(right):
    """Return a right answer, and the list of what it is asked."""
    asked = []

    def answer(*given):
        asked.append(given)
        return right(*given)

    return answer, asked


# ---- warm-ups ------------------------------------------------------------


@wrong(
    ((Fraction(1, 2), Fraction(2, 3)), "The result of a line is written"),
    ((Fraction(1, 3), 1), "The result of a line is written"),
    ((Fraction(2, 5), Fraction(2, 3)), "The result of a line is written"),
    ((3, Fraction(3, 2)), "Operations are divided by numbers moved"),
    ((Fraction(1, 3), Fraction(3, 2)), "Operations are divided by numbers"),
    ((Fraction(1, 6), Fraction(1, 3)), "operations are there for each entry"),
    ((Fraction(1, 3), Fraction(1, 3)), "operations are there for each entry"),
    ((Fraction(1, 3), 2), "which does it write"),
    ((Fraction(2, 3), Fraction(1, 3)), "which does it write"),
    (Fraction(1, 3), "A pair of fractions"),
)
def test_wrong_intensities_of_a_sum(answer, said, refused):
    assert said in in_one_line(refused(check_two_intensities, answer))


@pytest.mark.parametrize(
    "other", [-1, 0, 0.1, 0.2, 0.35, 0.45, 0.6, 0.9, 1.2, 2, 2.9, 3.1, 100]
)
@pytest.mark.parametrize(
    ("place", "line"),
    [(0, "u = x * y, z = u + x"), (1, "z = x * y + x in a single line")],
)
def test_other_intensities_of_a_sum(other, place, line, refused):
    answer = [Fraction(1, 3), Fraction(2, 3)]
    answer[place] = other
    text = in_one_line(refused(check_two_intensities, answer))
    assert f"input {line}, for vectors with 12 entries expected" in text
    assert "Which vectors does each line read" in text


@wrong(
    (lambda p, b, w, m: w / p + m / b, "at the same time"),
    (lambda p, b, w, m: min(w / p, m / b), "has to be done"),
    (lambda p, b, w, m: min(p, b * w / m), "That is a speed"),
    (lambda p, b, w, m: 1 / max(w / p, m / b), "one divided by the time"),
    (lambda p, b, w, m: w * p, "How long does the work take"),
)
def test_wrong_times(answer, said, refused):
    assert said in in_one_line(refused(check_least_time, answer))


def least_time(peak, bandwidth, work, moved):
    return max(work / peak, moved / bandwidth)


#: Programs that are among those tried, with the times of their work and of
#: their traffic.
PROGRAMS = {
    "the work takes longer": ((8, 2, 8, 1), 1, Fraction(1, 2)),
    "the traffic takes longer": ((8, 2, 8, 4), 1, 2),
    "at the bend": ((8, 2, 8, 2), 1, 1),
    "hardly any work": ((9, 6, 1, 5), Fraction(1, 9), Fraction(5, 6)),
    "more is moved in a second than computed": (
        (3, 7, 2, 2), Fraction(2, 3), Fraction(2, 7),
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", PROGRAMS)
def test_no_kind_of_program_may_go_wrong(kind, refused):
    given, work, traffic = PROGRAMS[kind]
    text = refused(
        check_least_time, wrong_only_at(given, least_time, lambda *_: 100)
    )
    for name, value in zip(
        ("peak", "bandwidth", "work", "moved"), given, strict=True
    ):
        assert f"{name} = {value}\n" in text
    assert f"expected {max(work, traffic)} seconds got 100" in in_one_line(
        text
    )
    assert "How long does the work take, and how long" in in_one_line(text)


@pytest.mark.parametrize(
    ("kind", "got", "said"),
    [
        ("the traffic takes longer", 3, "at the same time"),
        ("the traffic takes longer", 1, "has to be done"),
        ("the traffic takes longer", 0.5, "one divided by the time"),
        ("the traffic takes longer", 4, "That is a speed"),
        ("the traffic takes longer", 5, "how long the traffic"),
        ("at the bend", 8, "That is a speed"),
        ("hardly any work", Fraction(17, 18), "at the same time"),
        ("hardly any work", Fraction(1, 9), "has to be done"),
        ("hardly any work", Fraction(6, 5), "one divided by the time"),
        (
            "more is moved in a second than computed",
            Fraction(20, 21),
            "at the same time",
        ),
        ("more is moved in a second than computed", 2 / 7, "has to be done"),
        ("more is moved in a second than computed", 1.5, "one divided by"),
        ("more is moved in a second than computed", 3, "That is a speed"),
    ],
)
def test_slips_in_a_single_time(kind, got, said, refused):
    given, _, _ = PROGRAMS[kind]
    answer = wrong_only_at(given, least_time, lambda *_: got)
    assert said in in_one_line(refused(check_least_time, answer))


@pytest.mark.parametrize("sign", [-1, 1])
def test_nine_digits_of_a_time_are_enough(sign, passes, refused):
    passes(check_least_time, lambda *p: least_time(*p) * (1 + sign * 0.9e-9))
    refused(check_least_time, lambda *p: least_time(*p) * (1 + sign * 1.1e-9))


def bounds(w, w2):
    ratios = [a / b for a, b in zip(w, w2, strict=True)]
    return min(ratios), max(ratios)


@wrong(
    (lambda w, w2: bounds(w, w2)[::-1], "The smaller one comes first"),
    (lambda w, w2: bounds(w2, w), "of the first to the second"),
    (lambda w, w2: (sum(w) / sum(w2),) * 2, "an interval"),
    (lambda w, w2: (min(w) / max(w2), max(w) / min(w2)), "same resource"),
    (lambda w, w2: bounds(w, w2)[1], "Return a pair"),
    (lambda w, w2: (0, 1e9), "a ratio of its own"),
)
def test_wrong_bounds(answer, said, refused):
    assert said in in_one_line(refused(check_interval, answer))


#: Pairs of programs that are among those tried, with the bounds.
PAIRS = {
    "a single resource": ([6], [2], 3, 3),
    "falling ratios": ([6, 2], [2, 1], 2, 3),
    "rising ratios, on both sides of 1": ([1, 6], [4, 2], 1 / 4, 3),
    "the same program twice": ([3, 3, 3], [3, 3, 3], 1, 1),
    "first counts that are equal": ([1, 1], [2, 5], 1 / 5, 1 / 2),
    "second counts that are equal": ([2, 5], [1, 1], 2, 5),
    "one program twice as dear in all": ([6, 4, 2], [3, 2, 1], 2, 2),
    "both bounds inside": ([9, 20, 2, 9], [3, 5, 8, 9], 1 / 4, 4),
    "both bounds far from the largest counts": (
        [5, 1, 28, 7, 3], [1, 7, 4, 2, 1], 1 / 7, 7,
    ),
    "counts as large as those of programs": (
        [10**9, 3, 40], [10**6, 7, 10**9], 4e-8, 1000,
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", PAIRS)
def test_no_kind_of_pair_may_go_wrong(kind, refused):
    w, w2, least, largest = PAIRS[kind]
    answer = wrong_only_at((w, w2), bounds, lambda *_: (-1, 99))
    text = in_one_line(refused(check_interval, answer))
    assert f"input w = {w} w2 = {w2} expected [" in text
    assert "a ratio of its own" in text
    expected = text.split("expected [")[1].split("]")[0].split(", ")
    assert [*map(float, expected)] == pytest.approx([least, largest])


@pytest.mark.parametrize(
    ("got", "said"),
    [
        ((3, 2), "The smaller one comes first"),
        ((1 / 3, 1 / 2), "of the first to the second"),
        ((2.5, 2.5), "an interval"),
        ((2, 6), "same resource"),
        ((2, 2.9), "a ratio of its own"),
        # 2/2: the least count of all by the largest.
        ((1, 3), "same resource"),
        ((1.1, 3), "a ratio of its own"),
        ((1 / 3, 2), "a ratio of its own"),
        ((2, 5), "a ratio of its own"),
        ((2, 7), "a ratio of its own"),
    ],
)
def test_slips_in_a_single_pair_of_bounds(got, said, refused):
    answer = wrong_only_at(([6, 2], [2, 1]), bounds, lambda *_: got)
    assert said in in_one_line(refused(check_interval, answer))


@pytest.mark.parametrize("got", [(2 / 9, 4), (1 / 4, 20 / 3)])
def test_the_least_count_by_the_largest_of_all(got, refused):
    w, w2, least, largest = PAIRS["both bounds inside"]
    answer = wrong_only_at((w, w2), bounds, lambda *_: got)
    text = in_one_line(refused(check_interval, answer))
    assert f"expected [{least}, {float(largest)}] got [" in text
    assert "Divide counts of the same resource by one another." in text


@pytest.mark.parametrize("sign", [-1, 1])
@pytest.mark.parametrize("place", [0, 1])
def test_nine_digits_of_a_bound_are_enough(sign, place, passes, refused):
    def shifted(by):
        def answer(w, w2):
            both = [*bounds(w, w2)]
            both[place] *= 1 + sign * by
            return both

        return answer

    passes(check_interval, shifted(0.9e-9))
    refused(check_interval, shifted(1.1e-9))


# ---- check_block_intensity -----------------------------------------------


def intensity(n, t):
    return Fraction(n**2 * (2 * n - 1), 2 * n**3 // t + n**2)


def limit(t):
    return t


@wrong(
    (lambda n, t: Fraction(2 * n - 1, 3), "read again each time"),
    (lambda n, t: Fraction(n**3, 2 * n**3 // t + n**2), "n = 2"),
    (lambda n, t: Fraction(2 * n - 1, 4 * n // t - 1), "n = 2"),
    (lambda n, t: Fraction((2 * n - 1) * t, 2 * n), "each once"),
    (lambda n, t: Fraction((2 * n - 1) * t, 3 * n), "written once"),
    (lambda n, t: 1 / intensity(n, t), "divided by numbers moved"),
    (lambda n, t: "1/3", "got '1/3'"),
    (lambda n: n, "TypeError"),
)
def test_wrong_intensities_are_shown_sizes(answer, said, refused):
    assert said in in_one_line(refused(check_block_intensity, answer, limit))


@wrong(
    (lambda t: 2 * t, "grows fastest"),
    (lambda t: t / 2, "grows fastest"),
    (lambda t: math.inf, "Return the limit"),
    (lambda t: t if t == 1 else 0, "1000 t = 2000"),
)
def test_wrong_limits_are_shown_an_intensity(answer, said, refused):
    said_of_it = refused(check_block_intensity, intensity, answer)
    assert said in in_one_line(said_of_it)


def test_all_blocks_of_matrices_up_to_twelve_rows_are_tried(passes):
    answer, asked = recorded(intensity)
    assert "35 pairs n, t" in passes(check_block_intensity, answer, limit)
    assert sorted(asked) == sorted(
        (t * blocks, t)
        for t in range(1, 13)
        for blocks in range(1, 13)
        if t * blocks <= 12
    )


@pytest.mark.parametrize(
    ("given", "got", "said"),
    [
        # 112 operations; 64 numbers read and 16 written.
        ((4, 2), Fraction(112, 64), "written, each once"),
        ((4, 2), Fraction(112, 64 + 2 * 16), "when it is finished"),
        ((4, 2), Fraction(112, 3 * 16), "read again each time"),
        ((4, 2), Fraction(80, 112), "divided by numbers moved"),
        # 396 operations; 216 numbers read and 36 written.
        ((6, 2), Fraction(396, 216), "written, each once"),
        ((6, 2), Fraction(396, 216 + 3 * 36), "when it is finished"),
        ((6, 2), Fraction(396, 3 * 36), "read again each time"),
        ((6, 2), Fraction(252, 396), "divided by numbers moved"),
        # One block: 45 operations; 18 numbers read and 9 written.
        ((3, 3), Fraction(45, 18), "written, each once"),
        ((3, 3), Fraction(27, 45), "divided by numbers moved"),
        # A thousand and more: 12 · 12 · 23 operations, 24 · 144 + 144 moves.
        ((12, 1), Fraction(3312, 3456), "written, each once"),
    ],
)
def test_slips_in_a_single_intensity(given, got, said, refused):
    answer = wrong_only_at(given, intensity, lambda *_: got)
    text = in_one_line(refused(check_block_intensity, answer, limit))
    assert f"input n = {given[0]} t = {given[1]} expected" in text
    assert said in text


@pytest.mark.parametrize("other", [-1, 0, 0.5, 1, 1.3, 1.5, 2, 3, 100])
def test_other_intensities(other, refused):
    answer = wrong_only_at((4, 2), intensity, lambda *_: other)
    text = in_one_line(refused(check_block_intensity, answer, limit))
    assert "expected 7/5: 112 operations, 80 numbers moved got" in text
    assert "The operations do not depend on t" in text


def test_what_is_no_intensity_is_answered_with_one(refused):
    answer = wrong_only_at((4, 2), intensity, lambda *_: "7/5")
    text = in_one_line(refused(check_block_intensity, answer, limit))
    assert "n = 4 t = 2 expected 7/5: 112 operations, 80 numbers mo" in text


@pytest.mark.parametrize("t", [1, 2, 3, 8, 100])
def test_no_limit_may_go_wrong(t, refused):
    answer = wrong_only_at((t,), limit, lambda t: t + 0.001)
    text = in_one_line(refused(check_block_intensity, intensity, answer))
    near = float(intensity(1000 * t, t))
    assert f"input t = {t} n = 1000 t = {1000 * t} expected" in text
    assert f"a limit close to the intensity, {near:.6f} got" in text


def test_blocks_of_one_and_of_all():
    assert _run_blocks(3, 1) == (45, 2 * 27 + 9)
    assert _run_blocks(3, 3) == (45, 27)


# ---- check_past_the_bend -------------------------------------------------


def past_the_bend(peak, bandwidth):
    n = 1
    while (2 * n - 1) * bandwidth < 3 * peak:
        n += 1
    return n


def by_formula(peak, bandwidth):
    return max(1, -((-3 * peak - bandwidth) // (2 * bandwidth)))


@wrong(
    (lambda p, b: by_formula(p, b) - 1, "still on the slope"),
    (lambda p, b: by_formula(p, b) + 1, "past the bend already"),
    (lambda p, b: (3 * p + b) // (2 * b) + 1, "exactly at the bend"),
    (lambda p, b: -((-3 * p - b) // (2 * b)) - (3 * p < b), "1 × 1"),
    (lambda p, b: max(1, math.ceil((3 * (p / b) + 1) / 2)), "too few digits"),
    (lambda p, b: (3 * p / b + 1) / 2, "Return an integer"),
    (lambda p, b: p / b + 0.5, "Return an integer"),
)
def test_wrong_sizes_past_the_bend(answer, said, refused):
    assert said in in_one_line(refused(check_past_the_bend, answer))


#: Machines that are among those tried, and the smallest size.
MACHINES = {
    "an intensity as machines have it": ((72, 3), 37),
    "exactly at the bend": ((1, 1), 2),
    "exactly at the bend, n = 1": ((1, 3), 1),
    "half a size below the bend": ((2, 3), 2),
    "a quarter of a size below it": ((1, 2), 2),
    "a quarter of a size above it": ((3, 2), 3),
    "the bend comes before n = 1": ((1, 4), 1),
    "the bend comes long before it": ((1, 7), 1),
    "speeds as machines have them": ((72_000_000_000, 2_800_000_000), 40),
    "too many digits for a float": ((10**30 + 2, 3), 5 * 10**29 + 2),
    "a float falls short of the speed": ((10**23, 3), 5 * 10**22 + 1),
}


@pytest.mark.parametrize("kind", MACHINES)
def test_no_kind_of_machine_may_go_wrong(kind, refused):
    (peak, bandwidth), size = MACHINES[kind]
    answer = wrong_only_at((peak, bandwidth), by_formula, lambda *_: size + 2)
    text = in_one_line(refused(check_past_the_bend, answer))
    assert f"input peak = {peak} bandwidth = {bandwidth} expected" in text
    bend = Fraction(peak, bandwidth)
    assert f"expected {size}, with the bend at an intensity of {bend}" in text
    reached = Fraction(2 * size + 3, 3)
    assert f"got {size + 2}, with an intensity of {reached} hint" in text
    assert ("too few digits" in text) is (peak >= 10**23)
    assert ("A smaller size is past" in text) is (peak < 10**23)


def test_all_small_machines_are_tried(passes):
    answer, asked = recorded(by_formula)
    passes(check_past_the_bend, answer)
    assert asked[0] == (72, 3)
    small = {(p, b) for p in (1, 2, 3) for b in range(1, 8)}
    assert {machine for machine in asked[1:] if max(machine) < 10} == small


@pytest.mark.parametrize(
    ("given", "got", "said"),
    [
        ((1, 4), 0, "1 × 1"),
        ((1, 4), -3, "1 × 1"),
        ((72, 3), 1, "still on the slope"),
        ((72, 3), 36, "still on the slope"),
        ((72, 3), 38, "past the bend already"),
        ((1, 1), 1, "still on the slope"),
        ((1, 1), 3, "exactly at the bend"),
        ((1, 1), 4, "past the bend already"),
        ((3, 1), 6, "exactly at the bend"),
        ((1, 3), 2, "exactly at the bend"),
        ((1, 4), 2, "past the bend already"),
        ((3, 2), 2, "still on the slope"),
    ],
)
def test_slips_at_a_single_machine(given, got, said, refused):
    answer = wrong_only_at(given, by_formula, lambda *_: got)
    assert said in in_one_line(refused(check_past_the_bend, answer))


def test_the_two_ways_past_the_bend_agree():
    for peak in range(1, 12):
        for bandwidth in range(1, 12):
            assert by_formula(peak, bandwidth) == past_the_bend(
                peak, bandwidth
            )


# ---- check_machine -------------------------------------------------------


def machine(w, w2, ratio):
    order = sorted(range(len(w)), key=lambda i: w[i] / w2[i])
    low, high = order[0], order[-1]
    speeds = [math.inf] * len(w)
    speeds[low], speeds[high] = 1, w[high] / (ratio * w2[low])
    return speeds


def finite_machine(w, w2, ratio):
    """The same with the others fast and not infinitely so."""
    return [1e9 * min(s, 1e9) for s in machine(w, w2, ratio)]


@wrong(
    (lambda w, w2, q: [1] * len(w), "expected"),
    (
        lambda w, w2, q: [1, *[math.inf] * (len(w) - 1)],
        "sets both times",
    ),
    (lambda w, w2, q: [math.inf] * len(w), "math.inf is allowed"),
    (lambda w, w2, q: [0] * len(w), "math.inf is allowed"),
    (lambda w, w2, q: [q], "One speed for each resource"),
)
def test_wrong_machines(answer, said, refused):
    assert said in in_one_line(refused(check_machine, answer))


#: Pairs of programs that are among those tried, with the bounds of their
#: ratio; their difference is a multiple of 9 halves.
POSSIBLE = {
    "the largest ratio comes last": ([1, 10], [1, 1], 1, 10),
    "the largest ratio comes first": ([10, 1], [1, 1], 1, 10),
    "both programs may be the faster one": ([5, 1], [1, 2], 0.5, 5),
    "the largest ratio is inside": ([5, 10, 9], [5, 1, 3], 1, 10),
    "both bounds occur twice": ([4, 1, 5, 2, 10], [2, 2, 1, 4, 2], 0.5, 5),
}


@pytest.mark.parametrize("kind", POSSIBLE)
def test_ratios_all_over_the_interval_are_asked_for(kind, passes):
    w, w2, low, high = POSSIBLE[kind]
    answer, asked = recorded(machine)
    passes(check_machine, answer)
    ratios = [ratio for *pair, ratio in asked if pair == [w, w2]]
    assert ratios == [low + k * (high - low) / 9 for k in range(1, 9)]


@pytest.mark.parametrize(
    ("speeds", "got", "said"),
    [
        # The ratio 2 is wanted.
        ([1, 4], "times 2.5 and 1, with the ratio 2.5", "Which two have"),
        ([1, 20], "times 1 and 1, with the ratio 1", "sets both times"),
        ([1, 0.5], "times 20 and 2, with the ratio 10", "sets both times"),
        ([1, 8], "times 1.25 and 1, with the ratio 1.25", "Which two have"),
        ([1, 3], "times 3.33333 and 1, with the ratio 3.33333", "Which two"),
    ],
)
def test_the_times_of_a_machine_are_shown(speeds, got, said, refused):
    answer = wrong_only_at(([1, 10], [1, 1], 2.0), machine, lambda *_: speeds)
    text = in_one_line(refused(check_machine, answer))
    shown = [float(s) for s in speeds]
    assert f"ratio = 2.0 your speeds = {shown} expected" in text
    assert f"expected times with the ratio 2 got {got} hint" in text
    assert said in text


def test_a_ratio_upside_down(refused):
    # Two thirds lie between the bounds 1/2 and 5 as well.
    upside_down = wrong_only_at(
        ([5, 1], [1, 2], 1.5), machine, lambda w, w2, q: machine(w, w2, 1 / q)
    )
    text = in_one_line(refused(check_machine, upside_down))
    assert "with the ratio 0.666667 hint" in text
    assert "the ratio of the second to the first" in text


@pytest.mark.parametrize(
    "speeds", [[0, 1], [1, 0], [-1, 1], [1, -math.inf], [math.inf] * 2, [1]]
)
def test_what_is_no_machine(speeds, refused):
    given = [1, 10], [1, 1], 2.0
    answer = wrong_only_at(given, machine, lambda *_: speeds)
    text = in_one_line(refused(check_machine, answer))
    assert "expected 2 positive speeds, not all infinite" in text


@pytest.mark.parametrize("sign", [-1, 1])
def test_nine_digits_of_a_ratio_are_enough(sign, passes, refused):
    passes(
        check_machine, lambda w, w2, q: machine(w, w2, q * (1 + sign * 0.9e-9))
    )
    refused(
        check_machine, lambda w, w2, q: machine(w, w2, q * (1 + sign * 1.1e-9))
    )


#: What is said of right answers, and the answers.
RIGHT = {
    check_two_intensities: (
        "counted line by line",
        (Fraction(1, 3), Fraction(2, 3)),
        [Fraction(2, 6), Fraction(4, 6)],
    ),
    check_least_time: (
        "5 programs",
        lambda p, b, w, m: max(w / p, m / b),
        lambda p, b, w, m: w / min(p, b * w / m),
    ),
    check_interval: ("10 pairs", bounds),
    check_block_intensity: (
        "35 pairs n, t, each run block by block, and the limit",
        (intensity, limit),
        (lambda n, t: (2 * n - 1) / (2 * n / t + 1), float),
    ),
    check_past_the_bend: ("25 machines", by_formula),
    check_machine: ("40 machines", machine, finite_machine),
}
