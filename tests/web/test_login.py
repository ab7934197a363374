"""Logging in, over the real guard: by form, by Basic, by cookie; who may not come in, and for how long."""

from __future__ import annotations

import asyncio
import threading
from base64 import b64encode
from http.cookies import SimpleCookie
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from qa.passwords import Cost
from qa.users import User, Users
from qa.web.access import visitor
from qa.web.attempts import FREE, Attempts
from qa.web.door import Door
from qa.web.headers import HEADERS, LOGIN_HEADERS
from qa.web.login import local
from qa.web.security import Guard, Terms
from qa.web.sessions import LASTS, Sessions
from qa.web.verifying import AT_ONCE, MOST_WAITING, REMEMBERED, Verifier
from tests.web.test_attempts import Clock

CHEAP = Cost(2, 1, 1)
BROWSER = {"accept": "text/html,*/*;q=0.8", "user-agent": "Mozilla/5.0 (X11; Linux x86_64)"}
ANN, BOB = ("ann", "ann's password"), ("bob", "bob's: password ü")
ORIGIN = "http://127.0.0.1:7860"


async def who(request: Request) -> JSONResponse:
    return JSONResponse([visitor(request).name, visitor(request).may_change])


class Counting(Users):
    """Users who note for whom a password was hashed, and let tests hold the hashing up."""

    def __init__(self, file: Path) -> None:
        super().__init__(file, CHEAP)
        self.verified: list[str] = []
        self.go = threading.Event()
        self.go.set()
        self.at_once = self.most_at_once = 0

    def verify(self, name: str, password: str) -> User | None:
        self.verified.append(name)
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        self.go.wait(30)
        try:
            return super().verify(name, password)
        finally:
            self.at_once -= 1


class Site:
    """A guarded application with ann, who may change, and bob, who may read."""

    def __init__(self, folder: Path, open_while_empty: bool = False, empty: bool = False) -> None:
        self.file = folder / "users.json"
        self.clock = Clock()
        self.users = Counting(self.file)
        if not empty:
            self.users.add(*ANN, may_change=True)
            self.users.add(*BOB)
        self.door = Door(self.users, open_while_empty, Attempts(self.clock), Sessions(self.clock))
        app = Starlette(routes=[Route("/{path:path}", who, methods=["GET", "POST"])])
        self.guard = Guard(app, Terms(door=self.door))

    def client(self, address: str = "127.0.0.1", **headers: str) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(self.guard, client=(address, 1))
        return httpx.AsyncClient(transport=transport, base_url=ORIGIN, headers=headers)

    def send(
        self, method: str, path: str, headers: dict[str, str] | None = None, address: str = "127.0.0.1",
        data: dict[str, str] | None = None, content: bytes | None = None,
    ) -> httpx.Response:  # fmt: skip
        async def sending() -> httpx.Response:
            async with self.client(address) as client:
                return await client.request(method, path, headers=headers, data=data, content=content)

        return asyncio.run(sending())

    def log_in(
        self, name: str, password: str, address: str = "127.0.0.1", onward: str = "/", **headers: str
    ) -> httpx.Response:
        form = {"username": name, "password": password, "next": onward}
        return self.send("POST", "/login", {**BROWSER, **headers}, address, form)

    def cookie(self, name: str, password: str) -> dict[str, str]:
        """The header that the browser of somebody who has logged in sends."""
        return {"cookie": f"quoth={token(self.log_in(name, password))}"}

    def who(self, headers: dict[str, str]) -> object:
        response = self.send("GET", "/config", headers)
        return response.json() if response.status_code == 200 else response.status_code


def token(response: httpx.Response) -> str:
    return SimpleCookie(response.headers["set-cookie"])["quoth"].value


def basic(name: str, password: str) -> dict[str, str]:
    return {"authorization": "Basic " + b64encode(f"{name}:{password}".encode()).decode()}


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


def test_a_stranger_is_led_to_the_form_and_a_program_is_told_what_to_send(site: Site) -> None:
    page = site.send("GET", "/", BROWSER)
    assert (page.status_code, page.headers["location"]) == (303, "/login")
    page = site.send("GET", "/library/articles?words=a%20b", BROWSER)
    assert page.headers["location"] == "/login?next=%2Flibrary%2Farticles%3Fwords%3Da%2520b"
    for method, path in (
        ("GET", "/"),
        ("GET", "/config"),
        ("POST", "/gradio_api/call/ask"),
        ("POST", "/library/upload"),
    ):
        response = site.send(method, path)
        assert response.status_code == 401
        assert "name and a password" in response.text
        assert response.headers["www-authenticate"] == 'Basic realm="Quoth", charset="UTF-8"'
    assert site.send("POST", "/gradio_api/call/ask", BROWSER).status_code == 401


@pytest.mark.parametrize("headers", [{"sec-fetch-mode": "cors", "sec-fetch-site": "same-origin"}, BROWSER])
def test_no_browser_is_made_to_open_its_own_dialog(site: Site, headers: dict[str, str]) -> None:
    for sent in (headers, {**headers, **basic("ann", "wrong password")}):
        response = site.send("POST", "/gradio_api/call/ask", sent)
        assert response.status_code == 401
        assert "www-authenticate" not in response.headers
    assert site.users.verified == []


def test_health_needs_no_login_and_gives_no_right(site: Site) -> None:
    assert site.send("GET", "/health").json() == ["", False]
    assert site.send("GET", "/health", {"host": "evil.example"}).status_code == 400
    for path in ("/health/", "/healthy", "/Health", "//health"):
        assert site.send("GET", path).status_code in (401, 404)


def test_the_form_is_a_page_with_a_policy_of_its_own(site: Site) -> None:
    response = site.send("GET", "/login", BROWSER)
    assert response.status_code == 200
    for name, value in LOGIN_HEADERS.items():
        assert response.headers[name] == value
    assert "script" not in response.text
    assert 'autocomplete="username"' in response.text
    assert 'autocomplete="current-password"' in response.text
    assert 'role="alert"' not in response.text
    inside = site.send("GET", "/config", site.cookie(*ANN))
    assert inside.headers["content-security-policy"] == HEADERS["Content-Security-Policy"]


def test_after_the_form_the_cookie_lets_in_with_the_users_own_right(site: Site) -> None:
    response = site.log_in(*ANN)
    assert (response.status_code, response.headers["location"]) == (303, "/")
    assert site.who(site.cookie(*ANN)) == ["ann", True]
    assert site.who(site.cookie(*BOB)) == ["bob", False]
    assert site.who({"cookie": "quoth=" + "x" * 43}) == 401
    assert site.who({"cookie": "quoth="}) == 401


@pytest.mark.parametrize(("origin", "secure"), [(ORIGIN, False), ("https://127.0.0.1:7860", True), (None, False)])
def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(site: Site, origin: str | None, secure: bool) -> None:
    response = site.log_in(*ANN, **({} if origin is None else {"origin": origin}))
    attributes = {part.strip() for part in response.headers["set-cookie"].split(";")[1:]}
    assert attributes == {"HttpOnly", "Path=/", "SameSite=strict"} | ({"Secure"} if secure else set())


def test_another_site_can_log_nobody_in_or_out(site: Site) -> None:
    assert site.log_in(*ANN, origin="https://evil.example").status_code == 403
    cookie = site.cookie(*ANN)
    assert site.send("POST", "/logout", {**cookie, "origin": "https://evil.example"}).status_code == 403
    assert site.who(cookie) == ["ann", True]


def test_a_token_from_before_the_login_is_worth_nothing_after_it(site: Site) -> None:
    planted = site.log_in(*ANN, cookie="quoth=planted")
    assert token(planted) != "planted"
    assert site.who({"cookie": "quoth=planted"}) == 401
    first = site.cookie(*ANN)
    second = site.log_in(*BOB, **first)
    assert site.who(first) == 401
    assert site.who({"cookie": f"quoth={token(second)}"}) == ["bob", False]


@pytest.mark.parametrize(("name", "password"), [("ann", "wrong password"), ("nobody", "ann's password"), ("", "")])
def test_a_wrong_password_shows_the_form_again_and_does_not_say_what_was_wrong(
    site: Site, name: str, password: str
) -> None:
    response = site.log_in(name, password)
    assert response.status_code == 401
    assert '<p class="problem" role="alert">This name and this password do not go together.</p>' in response.text
    assert f'value="{name}"' in response.text
    assert "set-cookie" not in response.headers
    assert "www-authenticate" not in response.headers


def test_what_was_typed_cannot_become_markup(site: Site) -> None:
    response = site.log_in('"><script>alert(1)</script>{x}', "wrong password", onward='/"><b>')
    assert "<script" not in response.text
    assert "<b>" not in response.text
    assert 'value="&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;&#123;x&#125;"' in response.text
    response = site.send("GET", "/login?next=/%22%3E%3Cb%3E", BROWSER)
    assert 'value="/&quot;&gt;&lt;b&gt;"' in response.text


@pytest.mark.parametrize("path", ["/", "/library/articles?words=a%20b&x=1", "/a//b"])
def test_the_login_leads_on_within_the_site(site: Site, path: str) -> None:
    assert local(path) == path
    assert site.log_in(*ANN, onward=path).headers["location"] == path
    there = site.send("GET", "/login", {**BROWSER, **site.cookie(*ANN)})
    assert (there.status_code, there.headers["location"]) == (303, "/")


@pytest.mark.parametrize(
    "path",
    ["", "//evil.example", "///evil.example", "https://evil.example", "/\\evil.example", "\\\\evil.example", "evil",
     "/\t/evil.example", "/\n/evil.example", "\t//evil.example", "javascript:alert(1)"],
)  # fmt: skip
def test_it_leads_nowhere_else(site: Site, path: str) -> None:
    assert site.log_in(*ANN, onward=path).headers["location"] == "/"
    response = site.send("GET", f"/login?{httpx.QueryParams({'next': path})}", BROWSER)
    assert 'name="next" value="/"' in response.text


def test_the_login_knows_forms_only(site: Site) -> None:
    assert site.send("POST", "/login", BROWSER, content=b'{"username": "ann"}').status_code == 415
    assert site.send("PUT", "/login", BROWSER).headers["allow"] == "GET, POST"
    assert site.send("GET", "/logout", BROWSER).status_code == 405
    assert site.send("POST", "/login", data={"username": "x" * 4000}).status_code == 413
    assert site.users.verified == []


def test_logging_out_ends_the_session_and_takes_the_cookie_back(site: Site) -> None:
    cookie, other = site.cookie(*ANN), site.cookie(*ANN)
    response = site.send("POST", "/logout", cookie)
    assert (response.status_code, response.headers["location"]) == (303, "/login")
    assert 'quoth=""' in response.headers["set-cookie"]
    assert "Max-Age=0" in response.headers["set-cookie"]
    assert site.who(cookie) == 401
    assert site.who(other) == ["ann", True]


def test_a_session_ends_after_twelve_hours_without_use(site: Site) -> None:
    cookie = site.cookie(*ANN)
    for _ in range(2):
        site.clock.now += LASTS - 1
        assert site.who(cookie) == ["ann", True]
    site.clock.now += LASTS
    assert site.who(cookie) == 401


def test_changes_to_users_count_at_once_for_sessions_and_programs(site: Site) -> None:
    ways = {name: [site.cookie(*who), basic(*who)] for name, who in (("ann", ANN), ("bob", BOB))}
    assert [site.who(way) for way in ways["ann"]] == [["ann", True]] * 2
    assert [site.who(way) for way in ways["bob"]] == [["bob", False]] * 2
    outside = Users(site.file, CHEAP)
    outside.set_right("ann", may_change=False)
    assert [site.who(way) for way in ways["ann"]] == [["ann", False]] * 2
    outside.set_password("ann", "another password")
    assert [site.who(way) for way in ways["ann"]] == [401] * 2
    outside.remove("bob")
    assert [site.who(way) for way in ways["bob"]] == [401] * 2
    outside.add(*BOB, may_change=True)
    assert site.who(ways["bob"][0]) == 401  # the session was somebody else's
    assert site.who(ways["bob"][1]) == ["bob", True]


def test_without_a_users_file_nobody_comes_in_any_more(site: Site) -> None:
    cookie = site.cookie(*ANN)
    site.file.unlink()
    assert [site.who(cookie), site.who(basic(*ANN)), site.who({})] == [401, 401, 401]


def test_a_damaged_users_file_lets_nobody_in_and_is_told_to_the_terminal_once(
    site: Site, capfd: pytest.CaptureFixture[str]
) -> None:
    cookie = site.cookie(*ANN)
    site.file.write_text("{", encoding="utf-8")
    assert [site.who(cookie), site.who(basic(*ANN)), site.log_in(*ANN).status_code] == [503, 503, 503]
    said = capfd.readouterr().err
    assert said.count("\n") == 1
    assert "users.json cannot be read" in said
    assert str(site.file) not in site.send("GET", "/config", cookie).text
    assert site.send("GET", "/health").status_code == 200


def test_a_door_that_is_open_closes_with_the_first_user_and_stays_closed(tmp_path: Path) -> None:
    site = Site(tmp_path, open_while_empty=True, empty=True)
    assert site.who({}) == ["", True]
    assert site.send("GET", "/login", BROWSER).headers["location"] == "/"
    Users(site.file, CHEAP).add(*BOB)
    assert site.who({}) == 401
    assert site.who(basic(*BOB)) == ["bob", False]
    Users(site.file, CHEAP).remove("bob")
    assert site.who({}) == 401
    assert Site(tmp_path, empty=True).who({}) == 401


def test_a_door_with_users_does_not_open_when_their_file_is_lost_before_the_first_request(tmp_path: Path) -> None:
    site = Site(tmp_path, open_while_empty=True)
    site.file.unlink()
    assert site.who({}) == 401


def test_programs_send_name_and_password_and_cost_one_hash_for_a_while(site: Site) -> None:
    for _ in range(3):
        assert site.who(basic(*ANN)) == ["ann", True]
        assert site.who(basic(*BOB)) == ["bob", False]
    assert site.users.verified == ["ann", "bob"]
    header = basic(*ANN)["authorization"].replace("Basic", "basic")
    assert site.who({"authorization": header}) == ["ann", True]


def test_wrong_programs_are_told_so(site: Site) -> None:
    response = site.send("GET", "/config", basic("ann", "wrong password"))
    assert (response.status_code, "do not go together" in response.text) == (401, True)
    assert response.headers["www-authenticate"].startswith("Basic ")
    hashed = list(site.users.verified)
    for header in ("Bearer x", "Basic", "Basic %%%", "Basic " + b64encode(b"ann").decode(), "Basic /w==", ""):
        assert site.send("GET", "/config", {"authorization": header}).status_code == 401
    assert site.users.verified == hashed


def test_what_is_known_of_a_header_is_forgotten(tmp_path: Path) -> None:
    users, clock = Counting(tmp_path / "users.json"), Clock()
    ann = users.add(*ANN)
    verifier = Verifier(users, Attempts(clock), clock)
    header = basic(*ANN)["authorization"]
    for later, hashes in ((0.0, 1), (REMEMBERED - 1, 1), (1.0, 2), (1.0, 2)):
        clock.now += later
        assert asyncio.run(verifier.by_header(header, "127.0.0.1")) == ann
        assert len(users.verified) == hashes
    assert ANN[1] not in repr(vars(verifier))


def test_gradios_client_logs_in_by_form_and_gets_no_page(site: Site) -> None:
    form = {"username": ANN[0], "password": ANN[1]}
    response = site.send("POST", "/login", data=form)
    assert (response.status_code, response.json()) == (200, {"name": "ann"})
    assert site.who({"cookie": f"quoth={token(response)}"}) == ["ann", True]
    response = site.send("POST", "/login", data={**form, "password": "wrong password"})
    assert (response.status_code, response.headers["content-type"][:10]) == (401, "text/plain")


def test_after_five_wrong_passwords_the_next_must_wait_whatever_way_it_comes(site: Site) -> None:
    for number in range(FREE):
        response = site.log_in("ann", f"wrong {number}") if number % 2 else site.send("GET", "/", basic("ann", "wrong"))
        assert response.status_code == 401
    hashed = list(site.users.verified)
    form, program = site.log_in(*ANN), site.send("GET", "/config", basic(*ANN))
    for response in (form, program):
        assert (response.status_code, response.headers["retry-after"]) == (429, "1")
        assert "try again in 1 second." in response.text
        assert "set-cookie" not in response.headers
    assert 'role="alert"' in form.text
    assert site.users.verified == hashed
    site.clock.now += 1
    assert site.log_in(*ANN).status_code == 303


def test_waits_are_spoken_in_minutes_where_they_are_long(site: Site) -> None:
    for _ in range(FREE + 9):
        site.log_in("ann", "wrong")
        site.clock.now += 300
    site.clock.now -= 300
    response = site.log_in("ann", "wrong")
    assert response.headers["retry-after"] == "300"
    assert "in 5 minutes." in response.text


def test_an_address_that_tries_many_names_waits_but_others_do_not(site: Site) -> None:
    for number in range(FREE):
        site.log_in(f"user{number}", "wrong", address="192.0.2.1")
    assert site.log_in(*ANN, address="192.0.2.1").status_code == 429
    assert site.log_in(*ANN, address="192.0.2.2").status_code == 303


def test_one_ipv6_network_is_one_address(site: Site) -> None:
    for number in range(FREE):
        site.log_in(f"user{number}", "wrong", address=f"2001:db8:0:1::{number}")
    assert site.log_in(*ANN, address="2001:db8:0:1:ffff::1").status_code == 429
    assert site.log_in(*ANN, address="2001:db8:0:2::1").status_code == 303


def test_who_is_logged_in_does_not_wait_for_those_who_try(site: Site) -> None:
    ways = site.cookie(*ANN), basic(*ANN)
    assert [site.who(way) for way in ways] == [["ann", True]] * 2
    for _ in range(FREE):
        site.log_in("ann", "wrong")
    assert [site.who(way) for way in ways] == [["ann", True]] * 2


def test_two_passwords_are_hashed_at_once_off_the_loop_and_many_more_are_sent_away(site: Site) -> None:
    site.users.go.clear()

    async def crowd() -> tuple[list[httpx.Response], int]:
        async with site.client() as client:
            tries = [
                asyncio.create_task(client.get("/config", headers=basic(f"user{n}", "wrong")))
                for n in range(MOST_WAITING + 3)
            ]
            while len(site.users.verified) < AT_ONCE:
                await asyncio.sleep(0.01)
            assert (await client.get("/health")).status_code == 200  # the loop is free
            async with asyncio.timeout(60):
                while (sent_away := sum(each.done() for each in tries)) < 3:
                    await asyncio.sleep(0.01)
            site.users.go.set()
            return await asyncio.gather(*tries), sent_away

    responses, sent_away = asyncio.run(crowd())
    assert site.users.most_at_once == AT_ONCE
    statuses = [response.status_code for response in responses]
    assert sent_away == statuses.count(503) == 3
    assert statuses.count(401) <= FREE + AT_ONCE - 1  # those that waited in line count what happened before them
    assert len(site.users.verified) == statuses.count(401)


def test_programs_that_fetch_as_node_does_are_no_browsers(site: Site) -> None:
    node = {"sec-fetch-mode": "cors", "user-agent": "node"}

    async def fetch() -> httpx.Response:
        async with site.client() as client:
            return await client.get("/config", headers={**node, **basic(*ANN)})

    assert asyncio.run(fetch()).json() == ["ann", True]


def test_requests_of_one_program_at_once_cost_one_hash(site: Site) -> None:
    async def many() -> list[httpx.Response]:
        async with site.client() as client:
            return await asyncio.gather(*(client.get("/config", headers=basic(*ANN)) for _ in range(50)))

    assert [response.json() for response in asyncio.run(many())] == [["ann", True]] * 50
    assert site.users.verified == ["ann"]


def test_a_link_from_another_site_steps_over_a_page_of_ours(site: Site) -> None:
    link = {**BROWSER, "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}
    response = site.send("GET", "/library/articles?x=1&y=2", link)
    assert response.status_code == 200
    assert 'content="0; url=/login?next=%2Flibrary%2Farticles%3Fx%3D1%26y%3D2"' in response.text
    assert "ann" not in response.text
