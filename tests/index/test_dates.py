import datetime

import pytest

from index.dates import dateline_date, iso_date


@pytest.mark.parametrize(
    "value",
    [
        "2020-01-03",
        "2020-01-03T05:30:00Z",
        "2020/1/3",
        20200103,
        "Jan. 3, 2020",
        "January 3rd, 2020",
        "Friday, Jan 3 2020",
        "3 January 2020, 5:30 AM",
        datetime.date(2020, 1, 3),
        datetime.datetime(2020, 1, 3, 23, 59, tzinfo=datetime.UTC),
    ],
)
def test_dates_become_iso(value: object) -> None:
    assert iso_date(value) == "2020-01-03"


@pytest.mark.parametrize(
    "value", ["", None, "soon", "2020", "03/01/2020", "Feb. 30, 2020", "2020-13-01", True, ["2020-01-03"]]
)
def test_what_is_no_certain_day_is_no_date(value: object) -> None:
    assert iso_date(value) is None


@pytest.mark.parametrize(
    "line",
    [
        "Published Jan. 3, 2020",
        "Jan. 3, 2020, 5:30 AM UTC",
        "Jan. 3, 2020, 5:30 AM UTC / Updated Jan. 4, 2020, 10:15 AM UTC",
        "Updated: Friday, 3 January 2020",
        "By Jane Roe and John Doe | January 3, 2020",
        "By Jane Roe, Jan. 3, 2020",
        "2020-01-03",
    ],
)
def test_datelines(line: str) -> None:
    assert dateline_date(f"General killed\n\n{line}\n\nHe was 62.") == "2020-01-03"


@pytest.mark.parametrize(
    "line",
    [
        "On Jan. 3, 2020, a drone struck the airport.",
        "Jan. 3, 2020, was a Friday like any other until the drone came.",
        "Published accounts of Jan. 3, 2020 differ.",
        "By Jan. 3, 2020, both men were dead.",
        "Feb. 30, 2020",
    ],
)
def test_prose_with_a_date_is_no_dateline(line: str) -> None:
    assert dateline_date(line) is None


def test_datelines_stand_near_the_top() -> None:
    assert dateline_date("He was 62.\n" * 30 + "Jan. 3, 2020") is None
