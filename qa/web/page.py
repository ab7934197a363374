"""The page: the conversation on the left, the cited article on the right, and the endpoint `ask` for programs."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.events import api

from index.errors import QuothError
from index.records import Article
from qa.checks import checked_question
from qa.errors import QuestionError
from qa.evaluation.gold_store import GoldStore
from qa.evaluation.report import SCRIPT, STYLE
from qa.presentation import answer_json
from qa.records import Answer
from qa.web import article, feedback, markup
from qa.web.evaluation_page import EvaluationEvents
from qa.web.feedback import Kept
from qa.web.loading import Loader, Loading, Ready
from qa.web.markup import Problem, Turn

log = logging.getLogger(__name__)

ASSETS = files("qa.web")
REPORT_SCRIPT = SCRIPT.read_text(encoding="utf-8")
POLL_SECONDS = 0.5  # between two looks at the progress of loading
WAITING_EVENTS = 64  # most that wait in the queue; past it the answer is HTTP 503
ENGINE_QUEUE = "engine"  # page and endpoint share it: one question at a time has all the processor's threads
UNEXPECTED = "Quoth could not answer, for a reason it did not expect; the terminal shows it."
HEAD = (
    "<div class='head'><h1>Quoth</h1><p>Exact quotations from your own articles</p>"
    "<nav aria-label='Views'><a href='#ask' aria-current='page'>Ask</a><a href='#evaluation'>Evaluation</a></nav>"
    "${value}</div>"
)

# gr.Blocks of Gradio 6 takes these when it is mounted
LOOK: dict[str, Any] = {
    "theme": gr.themes.Base(font=["system-ui", "sans-serif"], font_mono=["ui-monospace", "monospace"]),
    "css": (ASSETS / "style.css").read_text(encoding="utf-8") + f"#quoth-run {{ {STYLE.read_text(encoding='utf-8')} }}",
}


def build_page(
    loader: Loader, store: GoldStore, examples: Sequence[str], longest_question: int, corpus: Path | None = None
) -> gr.Blocks:
    """The page over an engine that may still be loading; `longest_question` in characters.

    What people say of answers is kept in `store`; `corpus` is the gold file beside the articles, where there is one.
    """
    page: gr.Blocks = gr.Blocks(title="Quoth", fill_height=True, fill_width=True, analytics_enabled=False)
    with page:
        turns = gr.State([])
        state = gr.HTML(
            markup.status(loader.state),
            html_template=HEAD,
            js_on_load=None,
            apply_default_css=False,
            elem_id="quoth-head",
        )
        with gr.Row(elem_id="quoth-main"):
            with gr.Column(elem_id="quoth-chat", min_width=0):
                chat = _html(markup.conversation([], examples), "quoth-turns", _script("chat.js"))
                problem = _html("", "quoth-notice", None)
                with gr.Row(elem_id="quoth-ask"):
                    box = gr.Textbox(
                        label="Your question", show_label=False, container=False, lines=1, max_lines=5, scale=1,
                        placeholder="Ask a question", autofocus=True, submit_btn="Ask", elem_id="quoth-question",
                    )  # fmt: skip
                    clear = gr.Button("New chat", elem_id="quoth-clear", scale=0, min_width=0)
            with gr.Column(elem_id="quoth-source", min_width=0):
                source = _html(article.NOTHING_SHOWN, "quoth-article", _script("article.js"))
        with gr.Row(elem_id="quoth-evaluation"):
            with gr.Column(elem_id="quoth-measured", min_width=0):
                chosen = _html("", "quoth-choice", _script("evaluation.js"))
                run = _html("", "quoth-run", REPORT_SCRIPT + _script("evaluation_run.js"))
                kept = _html("", "quoth-kept", _script("evaluation_kept.js"))
            with gr.Column(elem_id="quoth-checked", min_width=0):
                checked = _html(article.NOTHING_CHECKED, "quoth-result", _script("checked.js"))
        measuring = EvaluationEvents(loader, store, corpus)
        chosen.enter(measuring.enter, [], [chosen, run, kept], **_quick)
        chosen.run(measuring.run, [], [run], **_quick)
        run.look(measuring.look, [], [run], **_quick)
        run.cancel(measuring.cancel, [], [run], **_quick)
        run.show(measuring.show, [], [checked], trigger_mode="always_last", **_quick)
        kept.edit(measuring.edit, [], [chosen, kept], **_quick)
        kept.delete(measuring.delete, [], [chosen, kept], **_quick)
        kept.restore(measuring.restore, [], [chosen, kept], **_quick)
        events = _Events(loader, store, tuple(examples), longest_question)
        for listener, handler, inputs in (
            (box.submit, events.put, [box, turns]),
            (chat.example, events.put_example, [turns]),
        ):
            listener(handler, inputs, [box, chat, problem], **_quick, **_each).then(
                events.answer, [turns], [chat], concurrency_limit=1, concurrency_id=ENGINE_QUEUE, **_private, **_each
            )
        chat.resume(events.resume, [turns], [chat], **_quick)
        chat.cite(events.show_source, [], [source], trigger_mode="always_last", **_quick)
        chat.link(events.show_linked, [], [source], trigger_mode="always_last", **_quick)
        chat.verdict(events.judge, [turns], [chat, problem], trigger_mode="multiple", **_quick)
        source.mark(events.mark, [turns], [chat, problem], trigger_mode="multiple", **_quick)
        clear.click(events.clear, [turns], [chat, problem, source], **_quick)
        timer = gr.Timer(POLL_SECONDS)
        timer.tick(events.watch, [state], [state, timer], **_quick)
        api(
            events.ask, api_name="ask", concurrency_limit=1, concurrency_id=ENGINE_QUEUE,
            api_description="The answer to one question, as `python -m qa ask --json` prints it.",
        )  # fmt: skip
    page.queue(max_size=WAITING_EVENTS, api_open=False)
    return page


_private: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
# No queue, thus no event stream: a stream that closes just as the next event joins it would lose a click
_quick: dict[str, Any] = {**_private, "queue": False}
# By default Gradio drops an event while its like is under way: a second question soon after the first
_each: dict[str, Any] = {"trigger_mode": "multiple"}


def _script(name: str) -> str:
    return (ASSETS / name).read_text(encoding="utf-8")


def _html(value: str, elem_id: str, script: str | None) -> gr.HTML:
    return gr.HTML(value, elem_id=elem_id, js_on_load=script, apply_default_css=False)


class _Events:
    """What happens when somebody asks, clicks or waits. `turns` is one page's conversation, changed in place.

    A second question may come while the first is answered, so no handler returns the list: it would undo the other.
    """

    def __init__(self, loader: Loader, store: GoldStore, examples: Sequence[str], longest_question: int) -> None:
        self._loader, self._store, self._examples, self._longest = loader, store, examples, longest_question

    def put(self, question: str, turns: list[Turn]) -> tuple[str, str, str]:
        """Add a question to the conversation, or say what is wrong with it and leave it in the box."""
        try:
            turns.append(Turn(checked_question(question, self._longest)))
        except QuestionError as error:
            return question, self._conversation(turns), markup.notice(str(error))
        return "", self._conversation(turns), markup.notice("")

    def put_example(self, turns: list[Turn], event: gr.EventData) -> tuple[str, str, str]:
        """Add the example question that was clicked."""
        return self.put(str(getattr(event, "question", "")), turns)

    def answer(self, turns: list[Turn]) -> str | dict[str, Any]:
        """Answer the first question that waits; where none does, draw nothing, for this may come late."""
        turn = next((each for each in turns if each.outcome is None), None)
        if turn is None:
            unchanged: dict[str, Any] = gr.skip()
            return unchanged
        done = replace(turn, outcome=self._outcome(turn.question))
        turns[:] = [done if each is turn else each for each in turns]
        return self._conversation(turns)

    def resume(self, turns: list[Turn]) -> str:
        """Draw a conversation whose answer is overdue, answered as far as the articles are ready."""
        if not isinstance(self._loader.state, Loading):
            self.answer(turns)
        return self._conversation(turns)

    def show_source(self, event: gr.EventData) -> str:
        """The article of the citation that was clicked, with its quote marked."""
        found = self._articles().get(str(getattr(event, "article", "")))
        start, end = getattr(event, "start", None), getattr(event, "end", None)
        if found is None or not isinstance(start, int) or not isinstance(end, int):
            return article.NOTHING_SHOWN
        return article.article_view(found, {"quote": (start, end)})

    def show_linked(self, event: gr.EventData) -> str:
        """The article of a link with its words marked, wherever they stand by now; or that they are gone."""
        found = self._articles().get(str(getattr(event, "article", "")))
        words, near = str(getattr(event, "words", "")), getattr(event, "start", None)
        if found is None:
            return article.nothing("The article of this link is not among your articles.")
        place = feedback.find_words(found, words, near if isinstance(near, int) else 0) if words.strip() else None
        if place is None:
            return article.nothing(f"The words of this link no longer stand in “{found.title}”.")
        return article.article_view(found, {"quote": place})

    def judge(self, turns: list[Turn], event: gr.EventData) -> tuple[str, str]:
        """Keep what was said of an answer as a gold question, or take that back."""
        verdict = getattr(event, "verdict", None)

        def judged(turn: Turn, answer: Answer) -> Kept | None:
            if verdict == "right":
                return feedback.keep_right(self._store, self._articles(), turn.question, answer, turn.kept)
            if verdict == "nothing":
                return feedback.keep_nothing(self._store, turn.question, turn.kept)
            if verdict == "undo" and turn.kept is not None:
                self._store.delete(turn.kept.id)
                return None
            return turn.kept

        return self._said(turns, getattr(event, "turn", None), judged)

    def mark(self, turns: list[Turn], event: gr.EventData) -> tuple[str, str]:
        """Keep words of the open article as the right answer."""
        words, near = str(getattr(event, "words", "")), getattr(event, "near", 0)
        article_id = str(getattr(event, "article", ""))

        def marked(turn: Turn, _: Answer) -> Kept:
            found = self._articles().get(article_id)
            place = near if isinstance(near, int) else 0
            return feedback.keep_words(self._store, found, turn.question, words, place, turn.kept)

        return self._said(turns, getattr(event, "turn", None), marked)

    def _said(self, turns: list[Turn], number: object, keep: Callable[[Turn, Answer], Kept | None]) -> tuple[str, str]:
        """The conversation once `keep` has been done for a turn, and a sentence where it could not be."""
        sentence = ""
        if isinstance(number, int) and 0 <= number < len(turns):
            turn = turns[number]
            if isinstance(turn.outcome, Answer):
                try:
                    turns[number] = replace(turn, kept=keep(turn, turn.outcome))
                except QuothError as error:
                    sentence = str(error)
        return self._conversation(turns), markup.notice(sentence)

    def _articles(self) -> Mapping[str, Article]:
        state = self._loader.state
        return state.engine.articles if isinstance(state, Ready) else {}

    def clear(self, turns: list[Turn]) -> tuple[str, str, str]:
        """Begin a new conversation."""
        turns.clear()
        return self._conversation(turns), markup.notice(""), article.NOTHING_SHOWN

    def watch(self, shown: str) -> tuple[Any, Any]:
        """How far loading is; nothing is sent while nothing changes, and the timer ends when loading does."""
        state = self._loader.state
        now = markup.status(state)
        return (gr.skip() if now == shown else now), gr.Timer(active=isinstance(state, Loading))

    def ask(self, question: str | None) -> dict[str, Any]:
        """Answer a program, once the engine is there."""
        try:
            return answer_json(
                self._loader.wait().ask(checked_question("" if question is None else question, self._longest))
            )
        except QuothError as error:
            raise gr.Error(str(error), print_exception=False) from None

    def _conversation(self, turns: Sequence[Turn]) -> str:
        return markup.conversation(turns, self._examples, ready=not isinstance(self._loader.state, Loading))

    def _outcome(self, question: str) -> Answer | Problem:
        try:
            return self._loader.wait().ask(question)
        except QuothError as error:
            return Problem(str(error))
        except Exception:
            log.exception("The question %r failed", question)
            return Problem(UNEXPECTED)
