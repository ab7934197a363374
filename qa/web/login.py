"""The page that asks for a name and a password. It works without scripts."""

from __future__ import annotations

from urllib.parse import urlencode

from starlette.responses import HTMLResponse

from qa.escaping import escape

LOGIN, LOGOUT = "/login", "/logout"
LARGEST_FORM = 4_000  # bytes

STYLE = """
:root { color-scheme: light dark; --paper: #faf8f4; --sheet: #fff; --ink: #1d1f23; --soft: #5b5f66; --accent: #1d4f7c;
  --alarm: #9b2c1f; }
@media (prefers-color-scheme: dark) { :root { --paper: #15171b; --sheet: #1c1f24; --ink: #e9e6e0; --soft: #a9adb4;
  --accent: #93c0ea; --alarm: #f0a195; } }
body { margin: 0; padding: 12vh 1rem 2rem; background: var(--paper); color: var(--ink); font: 1rem/1.5 system-ui,
  sans-serif; }
main { max-width: 22rem; margin: auto; }
h1 { margin: 0; font: 600 1.8rem/1.2 "Iowan Old Style", "Palatino Linotype", Palatino, Charter, Georgia, serif; }
p { margin: 0.3rem 0 1.5rem; color: var(--soft); }
p.problem { color: var(--alarm); }
a { color: var(--accent); }
label { display: block; margin: 0 0 0.25rem; font-weight: 600; }
input { box-sizing: border-box; width: 100%; margin: 0 0 1rem; padding: 0.6rem 0.7rem; border: 1px solid var(--soft);
  border-radius: 0.5rem; background: var(--sheet); color: var(--ink); font: inherit; }
button { padding: 0.6rem 1.2rem; border: 0; border-radius: 0.5rem; background: var(--accent); color: var(--sheet);
  font: inherit; font-weight: 600; cursor: pointer; }
input:focus-visible, button:focus-visible, a:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
"""
PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
{head}<title>{title}</title>
<style>{style}</style>
</head>
<body><main>
{body}
</main></body>
</html>
"""
FORM = """<h1>Quoth</h1>
<p>Log in to ask the articles.</p>
{problem}<form method="post" action="{action}">
<input type="hidden" name="next" value="{next}">
<label for="username">Name</label>
<input id="username" name="username" value="{name}" autocomplete="username" autocapitalize="none" spellcheck="false"
 required maxlength="64"{focus_name}>
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required{focus_password}>
<button type="submit">Log in</button>
</form>"""


def login_page(onward: str = "/", name: str = "", problem: str = "", status: int = 200) -> HTMLResponse:
    """The form, which leads `onward`; after a problem, with its sentence and the name as it was typed."""
    body = FORM.format(
        problem=f'<p class="problem" role="alert">{escape(problem)}</p>\n' if problem else "",
        action=LOGIN, next=escape(onward), name=escape(name),
        focus_name="" if name else " autofocus", focus_password=" autofocus" if name else "",
    )  # fmt: skip
    title = "Log in again · Quoth" if problem else "Log in · Quoth"
    return HTMLResponse(PAGE.format(head="", title=title, style=STYLE, body=body), status)


def stepping_stone(onward: str) -> HTMLResponse:
    """A page that goes to the login page by itself.

    A browser sends our cookie only where our own page leads, so that one who is logged in and follows a link from
    elsewhere looks like a stranger until then.
    """
    address = escape(login_address(onward))
    head = f'<meta http-equiv="refresh" content="0; url={address}">\n'
    body = f'<h1>Quoth</h1>\n<p><a href="{address}">Go on</a></p>'
    return HTMLResponse(PAGE.format(head=head, title="Quoth", style=STYLE, body=body))


def login_address(onward: str) -> str:
    """The address of the form that leads `onward`."""
    return LOGIN if onward == "/" else f"{LOGIN}?{urlencode({'next': onward})}"


def local(path: str) -> str:
    """The path, if it leads nowhere but into this site; else the front page."""
    is_local = path.startswith("/") and not path.startswith("//") and "\\" not in path
    return path if is_local and path.isprintable() else "/"  # browsers drop tabs and line ends, and then read on
