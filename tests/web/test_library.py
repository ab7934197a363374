"""The library page in a real browser: articles in, found, out and back."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from index.library import Library
from index.progress import Progress
from qa.listing import Listed
from qa.web.loading import Engine
from tests.web.conftest import Browse, Watched, served, site_over
from tests.web.double import HOSTILE, Double, Taking
from tests.web.files import bad_files, thirty_files

pytestmark = pytest.mark.browser
MANY = 5_000


def real(folder: Path) -> Callable[[Progress], Engine]:
    """The real thing over the folder's articles, which may be none."""

    def open_engine(progress: Progress) -> Engine:
        from qa.quoth import Quoth

        library = Library(folder / "library")
        return Quoth.open(folder / "articles", folder / "index", progress=progress, library=library, may_be_empty=True)

    return open_engine


@contextmanager
def library_of(
    folder: Path, browse: Browse, engine: Callable[[Progress], Engine] | None = None, **context: object
) -> Iterator[Watched]:
    """The open library page; the server ends only once the page is closed."""
    with served(site_over(real(folder) if engine is None else engine, folder)) as url:
        seen = browse(f"{url}/#library", **context)
        seen.page.locator("#quoth-head .status.ready").wait_for()
        seen.page.locator("#quoth-articles .count:not(:empty)").wait_for()
        yield seen
        seen.page.goto("about:blank")


def upload(seen: Watched, files: list[Path]) -> None:
    seen.page.locator("#quoth-articles .some").set_input_files(files)
    seen.page.locator(".uploads [role=status]", has_text="Done:").wait_for()


def asked(seen: Watched, question: str) -> str:
    """The article that the answer quotes, or "" where the articles do not say; none of the others is looked at."""
    seen.page.get_by_role("link", name="Ask", exact=True).click()
    turn = seen.ask(question)
    cited = turn.locator(".citations [data-article]")
    found = cited.first.get_attribute("data-article") if cited.count() else ""
    near = turn.locator("[data-article]").evaluate_all("all => all.map((each) => each.dataset.article)")
    seen.page.get_by_role("link", name="Library").click()
    return " ".join([found or "", *near])


@pytest.mark.model
def test_thirty_files_six_of_them_bad_are_added_asked_deleted_and_restored(tmp_path: Path, browse: Browse) -> None:
    dropped = tmp_path / "dropped"
    dropped.mkdir()
    files = thirty_files(dropped)
    assert len(files) == 30
    with library_of(tmp_path, browse) as seen:
        page = seen.page
        page.locator("#quoth-articles .some").set_input_files(files)
        bar = page.locator(".uploads progress")
        bar.wait_for()
        places = set()
        while not page.locator(".uploads [role=status]", has_text="Done:").count():
            places.add(page.locator(".uploads [role=status]").inner_text())
        assert any("of 30 files read" in place for place in places)
        assert any("passages" in place.lower() or "Embedding" in place for place in places), places
        assert "24 added, 6 refused" in page.locator(".uploads [role=status]").inner_text()
        refused = page.locator(".uploads li.refused").all_inner_texts()
        assert len(refused) == len(bad_files())
        for name in bad_files():
            [said] = [each for each in refused if name in each]
            assert len(said) > len(f"refused {name}  "), "each says why"
        assert page.locator(".count").inner_text() == "24 articles"
        assert "24 articles" in page.locator("#quoth-head .status").inner_text()

        question = "What landed on the town hall of Graz?"
        assert asked(seen, question).startswith("uploads/heron.txt")
        page.get_by_label("Find in the library").fill("heron")
        page.get_by_role("button", name="Delete The heron of Graz").click()
        page.get_by_text("Deleted “The heron of Graz”.").wait_for()
        assert page.locator(".count").inner_text() == "0 of 23 articles"
        assert "heron" not in asked(seen, question)
        page.locator(".said button").click()
        page.get_by_text("Restored.").wait_for()
        assert page.locator(".count").inner_text() == "1 of 24 articles"
        assert asked(seen, question).startswith("uploads/heron.txt")

        page.reload()
        page.locator("#quoth-articles .count", has_text="24 articles").wait_for()
        upload(seen, [dropped / "heron.txt"])
        assert "1 already there" in page.locator(".uploads [role=status]").inner_text()


@pytest.mark.model
def test_text_is_pasted_read_and_asked_alone(tmp_path: Path, browse: Browse) -> None:
    with library_of(tmp_path, browse) as seen:
        page = seen.page
        assert page.locator(".count").inner_text() == "There are no articles yet."
        page.get_by_role("button", name="Paste text").click()
        page.get_by_label("Title").fill(HOSTILE.title)
        page.locator(".pasting textarea").fill(HOSTILE.text)
        page.get_by_role("button", name="Add", exact=True).click()
        page.locator(".uploads [role=status]", has_text="1 added").wait_for()
        page.get_by_role("button", name=HOSTILE.title, exact=True).click()
        reading = page.locator("#quoth-reading")
        assert reading.locator("h2").inner_text() == HOSTILE.title
        assert '<script>window.broken = 1</script> said Mallory\'s "man".' in reading.inner_text()
        assert page.locator("#quoth-library img, #quoth-library .source script").count() == 0
        page.get_by_role("button", name="Ask this article only").click()
        page.locator(".chip", has_text="<img src=x").wait_for()
        assert page.evaluate("window.broken") is None
        page.get_by_role("link", name="Library").click()
        page.locator(".uploads").get_by_role("button", name="Undo").click()
        page.locator(".count", has_text="There are no articles yet.").wait_for()
        page.locator(".deleted summary").click()
        page.get_by_role("button", name=f"Restore {HOSTILE.title}").click()
        page.locator(".count", has_text="1 article").wait_for()


@pytest.mark.model
def test_folders_are_chosen_and_dropped_with_their_paths(tmp_path: Path, browse: Browse) -> None:
    (tmp_path / "birds" / "rare").mkdir(parents=True)
    (tmp_path / "birds" / "rare" / "heron.md").write_text("# The heron\n\nA heron landed on the town hall of Graz.\n")
    (tmp_path / "birds" / ".notes.md").write_text("Nobody should see these words.")
    with library_of(tmp_path, browse) as seen:
        page = seen.page
        page.locator("#quoth-articles .whole").set_input_files(tmp_path / "birds")
        page.locator(".uploads [role=status]", has_text="Done: 1 added").wait_for()
        assert page.locator("tbody td").nth(2).inner_text() == "uploads/birds/rare"
        transfer = page.evaluate_handle(
            """() => {
              const transfer = new DataTransfer();
              transfer.items.add(new File(["# The crane\\n\\nA crane fell over in Trieste.\\n"], "crane.md"));
              return transfer;
            }"""
        )
        for event in ("dragover", "drop"):
            page.dispatch_event("#quoth-articles .adding", event, {"dataTransfer": transfer})
        page.get_by_role("button", name="The crane", exact=True).wait_for()
        page.get_by_label("Source").select_option("uploads/birds/rare")
        assert page.locator("tbody .open").all_inner_texts() == ["The heron"]


@pytest.mark.model
def test_the_folder_is_watched_while_the_switch_is_on(tmp_path: Path, browse: Browse) -> None:
    with library_of(tmp_path, browse) as seen:
        page = seen.page
        switch = page.get_by_label("Take up what changes in the articles folder")
        assert not switch.is_checked()
        switch.check()
        (tmp_path / "articles" / "heron.md").write_text("# The heron\n\nA heron landed on the town hall of Graz.\n")
        page.get_by_role("button", name="The heron", exact=True).wait_for()
        (tmp_path / "articles" / "heron.md").unlink()
        page.locator(".count", has_text="There are no articles yet.").wait_for()


def test_an_upload_that_is_cancelled_leaves_nothing(tmp_path: Path, browse: Browse) -> None:
    library, go = Library(tmp_path / "library"), threading.Event()
    files = []
    for number in range(3):
        files.append(tmp_path / f"{number}.md")
        files[-1].write_text(f"# Number {number}\n\nThere are {number} herons on the roof.\n")
    with library_of(tmp_path, browse, lambda progress: Taking(library=library, go=go)) as seen:
        page = seen.page
        page.locator("#quoth-articles .some").set_input_files(files)
        page.locator(".uploads [role=status]", has_text="Embedding passages …").wait_for()
        assert len(library.uploads()) == 3
        page.get_by_role("link", name="Ask", exact=True).click()
        assert seen.ask("Who stayed in orbit?").locator("blockquote").inner_text() == "Michael Collins"
        page.get_by_role("link", name="Library").click()
        page.locator(".uploads").get_by_role("button", name="Cancel").click()
        page.wait_for_function("document.querySelector('.uploads [role=status]').textContent.startsWith('Cancelling')")
        go.set()
        page.locator(".uploads [role=status]", has_text="Done: 3 cancelled").wait_for()
    assert library.uploads() == {}


@dataclass(frozen=True)
class Thousands(Double):
    """Lists very many articles."""

    @property
    def listed(self) -> list[Listed]:
        return [
            Listed(
                f"a/{n}.md", f"Report {n}", None if n % 2 else "2020-01-03", "a" if n % 3 else "b",
                words=n, passages=1, added="2026-01-01", uploaded=False,
            )
            for n in range(MANY)
        ]  # fmt: skip


def test_thousands_of_rows_are_found_sorted_and_drawn_as_one_scrolls(tmp_path: Path, browse: Browse) -> None:
    with library_of(tmp_path, browse, lambda progress: Thousands()) as seen:
        page = seen.page
        rows = page.locator("tbody tr")
        assert page.locator(".count").inner_text() == f"{MANY:,} articles"
        first = rows.count()
        assert 0 < first < MANY / 5
        rows.last.scroll_into_view_if_needed()
        page.locator(".count").scroll_into_view_if_needed()
        page.wait_for_function(f"document.querySelectorAll('#quoth-articles tbody tr').length > {first}")
        page.get_by_role("button", name="Words").click()
        assert rows.first.locator("td").nth(3).inner_text() == f"{MANY - 1:,}"
        assert page.locator("th[aria-sort=descending]").inner_text().startswith("Words")
        page.get_by_role("button", name="Words").click()
        assert rows.first.locator("td").nth(3).inner_text() == "0"
        page.get_by_role("button", name="Date", exact=True).click()
        assert rows.first.locator("td").nth(1).inner_text() == "3 Jan 2020", "undated articles come last"
        page.get_by_label("Find in the library").fill(f"report {MANY - 1}")
        assert page.locator(".count").inner_text() == f"1 of {MANY:,} articles"
        page.get_by_label("Find in the library").fill("")
        page.get_by_label("Source").select_option("b")
        assert page.locator(".count").inner_text() == f"1,667 of {MANY:,} articles"
        page.keyboard.press("Escape")
        page.locator("h2", has_text="Library").click()
        page.keyboard.press("/")
        assert page.evaluate("document.activeElement.type") == "search"
