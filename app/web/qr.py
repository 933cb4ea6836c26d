"""QR codes as drawings within the page: nothing is fetched for them, and nothing about them is inline style."""

import segno
from markupsafe import Markup


def qr_code(text: str, scale: int = 3) -> Markup:
    """Dark on light whatever the page's colours are; what it says stands beside it in words, too."""
    drawn = segno.make(text, error="m", micro=False).svg_inline(
        scale=scale, light="#fff", svgclass=None, lineclass=None
    )
    return Markup(drawn)
