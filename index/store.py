"""How an index lies in the folder of a version: articles and passages as JSON, vectors and terms in native formats."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from index.corpus import Corpus, FileState
from index.errors import BrokenIndexError
from index.records import Article, Passage, Refusal
from index.snapshot import REBUILD, Snapshot
from index.terms import Terms
from index.vectors import METRIC, Vectors

ARTICLES, PASSAGES, VECTORS, TERMS = "articles.json", "passages.json", "vectors.faiss", "terms"


@dataclass(frozen=True)
class Contents:
    """All that one version holds; row i of `vectors` and of `terms` belongs to passage i."""

    corpus: Corpus
    passages: tuple[Passage, ...]
    vectors: Vectors
    terms: Terms

    def save(self, folder: Path) -> None:
        """Write into an empty folder."""
        _write_json(folder / ARTICLES, [asdict(article) for article in self.corpus.articles.values()])
        _write_json(folder / PASSAGES, [asdict(passage) for passage in self.passages])
        self.vectors.save(folder / VECTORS)
        self.terms.save(folder / TERMS)

    @classmethod
    def load(cls, snapshot: Snapshot) -> Contents:
        """Read a version whose checksums hold; `BrokenIndexError` where its counts do not agree with its manifest."""
        folder, facts = snapshot.folder, snapshot.manifest
        articles = [_article(row) for row in json.loads((folder / ARTICLES).read_text(encoding="utf-8"))]
        passages = tuple(Passage(**row) for row in json.loads((folder / PASSAGES).read_text(encoding="utf-8")))
        vectors = Vectors.load(folder / VECTORS)
        counts = {
            "articles": len(articles),
            "passages": len(passages),
            "vectors": len(vectors),
            "dimension": vectors.dimension,
        }
        for name, count in counts.items():
            if facts[name] != count:
                raise BrokenIndexError(
                    f"The index in {folder} holds {count} {name} and its manifest says {facts[name]}; {REBUILD}"
                )
        files = {name: FileState(**state) for name, state in facts["states"].items()}
        refused = tuple(Refusal(name, s.reason) for name, s in files.items() if s.reason is not None)
        corpus = Corpus({a.id: a for a in articles}, files, refused)
        return cls(corpus, passages, vectors, Terms.load(folder / TERMS, len(passages)))

    def facts(self) -> dict[str, Any]:
        """What the manifest records of the contents."""
        return {
            "articles": len(self.corpus.articles),
            "passages": len(self.passages),
            "vectors": len(self.vectors),
            "dimension": self.vectors.dimension,
            "metric": METRIC,
            "states": {name: asdict(state) for name, state in sorted(self.corpus.files.items())},
        }


def _write_json(file: Path, value: object) -> None:
    file.write_text(json.dumps(value, ensure_ascii=False, indent=0), encoding="utf-8")


def _article(row: Mapping[str, Any]) -> Article:
    ranges = {key: tuple((start, end) for start, end in row[key]) for key in ("skipped", "headings")}
    return Article(**{**row, **ranges})
