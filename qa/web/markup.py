"""The conversation and the state of the index as HTML; everything from files and people is escaped."""

from __future__ import annotations

from collections.abc import Sequence

from index.records import Refusal
from qa.conversation import Conversation, Kept, Problem, Scope, Turn, Verdict
from qa.escaping import escape, time_element
from qa.presentation import agreement, day_of, disagreement, in_words, percent, why_abstained, written
from qa.records import Alternative, Answer, Citation, Nearest
from qa.styles import STYLES
from qa.web.loading import Failed, Loading, State

ALTERNATIVES_SHOWN = 4
NEAREST_SHOWN = 4
SNIPPET_CHARACTERS = 280
STYLE_NAMES = {"plain": "Plain", "markdown": "Markdown", "bibtex": "BibTeX", "apa": "APA"}
KEPT: dict[Verdict, str] = {
    "right": "Kept as a gold question: these words are right.",
    "words": "Kept as a gold question, with the right words",
    "nothing": "Kept as a gold question: the articles do not say.",
}


def conversation(shown: Conversation, examples: Sequence[str] = (), ready: bool = True) -> str:
    """The whole conversation, oldest turn first; before the first turn, what to do and `examples`."""
    waiting = "Looking through the articles …" if ready else "Waiting until the articles are ready …"
    last = len(shown.turns) - 1
    turns = "".join(_turn(number, turn, waiting, last=number == last) for number, turn in enumerate(shown.turns))
    return f"<div data-chat='{escape(shown.id)}'>{turns or _welcome(examples)}</div>"


def status(state: State) -> str:
    """How far the index is: the stage while it loads, its size and the refused files afterwards."""
    if isinstance(state, Loading):
        amount = f" max='{state.total}' value='{min(state.done, state.total)}'" if state.total > 0 else ""
        count = f" <span class='count'>{state.done:,} of {state.total:,}</span>" if state.total > 0 else ""
        bar = f"<progress{amount} aria-label='Progress'></progress>"
        return f"<div class='status loading' role='status'><span>{escape(state.stage)} …</span>{bar}{count}</div>"
    if isinstance(state, Failed):
        return f"<div class='status failed' role='alert'>{escape(state.reason)}</div>"
    report = state.engine.report
    size = f"{_count(report.articles, 'article')}, {_count(report.passages, 'passage')}"
    return f"<div class='status ready' role='status'><span>{size}</span>{_refused(report.refused)}</div>"


def notice(sentence: str) -> str:
    """A sentence below the question box; "" shows none."""
    return f"<p class='notice' role='alert'>{escape(sentence)}</p>" if sentence else ""


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _refused(refused: Sequence[Refusal]) -> str:
    if not refused:
        return ""
    rows = "".join(f"<li><b>{escape(each.file)}</b> {escape(each.reason)}</li>" for each in refused)
    summary = f"{_count(len(refused), 'file')} left out"
    return f"<details class='refused'><summary>{summary}</summary><ul>{rows}</ul></details>"


def _welcome(examples: Sequence[str]) -> str:
    rows = "".join(
        f"<li><button type='button' class='example' data-example='{escape(each)}'>{escape(each)}</button></li>"
        for each in examples
    )
    offered = f"<p class='offer'>For example</p><ul class='examples'>{rows}</ul>" if rows else ""
    return (
        "<div class='welcome'><h2>Ask your articles</h2><p>Every answer is quoted word for word, with its place. "
        f"Where the articles hold no answer, Quoth says so.</p>{offered}</div>"
    )


def _turn(number: int, turn: Turn, waiting: str, last: bool) -> str:
    shown, say = _outcome(turn.outcome, waiting)
    if turn.kept is not None:
        say = KEPT[turn.kept.verdict]
    announced = f" data-say='{escape(say)}'" if last else ""
    asked = f"<h2 class='question'>{escape(turn.question)}</h2>{_within(turn.scope)}{_understood(turn, number)}"
    said = _feedback(turn.outcome, turn.kept) if isinstance(turn.outcome, Answer) else ""
    return f"<article class='turn' data-turn='{number}'{announced}>{asked}{shown}{said}</article>"


def _understood(turn: Turn, number: int) -> str:
    """How the question was understood where earlier ones supplied a part, with a way to undo that, or to redo it."""
    if isinstance(turn.outcome, Answer) and turn.outcome.understood is not None:
        undo = "<button type='button' data-alone='true'>Ask it alone</button>"
        return f"<p class='understood'><span>Understood as “{escape(turn.outcome.understood)}”</span>{undo}</p>"
    if turn.alone and number > 0:
        redo = "<button type='button' data-alone='false'>With the questions before</button>"
        return f"<p class='understood'><span>Understood alone</span>{redo}</p>"
    return ""


def _within(scope: Scope) -> str:
    """What a question was limited to."""
    limits = [
        *dates(scope),
        *([_count(len(scope.article_ids), "article")] if scope.article_ids else []),
        *scope.sources,
    ]
    return f"<p class='within'>Only in: {escape(', '.join(limits))}</p>" if limits else ""


def dates(scope: Scope) -> list[str]:
    """The dates of a scope as people write them."""
    found = [(word, day_of(iso)) for word, iso in (("from", scope.since), ("until", scope.until))]
    return [f"{word} {written(day)}" for word, day in found if day is not None]


def _feedback(answer: Answer, kept: Kept | None) -> str:
    """What can be said of an answer, or what was."""
    if kept is not None:
        words = f" <q>{escape(kept.words)}</q>" if kept.words else ""
        return f"<p class='feedback'><span>{KEPT[kept.verdict]}{words}</span>{_say('undo', 'Undo')}</p>"
    if answer.text is None:
        offers = _say("nothing", "Right, they do not") + _say("words", "They do: mark the words")
    else:
        offers = _say("right", "Right") + _say("words", "Mark the right words") + _say("nothing", "They do not say")
    return f"<p class='feedback'>{offers}</p>"


def _say(verdict: str, label: str) -> str:
    return f"<button type='button' data-verdict='{verdict}'>{label}</button>"


def _outcome(outcome: Answer | Problem | None, waiting: str) -> tuple[str, str]:
    """What is shown, and what is said to those who listen."""
    if outcome is None:
        return f"<p class='waiting'>{waiting}</p>", waiting
    if isinstance(outcome, Problem):
        return f"<p class='problem'>{escape(outcome.reason)}</p>", outcome.reason
    if outcome.text is None:
        return _abstention(outcome), "The articles do not say."
    sure = f"{_words(outcome.confidence)}, {percent(outcome.confidence)}."
    says = f"{outcome.text}. {sure} {agreement(outcome.citations)}"
    return _answered(outcome, outcome.text), says.rstrip()


def _answered(answer: Answer, text: str) -> str:
    cited = _list("citations", [_context(each) + _citation_button(each) + _copies(each) for each in answer.citations])
    differing = disagreement(answer)
    differ = _list("alternatives", [_alternative(each) for each in differing])
    rest = [each for each in answer.alternatives[:ALTERNATIVES_SHOWN] if each not in differing]
    others = _list("alternatives", [_alternative(each) for each in rest])
    said_otherwise = f"<div class='differ'><h3>Other articles may say otherwise</h3>{differ}</div>" if differ else ""
    heading = "<h3>Other possible answers</h3>" if others else ""
    agree = f"<p class='agreement'>{said}</p>" if (said := agreement(answer.citations)) else ""
    return (
        f"<div class='answer'><blockquote class='quote'>{escape(text)}</blockquote>{_confidence(answer.confidence)}"
        f"{agree}{cited}</div>{said_otherwise}{heading}{others}"
    )


def _abstention(answer: Answer) -> str:
    near = _list("nearest", [_nearest(each) for each in answer.nearest[:NEAREST_SHOWN]])
    heading = "<h3>Nearest passages</h3>" if near else ""
    return (
        "<div class='answer abstained'><p class='quote none'>The articles do not say.</p>"
        f"<p class='why'>{escape(why_abstained(answer))}</p></div>{heading}{near}"
    )


def _confidence(confidence: float) -> str:
    width = round(100 * min(max(confidence, 0.0), 1.0))
    bar = f"<span class='bar' aria-hidden='true'><span style='inline-size:{width}%'></span></span>"
    figure = f"<span class='figure'>{percent(confidence)}</span>"
    return f"<p class='confidence'>{bar}<span><strong>{_words(confidence)}</strong> {figure}</span></p>"


def _words(confidence: float) -> str:
    return in_words(confidence).capitalize()


def _context(citation: Citation) -> str:
    start = citation.start - citation.context_start
    end = citation.end - citation.context_start
    before, quote, after = citation.context[:start], citation.context[start:end], citation.context[end:]
    return f"<p class='context'>{escape(before)}<mark>{escape(quote)}</mark>{escape(after)}</p>"


def _citation_button(citation: Citation) -> str:
    first, last = citation.passage or (citation.start, citation.end)
    return (
        f"<button type='button' class='citation' data-article='{escape(citation.article_id)}'"
        f" data-start='{citation.start}' data-end='{citation.end}' data-words='{escape(citation.quote)}'"
        f" data-first='{first}' data-last='{last}'>"
        f"<span class='title'>{escape(citation.title)}</span>{time_element(citation.date)}</button>"
    )


def _copies(citation: Citation) -> str:
    buttons = "".join(
        f"<button type='button' data-copy='{escape(style(citation))}'>{STYLE_NAMES[name]}</button>"
        for name, style in STYLES.items()
    )
    link = "<button type='button' class='link'>Link</button>"
    return f"<details class='copy'><summary>Copy</summary>{buttons}{link}</details>"


def _alternative(alternative: Alternative) -> str:
    buttons = "".join(_citation_button(each) for each in alternative.citations)
    figure = f"<span class='figure'>{percent(alternative.confidence)}</span>"
    return f"<span class='quote'>{escape(alternative.text)}</span> {figure}{buttons}"


def _nearest(nearest: Nearest) -> str:
    quote = nearest.citation.quote
    cut = quote if len(quote) <= SNIPPET_CHARACTERS else quote[:SNIPPET_CHARACTERS].rsplit(" ", 1)[0] + " …"
    return f"<p class='snippet'>{escape(cut)}</p>{_citation_button(nearest.citation)}"


def _list(name: str, items: Sequence[str]) -> str:
    rows = "".join(f"<li>{item}</li>" for item in items)
    return f"<ul class='{name}'>{rows}</ul>" if items else ""
