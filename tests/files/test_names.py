"""Names of sent files: shown as what they are, never a path, never something that looks like another."""

import unicodedata

import pytest

from app.files.rules import NAME_MAX, tidy_name

NAMES = {
    "도면.pdf": "도면.pdf",
    "도면.PDF": "도면.pdf",
    "도면": "도면.pdf",
    unicodedata.normalize("NFD", "도면.pdf"): "도면.pdf",
    "../../etc/passwd": "passwd.pdf",
    "..\\..\\windows\\system32\\cmd.exe": "cmd.exe.pdf",
    "/etc/passwd": "passwd.pdf",
    "C:\\Users\\홍길동\\도면.pdf": "도면.pdf",
    "..": "document.pdf",
    ".": "document.pdf",
    ".htaccess": "htaccess.pdf",
    "": "document.pdf",
    "   ": "document.pdf",
    ".pdf": "document.pdf",
    "a\0.exe": "a .exe.pdf",
    "a\r\nSet-Cookie: x=1": "a Set-Cookie_ x=1.pdf",
    'a"; filename="b.exe': "a_; filename=_b.exe.pdf",
    "\u202efdp.exe": "fdp.exe.pdf",
    "invoice\u202excod.exe": "invoice xcod.exe.pdf",
    "a\u200bb\u2066c\ufeff.pdf": "a b c.pdf",
    "CON": "_CON.pdf",
    "con.pdf": "_con.pdf",
    "nul.txt": "_nul.txt.pdf",
    "LPT1": "_LPT1.pdf",
    "COM10": "COM10.pdf",
    "photo.jpg.exe": "photo.jpg.exe.pdf",
    "a.pdf.exe": "a.pdf.exe.pdf",
    "a.exe.pdf": "a.exe.pdf",
    "a.pdf ": "a.pdf",
    "a.pdf.": "a.pdf.pdf",
    "🙂🗳️.pdf": "🙂🗳️.pdf",
    "<script>alert(1)</script>.pdf": "script_.pdf",
    "a%2e%2e%2fb": "a_2e_2e_2fb.pdf",
    "file:///etc/passwd": "passwd.pdf",
    "\ud800.pdf": "document.pdf",
    "가" * 300 + ".pdf": "가" * (NAME_MAX - 5) + ".pdf",
    "a" * 94 + " .b.pdf": "a" * 94 + ".pdf",
}


@pytest.mark.parametrize(("sent", "shown"), NAMES.items(), ids=ascii)
def test_a_sent_name_is_tidied(sent: str, shown: str) -> None:
    assert tidy_name(sent) == shown
    assert len(shown) <= NAME_MAX and shown.endswith(".pdf") and shown.isprintable()
    assert not set(shown) & set('/\\<>:"|?*%')
    assert tidy_name(shown) == shown


def test_no_name_is_a_name_of_ours() -> None:
    assert tidy_name(None) == "document.pdf"
