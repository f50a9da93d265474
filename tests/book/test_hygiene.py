"""What every committed notebook must be: run, quiet, portable, described."""

import itertools
import re

import nbformat
import pytest

from tools.compare_figures import difference
from tools.notebooks import normalize
from tools.reading import LONGEST, STATED, minutes

#: A path into somebody's machine, in a source, an output or a traceback.
MACHINE_PATH = re.compile(
    r"(?<![\w/.])/(?:home|Users|root|tmp|opt|usr|var|private)/\w"
    r"|\b[A-Z]:\\\w|site-packages|ipykernel_\d+"
)
ADDRESS = re.compile(r"\bat 0x[0-9a-fA-F]{6,}")
LONGEST_LINE, MOST_LINES = 79, 15
ONLY_TESTS_MAY_IMPORT = re.compile(
    r"^\s*(?:import|from)\s+(autograd|z3|torch|jax|playwright|hypothesis"
    r"|pytest|scipy)\b",
    re.MULTILINE,
)
#: What no notebook of prose, computations and figures needs, and what could
#: act in a reader's browser.
ACTIVE = re.compile(
    r"<\s*(?:script|iframe|object|embed|form|meta|link|base)\b"
    r"|\bon(?:click|load|error|mouse\w+|focus|begin)\s*=|javascript:"
    r"|^%%(?:javascript|js|html|svg|latex)\b",
    re.IGNORECASE | re.MULTILINE,
)
TAGS = {
    "answer", "draws", "exercise", "hide-cell", "hide-input", "hide-output",
    "nbval-ignore-output",
    "raises-exception", "remove-cell", "solution",
}  # fmt: skip
EXERCISE = re.compile(r"^:::+\s*\{exercise\}", re.MULTILINE)


def code_cells(notebook):
    return [c for c in notebook.cells if c.cell_type == "code"]


def tags(cell):
    return set(cell.metadata.get("tags", []))


def solved(cell):
    """Tell whether a code cell holds a solution."""
    return "solution" in tags(cell) or re.search(
        r"^\s*# solution\s*$", cell.source, re.MULTILINE
    )


def outputs(notebook):
    return [(c, o) for c in code_cells(notebook) for o in c.outputs]


def strings(value):
    """Yield every string of a notebook: sources, outputs, metadata."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from strings(part)
    elif isinstance(value, list):
        for part in value:
            yield from strings(part)


def figures(notebook):
    return [
        (c, o.data["image/svg+xml"])
        for c, o in outputs(notebook)
        if "image/svg+xml" in o.get("data", {})
    ]


def test_is_valid_and_as_make_notebooks_writes_it(path):
    text = path.read_text(encoding="utf-8")
    notebook = nbformat.reads(text, as_version=4)
    nbformat.validate(notebook)
    assert text == nbformat.writes(normalize(notebook)) + "\n"


def test_every_code_cell_was_run_in_order(notebook):
    counts = [c.execution_count for c in code_cells(notebook)]
    assert counts == list(range(1, len(counts) + 1))


def test_only_tagged_cells_raise(notebook):
    for cell, output in outputs(notebook):
        if output.output_type == "error":
            assert "raises-exception" in tags(cell), cell.id


def test_nothing_is_written_to_stderr(notebook):
    for cell, output in outputs(notebook):
        assert output.get("name") != "stderr", cell.id


def test_every_output_is_compared(notebook):
    for cell in code_cells(notebook):
        assert "nbval" not in cell.source.lower(), cell.id
        skipped = {t for t in tags(cell) if t.lower().startswith("nbval")}
        assert skipped <= {"nbval-ignore-output"}, cell.id
        if skipped:
            # Only a measured time may differ, and then its ratio is asserted.
            assert "perf_counter" in cell.source or "timeit" in cell.source
            assert re.search(r"^assert ", cell.source, re.MULTILINE), cell.id


def test_no_time_and_no_machine_is_stored(notebook):
    for cell in notebook.cells:
        assert "execution" not in cell.metadata, cell.id
        assert "collapsed" not in cell.metadata, cell.id
    for text in strings(notebook):
        for pattern in (MACHINE_PATH, ADDRESS):
            assert not pattern.search(text), pattern.search(text)


def test_cells_are_short_and_narrow(notebook):
    for cell in code_cells(notebook):
        lines = cell.source.split("\n")
        if not solved(cell):
            assert len(lines) <= MOST_LINES, cell.id
        assert max(map(len, lines)) <= LONGEST_LINE, cell.id


def test_no_witness_is_imported(notebook):
    for cell in code_cells(notebook):
        found = ONLY_TESTS_MAY_IMPORT.search(cell.source)
        assert not found, (cell.id, found)


def test_figures_are_described_and_small(notebook):
    for cell, svg in figures(notebook):
        shown = cell.metadata.get("mystnb", {})
        alt = shown.get("image", {}).get("alt", "")
        assert len(alt) >= 40, f"{cell.id}: say in alt what one sees"
        assert not re.match(r"(?i)(a |the )?(plot|figure|image) of", alt)
        assert shown.get("figure", {}).get("caption"), cell.id
        assert shown.get("figure", {}).get("name", "").startswith("fig-")
        assert len(svg) < 200_000, cell.id
        # The page shows through, light or dark.
        background = re.search(r'id="patch_1">.*?</g>', svg, re.DOTALL)
        assert "fill: none" in background[0], f"{cell.id}: white background"
        assert difference(svg, svg) is None


def test_no_bitmap(notebook):
    for cell, output in outputs(notebook):
        kinds = set(output.get("data", {}))
        assert not kinds & {"image/png", "image/jpeg"}, cell.id


def test_page_opens_with_its_title_and_is_described(notebook):
    first = notebook.cells[0]
    assert first.cell_type == "markdown"
    assert first.source.startswith("# ")
    meta = notebook.metadata.get("myst", {}).get("html_meta", {})
    assert 50 <= len(meta.get("description", "")) <= 160


def test_the_top_says_what_a_page_takes(notebook):
    stated = STATED.search(notebook.cells[0].source)
    assert stated, "after the title: Reading time: N minutes. Prerequisites: …"
    assert int(stated[1]) == minutes(notebook) <= LONGEST


def test_nothing_acts_in_a_readers_browser(notebook):
    for text in strings(notebook):
        assert not ACTIVE.search(text), ACTIVE.search(text)
    for cell in notebook.cells:
        assert not cell.get("attachments"), cell.id


def test_tags_hide_only_what_they_may(notebook):
    for cell in notebook.cells:
        assert tags(cell) <= TAGS, (cell.id, tags(cell) - TAGS)
        assert not cell.metadata.get("jupyter"), cell.id
        if "remove-cell" in tags(cell):
            for output in cell.outputs:
                assert "scrapbook" in output.get("metadata", {}), cell.id
        if "raises-exception" in tags(cell):
            # An assertion is to hold, and an error that is shown is one.
            kinds = [o.ename for o in cell.outputs if "ename" in o]
            assert kinds, f"{cell.id} raises nothing"
            assert "AssertionError" not in kinds, cell.id


def test_moving_figures_have_their_scripts_and_something_still(notebook, root):
    scripts = root / "tools" / "booksite" / "assets" / "moving"
    for cell in notebook.cells:
        if wanted := cell.metadata.get("moving"):
            assert set(wanted) == {"kind", "invite"}, cell.id
            assert (scripts / f"{wanted['kind']}.mjs").exists(), cell.id
            assert len(wanted["invite"]) >= 20, "say what can be moved"
            assert cell.outputs, f"{cell.id} shows nothing without scripts"


def test_streams_are_whole(notebook):
    for cell in code_cells(notebook):
        names = [o.get("name") for o in cell.outputs]
        for one, next_ in itertools.pairwise(names):
            assert one is None or one != next_, cell.id


def test_glued_names_are_unique_and_used(notebook):
    glued = [
        o.metadata["scrapbook"]["name"]
        for _, o in outputs(notebook)
        if "scrapbook" in o.get("metadata", {})
    ]
    assert len(set(glued)) == len(glued)
    prose = "\n".join(
        c.source for c in notebook.cells if c.cell_type == "markdown"
    )
    used = set(re.findall(r"\{glue:\w+\}`([^`:]+)", prose))
    assert used == set(glued), used ^ set(glued)


def test_glued_numbers_have_no_thousands_commas(notebook):
    """The builder reads glued text as Python, and 1,000 as a pair."""
    for cell, output in outputs(notebook):
        if "scrapbook" in output.get("metadata", {}):
            for value in output.data.values():
                assert not re.search(r"\d,\d{3}\b", value), (cell.id, value)


def test_exercises_are_solved_folded_and_checked(notebook):
    titles = 0
    for position, cell in enumerate(notebook.cells):
        if cell.cell_type == "markdown" and EXERCISE.search(cell.source):
            titles += 1
            label = re.search(r":label:\s*(ex-[\w-]+)", cell.source)
            assert label, cell.source[:60]
            following = notebook.cells[position + 1]
            assert "exercise" in tags(following) or (
                "{solution} " + label[1] in following.source
            ), f"{label[1]} has no answer cell right behind it"
        if cell.cell_type == "code" and solved(cell):
            assert {"exercise", "hide-input"} <= tags(cell), cell.id
            shown = cell.metadata.get("mystnb", {})
            assert shown.get("code_prompt_show") == "Show a solution"
            assert shown.get("code_prompt_hide") == "Hide the solution"
    assert 2 <= titles <= 12


def counted(number, thing):
    return f"{number} {thing}" + "s" * (number != 1)


def test_exercises_say_what_they_take_and_what_is_returned(notebook):
    said = {}
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            for text in re.findall(
                r"^:::+\s*\{exercise\}.*?^:::+$", cell.source, re.M | re.S
            ):
                label = re.search(r":label:\s*(ex-[\w-]+)", text)[1]
                said[label] = text
                assert re.search(r"\b[Rr]eturn", text), (
                    f"{label} does not say what is returned"
                )
        elif "exercise" in cell.metadata:
            about = cell.metadata["exercise"]
            minutes = counted(about["minutes"], "minute")
            points = counted(about["points"], "point")
            assert f": {minutes}, {points}." in said[about["label"]]


def test_prose_has_no_exclamation_marks(notebook):
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            prose = re.sub(r"\$\$.*?\$\$|\$[^$]*\$|`[^`]*`", "", cell.source,
                           flags=re.DOTALL)  # fmt: skip
            assert "!" not in prose.replace("![", "").replace("!=", ""), (
                cell.id
            )


def test_the_errata_do_not_answer_exercises_in_plain_sight(root):
    text = (root / "chapters/appendix/errata.md").read_text(encoding="utf-8")
    for row in re.findall(r"^\| (?!Published|---)(.*) \|$", text, re.M):
        _, true, _ = row.split(" | ")
        assert true.startswith('<details class="fold"><summary>What is true<')
        assert true.endswith("</details>")


def test_the_checks_of_this_file_see_notebooks(root):
    assert list((root / "chapters").rglob("*.ipynb"))


@pytest.mark.parametrize(
    "text",
    ["open('/home/me/x')", r"C:\Users\me", "/usr/lib/python3/x.py"],
)
def test_machine_paths_are_recognized(text):
    assert MACHINE_PATH.search(text)


def test_web_addresses_and_fractions_are_not_machine_paths():
    assert not MACHINE_PATH.search("https://example.org/home/me and 1/2/var")
