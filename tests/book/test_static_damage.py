"""Damage that no run can see, because it is not in outputs: hygiene does.

Each function damages a good notebook in one way and names the check that is
to see it.
"""

import copy
import inspect

import pytest
from nbformat.v4 import new_markdown_cell, new_output

from tests.book import test_hygiene as hygiene
from tests.book.conftest import NOTEBOOKS, parsed


def first(notebook, wanted):
    return next(cell for cell in notebook.cells if wanted(cell))


def shows(kind):
    return lambda cell: any(
        kind in output.get("data", {}) for output in cell.get("outputs", [])
    )


def figure(notebook):
    return first(notebook, shows("image/svg+xml"))


def code(notebook):
    return first(notebook, lambda cell: cell.cell_type == "code")


def solution(notebook):
    return first(
        notebook, lambda c: c.cell_type == "code" and hygiene.solved(c)
    )


def glued(notebook):
    return first(
        notebook,
        lambda cell: any(
            "scrapbook" in o.get("metadata", {})
            for o in cell.get("outputs", [])
        ),
    )


def a_script_in_the_text(notebook):
    notebook.cells[1].source += "\n<script>alert(1)</script>"
    return hygiene.test_nothing_acts_in_a_readers_browser


def a_script_in_an_output(notebook):
    data = {"text/html": "<b onclick='f()'>42</b>", "text/plain": "42"}
    code(notebook).outputs = [new_output("display_data", data=data)]
    return hygiene.test_nothing_acts_in_a_readers_browser


def a_script_in_a_figure(notebook):
    (output,) = [o for o in figure(notebook).outputs if "data" in o][-1:]
    svg = output.data["image/svg+xml"]
    output.data["image/svg+xml"] = svg.replace("<g ", "<g onload='f()' ", 1)
    return hygiene.test_nothing_acts_in_a_readers_browser


def a_script_in_the_metadata(notebook):
    notebook.metadata["title"] = "<iframe src='https://example.org'>"
    return hygiene.test_nothing_acts_in_a_readers_browser


def a_cell_of_javascript(notebook):
    code(notebook).source = "%%javascript\nelement.text('42')"
    return hygiene.test_nothing_acts_in_a_readers_browser


def an_attachment(notebook):
    notebook.cells[1]["attachments"] = {"a.png": {"image/png": "iVBORw0KGgo="}}
    return hygiene.test_nothing_acts_in_a_readers_browser


def a_tag_that_hides_an_output(notebook):
    code(notebook).metadata["tags"] = ["remove-output"]
    return hygiene.test_tags_hide_only_what_they_may


def a_tag_that_hides_a_cell(notebook):
    cell = first(
        notebook,
        lambda c: c.get("outputs") and "scrapbook" not in str(c.outputs[0]),
    )
    cell.metadata["tags"] = ["remove-cell"]
    return hygiene.test_tags_hide_only_what_they_may


def an_output_hidden_in_jupyter(notebook):
    code(notebook).metadata["jupyter"] = {"outputs_hidden": True}
    return hygiene.test_tags_hide_only_what_they_may


def a_tag_that_expects_an_error(notebook):
    code(notebook).metadata["tags"] = ["raises-exception"]
    return hygiene.test_tags_hide_only_what_they_may


def an_assertion_that_fails_and_is_expected_to(notebook):
    cell = code(notebook)
    cell.metadata["tags"] = ["raises-exception"]
    cell.outputs = [
        new_output("error", ename="AssertionError", evalue="", traceback=[])
    ]
    return hygiene.test_tags_hide_only_what_they_may


def a_tag_that_turns_off_the_comparison(notebook):
    code(notebook).metadata["tags"] = ["nbval-skip"]
    return hygiene.test_every_output_is_compared


def a_solution_that_is_not_folded(notebook):
    solution(notebook).metadata["tags"].remove("hide-input")
    return hygiene.test_exercises_are_solved_folded_and_checked


def a_solution_that_is_no_exercise(notebook):
    solution(notebook).metadata["tags"].remove("exercise")
    return hygiene.test_exercises_are_solved_folded_and_checked


def a_solution_with_another_button(notebook):
    shown = solution(notebook).metadata["mystnb"]
    shown["code_prompt_show"] = "Show the code"
    return hygiene.test_exercises_are_solved_folded_and_checked


def an_exercise_without_a_cell(notebook):
    at = next(
        i for i, cell in enumerate(notebook.cells)
        if hygiene.EXERCISE.search(cell.source)
    )  # fmt: skip
    notebook.cells.insert(at + 1, new_markdown_cell("By the way."))
    return hygiene.test_exercises_are_solved_folded_and_checked


def a_glued_name_that_is_not_used(notebook):
    cell = glued(notebook)
    output = copy.deepcopy(
        next(o for o in cell.outputs if "scrapbook" in o.get("metadata", {}))
    )
    output.metadata["scrapbook"]["name"] = "nowhere-used"
    cell.outputs.append(output)
    return hygiene.test_glued_names_are_unique_and_used


def a_glued_name_that_is_not_there(notebook):
    notebook.cells[0].source += " {glue:text}`nothing`"
    return hygiene.test_glued_names_are_unique_and_used


def a_glued_name_twice(notebook):
    cell = glued(notebook)
    cell.outputs = cell.outputs * 2
    return hygiene.test_glued_names_are_unique_and_used


def a_figure_without_a_caption(notebook):
    del figure(notebook).metadata["mystnb"]["figure"]["caption"]
    return hygiene.test_figures_are_described_and_small


def a_figure_without_a_name(notebook):
    del figure(notebook).metadata["mystnb"]["figure"]["name"]
    return hygiene.test_figures_are_described_and_small


def a_figure_that_is_not_described(notebook):
    del figure(notebook).metadata["mystnb"]["image"]["alt"]
    return hygiene.test_figures_are_described_and_small


def a_description_that_says_nothing(notebook):
    image = figure(notebook).metadata["mystnb"]["image"]
    image["alt"] = "A plot of the results that the cell above has computed."
    return hygiene.test_figures_are_described_and_small


def a_bitmap(notebook):
    data = {"image/png": "iVBORw0KGgo=", "text/plain": "<Figure>"}
    code(notebook).outputs = [new_output("display_data", data=data)]
    return hygiene.test_no_bitmap


def a_count_out_of_order(notebook):
    code(notebook).execution_count = 7
    return hygiene.test_every_code_cell_was_run_in_order


def a_stream_in_two_pieces(notebook):
    code(notebook).outputs = [
        new_output("stream", name="stdout", text=text) for text in "ab"
    ]
    return hygiene.test_streams_are_whole


def a_stored_path(notebook):
    code(notebook).outputs = [
        new_output("stream", name="stdout", text="saved in /home/me/x\n")
    ]
    return hygiene.test_no_time_and_no_machine_is_stored


def a_stored_time(notebook):
    code(notebook).metadata["execution"] = {"iopub.status.busy": "now"}
    return hygiene.test_no_time_and_no_machine_is_stored


def a_warning_that_is_stored(notebook):
    code(notebook).outputs = [
        new_output("stream", name="stderr", text="UserWarning\n")
    ]
    return hygiene.test_nothing_is_written_to_stderr


def no_description_for_search_engines(notebook):
    del notebook.metadata["myst"]["html_meta"]["description"]
    return hygiene.test_page_opens_with_its_title_and_is_described


def another_reading_time(notebook):
    source = notebook.cells[0].source
    found = hygiene.STATED.search(source)
    start, end = found.span(1)
    notebook.cells[0].source = source[:start] + "999" + source[end:]
    return hygiene.test_the_top_says_what_a_page_takes


DAMAGES = [
    function
    for name, function in list(globals().items())
    if inspect.isfunction(function)
    and list(inspect.signature(function).parameters) == ["notebook"]
    and function.__doc__ is None
    and name not in {"figure", "code", "solution", "glued"}
]


@pytest.fixture(scope="module")
def pages():
    """The pages that can be damaged: with a figure, a number, a solution."""
    return [parsed(path) for path in NOTEBOOKS]


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda d: d.__name__)
def test_damage_is_seen(pages, damage):
    for page in pages:
        notebook = copy.deepcopy(page)
        try:
            check = damage(notebook)
        except (KeyError, StopIteration, ValueError):
            continue  # this page has no such thing
        assert notebook != page, "no damage was done"
        check(page)
        with pytest.raises(AssertionError):
            check(notebook)
        return
    pytest.skip("no page left has such a thing")


def test_there_are_many_kinds():
    assert len(DAMAGES) > 25
