"""What English grammar there is in follow-up questions: word lists, names, and the forms that lean on what was said."""

from __future__ import annotations

import re

# "And …", "What about …": what comes after it leans on what was said before.
OPENER = re.compile(r"(?:(?:and|but|also|or|so|then|ok|okay)\b[ ,]*)*(?:(?:what|how) about\b ?)?", re.IGNORECASE)
# A question word alone, or with what it measures: "Why?", "By whom?", "How many?", "In which year?".
BARE = re.compile(
    r"(?:by |with |from |to |for |in |on |at |since |until |of )?"
    r"(?:who|whom|whose|why|where|when|how|(?:what|which) (?!\w+ed\b|became\b)\w+"
    r"|how (?:many|much|long|old|far|often|high|big|large|fast|come|so))(?: else| exactly| then)?",
    re.IGNORECASE,
)


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


QUESTION_WORDS = _words("who whom whose what which when where why how")
AUXILIARIES = _words("did do does was were is are am has have had can could will would shall should may might must")
_PRONOUNS = _words("he him his she her hers it its they them their theirs this that these those there then")
# A pronoun that stands for something else; "this" and its like only at the end, elsewhere they point at a noun.
PRONOUN = re.compile(
    r"\b(?:he|him|his|she|her|hers|its?|they|them|theirs?|(?:this|that|these|those|there|then)(?=\W*$))\b",
    re.IGNORECASE,
)
# A noun that a pronoun after it can stand for.
NOUN = re.compile(r"\b(?:the|an?|some|many(?! of)|which)\s+\w+", re.IGNORECASE)
WHAT_OF = ("what of", "what for", "what from", "what with", "what about")
ASKS_FOR_WORDS = ("who", "whom", "what", "which", "how")  # the answer can stand in the place of these
# Auxiliaries after which the subject comes, so that what is asked for is not the subject.
BEFORE_SUBJECT = _words("did do does can could will would shall should may might must")
FUNCTION_WORDS = (
    QUESTION_WORDS
    | AUXILIARIES
    | _PRONOUNS
    | _words(
        "a an the and or but of in on at by to from for with about as into over after before under between during "
        "since until than not no so if be been being get got many much long old i you we us me my your our s what's "
        "january february march april june july august september october november december "
        "monday tuesday wednesday thursday friday saturday sunday "
        "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
        "eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety few several all most none half"
    )
)
_CAPITAL = r"(?:[ae]l-)?[A-Z][\w’'.-]*"
_BETWEEN = r"(?:of|de|da|di|du|ya|van|von|al|bin|ibn|ould|ben|the|and|v\.?|vs\.?) "
_NAME = re.compile(rf"\b{_CAPITAL}(?: (?:{_BETWEEN})?(?:{_CAPITAL}|\d[\w-]*))*")
# "Asian influenza", "Swedish state": an adjective of a place names little without its noun.
_OF_PLACE = re.compile(r"\b(?:[A-Z]\w*(?:ian|ean|can|ese|ish|aqi|eli|ani)|Greek|French|Dutch|German)\b(?: [a-z]\w+)?")
DEFINITE = re.compile(rf"\bthe ([a-z]\w+(?: (?!(?:{'|'.join(sorted(FUNCTION_WORDS))})\b)[a-z]\w+)?)")
PREPOSITION = re.compile(r"(?:in|on|at|by|for|from|of|to|with|during|under|after|before|since|the)\b ", re.IGNORECASE)
NUMBER = re.compile(r"\b\d[\d,.]*\b")


def names(question: str) -> list[str]:
    """Runs of words with a capital letter, less a question word that begins the question."""
    found = []
    for match in _NAME.finditer(question):
        words = match.group().rstrip(".").removesuffix("'s").removesuffix("’s").split(" ")
        while words and words[0].lower().partition("-")[0] in FUNCTION_WORDS:
            words = words[1:]
        if words and not (match.start() == 0 and len(words) == 1):  # the first word has a capital anyway
            of_place = _OF_PLACE.match(question, match.start())
            found.append(of_place.group() if of_place and len(words) == 1 else " ".join(words))
    return found


def content_words(question: str) -> list[str]:
    """The words of a question that are no function words."""
    return [word for word in re.findall(r"[\w’'-]+", question) if word.lower() not in FUNCTION_WORDS]
