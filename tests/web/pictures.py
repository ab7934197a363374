"""Take the pictures of the page that stand in docs/: `python -m tests.web.pictures`."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.web.conftest import BROWSER_FLAGS, PATIENCE, ROOT, running

DOCS = Path("docs")
ANSWERED = "How many people died when Mount St. Helens erupted?"
FOLLOWED = "And Pinatubo?"
DISPUTED = "How many rockets were fired?"
UNANSWERED = "What is the capital of Australia?"


UPLOADED = {
    "heron.md": b"# The heron\n\nA heron landed on the town hall of Graz on Monday.\n\nIt stayed for an hour.\n",
    "2020-05-18-mount-st-helens.md": next((ROOT / "seeds").glob("2020-05-18*")).read_bytes(),
    "scan.pdf": b"%PDF-1.7 and nothing more",
    "photo.jpg": b"",
}


def open_page(browser: Browser, url: str, width: int, height: int, scheme: str) -> Page:
    """The page once the articles are ready."""
    size = {"width": width, "height": height}
    page = browser.new_context(viewport=size, color_scheme=scheme, reduced_motion="reduce").new_page()  # type: ignore[arg-type]
    page.set_default_timeout(PATIENCE)
    page.goto(url)
    page.locator(".status.ready").wait_for()
    return page


def ask(page: Page, question: str) -> None:
    """Ask and wait for the answer."""
    turn = page.locator(".turn").nth(page.locator(".turn").count())
    page.get_by_label("Your question").fill(question)
    page.keyboard.press("Enter")
    turn.locator(".answer").wait_for()
    page.wait_for_timeout(300)


def cite(page: Page) -> None:
    """Open the first place of the last answer."""
    page.locator(".turn").last.locator("button.citation").first.click()
    page.locator("#quoth-quote").wait_for()
    page.wait_for_timeout(300)


def main() -> None:
    """Wide with the quote marked, then dark with a follow-up and limits; narrow and dark; abstention; disagreement."""
    with running("--port", "0") as process, sync_playwright() as playwright:
        assert process.stdout is not None
        url = next(found[0] for line in process.stdout if (found := re.search(r"http://127\.0\.0\.1:\d+", line)))
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=list(BROWSER_FLAGS))
        page = open_page(browser, url, 1400, 900, "light")
        ask(page, ANSWERED)
        cite(page)
        page.screenshot(path=ROOT / DOCS / "page.png")
        page = open_page(browser, url, 1400, 900, "dark")
        ask(page, ANSWERED)
        ask(page, FOLLOWED)
        cite(page)
        page.screenshot(path=ROOT / DOCS / "follow-up.png")
        page = open_page(browser, url, 1400, 900, "light")
        ask(page, DISPUTED)
        cite(page)
        page.screenshot(path=ROOT / DOCS / "disagreement.png")
        page.locator(".limits [popovertarget='quoth-limiting']").click()
        page.locator(".articles div label").first.wait_for()
        page.screenshot(path=ROOT / DOCS / "limits.png")
        page = open_page(browser, url, 390, 844, "dark")
        ask(page, ANSWERED)
        page.locator(".copy summary").first.click()
        page.screenshot(path=ROOT / DOCS / "narrow.png")
        page = open_page(browser, url, 1400, 900, "light")
        ask(page, UNANSWERED)
        page.screenshot(path=ROOT / DOCS / "abstention.png")
        page = open_page(browser, f"{url}/#library", 1400, 900, "light")
        added = [{"name": name, "mimeType": "", "buffer": data} for name, data in UPLOADED.items()]
        page.locator("#quoth-articles .some").set_input_files(added)  # type: ignore[arg-type]
        page.locator(".uploads [role=status]", has_text="Done:").wait_for()
        page.get_by_role("button", name="The heron", exact=True).click()
        page.locator("#quoth-reading .source").wait_for()
        page.locator("#quoth-articles h2").scroll_into_view_if_needed()
        page.screenshot(path=ROOT / DOCS / "library.png")
        page.locator(".uploads").get_by_role("button", name="Undo").click()
        page.locator(".said", has_text="Deleted").wait_for()
        browser.close()


if __name__ == "__main__":
    main()
