"""The learner's version: solutions gone, everything else intact."""

import copy
import json
import re
import sys
import tomllib
import types
import zipfile

import nbformat
import pytest
from byhand.checks._progress import EXERCISES, Exercise
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from tests.book.conftest import parsed
from tools import fork, student
from tools.plain import Book
from tools.student import (
    LEFT_OUT,
    Edition,
    checker_lines,
    is_answer,
    learner_version,
    split,
    without_solution,
)

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


@pytest.mark.parametrize(
    "call", ["check_f(f)", "print(check_f(f))", "checks.check_f(\n    f,\n)",
             "for n in range(3):\n    check_f(f, n)"],
)  # fmt: skip
@pytest.mark.parametrize("whole", [False, True])
def test_the_call_of_a_checker_is_never_part_of_a_solution(call, whole):
    start = "from byhand.checks.page import check_f\n\n"
    mark = "" if whole else "# solution\n"
    answer = "f = 5\n\n\ndef g():\n    return check_f\n"
    stub, solution = split(f"{start}{mark}{answer}\n{call}", "T", whole=whole)
    assert stub == (
        f'{start}raise NotImplementedError("Exercise: T")\n\n{call}'
    )
    assert solution.split() == answer.split()


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
        # Run All goes on after it.
        assert cell.metadata == {"tags": ["exercise", "raises-exception"]}


def test_a_hidden_cell_is_folded():
    cell = new_code_cell("2", metadata={"tags": ["hide-cell"]})
    (folded,) = learner_version(new_notebook(cells=[cell])).cells
    assert folded.metadata["jupyter"] == {
        "source_hidden": True, "outputs_hidden": True,
    }  # fmt: skip


@pytest.fixture
def answered(solved):
    """A notebook whose exercise has an answer in words and in code."""
    printed = nbformat.v4.new_output("stream", name="stdout", text="7\n")
    shown = nbformat.v4.new_output(
        "execute_result", {"text/plain": "7", "text/html": "<b>7</b>"}
    )
    tags = {"tags": ["answer"]}
    solved.cells[3].source = (
        "from byhand.checks.adding import check_add\n\n"
        + solved.cells[3].source + "\n\ncheck_add(add)"
    )  # fmt: skip
    solved.cells += [
        new_markdown_cell(
            ":::{solution} ex-add\n:class: dropdown\n\nAdd *both*.\n\nSo."
            "\n:::",
            id="prose",
        ),
        new_code_cell("add(3, 4)", outputs=[printed, shown], metadata=tags),
        new_markdown_cell("Or count.", metadata=tags),
        new_markdown_cell("Further.", id="further"),
    ]
    return solved


def test_an_answer_opens_when_its_exercise_has_passed(
    answered, monkeypatch, capsys
):
    *_, cell, further = learner_version(answered).cells
    assert (cell.id, further.id) == ("prose", "further")
    assert not cell.outputs

    def check_add(add):
        """Stand for the checker of a page."""

    check_add.__module__ = "byhand.checks.adding"
    page = types.ModuleType("byhand.checks.adding")
    page.check_add = check_add
    monkeypatch.setitem(sys.modules, "byhand.checks.adding", page)
    exercise = Exercise("adding", "check_add", "Add two", 1)
    monkeypatch.setitem(EXERCISES, ("adding", "check_add"), exercise)

    *start, call = cell.source.split("\n")
    names = {}
    exec("\n".join(start), names)
    for state in (lambda: None, exercise.tried):
        state()
        assert eval(call, names) is None
        assert capsys.readouterr().out == (
            "This opens when check_add has passed. Then run this cell again.\n"
        )
    exercise.passed()
    answer = eval(call, names)
    assert (
        answer._repr_markdown_()
        == repr(answer)
        == (
            "Add *both*.\n\nSo.\n\n"
            "```python\nadd(3, 4)\n```\n\n```\n7\n```\n\n```\n7\n```\n\n"
            "Or count."
        )
    )
    assert capsys.readouterr().out == ""


def test_an_answer_without_a_checker_is_refused(answered):
    del answered.cells[3]
    with pytest.raises(ValueError, match="'prose' holds an answer, but no"):
        learner_version(answered)


def test_nothing_is_passed_yet():
    shown = nbformat.v4.new_output("stream", name="stdout", text="3 passed")
    source = "from byhand.checks import progress\n\nprogress()"
    cell = new_code_cell(source, execution_count=7, outputs=[shown])
    (cleared,) = learner_version(new_notebook(cells=[cell])).cells
    assert (cleared.outputs, cleared.execution_count) == ([], None)
    assert cleared.source == source


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


# ---- the whole edition ---------------------------------------------------

ADDRESS = "https://example.org/fork"


@pytest.fixture(scope="module")
def edition(root, tmp_path_factory):
    """Write the edition once; return its folder."""
    folder = tmp_path_factory.mktemp("edition") / "student"
    Edition(root, address=ADDRESS).write(folder)
    return folder


def exercise_cells(notebook):
    return {
        cell.id: cell
        for cell in notebook.cells
        if {"exercise", "solution"} & set(cell.metadata.get("tags", []))
    }


def strings(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from strings(part)
    elif isinstance(value, list):
        if all(isinstance(part, str) for part in value):
            yield "".join(value)
        for part in value:
            yield from strings(part)


def squeezed(text):
    """Code as it is wherever it stands: prompts, layout and quotes gone."""
    text = re.sub(r"^\s*(?:>>>|\.\.\.) ?", "", text, flags=re.MULTILINE)
    return re.sub(r"\s+", "", text).replace("'", '"')


def pieces(cell):
    """Return what gives a solution away: its stretches without comments."""
    _, solution = split(
        cell.source, "T", whole="solution" in cell.metadata["tags"]
    )
    stretches = re.split(r"^\s*#.*$", solution, flags=re.MULTILINE)
    stretches = [re.sub(r"\s+# .*$", "", s, flags=re.M) for s in stretches]
    found = {squeezed(s) for s in stretches}
    lines = {squeezed(line) for s in stretches for line in s.splitlines()}
    # A short line may stand anywhere for reasons of its own.
    return {s for s in found if len(s) >= 15} | {
        line for line in lines if len(line) >= 40
    }


def sentences(cell):
    """Return what gives an answer in words away: its long sentences."""
    if cell.cell_type != "markdown" or not is_answer(cell):
        return set()
    found = map(squeezed, re.split(r"(?<=[.:;])\s|\n\n", cell.source))
    return {s for s in found if len(s) >= 40}


@pytest.fixture(scope="module")
def secrets(root):
    """What gives solutions away, by the cell that holds it."""
    found, long = {}, []
    for path in sorted((root / "chapters").rglob("*.ipynb")):
        solved = parsed(path)
        for name, cell in exercise_cells(solved).items():
            found[path.stem, name] = pieces(cell)
            # The answer of a warm-up may be a number, found in many places.
            if cell.metadata["exercise"]["kind"] != "warm-up":
                long.append(found[path.stem, name])
        for cell in solved.cells:
            if said := sentences(cell):
                found[path.stem, cell.id] = said
    # A few answers are too short to be told from other code, in the book
    # one in ten, in a fork with one chapter up to one in six.
    assert sum(map(bool, long)) > 0.8 * len(long) > 9
    return found


def given_away(text, secrets):
    text = squeezed(text)
    return {
        (name, piece)
        for name, pieces in secrets.items()
        for piece in pieces
        if piece in text
    }


@pytest.mark.slow
def test_no_byte_of_the_edition_is_a_solution(edition, secrets):
    for path in edition.rglob("*"):
        if not path.is_file():
            continue
        text = path.read_text(encoding="utf-8")
        assert "# solution" not in text, path
        if path.suffix == ".ipynb":
            text = "\n".join(strings(json.loads(text)))
        assert not given_away(text, secrets), path


@pytest.mark.slow
def test_the_search_finds_a_solution_in_any_dress(secrets):
    (name, found), *_ = (item for item in secrets.items() if item[1])
    source = ">>> " + "\n  ...    ".join(re.findall(".{1,9}", min(found)))
    assert given_away(source, {name: found})


@pytest.mark.slow
def test_every_exercise_still_calls_its_checker(root, edition):
    calls = 0
    for path in sorted((root / "chapters").rglob("*.ipynb")):
        learner = exercise_cells(parsed(edition / path.relative_to(root)))
        solved = exercise_cells(parsed(path))
        assert learner.keys() == solved.keys()
        for name, cell in solved.items():
            wanted, left = (
                [s.splitlines()[n] for n in sorted(checker_lines(s))]
                for s in (cell.source, learner[name].source)
            )
            assert left == wanted, name
            calls += bool(wanted)
    assert calls


@pytest.mark.slow
def test_the_edition_stands_alone(edition):
    top = {path.name for path in edition.iterdir()}
    assert top == {
        "README.md", "intro.md", "LICENSE", "LICENSE-CONTENT", "CITATION.cff",
        "requirements.txt", "runtime.txt", "code", "chapters",
    }  # fmt: skip
    for path in edition.rglob("*.md"):
        text = path.read_text(encoding="utf-8")
        for link in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text):
            assert (path.parent / link).exists(), (path, link)
    assert not list(edition.rglob("*.egg-info"))
    assert not list(edition.rglob("__pycache__"))


@pytest.mark.slow
def test_texts_need_no_extension(edition):
    for path in edition.rglob("*.ipynb"):
        notebook = parsed(path)
        nbformat.validate(notebook)
        texts = [c for c in notebook.cells if c.cell_type == "markdown"]
        for cell in texts:
            assert not re.search(r"\{[\w:-]+\}`|^\s*:::", cell.source), cell
            for link in re.findall(r"\]\(([\w./-]+)\)", cell.source):
                assert (path.parent / link).exists(), (path, link)


def texts(edition):
    """Yield the texts of the edition, each with its name."""
    for path in edition.rglob("*.md"):
        yield path.name, path.read_text(encoding="utf-8")
    for path in edition.rglob("*.ipynb"):
        for cell in parsed(path).cells:
            if cell.cell_type == "markdown":
                yield f"{path.name}: {cell.id}", cell.source


@pytest.mark.slow
def test_no_text_speaks_of_what_the_edition_does_not_have(root, edition):
    book = Book(root)
    left_out = [
        title
        for page, title in book.titles.items()
        if LEFT_OUT & set(page.split("/"))
    ]
    assert left_out
    absent = re.compile(
        "|".join(map(re.escape, left_out))
        + r"|`make |in Binder|solutions are folded|\binstructors?\b|% end",
        re.IGNORECASE,
    )
    for name, text in texts(edition):
        found = absent.search(text)
        assert not found, (name, found)


@pytest.mark.slow
def test_the_intro_says_how_the_edition_works(edition):
    text = (edition / "intro.md").read_text(encoding="utf-8")
    assert "All cells of a page can be run before any answer" in text
    readme = (edition / "README.md").read_text(encoding="utf-8")
    assert "stop nothing" in readme


@pytest.mark.slow
def test_no_exercise_is_passed_in_the_edition(edition):
    shown = 0
    for path in edition.rglob("*.ipynb"):
        cells = parsed(path).cells
        for cell in cells:
            if cell.cell_type == "code" and (
                "progress()" in cell.source
                or "exercise" in cell.metadata.get("tags", [])
            ):
                assert not cell.outputs, (path.name, cell.id)
                shown += 1
    assert shown


@pytest.mark.slow
def test_the_requirements_are_a_readers(edition):
    lines = (edition / "requirements.txt").read_text().split()
    package = tomllib.loads((edition / "code" / "pyproject.toml").read_text())
    needed = [re.split("[><=]", d)[0] for d in
              package["project"]["dependencies"]]  # fmt: skip
    assert lines[0] == "./code"
    assert [line.split("==")[0] for line in lines[1:-1]] == needed
    # Binder brings a front end of its own, whose version must not change.
    assert lines[-1] == "jupyterlab>=4"


@pytest.mark.slow
def test_the_first_code_cell_installs_the_package_where_it_is_missing(
    edition, monkeypatch, tmp_path
):
    path = next(edition.rglob("*.ipynb"))
    cell = parsed(path).cells[1]
    assert cell.id == "install"
    python = re.sub(r"%pip (.*)", r"ran.append(source)", cell.source)
    for folder, missing, wanted in [
        (path.parent, True, [str(edition / "code")]),
        (tmp_path, True,
         [f"byhand @ git+{ADDRESS}@student#subdirectory=code"]),
        (tmp_path, False, []),
    ]:  # fmt: skip
        ran = []
        monkeypatch.chdir(folder)
        monkeypatch.setattr(
            "importlib.util.find_spec", lambda _, m=missing: None if m else 1
        )
        exec(python, {"ran": ran})
        assert list(map(str, ran)) == wanted


@pytest.mark.slow
def test_one_chapter(root, tmp_path):
    (tmp_path / "old.txt").write_text("from an earlier run")
    last = fork.chapters(root)[-1]
    Edition(root, [last]).write(tmp_path)
    assert not (tmp_path / "old.txt").exists()
    chapters = {p.name for p in (tmp_path / "chapters").iterdir()}
    assert chapters == {last, "appendix"}
    test_texts_need_no_extension(tmp_path)
    with pytest.raises(ValueError, match=f"no chapter hens: .*{last}"):
        Edition(root, ["hens"])


@pytest.mark.slow
def test_the_command_writes_a_folder_and_a_zip(root, tmp_path, capsys):
    folder = tmp_path / "spring"
    chapter = fork.chapters(root)[0]
    assert student.main([chapter, "--output", str(folder)]) == 0
    assert str(folder) in capsys.readouterr().out
    with zipfile.ZipFile(folder.with_suffix(".zip")) as packed:
        names = set(packed.namelist())
    assert "spring/README.md" in names
    assert f"spring/chapters/{chapter}/index.md" in names
    assert student.main(["hens"]) == 1
    assert "there is no chapter hens" in capsys.readouterr().err


@pytest.mark.slow
def test_runs_to_the_end_and_fails_in_exercises_only_as_not_started(
    root, path, edition, secrets
):
    place = edition / path.relative_to(root)
    learner = nbformat.read(place, as_version=4)
    # As Run All does: an error that is not foreseen would end it.
    NotebookClient(
        learner, timeout=120,
        resources={"metadata": {"path": str(place.parent)}},
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
        # The placeholder itself, or a checker that has met it.
        if "exercise" in tags
        and error not in {"NotImplementedError", "NotStarted"}
    ]
    assert not unexpected
    exercises = [
        c for c in learner.cells
        if c.cell_type == "code"
        and "NotImplementedError(\"Exercise: " in c.source
    ]  # fmt: skip
    unfinished = {name for name, error, _ in raised}
    assert {c.id for c in exercises if "check_" in c.source} <= unfinished
    # What checkers print gives nothing away either.
    printed = "\n".join(
        text for cell in exercises for text in strings(cell.outputs)
    )
    assert not given_away(printed, secrets)
