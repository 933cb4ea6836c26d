"""What every answer carries. Nothing on a page is inline, so the policy has no exception but a map's pictures."""

from typing import Any

from flask import Flask, Response, g, request


def policy(images: str = "") -> str:
    """`images`: one origin beside our own that pictures may come from."""
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            f"img-src 'self' {images}".rstrip(),
            "font-src 'self'",
            "connect-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    )


HEADERS = {
    "Content-Security-Policy": policy(),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def register(app: Flask) -> None:
    app.after_request(_add)


def add_to_static(headers: Any, _path: str, _url: str) -> None:
    """WhiteNoise's hook: its own headers object, once for each file at start."""
    for name, value in HEADERS.items():
        headers[name] = value


def admit_images(host: str) -> None:
    """To the page that is being made, and to no other."""
    g.images = host


def _add(response: Response) -> Response:
    if "images" in g:
        response.headers.setdefault("Content-Security-Policy", policy(g.images))
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "no-store")
        response.vary.add("Cookie")
    return response
