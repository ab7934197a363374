"""How the page feels: `python -m benchmarks.page`, in a headless Chromium over the seeds, with the articles ready.

First paint, and from Enter to the answer on the screen, also of a follow-up in the same conversation; milliseconds.
"""

from __future__ import annotations

import re
import shutil
import statistics
import subprocess
import sys

from playwright.sync_api import Page, sync_playwright

from qa.evaluation.gold import read_gold
from qa.places import SEEDS

ASKED = 20
FOLLOW_UP = "And when?"
PAINT = "performance.getEntriesByName('first-contentful-paint')[0].startTime"


# Playwright looks only now and then; the page itself notes the key and the answer.
TIMED = """(number) => {
    let began = 0;
    document.addEventListener("keydown", () => (began = performance.now()), { capture: true, once: true });
    window.answered = new Promise((done) => {
        const look = () => document.querySelectorAll(".turn")[number]?.querySelector(".answer");
        const watch = () => (look() ? done(performance.now() - began) : requestAnimationFrame(watch));
        watch();
    });
}"""


def ask(page: Page, question: str) -> float:
    """Milliseconds from Enter until the answer shows."""
    page.get_by_label("Your question").fill(question)
    page.evaluate(TIMED, page.locator(".turn").count())
    page.keyboard.press("Enter")
    return float(page.evaluate("window.answered"))


def main() -> None:
    """Start the app, ask, and print medians and the worst."""
    gold = read_gold(SEEDS / "gold.json").questions
    questions = [q.question for q in gold[:: len(gold) // ASKED][:ASKED]]
    command = [sys.executable, "app.py", "--port", "0"]
    with subprocess.Popen(command, text=True, stdout=subprocess.PIPE) as app, sync_playwright() as playwright:
        assert app.stdout is not None
        url = next(found[0] for line in app.stdout if (found := re.search(r"http://127\.0\.0\.1:\d+", line)))
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page()
        paints, answers, follow_ups = [], [], []
        for question in ["Who?", *questions]:  # the first warms up
            page.goto("about:blank")
            page.goto(url)
            page.locator(".status.ready").wait_for(timeout=120_000)
            paints.append(float(page.evaluate(PAINT)))
            page.get_by_role("button", name="New chat").click()
            page.locator(".welcome").wait_for()
            answers.append(ask(page, question))
            follow_ups.append(ask(page, FOLLOW_UP))
        browser.close()
        app.terminate()
    for name, taken in (("first paint", paints), ("answer", answers), ("answer to a follow-up", follow_ups)):
        print(f"{name}: median {statistics.median(taken[1:]):.0f} ms, most {max(taken[1:]):.0f} ms")


if __name__ == "__main__":
    main()
