"""The evaluation view as HTML: which gold questions, the run, its report, and the questions kept from use."""

from __future__ import annotations

from collections.abc import Sequence

from qa.escaping import escape
from qa.evaluation.kept import KeptQuestion, Located
from qa.evaluation.report import body
from qa.web.evaluating import Done, Idle, Running, RunState

INTRODUCTION = "How often Quoth is right on your articles, and which stage loses the rest."


def choice(kept: int, corpus: int) -> str:
    """The form that starts a run: `kept` questions from use, `corpus` in the gold file beside the articles."""
    sets = [
        ("corpus", f"The articles’ own gold questions ({corpus:,})", corpus > 0),
        ("kept", f"Gold questions kept from use ({kept:,})", kept > 0),
        ("file", "A file of gold questions (SQuAD JSON)", True),
    ]
    first = next(name for name, _, offered in sets if offered)
    rows = "".join(
        f"<label><input type='radio' name='set' value='{name}'{' checked' if name == first else ''}"
        f"{'' if offered else ' disabled'}> {label}</label>"
        for name, label, offered in sets
    )
    return (
        f"<h2>Evaluation</h2><p>{INTRODUCTION}</p><form class='choice'><fieldset><legend>Gold questions</legend>{rows}"
        "<input type='file' accept='.json,application/json' aria-label='File of gold questions'></fieldset>"
        "<button type='submit' class='run'>Evaluate</button></form>"
    )


def outcome(state: RunState) -> str:
    """Progress, the report, or why there is none."""
    if isinstance(state, Running):
        button = "Cancelling …" if state.cancelled else "<button type='button' class='cancel'>Cancel</button>"
        return (
            f"<div class='running' role='status'><progress max='{state.total}' value='{state.done}' "
            f"aria-label='Progress'></progress> <span>{state.done:,} of {state.total:,} questions</span>"
            f"{button}</div>"
        )
    if isinstance(state, Done):
        return f"<div class='report'>{body(state.evaluation, in_app=True)}</div>"
    assert isinstance(state, Idle)
    return f"<p class='notice' role='alert'>{escape(state.reason)}</p>" if state.reason else ""


def kept_list(located: Sequence[Located], deleted: Sequence[KeptQuestion], notice: str = "") -> str:
    """The questions kept from use, each with what can be done to it; deleted ones can be brought back."""
    said = f"<p class='notice' role='alert'>{escape(notice)}</p>" if notice else ""
    rows = "".join(_kept(each) for each in located)
    gone = "".join(
        f"<li data-id='{escape(k.id)}'><s>{escape(k.question)}</s> "
        "<button type='button' class='restore'>Bring back</button></li>"
        for k in deleted
    )
    listed = (
        f"<ul class='kept'>{rows}</ul>" if rows else "<p>Say of an answer whether it is right, and it stands here.</p>"
    )
    bin_ = f"<details><summary>Deleted ({len(deleted)})</summary><ul class='kept'>{gone}</ul></details>" if gone else ""
    return f"<h2>Gold questions kept from use</h2>{said}{listed}{bin_}"


def _kept(each: Located) -> str:
    kept = each.kept
    answers = " · ".join(f"<q>{escape(a.quote)}</q>" for a in kept.accepted) or "the articles do not say"
    stale = (
        f"<p class='notice'>Stale: {escape(each.stale)}. Edit the answer or delete the question.</p>"
        if each.stale
        else ""
    )
    where = f" <span class='file'>{escape(kept.article_id)}</span>" if kept.article_id else ""
    lines = escape("\n".join(a.quote for a in kept.accepted))
    form = (
        f"<form hidden><label>Question <input name='question' value='{escape(kept.question)}'></label>"
        "<label>Right words, one answer a line; none if the articles do not say "
        f"<textarea name='words' rows='3'>{lines}</textarea></label><button type='submit'>Save</button></form>"
    )
    return (
        f"<li data-id='{escape(kept.id)}'><p><strong>{escape(kept.question)}</strong><br>{answers}{where}</p>{stale}"
        "<p><button type='button' class='edit' aria-expanded='false'>Edit</button>"
        f"<button type='button' class='delete'>Delete</button></p>{form}</li>"
    )
