"""Logging in to the real page, in a real browser and with Gradio's own client."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio_client
import pytest

from qa.passwords import Cost
from qa.users import Users
from qa.web.security import terms_for
from tests.web.conftest import PATIENCE, Watched, served, site_over
from tests.web.double import Double
from tests.web.test_accessibility import AXE, violations
from tests.web.test_login import ANN, basic

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

READY = "#quoth-turns [data-chat]:not([data-chat=''])"
ORBIT = "Who stayed in orbit?"


@dataclass
class Guarded:
    url: str
    users: Users


@pytest.fixture
def guarded(tmp_path: Path) -> Iterator[Guarded]:
    """A served page that ann may log in to."""
    users = Users(tmp_path / "users.json", Cost(2**10, 8, 1))
    users.add(*ANN, may_change=True)
    with served(site_over(lambda progress: Double(), tmp_path), terms_for(users, False, False, "")) as url:
        yield Guarded(url, users)


@contextmanager
def opened(chromium: Browser, **context: Any) -> Iterator[Watched]:  # noqa: ANN401 - passed on to playwright
    """A fresh browser page, which ends before its server does."""
    watched = Watched(chromium.new_context(**context).new_page())
    watched.page.set_default_timeout(PATIENCE)
    watched.watch()
    try:
        yield watched
    finally:
        watched.page.context.close()


def log_in(page: Page, password: str) -> None:
    page.get_by_label("Name").fill(ANN[0])
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Log in").click()


def test_gradios_client_comes_in_with_auth_and_with_a_header(guarded: Guarded) -> None:
    client = gradio_client.Client(guarded.url, auth=ANN, verbose=False)
    assert client.predict(ORBIT, api_name="/ask")["answer"] == "Michael Collins"
    client = gradio_client.Client(guarded.url, headers=basic(*ANN), verbose=False)
    assert client.predict(ORBIT, api_name="/ask")["answer"] == "Michael Collins"


def test_gradios_client_stays_outside_with_a_wrong_password_or_none(guarded: Guarded) -> None:
    with pytest.raises(gradio_client.exceptions.AuthenticationError):
        gradio_client.Client(guarded.url, auth=(ANN[0], "wrong password"), verbose=False)
    with pytest.raises(gradio_client.exceptions.AuthenticationError):
        gradio_client.Client(guarded.url, verbose=False)


@pytest.mark.browser
def test_a_person_logs_in_after_a_wrong_password_asks_and_logs_out(chromium: Browser, guarded: Guarded) -> None:
    with opened(chromium) as seen:
        page = seen.page
        page.goto(guarded.url)
        assert page.url == f"{guarded.url}/login"
        assert page.evaluate("document.activeElement.id") == "username"
        assert seen.errors == []
        log_in(page, "wrong password")
        page.get_by_role("alert").filter(has_text="do not go together").wait_for()
        assert page.get_by_label("Name").input_value() == ANN[0]
        assert page.get_by_label("Password").input_value() == ""
        assert page.evaluate("document.activeElement.id") == "password"
        assert [error for error in seen.errors if "401" not in error] == []
        seen.errors.clear()
        log_in(page, ANN[1])
        page.locator(READY).wait_for()
        assert page.url == f"{guarded.url}/"
        assert page.evaluate("document.cookie") == ""
        assert "Michael Collins" in seen.ask(ORBIT).inner_text()
        assert seen.errors == []
        assert page.evaluate("fetch('/logout', {method: 'POST'}).then(answer => answer.url)") == f"{guarded.url}/login"
        assert page.context.cookies() == []
        page.goto(guarded.url)
        page.get_by_role("button", name="Log in").wait_for()
        assert [url for url in seen.requests if not url.startswith((f"{guarded.url}/", "data:", "blob:"))] == []


@pytest.mark.browser
def test_the_form_works_without_scripts(chromium: Browser, guarded: Guarded) -> None:
    with opened(chromium, java_script_enabled=False) as seen:
        seen.page.goto(f"{guarded.url}/config?x=1")
        log_in(seen.page, "wrong password")
        log_in(seen.page, ANN[1])
        seen.page.wait_for_url(f"{guarded.url}/config?x=1")
        assert '"version"' in seen.page.content()


@pytest.mark.browser
def test_who_is_logged_in_comes_in_by_a_link_from_elsewhere(chromium: Browser, guarded: Guarded) -> None:
    with opened(chromium) as seen:
        seen.page.goto(guarded.url)
        log_in(seen.page, ANN[1])
        seen.page.locator(READY).wait_for()
        seen.page.goto("about:blank")
        seen.page.set_content(f"<a href='{guarded.url}/'>Look at this</a>")
        seen.page.get_by_text("Look at this").click()
        seen.page.locator(READY).wait_for()
        assert seen.page.url == f"{guarded.url}/"
        assert (
            seen.requests.count(f"{guarded.url}/login") == 3
        )  # to the form, with the form, and over the stepping stone


@pytest.mark.browser
def test_a_removed_user_is_out_at_once(chromium: Browser, guarded: Guarded) -> None:
    with opened(chromium) as seen:
        seen.page.goto(guarded.url)
        log_in(seen.page, ANN[1])
        seen.page.locator(READY).wait_for()
        guarded.users.remove(ANN[0])
        seen.page.reload()
        seen.page.get_by_role("button", name="Log in").wait_for()


@pytest.mark.browser
@pytest.mark.skipif(not AXE.exists(), reason="axe-core is not here; npm install axe-core, or set AXE_CORE")
@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 320)])
def test_axe_finds_nothing_on_the_form(chromium: Browser, guarded: Guarded, scheme: str, width: int) -> None:
    look: dict[str, Any] = {"color_scheme": scheme, "viewport": {"width": width, "height": 700}, "bypass_csp": True}
    with opened(chromium, **look) as seen:
        seen.page.goto(guarded.url)
        assert violations(seen) == []
        log_in(seen.page, "wrong password")
        seen.page.get_by_role("alert").wait_for()
        assert violations(seen) == []
        assert seen.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
