"""What happens when somebody asks, follows up, judges an answer, or turns to another conversation."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import gradio as gr

from index.errors import QuothError
from qa.checks import checked_filters, checked_question
from qa.conversation import Conversation, Kept, Problem, Scope, Turn
from qa.conversation_store import ConversationStore
from qa.errors import QuestionError
from qa.exporting import FORMATS
from qa.records import Answer
from qa.web import chats_markup, feedback, markup
from qa.web.access import check_change, visitor
from qa.web.loading import Loading
from qa.web.log import noted
from qa.web.site import Site

log = logging.getLogger(__name__)

UNEXPECTED = "Quoth could not answer, for a reason it did not expect; the terminal shows it."
NOT_READY = "This page has lost its conversation; reload it."
MOST_LIMITS = 500  # articles or sources that a conversation is limited to
Drawn = str | dict[str, Any]  # HTML, or Gradio's sign that nothing changes
ID = re.compile(r"[0-9a-f]{32}")  # made by the page


class ConversationEvents:
    """`current` is the id of the page's conversation; all that is known of one lies in the store.

    A second question may come while the first is answered, and a person may turn to another conversation meanwhile: so
    answering draws nothing, and drawing always shows the conversation that is open then.
    """

    def __init__(self, site: Site) -> None:
        self._site, self._loader = site, site.loader

    def empty(self) -> str:
        """A conversation before its first question, as the page shows it until it knows which one is open."""
        return self._drawn(Conversation(""))

    def enter(self, current: str, request: gr.Request) -> tuple[str, str, str]:
        """The open conversation, its limits, and why it cannot be read where it cannot."""
        try:
            return self._drawn(self._get(current, request)), self._limits(current, request), markup.notice("")
        except QuothError as error:
            empty = Conversation(current)
            return self._drawn(empty), chats_markup.chips(empty.scope, self._loader.articles), markup.notice(str(error))

    def draw(self, current: str, request: gr.Request) -> Drawn:
        """The open conversation as it is now; what is drawn stays where it cannot be read."""
        try:
            return self._drawn(self._get(current, request))
        except QuothError:
            unchanged: dict[str, Any] = gr.skip()
            return unchanged

    def put(self, question: str, current: str, request: gr.Request) -> tuple[str, Drawn, str]:
        """Add a question to the conversation, or say what is wrong with it and leave it in the box."""
        try:
            asked = checked_question(question, self._site.longest_question)
            changed = self._change(current, request, lambda c: replace(c, turns=(*c.turns, Turn(asked, scope=c.scope))))
        except QuothError as error:
            return question, self.draw(current, request), markup.notice(str(error))
        return "", self._drawn(changed), markup.notice("")

    def put_example(self, current: str, event: gr.EventData, request: gr.Request) -> tuple[str, Drawn, str]:
        """Add the example question that was clicked."""
        return self.put(str(getattr(event, "question", "")), current, request)

    def answer(self, current: str, request: gr.Request) -> None:
        """Answer the first question that waits."""
        conversation = self._get(current, request)
        number = next((n for n, turn in enumerate(conversation.turns) if turn.outcome is None), None)
        if number is None:
            return
        asked = conversation.turns[number]
        done = replace(asked, outcome=self._outcome(conversation, number))

        def finished(now: Conversation) -> Conversation:
            return now.with_turn(number, done) if number < len(now.turns) and now.turns[number] == asked else now

        self._change(current, request, finished)

    def resume(self, current: str, request: gr.Request) -> Drawn:
        """Draw a conversation whose answer is overdue, answered as far as the articles are ready."""
        if not isinstance(self._loader.state, Loading):
            self.answer(current, request)
        return self.draw(current, request)

    def understand(self, current: str, event: gr.EventData, request: gr.Request) -> str:
        """Take an answer back, so that its question is answered alone, or with the questions before it."""
        number, alone = getattr(event, "turn", None), getattr(event, "alone", None) is True

        def again(now: Conversation) -> Conversation:
            if not isinstance(number, int) or not 0 <= number < len(now.turns):
                return now
            return now.with_turn(number, replace(now.turns[number], outcome=None, kept=None, alone=alone))

        return self._drawn(self._change(current, request, again))

    def judge(self, current: str, event: gr.EventData, request: gr.Request) -> tuple[str, str]:
        """Keep what was said of an answer as a gold question, or take that back."""
        verdict = getattr(event, "verdict", None)

        def judged(turn: Turn, answer: Answer) -> Kept | None:
            question = answer.understood or turn.question
            if verdict == "right":
                return feedback.keep_right(self._site.gold, self._loader.articles, question, answer, turn.kept)
            if verdict == "nothing":
                return feedback.keep_nothing(self._site.gold, question, turn.kept)
            if verdict == "undo" and turn.kept is not None:
                self._site.gold.delete(turn.kept.id)
                return None
            return turn.kept

        return self._said(current, request, getattr(event, "turn", None), judged)

    def mark(self, current: str, event: gr.EventData, request: gr.Request) -> tuple[str, str]:
        """Keep words of the open article as the right answer."""
        words, near = str(getattr(event, "words", "")), getattr(event, "near", 0)
        article_id = str(getattr(event, "article", ""))

        def marked(turn: Turn, answer: Answer) -> Kept:
            found = self._loader.articles.get(article_id)
            place = near if isinstance(near, int) else 0
            question = answer.understood or turn.question
            return feedback.keep_words(self._site.gold, found, question, words, place, turn.kept)

        return self._said(current, request, getattr(event, "turn", None), marked)

    def limit(self, current: str, event: gr.EventData, request: gr.Request) -> tuple[str, str]:
        """Limit the questions to come; what is no limit is refused with a sentence."""
        try:
            scope = _scope(event)
            self._change(current, request, lambda conversation: replace(conversation, scope=scope))
        except QuothError as error:
            return self._limits(current, request), markup.notice(str(error))
        return self._limits(current, request), markup.notice("")

    def offer(self) -> str:
        """The articles that a search can be limited to."""
        return chats_markup.offer(self._loader.articles.values())

    def find(self, current: str, event: gr.EventData, request: gr.Request) -> str:
        """The conversations that hold the words typed."""
        return self._list(current, request, str(getattr(event, "words", "")))

    def rename(self, current: str, event: gr.EventData, request: gr.Request) -> str:
        """Give a conversation another name."""
        if ID.fullmatch(id_ := str(getattr(event, "id", ""))):
            self._chats(request).rename(id_, str(getattr(event, "name", "")))
        return self._list(current, request, str(getattr(event, "words", "")))

    def delete(self, current: str, event: gr.EventData, request: gr.Request) -> str:
        """Take a conversation out of the list."""
        id_ = str(getattr(event, "id", ""))
        self._chats(request).delete(id_)
        return self._list(current, request, str(getattr(event, "words", "")), deleted=id_)

    def restore(self, current: str, event: gr.EventData, request: gr.Request) -> str:
        """Bring back the conversation that was just deleted."""
        self._chats(request).restore(str(getattr(event, "id", "")))
        return self._list(current, request, str(getattr(event, "words", "")))

    def export(self, event: gr.EventData, request: gr.Request) -> Drawn:
        """A conversation as a file for the browser to save."""
        conversation, name = self._get(str(getattr(event, "id", "")), request), str(getattr(event, "format", ""))
        if name not in FORMATS or not conversation.turns:
            unchanged: dict[str, Any] = gr.skip()
            return unchanged
        kind, write = FORMATS[name]
        return chats_markup.file(f"{_file_name(conversation.title)}.{name}", kind, write(conversation))

    def _said(
        self, current: str, request: gr.Request, number: object, keep: Callable[[Turn, Answer], Kept | None]
    ) -> tuple[str, str]:
        """The conversation once `keep` has been done for a turn, and a sentence where it could not be."""
        conversation, sentence = self._get(current, request), ""
        if isinstance(number, int) and 0 <= number < len(conversation.turns):
            turn = conversation.turns[number]
            if isinstance(turn.outcome, Answer):
                try:
                    check_change(request)
                    kept = keep(turn, turn.outcome)
                    conversation = self._change(
                        current, request, lambda c: c.with_turn(number, replace(turn, kept=kept))
                    )
                except QuothError as error:
                    sentence = str(error)
        return self._drawn(conversation), markup.notice(sentence)

    def _list(self, current: str, request: gr.Request, words: str, deleted: str = "") -> str:
        return chats_markup.chat_list(self._chats(request).listed(words), current, words, deleted)

    def _limits(self, current: str, request: gr.Request) -> str:
        return chats_markup.chips(self._get(current, request).scope, self._loader.articles)

    def _chats(self, request: gr.Request) -> ConversationStore:
        """The conversations of the person who asks; nobody sees those of another."""
        return self._site.chats(visitor(request).name)

    def _get(self, id_: str, request: gr.Request) -> Conversation:
        return self._chats(request).get(id_) if ID.fullmatch(id_) else Conversation("")

    def _change(self, id_: str, request: gr.Request, how: Callable[[Conversation], Conversation]) -> Conversation:
        if not ID.fullmatch(id_):
            raise QuestionError(NOT_READY)
        return self._chats(request).change(id_, how)

    def _drawn(self, conversation: Conversation) -> str:
        return markup.conversation(conversation, self._site.examples, ready=not isinstance(self._loader.state, Loading))

    def _outcome(self, conversation: Conversation, number: int) -> Answer | Problem:
        turn = conversation.turns[number]
        earlier = [] if turn.alone else conversation.earlier(number)
        try:
            engine = self._loader.wait()
            return noted(engine.ask(turn.question, turn.scope.filters(engine.articles), earlier=earlier))
        except QuothError as error:
            return Problem(str(error))
        except Exception:
            log.exception("The question %r failed", turn.question)
            return Problem(UNEXPECTED)


def _scope(event: gr.EventData) -> Scope:
    """The scope that the page sent; `QuestionError` where it is none."""
    article_ids, sources = (_chosen(getattr(event, name, None)) for name in ("article_ids", "sources"))
    since, until = (getattr(event, name, None) or None for name in ("since", "until"))
    checked_filters(since, until)
    return Scope(article_ids, sources, since, until)


def _chosen(sent: object) -> tuple[str, ...]:
    if not isinstance(sent, list) or len(sent) > MOST_LIMITS:
        raise QuestionError(f"A search can be limited to {MOST_LIMITS} articles and as many sources; choose fewer.")
    return tuple(str(each) for each in sent)


def _file_name(title: str) -> str:
    """A name that every file system takes."""
    return "-".join(re.findall(r"[A-Za-z0-9]+", title)[:8]).lower() or "conversation"
