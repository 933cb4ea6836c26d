"""What the system protects against, what it only brings to light, and what it cannot prevent."""

from flask import render_template

from app.web.public.audience import wing


@wing.get("/threats")
def threats() -> str:
    return render_template("public/threats.html")
