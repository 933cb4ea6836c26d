"""The font that printed sheets carry inside them. It has all Hangul syllables; `make setup` fetches it."""

from pathlib import Path

from app.config import ROOT

FOLDER = ROOT / "node_modules" / "pretendard" / "dist" / "public" / "static" / "alternative"
REGULAR, BOLD = "Pretendard-Regular", "Pretendard-Bold"


class FontMissing(Exception):
    """The font is not installed; `path` is where it should be."""

    def __init__(self, path: Path) -> None:
        super().__init__(str(path))
        self.path = path


class NoGlyphs(Exception):
    """The font lacks characters of what is to be printed: it has no Hanja. `rows`: of the file that has them."""

    def __init__(self, rows: list[int]) -> None:
        super().__init__(f"{len(rows)} rows")
        self.rows = rows


def get_path(name: str) -> Path:
    """Raises FontMissing."""
    path = FOLDER / f"{name}.ttf"
    if not path.is_file():
        raise FontMissing(path)
    return path
