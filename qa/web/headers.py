"""The headers that tell a browser what our pages may do."""

from __future__ import annotations

from collections.abc import Mapping

# Gradio puts scripts into the page and evaluates its templates, so these two 'unsafe' must stay; attributes such as
# onerror=… never run, nothing is loaded from or sent to another host, and no other page may frame this one.
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
        "script-src-attr 'none'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}

# The page that asks for a name and a password is our own, and needs no script and nothing from elsewhere.
LOGIN_HEADERS: Mapping[str, str] = {
    **HEADERS,
    "Content-Security-Policy": "; ".join(
        (
            "default-src 'none'",
            "style-src 'unsafe-inline'",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    ),
    "Referrer-Policy": "same-origin",  # without any, a form names no origin, and what names none is refused
    "Cache-Control": "no-store",
}
