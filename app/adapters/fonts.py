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


def get_path(name: str) -> Path:
    """Raises FontMissing."""
    path = FOLDER / f"{name}.ttf"
    if not path.is_file():
        raise FontMissing(path)
    return path
