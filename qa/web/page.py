"""The page: the conversation beside the cited article, the library, the evaluation; the endpoints for programs."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

import gradio as gr
from gradio.events import api

from index.records import Article
from qa.conversation import Scope
from qa.evaluation.report import SCRIPT, STYLE
from qa.web import article, chats_markup, feedback, library_markup, markup
from qa.web.conversation_page import ConversationEvents
from qa.web.endpoints import Endpoints
from qa.web.evaluation_page import EvaluationEvents
from qa.web.loading import Loader, Loading
from qa.web.site import Site

ASSETS = files("qa.web")
REPORT_SCRIPT = SCRIPT.read_text(encoding="utf-8")
POLL_SECONDS = 0.5  # between two looks at the progress of loading
WAITING_EVENTS = 64  # most that wait in the queue; past it the answer is HTTP 503
ENGINE_QUEUE = "engine"  # page and endpoint share it: one question at a time has all the processor's threads
# A reload shows the same conversation, a link the one it names, and a new tab a new one.
NEW_CHAT = "[...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('')"
THIS_CHAT = (
    "() => new URLSearchParams(location.hash.slice(1)).get('chat') ?? sessionStorage.getItem('quoth-chat') ?? "
    f"{NEW_CHAT}"
)
HEAD = (
    "<div class='head'><h1>Quoth</h1><p>Exact quotations from your own articles</p>"
    "<nav aria-label='Views'><a href='#ask' aria-current='page'>Ask</a><a href='#library'>Library</a>"
    "<a href='#evaluation'>Evaluation</a></nav>"
    "${value}</div>"
)

# gr.Blocks of Gradio 6 takes these when it is mounted
LOOK: dict[str, Any] = {
    "theme": gr.themes.Base(font=["system-ui", "sans-serif"], font_mono=["ui-monospace", "monospace"]),
    "css": (ASSETS / "style.css").read_text(encoding="utf-8") + f"#quoth-run {{ {STYLE.read_text(encoding='utf-8')} }}",
}


def build_page(site: Site) -> gr.Blocks:
    """The page over an engine that may still be loading."""
    page: gr.Blocks = gr.Blocks(title="Quoth", fill_height=True, fill_width=True, analytics_enabled=False)
    with page:
        state = gr.HTML(
            markup.status(site.loader.state),
            html_template=HEAD,
            js_on_load=_script("views.js"),
            apply_default_css=False,
            elem_id="quoth-head",
        )
        reading = _Reading(site.loader)
        _conversation_view(page, reading, ConversationEvents(site))
        _library_view()
        _evaluation_view(EvaluationEvents(site))
        timer = gr.Timer(POLL_SECONDS)
        timer.tick(reading.watch, [state], [state, timer], **_quick)
        _endpoints(Endpoints(site.loader, site.updater, site.gold, site.longest_question))
    page.queue(max_size=WAITING_EVENTS, api_open=False)
    return page


def _endpoints(endpoints: Endpoints) -> None:
    """What programs may call; a question waits for those of the page, and everything else only for its like."""
    for endpoint, queue, at_once in (
        (endpoints.ask, ENGINE_QUEUE, 1),
        (endpoints.ask_within, ENGINE_QUEUE, 1),
        (endpoints.search, "search", 2),
        (endpoints.articles, "articles", 2),
        (endpoints.article, "article", 2),
        (endpoints.add_article, "add", 2),
        (endpoints.delete_article, "delete", 2),
        (endpoints.restore_article, "restore", 2),
        (endpoints.evaluate, "evaluate", 1),
    ):
        about = (endpoint.__doc__ or "").split("\n")[0]
        api(
            endpoint, api_name=endpoint.__name__, api_description=about, concurrency_id=queue, concurrency_limit=at_once
        )


def _conversation_view(page: gr.Blocks, reading: _Reading, events: ConversationEvents) -> None:
    """The conversation beside the article, and what happens there."""
    current = gr.Textbox(visible="hidden", elem_id="quoth-current")
    with gr.Row(elem_id="quoth-main"):
        with gr.Column(elem_id="quoth-chat", min_width=0):
            chat = _html(events.empty(), "quoth-turns", _script("chat.js"))
            problem = _html("", "quoth-notice", None)
            with gr.Row(elem_id="quoth-tools"):
                limits = _html(chats_markup.chips(Scope(), {}), "quoth-limits", _script("limits.js"))
                begin = gr.Button("New chat", elem_id="quoth-clear", scale=0, min_width=0)
            with gr.Row(elem_id="quoth-ask"):
                box = gr.Textbox(
                    label="Your question", show_label=False, container=False, lines=1, max_lines=5, scale=1,
                    placeholder="Ask a question", autofocus=True, submit_btn="Ask", elem_id="quoth-question",
                )  # fmt: skip
            kept_chats = _html("", "quoth-chats", _script("chats.js"))
            offered = _html("", "quoth-offer", _script("offer.js"))
            exported = _html("", "quoth-export", _script("export.js"))
        with gr.Column(elem_id="quoth-source", min_width=0):
            source = _html(article.NOTHING_SHOWN, "quoth-article", _script("article.js"))
    open_chat: dict[str, Any] = {"fn": events.enter, "inputs": [current], "outputs": [chat, limits, problem]}
    page.load(None, None, [current], js=THIS_CHAT).then(**open_chat, **_quick)
    begin.click(None, None, [current], js=f"() => {NEW_CHAT}").then(**open_chat, **_quick)
    kept_chats.open(None, None, [current], js="() => document.querySelector('#quoth-chats').dataset.opened").then(
        **open_chat, **_quick
    )
    answering: dict[str, Any] = {"concurrency_limit": 1, "concurrency_id": ENGINE_QUEUE, **_private, **_each}
    for listener, handler, inputs, outputs in (
        (box.submit, events.put, [box, current], [box, chat, problem]),
        (chat.example, events.put_example, [current], [box, chat, problem]),
        (chat.understand, events.understand, [current], [chat]),
    ):
        asked = listener(handler, inputs, outputs, **_quick, **_each)
        asked.then(events.answer, [current], [], **answering).then(events.draw, [current], [chat], **_quick, **_each)
    chat.resume(events.resume, [current], [chat], **_quick)
    chat.verdict(events.judge, [current], [chat, problem], trigger_mode="multiple", **_quick)
    limits.limit(events.limit, [current], [limits, problem], **_quick)
    limits.offer(events.offer, [], [offered], **_quick)
    kept_chats.find(events.find, [current], [kept_chats], trigger_mode="always_last", **_quick)
    kept_chats.rename(events.rename, [current], [kept_chats], **_quick)
    kept_chats.delete(events.delete, [current], [kept_chats], **_quick)
    kept_chats.restore(events.restore, [current], [kept_chats], **_quick)
    kept_chats.export(events.export, [], [exported], **_quick)
    chat.cite(reading.show_source, [], [source], trigger_mode="always_last", **_quick)
    chat.link(reading.show_linked, [], [source], trigger_mode="always_last", **_quick)
    source.mark(events.mark, [current], [chat, problem], trigger_mode="multiple", **_quick)
    for beginning in (begin.click, kept_chats.open):
        beginning(lambda: article.NOTHING_SHOWN, [], [source], **_quick)


def _library_view() -> None:
    """The list of articles, and one of them to read; its script draws both."""
    with gr.Row(elem_id="quoth-library"):
        with gr.Column(elem_id="quoth-shelf", min_width=0):
            _html(library_markup.SHELL, "quoth-articles", _script("uploading.js") + _script("library.js"))
        with gr.Column(elem_id="quoth-read", min_width=0):
            _html(article.NOTHING_READ, "quoth-reading", None)


def _evaluation_view(measuring: EvaluationEvents) -> None:
    """Measuring answers, and the gold questions that were kept."""
    with gr.Row(elem_id="quoth-evaluation"):
        with gr.Column(elem_id="quoth-measured", min_width=0):
            chosen = _html("", "quoth-choice", _script("evaluation.js"))
            run = _html("", "quoth-run", REPORT_SCRIPT + _script("evaluation_run.js"))
            kept = _html("", "quoth-kept", _script("evaluation_kept.js"))
        with gr.Column(elem_id="quoth-checked", min_width=0):
            checked = _html(article.NOTHING_CHECKED, "quoth-result", _script("checked.js"))
    chosen.enter(measuring.enter, [], [chosen, run, kept], **_quick)
    chosen.run(measuring.run, [], [run], **_quick)
    run.look(measuring.look, [], [run], **_quick)
    run.cancel(measuring.cancel, [], [run], **_quick)
    run.show(measuring.show, [], [checked], trigger_mode="always_last", **_quick)
    kept.edit(measuring.edit, [], [chosen, kept], **_quick)
    kept.delete(measuring.delete, [], [chosen, kept], **_quick)
    kept.restore(measuring.restore, [], [chosen, kept], **_quick)


_private: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
# No queue, thus no event stream: a stream that closes just as the next event joins it would lose a click
_quick: dict[str, Any] = {**_private, "queue": False}
# By default Gradio drops an event while its like is under way: a second question soon after the first
_each: dict[str, Any] = {"trigger_mode": "multiple"}


def _script(name: str) -> str:
    return (ASSETS / name).read_text(encoding="utf-8")


def _html(value: str, elem_id: str, script: str | None) -> gr.HTML:
    return gr.HTML(value, elem_id=elem_id, js_on_load=script, apply_default_css=False)


class _Reading:
    """What the page shows beside the conversation."""

    def __init__(self, loader: Loader) -> None:
        self._loader = loader

    def show_source(self, event: gr.EventData) -> str:
        """The article of the citation that was clicked: its passage tinted, its quote marked where it stands by now."""
        found = self._loader.articles.get(str(getattr(event, "article", "")))
        start, end, first, last = (getattr(event, name, None) for name in ("start", "end", "first", "last"))
        if not (isinstance(start, int) and isinstance(end, int) and isinstance(first, int) and isinstance(last, int)):
            return article.NOTHING_SHOWN
        if found is None:
            return article.nothing("This article is no longer among your articles.")
        words = str(getattr(event, "words", ""))
        if found.text[start:end] == words:
            return article.article_view(found, {"quote": (start, end)}, (first, last))
        return self._with_words(found, words, start, "The quoted words")

    def show_linked(self, event: gr.EventData) -> str:
        """The article of a link with its words marked, wherever they stand by now; or that they are gone."""
        found = self._loader.articles.get(str(getattr(event, "article", "")))
        words, near = str(getattr(event, "words", "")), getattr(event, "start", None)
        if found is None:
            return article.nothing("The article of this link is not among your articles.")
        return self._with_words(found, words, near if isinstance(near, int) else 0, "The words of this link")

    def _with_words(self, found: Article, words: str, near: int, named: str) -> str:
        place = feedback.find_words(found, words, near) if words.strip() else None
        if place is None:
            return article.nothing(f"{named} no longer stand in “{found.title}”.")
        return article.article_view(found, {"quote": place})

    def watch(self, shown: str) -> tuple[Any, Any]:
        """How far loading is; nothing is sent while nothing changes, and the timer ends when loading does."""
        state = self._loader.state
        now = markup.status(state)
        return (gr.skip() if now == shown else now), gr.Timer(active=isinstance(state, Loading))
