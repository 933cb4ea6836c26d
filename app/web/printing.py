"""What printed files have in common: the font that they carry inside them, and what is printed where it lacks a
character."""

from app.adapters import fonts
from app.lazy import Lazy

pdfmetrics, ttfonts = Lazy("reportlab.pdfbase.pdfmetrics"), Lazy("reportlab.pdfbase.ttfonts")

BOX = "□"


def ensure_fonts() -> None:
    """Raises FontMissing."""
    for name in (fonts.REGULAR, fonts.BOLD):
        path = fonts.get_path(name)
        if name not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(ttfonts.TTFont(name, str(path)))


def printable(text: str) -> str:
    """With a box for each character that the font lacks: Hanja above all. Raises FontMissing."""
    ensure_fonts()
    glyphs = pdfmetrics.getFont(fonts.REGULAR).face.charToGlyph
    return "".join(one if ord(one) in glyphs else BOX for one in text)


def is_printable(text: str) -> bool:
    return printable(text) == text
