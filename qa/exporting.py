"""A whole conversation as a file: Markdown, JSON, or a web page that needs nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

from qa.conversation import Conversation, Problem, Turn
from qa.escaping import escape, time_element
from qa.interface import AnswerJson, answer_json
from qa.presentation import in_words, percent
from qa.records import Answer, Citation
from qa.styles import markdown, markdown_text

NONE = "The articles do not say."
UNANSWERED = "Not answered yet."
STYLE = (
    "body{max-width:44rem;margin:2rem auto;padding:0 1rem;font:1rem/1.6 Georgia,serif;color:#1d1f23;background:#fff}"
    "h2{margin:2rem 0 .4rem;font-size:1.05rem}blockquote{margin:0;font-size:1.5rem}"
    "p,li{margin:.4rem 0}ul{padding:0;list-style:none}.soft{color:#5b5f66;font-size:.9rem}mark{background:#ffe58a}"
)


def as_markdown(conversation: Conversation) -> str:
    """Each question as a heading, each citation as a block quotation with its place."""
    parts = [f"# {markdown_text(conversation.title)}"]
    for turn in conversation.turns:
        parts.append(f"## {markdown_text(turn.question)}")
        parts += [markdown_text(line) for line in _lines(turn)]
        if isinstance(turn.outcome, Answer) and turn.outcome.text is not None:
            parts += [markdown(citation) for citation in turn.outcome.citations]
    return "\n\n".join(parts) + "\n"


def as_json(conversation: Conversation) -> str:
    """The questions with their answers as `ask --json` prints them; `answered` is null where there is none yet."""
    turns = [{"question": t.question, "answered": _answered(t), "problem": _problem(t)} for t in conversation.turns]
    whole = {"title": conversation.title, "changed": conversation.changed, "turns": turns}
    return json.dumps(whole, ensure_ascii=False, indent=2) + "\n"


def as_html(conversation: Conversation) -> str:
    """A page of its own, without scripts."""
    body = "".join(_section(turn) for turn in conversation.turns)
    title = escape(conversation.title)
    return (
        f"<!DOCTYPE html><html lang='en'><head><meta charset='utf-8'><title>{title}</title><style>{STYLE}</style>"
        f"</head><body><h1>{title}</h1>{body}</body></html>\n"
    )


FORMATS: Mapping[str, tuple[str, Callable[[Conversation], str]]] = {
    "md": ("text/markdown", as_markdown),
    "json": ("application/json", as_json),
    "html": ("text/html", as_html),
}  # by the ending of the file's name


def _lines(turn: Turn) -> list[str]:
    """What is said of a turn besides its citations."""
    outcome = turn.outcome
    if outcome is None:
        return [UNANSWERED]
    if isinstance(outcome, Problem):
        return [outcome.reason]
    understood = [f"Understood as: {outcome.understood}"] if outcome.understood is not None else []
    if outcome.text is None:
        return [*understood, NONE]
    return [*understood, f"{in_words(outcome.confidence).capitalize()}, {percent(outcome.confidence)}."]


def _answered(turn: Turn) -> AnswerJson | None:
    return answer_json(turn.outcome) if isinstance(turn.outcome, Answer) else None


def _problem(turn: Turn) -> str | None:
    return turn.outcome.reason if isinstance(turn.outcome, Problem) else None


def _section(turn: Turn) -> str:
    quote, cited = "", ""
    if isinstance(turn.outcome, Answer) and turn.outcome.text is not None:
        quote = f"<blockquote>“{escape(turn.outcome.text)}”</blockquote>"
        cited = "".join(f"<li>{_citation(citation)}</li>" for citation in turn.outcome.citations)
    said = "".join(f"<p class='soft'>{escape(line)}</p>" for line in _lines(turn))
    return f"<section><h2>{escape(turn.question)}</h2>{quote}{said}<ul>{cited}</ul></section>"


def _citation(citation: Citation) -> str:
    start, end = citation.start - citation.context_start, citation.end - citation.context_start
    before, quote, after = citation.context[:start], citation.context[start:end], citation.context[end:]
    place = (
        f"{escape(citation.title)} {time_element(citation.date)} {escape(citation.url or citation.source)}, "
        f"characters {citation.start:,} to {citation.end:,}"
    )
    return f"{escape(before)}<mark>{escape(quote)}</mark>{escape(after)}<p class='soft'>{place}</p>"
