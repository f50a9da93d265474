"""The repository: what its documents promise, its files keep."""

import os
import re
import subprocess
import sys

import byhand
import pytest
import yaml

from tools import book
from tools.lock import without_hashes

DOCUMENTS = [
    "README.md",
    "CONTRIBUTING.md",
    "chapters/appendix/instructors.md",
]
WORKFLOWS = ["test", "publish", "newest"]


def tracked(root):
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=root, capture_output=True, text=True, check=False,
    ).stdout.splitlines()  # fmt: skip
    if not listed:
        pytest.skip("not a git checkout")
    return [root / name for name in listed if (root / name).is_file()]


def targets(root):
    makefile = (root / "Makefile").read_text()
    return set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_command_that_is_named_exists(root, document):
    text = (root / document).read_text()
    named = set(re.findall(r"`make ([a-z]+)", text))
    named |= set(re.findall(r"^make ([a-z]+)", text, re.MULTILINE))
    assert named
    assert named <= targets(root)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_link_to_a_file_works(root, document):
    path = root / document
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", path.read_text())
    for link in links:
        assert (path.parent / link).exists(), link


def test_the_address_is_the_one_of_the_configuration(root):
    config = yaml.safe_load((root / "_config.yml").read_text())
    url = config["repository"]["url"]
    citation = yaml.safe_load((root / "CITATION.cff").read_text())
    assert citation["repository-code"] == url
    name = url.removeprefix("https://github.com/")
    readme = (root / "README.md").read_text()
    branch = config["launch_buttons"]["branch"]
    assert f"mybinder.org/v2/gh/{name}/{branch}?" in readme
    # No file but these names it.
    naming = [p for p in tracked(root) if name in read(p)]
    assert {str(p.relative_to(root)) for p in naming} == {
        "README.md", "CITATION.cff", "_config.yml",
    }  # fmt: skip


def read(path):
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


def test_the_version_is_the_same_everywhere(root):
    citation = yaml.safe_load((root / "CITATION.cff").read_text())
    assert citation["version"] == byhand.__version__


@pytest.mark.parametrize("name", WORKFLOWS)
def test_workflows_are_pinned_and_have_few_rights(root, name):
    text = (root / ".github" / "workflows" / f"{name}.yml").read_text()
    workflow = yaml.safe_load(text)
    assert workflow["permissions"] in ({}, {"contents": "read"})
    for used in re.findall(r"uses:\s*(\S+)", text):
        assert used.startswith("./") or re.fullmatch(
            r"[\w-]+/[\w-]+@[0-9a-f]{40}", used
        ), used
    written = {
        (job, right)
        for job, steps in workflow["jobs"].items()
        for right, level in (steps.get("permissions") or {}).items()
        if level == "write"
    }
    assert written <= (
        {("deploy", "pages"), ("deploy", "id-token"), ("student", "contents")}
        if name == "publish"
        else set()
    )


def test_the_job_that_writes_the_branch_runs_nothing_but_git(root):
    text = (root / ".github" / "workflows" / "publish.yml").read_text()
    download, push = yaml.safe_load(text)["jobs"]["student"]["steps"]
    assert download["uses"].startswith("actions/download-artifact@")
    for line in re.sub(r"\\\n|\|\|\n", "", push["run"]).splitlines():
        assert re.match(r"git |cd |mv |login=", line), line


def test_the_branch_of_the_student_edition_grows(root, tmp_path):
    """A second run commits on top of the first, and only what changed."""
    text = (root / ".github" / "workflows" / "publish.yml").read_text()
    *_, push = yaml.safe_load(text)["jobs"]["student"]["steps"]
    remote = tmp_path / "remote"
    subprocess.run(["git", "init", "-q", "--bare", remote], check=True)

    def run(number, **files):
        place = tmp_path / str(number)
        (place / "student").mkdir(parents=True)
        for name, content in files.items():
            (place / "student" / name).write_text(content)
        subprocess.run(
            ["bash", "-e", "-o", "pipefail", "-c", push["run"]],
            cwd=place, check=True, capture_output=True,
            env=os.environ | {
                "HOME": str(place), "REMOTE": f"file://{remote}",
                "TOKEN": "x", "GITHUB_SHA": f"commit{number}",
            },
        )  # fmt: skip

    def git(*command):
        return subprocess.run(
            ["git", *command], cwd=remote, check=True,
            capture_output=True, text=True,
        ).stdout.splitlines()  # fmt: skip

    run(1, kept="a", changed="b", gone="c")
    run(2, kept="a", changed="d")
    run(3, kept="a", changed="d")
    assert git("log", "--format=%s", "student") == [
        "The student edition of commit2", "The student edition of commit1",
    ]  # fmt: skip
    assert git("ls-tree", "--name-only", "student") == ["changed", "kept"]
    assert git("show", "student:changed") == ["d"]


def test_the_workflow_tests_the_supported_versions(root):
    workflow = yaml.safe_load(
        (root / ".github" / "workflows" / "test.yml").read_text()
    )
    matrix = workflow["jobs"]["test"]["strategy"]["matrix"]
    assert matrix["python"] == ["3.11", "3.12", "3.13"]


def test_the_publishing_workflow_names_the_fork(root):
    text = (root / ".github" / "workflows" / "publish.yml").read_text()
    tool = (root / "tools" / "book.py").read_text()
    for name in ("BOOK_REPOSITORY", "BOOK_BRANCH", "BOOK_URL"):
        assert f"{name}: ${{{{" in text
        assert f'environment.get("{name}")' in tool


def test_every_requirement_is_locked(root):
    wanted = re.findall(
        r"^([a-z][\w-]*)",
        (root / "requirements.txt").read_text(),
        re.MULTILINE,
    )
    locked = re.findall(
        r"^([a-z0-9][\w.-]*)==", (root / "constraints.txt").read_text(),
        re.MULTILINE,
    )  # fmt: skip
    assert wanted
    assert set(wanted) <= set(locked)


def test_the_lock_has_hashes_for_what_the_constraints_lock(root):
    lock = (root / "requirements.lock").read_text()
    first, _, packages = lock.partition("\n")
    assert "make lock" in first
    constraints = (root / "constraints.txt").read_text()
    assert without_hashes(packages) == constraints.partition("\n")[2]
    blocks = re.split(r"^(?=\S)", packages, flags=re.MULTILINE)[1:]
    assert len(blocks) == len(constraints.splitlines()) - 1
    for block in blocks:
        assert re.search(r"--hash=sha256:[0-9a-f]{64}\b", block), block


def test_uv_is_installed_by_its_hash(root, tmp_path):
    """What the installation script takes out of the lock is uv, whole."""
    text = (root / "tools" / "install.sh").read_text()
    (command,) = re.findall(r"^sed .*requirements\.lock", text, re.MULTILINE)
    lines = subprocess.run(
        ["sh", "-c", command], cwd=root, capture_output=True, text=True,
        check=True,
    ).stdout.splitlines()  # fmt: skip
    assert lines[0].startswith("uv==")
    assert all(line.startswith("    --hash=") for line in lines[1:])
    assert [line.endswith("\\") for line in lines].count(False) == 1


def test_binder_finds_its_files(root):
    """repo2docker's default Python is old; runtime.txt names ours."""
    version = (root / "runtime.txt").read_text().strip()
    assert re.fullmatch(r"python-3\.1[1-3]", version)
    assert not (root / "binder").exists()
    assert "[project]" not in (root / "pyproject.toml").read_text()


def test_nothing_generated_is_committed(root):
    kinds = {".html", ".pyc", ".log", ".aux", ".pdf"}
    for path in tracked(root):
        template = path.parent.name == "templates"
        assert path.suffix not in kinds or template, path
        assert "_build" not in path.parts
        assert path.stat().st_size < 2_000_000, path


@pytest.mark.parametrize(
    "command",
    [
        ["ruff", "check", "--no-cache", "."],
        ["ruff", "format", "--check", "--no-cache", "."],
        ["mypy"],
    ],
    ids=" ".join,
)
def test_code_is_linted_formatted_and_typed(root, command):
    run = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=root, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stdout


@pytest.mark.parametrize("code", [0, 2])
def test_a_book_with_a_warning_is_not_built_at_the_second_try(
    code, tmp_path, monkeypatch
):
    """Pages that are kept are not read again, so a warning came once."""
    kept = tmp_path / ".doctrees" / "index.doctree"

    def run(command, *, check):
        assert "-W" in command
        assert not check
        kept.parent.mkdir(exist_ok=True)
        kept.touch()
        return subprocess.CompletedProcess(command, code)

    monkeypatch.setattr(book.subprocess, "run", run)
    assert book.build(tmp_path, {}) == code
    assert kept.exists() == (code == 0)
