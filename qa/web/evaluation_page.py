"""The evaluation view: what happens when somebody evaluates, looks at a wrong answer, or edits gold questions."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import gradio as gr

from index.errors import QuothError
from index.records import Range
from qa.evaluation.exchange import placed
from qa.evaluation.gold import Gold, GoldError, gold_from_json, read_gold
from qa.evaluation.kept import Accepted, kept_gold, locate
from qa.evaluation.results import Result
from qa.web import article, evaluation_markup
from qa.web.access import check_change, visitor
from qa.web.evaluating import Done, Runner
from qa.web.site import Site

LEGEND = "<p class='legend'><mark class='found'>best span</mark> <mark class='expected'>expected</mark></p>"


class EvaluationEvents:
    """Events of the view. Running, and editing what was kept, demand the right to change."""

    def __init__(self, site: Site) -> None:
        self._loader, self._store, self._corpus = site.loader, site.gold, site.corpus
        self._runner = Runner()

    def enter(self) -> tuple[str, str, str]:
        """The whole view as it is now."""
        return self._choice(), evaluation_markup.outcome(self._runner.state), self._kept()

    def run(self, event: gr.EventData, request: gr.Request) -> str:
        """Begin to evaluate the chosen gold questions."""
        try:
            check_change(request)
            gold = self._gold(str(getattr(event, "set", "")), getattr(event, "name", ""), getattr(event, "text", ""))
            self._runner.start(gold, self._loader.wait)
        except QuothError as error:
            self._runner.refuse(str(error))
        return evaluation_markup.outcome(self._runner.state)

    def look(self) -> str:
        """How far the run is."""
        return evaluation_markup.outcome(self._runner.state)

    def cancel(self, request: gr.Request) -> str:
        """End the run."""
        if visitor(request).may_change:
            self._runner.cancel()
        return evaluation_markup.outcome(self._runner.state)

    def show(self, event: gr.EventData) -> str:
        """The article of a result, its best span and the expected words marked in two ways."""
        state, number = self._runner.state, getattr(event, "result", None)
        if (
            not isinstance(state, Done)
            or not isinstance(number, int)
            or not 0 <= number < len(state.evaluation.results)
        ):
            return article.NOTHING_SHOWN
        return self._article_of(state.evaluation.results[number])

    def edit(self, event: gr.EventData, request: gr.Request) -> tuple[str, str]:
        """Change a kept question and its answers."""
        id_, question = str(getattr(event, "id", "")), str(getattr(event, "question", "")).strip()
        words = [line.strip() for line in str(getattr(event, "words", "")).splitlines() if line.strip()]

        def change() -> None:
            old = self._store.get(id_)
            if not question:
                raise GoldError("The question is empty; type what was asked.")
            if words == [a.quote for a in old.accepted]:
                self._store.edit(id_, question, None, None)
                return
            known = {a.quote: a for a in old.accepted}  # these stay where they were marked
            accepted = [known.get(line, Accepted(line, 0, "", "")) for line in words]
            found = placed(question, old.article_id or "", accepted, self._loader.articles)
            self._store.edit(id_, question, found.article_id, found.accepted)

        return self._changed(request, change)

    def delete(self, event: gr.EventData, request: gr.Request) -> tuple[str, str]:
        """Take a kept question out."""
        return self._changed(request, lambda: self._store.delete(str(getattr(event, "id", ""))))

    def restore(self, event: gr.EventData, request: gr.Request) -> tuple[str, str]:
        """Bring a deleted question back."""
        return self._changed(request, lambda: self._store.restore(str(getattr(event, "id", ""))))

    def _gold(self, which: str, name: object, text: object) -> Gold:
        if which == "kept":
            return kept_gold(self._store.all(), self._loader.articles)
        if which == "corpus" and self._corpus is not None:
            return read_gold(self._corpus)
        if not isinstance(text, str) or not text:
            raise GoldError(
                f"{name} is too large for the page; evaluate it in a terminal: python -m qa evaluate {name}"
                if name
                else "Choose a file of gold questions first."
            )
        return gold_from_json(text, Path(str(name)))

    def _article_of(self, result: Result) -> str:
        articles, found, expected = self._loader.articles, result.found, result.expected
        shown = articles.get(found.article_id or "") if found is not None else None
        right = next((a for a in articles.values() if a.title == result.article), None)
        one = shown or right
        if one is None:
            return article.NOTHING_SHOWN
        marks: dict[str, Range] = {}
        if found is not None and shown is one:
            marks["found"] = (found.at, found.at + found.end - found.start)
        if expected is not None and right is one and (at := one.text.find(expected.text)) != -1:
            marks["expected"] = (at + expected.start, at + expected.end)
        return LEGEND + article.article_view(one, marks) if marks else article.NOTHING_SHOWN

    def _changed(self, request: gr.Request, change: Callable[[], object]) -> tuple[str, str]:
        notice = ""
        try:
            check_change(request)
            change()
        except QuothError as error:
            notice = str(error)
        return self._choice(), self._kept(notice)

    def _choice(self) -> str:
        corpus = 0
        if self._corpus is not None:
            try:
                corpus = len(read_gold(self._corpus).questions)
            except QuothError:
                corpus = 0  # another tool's file, or a damaged one: not offered
        return evaluation_markup.choice(len(self._store.all()), corpus)

    def _kept(self, notice: str = "") -> str:
        articles = self._loader.articles
        if not articles:
            return evaluation_markup.kept_list([], [], "They show here once the articles are ready.")
        try:
            located = [locate(kept, articles) for kept in self._store.all()]
            return evaluation_markup.kept_list(located, self._store.all(deleted=True), notice)
        except QuothError as error:
            return evaluation_markup.kept_list([], [], str(error))
