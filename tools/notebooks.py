"""Execute notebooks in place and normalize them.

A second run changes no byte: nothing is kept that depends on the time, the
machine or the kernel.  Cell identifiers stay; a cell without a readable one
gets its position.

    python -m tools.notebooks [NOTEBOOK ...]     (default: every chapter)
"""

from __future__ import annotations

import argparse
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbformat import NotebookNode

from tools.reading import state

ROOT = Path(__file__).resolve().parents[1]
KERNEL = {
    "display_name": "Python 3 (ipykernel)",
    "language": "python",
    "name": "python3",
}


def notebooks(root: Path = ROOT) -> list[Path]:
    """Return the book's notebooks, in the order of their names."""
    return sorted((root / "chapters").rglob("*.ipynb"))


def execute(notebook: NotebookNode, folder: Path) -> NotebookNode:
    """Run every cell in a fresh kernel whose working folder is ``folder``.

    Raises
    ------
    nbclient.exceptions.CellExecutionError
        If a cell that is not tagged ``raises-exception`` raises.
    """
    NotebookClient(
        notebook,
        timeout=120,
        kernel_name="python3",
        resources={"metadata": {"path": str(folder)}},
        record_timing=False,
        # Without this every kernel start warns of unencrypted loopback.
        extra_arguments=["--IPKernelApp.log_level=ERROR"],
        # Streams come as one output however the kernel flushed them.
        coalesce_streams=True,
    ).execute()
    return notebook


def normalize(notebook: NotebookNode) -> NotebookNode:
    """Drop what depends on the run; keep what the authors wrote."""
    kept = {
        key: value
        for key, value in notebook.metadata.items()
        if key not in {"kernelspec", "language_info", "widgets"}
    }
    notebook.metadata = nbformat.from_dict(
        {"kernelspec": KERNEL, "language_info": {"name": "python"}} | kept
    )
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    count = 0
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        if cell.cell_type != "code":
            continue
        count += 1
        cell.execution_count = count
        for output in cell.outputs:
            if output.output_type == "execute_result":
                output.execution_count = count
    return notebook


def refresh(path: Path) -> str:
    """Execute and normalize one notebook in place; return what happened."""
    before = path.read_text(encoding="utf-8")
    notebook = nbformat.reads(before, as_version=4)
    try:
        normalize(execute(notebook, path.parent))
        state(notebook)
    except CellExecutionError as error:
        return f"{path}: a cell failed, nothing was written\n{error}"
    after = nbformat.writes(notebook) + "\n"
    path.write_text(after, encoding="utf-8")
    return f"{path}: {'unchanged' if after == before else 'changed'}"


def main() -> int:
    """Refresh the notebooks named on the command line, two at a time."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("notebooks", nargs="*", type=Path)
    paths = parser.parse_args().notebooks or notebooks()
    failed = False
    with ThreadPoolExecutor(2) as pool:
        for report in pool.map(refresh, paths):
            print(report)
            failed |= "a cell failed" in report
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
