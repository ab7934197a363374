"""Dates as articles write them, made ISO 8601."""

from __future__ import annotations

import datetime
import re
from itertools import islice

from index.lines import lines_of

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?P<{0}>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\.?"
)
_WEEKDAY = r"(?:(?:mon|tue|tues|wed|wednes|thu|thurs|fri|sat|satur|sun)(?:day)?\.?,? +)?"
_DATE = (
    rf"{_WEEKDAY}(?:{_MONTH.format('m1')} +(?P<d1>\d{{1,2}})(?:st|nd|rd|th)?,? +(?P<y1>\d{{4}})"
    rf"|(?P<d2>\d{{1,2}})(?:st|nd|rd|th)? +(?:of +)?{_MONTH.format('m2')},? +(?P<y2>\d{{4}})"
    r"|(?P<y3>\d{4})(?P<sep>[-/])(?P<m3>\d{1,2})(?P=sep)(?P<d3>\d{1,2}))(?!\d)"
)
_TIME = r"(?:[ T,·|–—-]+(?:at +)?\d{1,2}[:.]\d{2}(?::\d{2})?)?(?: ?[ap]\.?m\.?)?(?: ?(?:[A-Z]{1,5}|[+-]\d{2}:?\d{2}))?"
_BEFORE = (
    r"(?:by [^.,|·•]{3,60}(?: and [^.,|·•]{3,60})? ?[,|·•–—-] ?)?"
    r"(?:(?:first |originally |last )?(?:published|posted|updated|issued|filed|date|dated)\b ?:? ?(?:on |at )?)?"
)
_BEGINS_WITH_DATE = re.compile(_DATE, re.IGNORECASE)
_DATELINE = re.compile(rf"{_BEFORE}(?P<date>{_DATE}){_TIME}(?: ?[/|·•].{{0,60}})?\.?", re.IGNORECASE)
_LINES_LOOKED_AT = 20


def iso_date(value: object) -> str | None:
    """`value` as YYYY-MM-DD: a date, an ISO date or time, YYYYMMDD, or "Dec. 27, 2019" and its like; None otherwise."""
    if isinstance(value, datetime.datetime):
        return value.date().isoformat()
    if isinstance(value, datetime.date):
        return value.isoformat()
    text = str(value).strip() if isinstance(value, str | int) else ""
    if re.fullmatch(r"(?:1[5-9]|20)\d{6}", text):
        text = f"{text[:4]}-{text[4:6]}-{text[6:]}"
    match = _BEGINS_WITH_DATE.match(text)
    return None if match is None else _iso(match)


def dateline_date(text: str, start: int = 0) -> str | None:
    """The date of the first line, near the top, that is nothing but a dateline or a byline with a date."""
    for line in islice((line for line in lines_of(text, start) if not line.blank), _LINES_LOOKED_AT):
        match = _DATELINE.fullmatch(line.text.strip()) if len(line.text) < 200 else None
        if match is not None:
            return iso_date(match["date"])
    return None


def _iso(match: re.Match[str]) -> str | None:
    """The matched date as YYYY-MM-DD, or None where the calendar has no such day."""
    year, month, day = (match[name + "1"] or match[name + "2"] for name in "ymd")
    if year is None:
        year, month, day = match["y3"], match["m3"], match["d3"]
    number = int(month) if month.isdigit() else _MONTHS.index(month[:3].lower()) + 1
    try:
        return datetime.date(int(year), number, int(day)).isoformat()
    except ValueError:
        return None
