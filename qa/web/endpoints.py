"""The named endpoints for programs. Gradio reads their types, so that this module's annotations must be real ones."""

import binascii
from base64 import b64decode
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import ParamSpec, TypeVar

import gradio as gr

from index.errors import QuothError
from index.library import LibraryError, pasted
from qa.checks import checked_filters, checked_question
from qa.conversation import Scope, chosen_articles, chosen_sources
from qa.errors import QuestionError
from qa.evaluation.evaluate import evaluate
from qa.evaluation.gold import gold_from_json
from qa.evaluation.gold_store import GoldStore
from qa.evaluation.kept import kept_gold
from qa.evaluation.summary import Summary
from qa.interface import (
    AddedJson,
    AnswerJson,
    ArticleJson,
    ListedJson,
    PassageJson,
    added_json,
    answer_json,
    article_json,
    listed_json,
    passage_json,
)
from qa.listing import matching
from qa.web.access import check_change, visitor
from qa.web.loading import Loader
from qa.web.log import note, noted
from qa.web.updating import Updater

MOST_PASSAGES = 100
P = ParamSpec("P")
T = TypeVar("T")


def _in_sentences(endpoint: Callable[P, T]) -> Callable[P, T]:
    """The endpoint, whose errors become sentences for the program."""

    @wraps(endpoint)
    def answering(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return endpoint(*args, **kwargs)
        except QuothError as error:
            raise gr.Error(str(error), print_exception=False) from None

    return answering


@dataclass(frozen=True)
class Endpoints:
    """Each method is an endpoint of its own name. Those that change anything demand the right to change."""

    loader: Loader
    updater: Updater
    gold: GoldStore
    longest_question: int

    @_in_sentences
    def ask(self, question: str) -> AnswerJson:
        """The answer to one question, as `python -m qa ask --json` prints it.

        Args:
            question: What you want to know, in English.
        """
        return answer_json(noted(self.loader.wait().ask(self._question(question))))

    @_in_sentences
    def ask_within(
        self, question: str, since: str | None, until: str | None, titles: list[str] | None, sources: list[str] | None
    ) -> AnswerJson:
        """The answer from some of the articles only; null limits nothing.

        Args:
            question: What you want to know, in English.
            since: Only articles dated YYYY-MM-DD or later.
            until: Only articles dated YYYY-MM-DD or earlier.
            titles: Only articles with the words of one of these in the title, or with one of these ids.
            sources: Only articles of one of these sites, folders or sections.
        """
        asked, engine = self._question(question), self.loader.wait()
        checked_filters(since, until)
        scope = Scope(
            chosen_articles(titles or [], engine.articles), chosen_sources(sources or [], engine.articles), since, until
        )
        return answer_json(noted(engine.ask(asked, scope.filters(engine.articles))))

    @_in_sentences
    def search(self, question: str, passages: int) -> list[PassageJson]:
        """The passages nearest to a question, best first; nothing is read.

        Args:
            question: What you want to know, in English.
            passages: How many, 1 to 100.
        """
        if not isinstance(passages, int) or not 1 <= passages <= MOST_PASSAGES:
            raise QuestionError(f"passages is {passages}; ask for 1 to {MOST_PASSAGES}.")
        return [passage_json(near) for near in self.loader.wait().search(self._question(question), passages)]

    @_in_sentences
    def articles(self, words: str) -> list[ListedJson]:
        """The articles whose title or id has all the words; all of them for an empty text.

        Args:
            words: Words, or parts of words, in any case.
        """
        return [listed_json(each) for each in matching(self.loader.wait().listed, words)]

    @_in_sentences
    def article(self, id: str) -> ArticleJson:
        """One article with its text, in whose characters citations count.

        Args:
            id: The article's id, as citations and `articles` give it.
        """
        found = self.loader.wait().articles.get(id)
        if found is None:
            raise LibraryError(f"No article has the id {id!r}.")
        return article_json(found)

    @_in_sentences
    def add_article(self, request: gr.Request, name: str, text: str, base64: str) -> AddedJson:
        """Upload an article. It can be asked about as soon as the answer is there; a refusal is an answer too.

        Args:
            name: Its file name, which says what it is: .txt, .md, .html, .pdf or .docx. For text also a title.
            text: The text, where it is text; else empty.
            base64: The file's bytes in Base64, where it is not; else empty.
        """
        check_change(request)
        added = self.loader.wait().add(*_file(name, text, base64))
        note("added", who=visitor(request).name, outcome=added.outcome, id=added.id)
        if added.outcome in {"added", "changed"}:
            self.updater.wait(self.updater.request())
        return added_json(added)

    @_in_sentences
    def delete_article(self, request: gr.Request, id: str) -> str:
        """Take an article out of the collection; files in the articles folder stay where they are.

        Args:
            id: The article's id.
        """
        check_change(request)
        self.loader.wait().delete(id)
        note("deleted", who=visitor(request).name, id=id)
        self.updater.wait(self.updater.request())
        return id

    @_in_sentences
    def restore_article(self, request: gr.Request, id: str) -> str:
        """Bring a deleted article back.

        Args:
            id: The article's id.
        """
        check_change(request)
        self.loader.wait().restore(id)
        note("restored", who=visitor(request).name, id=id)
        self.updater.wait(self.updater.request())
        return id

    @_in_sentences
    def evaluate(self, request: gr.Request, gold: str, limit: int | None) -> Summary:
        """Ask gold questions and count the right answers; this takes minutes, and the right to change.

        Args:
            gold: SQuAD v1.1 or v2.0 as JSON text; where empty, the gold questions kept from use.
            limit: Ask only the first so many; null for all.
        """
        check_change(request)
        engine = self.loader.wait()
        questions = gold_from_json(gold, Path("gold")) if gold else kept_gold(self.gold.all(), engine.articles)
        return evaluate(questions, engine, limit=limit).summary

    def _question(self, question: str | None) -> str:
        return checked_question("" if question is None else question, self.longest_question)


def _file(name: str, text: str, base64: str) -> tuple[str, bytes]:
    """The name and the bytes of what a program sent."""
    if bool(text) == bool(base64):
        raise LibraryError("Give the article as text or as base64, one of the two.")
    if text:
        return (name, text.encode()) if Path(name).suffix else pasted(name, text)
    try:
        return name, b64decode(base64, validate=True)
    except (binascii.Error, ValueError) as error:
        raise LibraryError(f"base64 is no Base64 ({error}).") from None
