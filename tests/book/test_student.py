"""The learner's version: solutions gone, everything else intact."""

import copy

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from tools.student import learner_version, without_solution, write

EXERCISE = ":::{exercise} Add two\n:label: ex-add\n\nWrite `add`.\n:::"


def test_the_indented_block_after_the_mark_is_replaced():
    source = (
        "def add(a, b):\n    # solution\n    c = a + b\n\n    return c\n"
        "\n\ncheck_add(add)"
    )
    assert without_solution(source, "Add two") == (
        "def add(a, b):\n"
        '    raise NotImplementedError("Exercise: Add two")\n'
        "\ncheck_add(add)"
    )


def test_a_mark_at_the_margin_takes_the_rest_of_the_cell():
    assert without_solution("a = 1\n# solution\nb = 2\nc = 3", "T") == (
        'a = 1\nraise NotImplementedError("Exercise: T")'
    )


def test_two_marks_in_one_cell():
    source = (
        "def f():\n    # solution\n    return 1\n\n"
        "def g():\n    # solution\n    return 2"
    )
    assert without_solution(source, "T").count("NotImplementedError") == 2
    assert "return" not in without_solution(source, "T")


def test_a_cell_without_a_mark_stays():
    assert without_solution("check_add(add)", "T") == "check_add(add)"


def test_titles_may_hold_quotes_and_letters_of_any_script():
    source = without_solution("x", 'The "λ" limit', whole=True)
    with pytest.raises(NotImplementedError, match='Exercise: The "λ" limit'):
        exec(source)


@pytest.fixture
def solved():
    hidden = {"tags": ["exercise", "hide-input"], "mystnb": {"a": "b"}}
    return new_notebook(
        cells=[
            new_markdown_cell("# Title", id="title"),
            new_code_cell("1 + 1", id="untouched", execution_count=1),
            new_markdown_cell(EXERCISE, id="exercise"),
            new_code_cell(
                "def add(a, b):\n    # solution\n    return a + b",
                id="half", metadata=copy.deepcopy(hidden), execution_count=2,
            ),
            new_code_cell(
                "x = 5", id="whole", execution_count=3,
                metadata={"tags": ["exercise", "hide-input", "solution"]},
                outputs=[
                    nbformat.v4.new_output("stream", name="stdout", text="5")
                ],
            ),
            new_markdown_cell(
                ":::{solution} ex-add\n:class: dropdown\n\nAdd.\n:::",
                id="prose",
            ),
        ]
    )  # fmt: skip


def test_solutions_are_taken_out_and_nothing_else(solved):
    title, untouched, exercise, half, whole = learner_version(solved).cells
    assert title.source == "# Title"
    assert (untouched.source, untouched.execution_count) == ("1 + 1", 1)
    assert exercise.source == EXERCISE
    assert "return a + b" not in half.source
    assert half.source.startswith("def add(a, b):")
    assert whole.source == 'raise NotImplementedError("Exercise: Add two")'
    assert whole.outputs == []
    for cell in (half, whole):
        assert cell.metadata == {"tags": ["exercise"]}


def test_glued_numbers_are_written_out():
    prefix = "application/papermill.record/"
    cell = new_code_cell(
        "glue('loss', '1.30')", id="glue",
        outputs=[
            nbformat.v4.new_output(
                "display_data", {prefix + "text/plain": "1.30"},
                metadata={
                    "scrapbook": {"name": "loss", "mime_prefix": prefix}
                },
            )
        ],
    )  # fmt: skip
    text = "{glue:text}`loss` or {glue:text}`loss:.1f`, {glue:text}`other`"
    notebook = new_notebook(cells=[new_markdown_cell(text, id="a"), cell])
    assert learner_version(notebook).cells[0].source == (
        "1.30 or 1.3, {glue:text}`other`"
    )


def test_a_solution_without_an_exercise_is_refused(solved):
    del solved.cells[2]
    with pytest.raises(ValueError, match="'half' holds a solution"):
        learner_version(solved)


def test_every_chapter_is_written(root, tmp_path):
    (tmp_path / "old.txt").write_text("from an earlier run")
    paths = write(root, tmp_path)
    committed = sorted((root / "chapters").rglob("*.ipynb"))
    assert [p.relative_to(tmp_path) for p in paths] == [
        p.relative_to(root) for p in committed
    ]
    assert not (tmp_path / "old.txt").exists()
    for path in paths:
        text = path.read_text(encoding="utf-8")
        assert "# solution" not in text
        assert "{solution}" not in text


@pytest.mark.slow
def test_fails_in_exercises_only_and_only_as_not_started(path, notebook):
    learner = learner_version(notebook)
    NotebookClient(
        learner, timeout=120, allow_errors=True,
        resources={"metadata": {"path": str(path.parent)}},
        extra_arguments=["--IPKernelApp.log_level=ERROR"],
    ).execute()  # fmt: skip
    errors = [
        (cell, output)
        for cell in learner.cells
        if cell.cell_type == "code"
        for output in cell.outputs
        if output.output_type == "error"
    ]
    raised = [
        (cell.id, output.ename, set(cell.metadata.get("tags", [])))
        for cell, output in errors
    ]
    for _, output in errors:
        if output.ename == "NotStarted":
            assert output.traceback == [output.evalue]
    unexpected = [
        (name, error)
        for name, error, tags in raised
        if not tags & {"exercise", "raises-exception"}
        or (
            # The placeholder itself, or a checker that has met it.
            error not in {"NotImplementedError", "NotStarted"}
            and "raises-exception" not in tags
        )
    ]
    assert not unexpected
    exercises = [
        c for c in learner.cells
        if c.cell_type == "code"
        and "NotImplementedError(\"Exercise: " in c.source
    ]  # fmt: skip
    unfinished = {name for name, error, _ in raised}
    assert {c.id for c in exercises if "check_" in c.source} <= unfinished
