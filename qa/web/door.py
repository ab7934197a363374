"""Lets in who may come: by the cookie of a session, or by the name and password that a program sends."""

from __future__ import annotations

import sys
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response

from qa.users import User, Users, UsersError
from qa.web.access import ALONE, Visitor
from qa.web.attempts import Attempts
from qa.web.login import LOGIN, LOGOUT, local, login_address, login_page, stepping_stone
from qa.web.sessions import Sessions
from qa.web.verifying import Refusal, Verifier

COOKIE = "quoth"
FORM_TYPE = "application/x-www-form-urlencoded"
NOBODY = Visitor("", may_change=False)
OPEN_TO_ALL = frozenset({"/health", "/favicon.ico", "/robots.txt"})  # they say nothing about the articles
STRANGER = Refusal(401, "Log in first: open this address in a browser, or send a name and a password (HTTP Basic).")
BROKEN = "Nobody can log in just now, because the list of users cannot be read; whoever runs this Quoth can mend that."


class Door:
    """Finds out who is behind a request.

    With `open_while_empty`, everybody may do all until the first user is added; where there once were users it never
    opens again, so that a lost file lets nobody in.
    """

    def __init__(
        self,
        users: Users,
        open_while_empty: bool = False,
        attempts: Attempts | None = None,
        sessions: Sessions | None = None,
    ) -> None:
        self._users, self._open = users, open_while_empty and not users.all()
        self._verifier = Verifier(users, Attempts() if attempts is None else attempts)
        self._sessions = Sessions() if sessions is None else sessions
        self._complained = ""

    @property
    def users(self) -> int:
        """How many may log in."""
        return len(self._users.all())

    async def admit(self, request: Request) -> Visitor | Response:
        """Who is let in with this request, or the answer to who is not."""
        path = request.scope["path"]
        if path in OPEN_TO_ALL:
            return NOBODY
        try:
            if self._is_open():
                return ALONE if path not in (LOGIN, LOGOUT) else RedirectResponse("/", 303)
            if path == LOGIN:
                return await self._log_in(request)
            if path == LOGOUT:
                return self._log_out(request)
            found = self._by_cookie(request) or await self._by_header(request)
        except UsersError as error:
            self._complain(str(error))
            return PlainTextResponse(BROKEN, 503)
        return Visitor(found.name, found.may_change) if isinstance(found, User) else _turned_away(request, found)

    def _is_open(self) -> bool:
        self._open = self._open and not self._users.all()
        return self._open

    def _by_cookie(self, request: Request) -> User | None:
        user = self._sessions.find(request.cookies.get(COOKIE, ""))
        return None if user is None else self._verifier.still(user)

    async def _by_header(self, request: Request) -> User | Refusal:
        header = request.headers.get("authorization")
        if header is None or _is_browser(request):  # a browser sends what belongs to a proxy before us
            return STRANGER
        return await self._verifier.by_header(header, _address(request))

    async def _log_in(self, request: Request) -> Response:
        """The form, or what was typed into it."""
        if request.method in ("GET", "HEAD"):
            onward = local(request.query_params.get("next", "/"))
            return login_page(onward) if self._by_cookie(request) is None else RedirectResponse(onward, 303)
        if request.method != "POST":
            return _only("GET, POST")
        if (form := await _form(request)) is None:
            return PlainTextResponse(f"Send the form as {FORM_TYPE}.", 415)
        name, onward = form.get("username", ""), local(form.get("next", "/"))
        found = await self._verifier.by_password(name, form.get("password", ""), _address(request))
        if isinstance(found, Refusal):
            return _refused_form(request, found, name, onward)
        self._end_session(request)
        response = RedirectResponse(onward, 303) if _wants_page(request) else JSONResponse({"name": found.name})
        return _with_cookie(response, request, self._sessions.begin(found))

    def _log_out(self, request: Request) -> Response:
        if request.method != "POST":
            return _only("POST")
        self._end_session(request)
        return _with_cookie(RedirectResponse(LOGIN, 303), request, "")

    def _end_session(self, request: Request) -> None:
        self._sessions.end(request.cookies.get(COOKIE, ""))

    def _complain(self, reason: str) -> None:
        """Tell the terminal what is wrong with the users, once."""
        if reason != self._complained:
            print(reason, file=sys.stderr, flush=True)
        self._complained = reason


def _turned_away(request: Request, refusal: Refusal) -> Response:
    if request.method == "GET" and _wants_page(request) and refusal is STRANGER:
        query = request.scope["query_string"].decode("latin-1")
        onward = local(request.scope["path"] + (f"?{query}" if query else ""))
        if request.headers.get("sec-fetch-site") in ("cross-site", "same-site"):
            return stepping_stone(onward)
        return RedirectResponse(login_address(onward), 303)
    response = PlainTextResponse(refusal.sentence, refusal.status)
    if refusal.status == 401 and not _is_browser(request):  # a browser would ask in a dialog of its own
        response.headers["WWW-Authenticate"] = 'Basic realm="Quoth", charset="UTF-8"'
    return _with_wait(response, refusal)


def _refused_form(request: Request, refusal: Refusal, name: str, onward: str) -> Response:
    if _wants_page(request):
        return _with_wait(login_page(onward, name, refusal.sentence, refusal.status), refusal)
    return _with_wait(PlainTextResponse(refusal.sentence, refusal.status), refusal)


async def _form(request: Request) -> dict[str, str] | None:
    """The fields of a form; None where the request sends none."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM_TYPE:
        return None
    fields = parse_qs((await request.body()).decode("utf-8", "replace"), keep_blank_values=True)
    return {name: values[0] for name, values in fields.items()}


def _wants_page(request: Request) -> bool:
    return "text/html" in request.headers.get("accept", "")


def _is_browser(request: Request) -> bool:
    """Whether a browser sends this. Without https, it does not say so in Sec-Fetch-Site, but all name Mozilla.

    Sec-Fetch-Mode is no sign of one: Node's fetch sends it too.
    """
    return "sec-fetch-site" in request.headers or request.headers.get("user-agent", "").startswith("Mozilla/")


def _address(request: Request) -> str:
    return "" if request.client is None else request.client.host


def _only(methods: str) -> Response:
    return PlainTextResponse(f"This address knows {methods} only.", 405, {"Allow": methods})


def _with_wait(response: Response, refusal: Refusal) -> Response:
    if refusal.wait:
        response.headers["Retry-After"] = str(refusal.wait)
    return response


def _with_cookie(response: Response, request: Request, token: str) -> Response:
    """Give the browser the token of its session; "" takes it back."""
    secure = request.url.scheme == "https" or request.headers.get("origin", "").startswith("https:")
    response.set_cookie(
        COOKIE, token, max_age=None if token else 0, path="/", secure=secure, httponly=True, samesite="strict"
    )
    return response
