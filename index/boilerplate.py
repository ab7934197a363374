"""Lines of a saved page that are no part of its article: notices, buttons, teasers, captions and credits.

Every pattern must match a whole line, stripped, and no line longer than `LONGEST_LINE` is looked at. A pattern that
might also fit a sentence of an article is not in the table.
"""

from __future__ import annotations

import re

from index.lines import lines_of
from index.records import Range

LONGEST_LINE = 400  # characters; a longer line is a paragraph

_AGENCY = (
    r"(?:the )?(?:associated press|ap(?: photo| file)?|reuters|getty(?: images)?|afp|epa|bloomberg|shutterstock|alamy"
    r"|istock(?:photo)?|anadolu(?: agency)?|xinhua|zuma(?: press)?|pa(?: wire| media)?|redux|magnum photos"
    r"|nbc news|cbs news|abc news|upi|tass|nurphoto|sipa(?: usa)?|imago)(?: images)?(?: file)?"
)
_SITE = r"(?:facebook|twitter|x|instagram|youtube|linkedin|tiktok|threads|bluesky|mastodon|whatsapp|telegram|e-?mail)"
_SITES = rf"{_SITE}(?:(?:,? and |,? or |, | ?/ ?| ){_SITE})*"
_LETTER = r"(?:newsletters?|e-?mails?|inbox|alerts?|briefings?|digests?|free account|daily update|weekly update)"
_JOIN = r"(?:sign up|register|subscribe)(?: here| now| today)? (?:for|to)"
_PIECE = r"(?:article|story|page|post|video)"

_PATTERNS = {
    "browser": (
        r"(?:ie|internet explorer) ?\d* is (?:not|no longer) supported\b.*",
        r"(?:this|your) (?:web )?browser (?:is (?:not|no longer) supported|is out of date"
        r"|(?:does not|doesn['’]t) support (?:html5|javascript|the (?:video|audio) (?:tag|element))).*",
        r"for (?:an optimal|the best) experience,? (?:please )?(?:visit our site|use|try|upgrade|update)\b.*",
        r"(?:please|you need to|you must) (?:enable|turn on) (?:javascript|cookies)\b.*",
        r"javascript (?:is (?:disabled|required|not enabled)|must be enabled)(?: in (?:your|this) browser)?[.!]?",
    ),
    "app": (
        r"(?:download|get) (?:the|our) [^.,;:]{0,40}?\bapp (?:for|to get)"
        r" (?:breaking|the latest|full|live|top|more|free|alerts|news)\b[^.,;:]{0,50}",
        r"(?:download|get) our (?:[^.,;:]{0,30} )?app[.!]?",
        r"(?:download|get) the [^.,;:]{1,30} news app[.!]?",
        r"open in app|download on the app store|get it on google play",
    ),
    "cookies": (
        r"(?:we|this (?:web)?site|our (?:web)?sites?)(?: and our partners)? uses? cookies(?:[.!]?"
        r"|\b.{0,200}\b(?:experience|website|site|consent|traffic|advertising|ads|policy|similar technologies)\b.*)",
        r"by (?:continuing|using|clicking)\b.{0,60},? you (?:agree|consent|accept)\b.{0,150}\b(?:cookies?|terms|policy)"
        r"\b.*",
        r"(?:accept|reject|allow|decline)(?: all)? cookies|(?:manage|your)? ?cookies? (?:settings|preferences|policy)",
        r"cookie notice|manage (?:cookies|preferences|consent)",
    ),
    "newsletter": (
        rf"{_JOIN}\b.{{0,120}}\b{_LETTER}\b[^.]{{0,60}}[.!]?",
        rf"{_JOIN} (?:our|the) [^.,;]{{1,60}}\b{_LETTER}[.!]? .*",
        rf"get (?:our|the) [^.,;]{{0,80}}\b{_LETTER}\b[^.,;]{{0,60}}[.!]?",
        r"(?:click|tap) here (?:to|for) (?:subscribe|sign up|register|join|read more|donate|more\b|the latest)[^,;]*",
        r"subscribe(?: (?:now|today|here))?[.!]?|sign up(?: (?:now|today|here))?[.!]?|(?:log|sign) in|register now",
        r"already a (?:subscriber|member)\? *(?:log|sign) in.{0,20}|enter your e-?mail(?: address)?[.:]?",
        r"you (?:can|may) unsubscribe at any time[.!]?",
    ),
    "advertisement": (
        r"advertisements?|sponsored(?: content| by .{1,60})?|paid (?:post|content)|skip (?:advertisement|ad)",
        r"(?:story|article|content) continues (?:below|after)(?: (?:this )?(?:ad|advertisement))?[.!]?",
        r"scroll (?:down )?to continue(?: (?:with content|reading))?|continue reading(?: (?:below|the main story))?",
    ),
    "share": (
        rf"share|share this|share(?: (?:this|the))? {_PIECE}|share(?: (?:this|the) {_PIECE}| this)? (?:on|via|by|with)"
        rf" {_SITES}",
        rf"(?:tweet|print|e-?mail|save|bookmark|listen to|gift) (?:this|the) {_PIECE}|copy link|link copied[.!]?",
        r"(?:view|show|load|see|read)(?: all| more)?(?: \d+)? comments|leave a comment|\d+ comments|post a comment",
        r"\d+[- ]min(?:ute)?s? read|back to top|skip to (?:main |page )?content",
    ),
    "follow": (
        rf"(?:follow|like|find|join) (?:us|me|@\w+|[^.,;:]{{1,50}}) on {_SITES}(?: at)?(?: @\w+)*[.!]?",
        rf"follow us(?: on {_SITES})?\b.{{0,80}}",
    ),
    "more": (
        r"(?:read more|read also|also read|see also|read next|more from (?-i:[A-Z])[^.:]{1,40}|recommended(?: reading)?"
        r"|related(?: (?:articles?|stor(?:y|ies)|content|coverage|topics?))?|most (?:read|popular)|up next"
        r"|don['’]t miss|you (?:may|might) also like|in case you missed it) ?[:|»>›→].{0,200}",
        r"read more(?: here)?[.!…»>›→]*|read also|also read|read next|related (?:articles?|stories|coverage)"
        r"|most (?:read|popular)|recommended for you|you (?:may|might) also (?:like|be interested in)[:.]?"
        r"|more on this story|up next",
    ),
    "image": (
        r"(?:images?|photos?|photographs?|pictures?|file photo|in pictures) ?: .{1,300}",
        r"(?:images?|media|photo) (?:source|caption|credit) ?[,:] .{1,300}",
        r"(?:photo(?:graph)?s?|image|picture|illustration) (?:by|courtesy of) [^.!?]{1,80}",
        r"(?:photo )?credits? ?: [^.!?]{1,100}",
        rf".*(?:(?:\bvia|[/©]) ?|\S[—–]){_AGENCY}",
        rf".*\((?:ap photo\b[^()]{{0,60}}|[^()]{{0,60}}(?:/ ?|\bvia ){_AGENCY}|(?:photo(?:graph)?s?|image|credit)"
        r"(?:: | by | courtesy of )[^()]{1,80})\)",
        r"!\[[^\]]*\]\([^)]*\)",
    ),
    "rights": (
        r"(?:(?:©|\(c\)|copyright\b).{0,120}?)?all rights reserved(?:[.!]?| worldwide\.?|\. .{0,200})",
        r"(?:©|\(c\)|copyright (?:©|\(c\))?) ?\d{4}(?:[-–, ]+\d{4})?[ ,.]*(?:by )?[^.]{0,80}\.?",
        r"this (?:material|content) may not be (?:published|reproduced|copied)\b.*",
        r"(?:terms of (?:use|service)|privacy (?:policy|notice)|do not sell my (?:personal )?info(?:rmation)?)"
        r"(?: ?[|·•] ?(?:terms of (?:use|service)|privacy (?:policy|notice)|contact us|about us))*",
    ),
}

_TABLE = {
    kind: re.compile("|".join(f"(?:{p})" for p in patterns), re.IGNORECASE) for kind, patterns in _PATTERNS.items()
}


def kind_of(line: str) -> str | None:
    """What kind of boilerplate a line is, a key of the table; None for a line that may belong to an article."""
    plain = line.strip().lstrip("#*>").strip("*_ \t")
    if not plain or len(plain) > LONGEST_LINE:
        return None
    return next((kind for kind, pattern in _TABLE.items() if pattern.fullmatch(plain)), None)


def boilerplate_ranges(text: str, start: int = 0) -> list[Range]:
    """Ranges of the boilerplate lines of `text` from `start` on: whole lines, ordered, without what ends them."""
    return [(line.start, line.end) for line in lines_of(text, start) if kind_of(line.text) is not None]
