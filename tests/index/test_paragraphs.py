from index.formats.paragraphs import paragraphs_of

WRAPPED = """The general was killed early on Friday when missiles struck
the two vehicles that carried him and his party from the air-
port of the capital, officials said. He was 62 years old.
Another man died.
The strike came after a week of rising tension between both
governments, and well-known voices in the parliament warned of
a wider war."""


def test_wrapped_lines_become_paragraphs_and_divided_words_are_mended() -> None:
    first, second = paragraphs_of([WRAPPED])
    assert "from the airport of the capital" in first
    assert first.endswith("Another man died.")
    assert second.startswith("The strike came")
    assert "both governments, and well-known voices" in second


def test_a_hyphen_stays_where_the_word_is_written_so_elsewhere() -> None:
    text = "A well-known man and another well-known man met a third well-\nknown man."
    assert paragraphs_of([text]) == ["A well-known man and another well-known man met a third well-known man."]


def test_blank_lines_part_paragraphs() -> None:
    assert paragraphs_of(["One line here\n\nanother line there"]) == ["One line here", "another line there"]


def test_running_lines_and_page_numbers_are_left_out_and_sentences_go_on_over_the_page() -> None:
    pages = [f"The Daily Globe, page {n}\nIt was said that the strike number {n} had\n{n}" for n in range(1, 5)]
    pages[1] = "The Daily Globe, page 2\nbeen ordered by the president himself, who then said nothing for a day.\n2"
    paragraphs = paragraphs_of(pages)
    assert paragraphs[0].startswith("It was said that the strike number 1 had been ordered by the president")
    assert not any("Globe" in paragraph for paragraph in paragraphs)
    assert "himself, who then said nothing for a day." in paragraphs[0]


def test_pages_without_text_yield_nothing() -> None:
    assert paragraphs_of(["", "  \n "]) == []
