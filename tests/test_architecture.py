"""The direction of imports: app.py → qa → index, and faiss in one module."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).parent.parent


def imports(file: Path) -> set[str]:
    """Names of all modules that a file imports, wherever in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
    return found


def packages(folder: str) -> dict[Path, set[str]]:
    files = sorted((ROOT / folder).rglob("*.py"))
    assert files
    return {file: {name.split(".")[0] for name in imports(file)} for file in files}


def test_index_knows_nothing_of_qa() -> None:
    for file, names in packages("index").items():
        assert not names & {"qa", "training", "benchmarks", "app", "gradio", "transformers"}, file


def test_qa_knows_nothing_of_what_stands_above_it() -> None:
    for file, names in packages("qa").items():
        assert not names & {"training", "benchmarks", "app", "faiss"}, file


def test_only_the_web_pages_import_gradio() -> None:
    users = {file for file, names in packages("qa").items() if "gradio" in names}
    assert users and all("web" in file.parts for file in users)


def test_only_vectors_imports_faiss() -> None:
    assert [file.name for file, names in packages("index").items() if "faiss" in names] == ["vectors.py"]


def test_nothing_unpickles() -> None:
    for folder in ("index", "qa", "training"):
        for file, names in packages(folder).items():
            assert not names & {"pickle", "joblib", "dill", "shelve"}, file
            assert "torch.load" not in file.read_text(encoding="utf-8"), file
