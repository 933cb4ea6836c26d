"""How amounts, instants and shares are said on a page, in the reader's language.

Instants are aware; what is shown is the time in Seoul. A period's end is half-open, so an end at
midnight is said as 24:00 of the day before.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

from babel.support import NullTranslations
from flask import Flask, g, request, url_for
from flask_babel import Domain, force_locale, get_locale, gettext, ngettext, refresh
from markupsafe import Markup, escape

from app.clock import SEOUL
from app.money import say_won

WEEKDAYS = "월화수목금토일"
_KOREAN = re.compile(r"(?<!\S)\S*[가-힣]\S*(?:\s+\S*[가-힣]\S*)*")  # words next to each other with a syllable in each


def register(app: Flask) -> None:
    filters = (money, won, number, day, short_day, term, moment, closing, period, deadline, percent, iso, written)
    app.jinja_env.filters.update({function.__name__: function for function in filters})
    app.before_request(_texts.as_default)
    app.jinja_env.globals.update(_=text, error_links=error_links, page_language=language, with_query=with_query)


class Reader(NamedTuple):
    """Whom a page is for: the language, "ko" or "en", and its catalogue."""

    language: str
    catalogue: NullTranslations


class Texts(Domain):
    """Where flask-babel looks for a text. A page has hundreds: the reader's catalogue is found once for a request."""

    def get_translations(self) -> NullTranslations:
        return reader().catalogue

    def find_reader(self) -> Reader:
        locale = get_locale()
        code = "en" if locale is not None and locale.language == "en" else "ko"
        return Reader(code, super().get_translations())


_texts = Texts()


def reader() -> Reader:
    found = g.get("reader")
    if found is None:
        found = g.reader = _texts.find_reader()
    return found


def read_anew() -> None:
    """Whoever reads has just chosen another language."""
    refresh()
    g.pop("reader", None)


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """Within it words are of the language `code`, whoever reads."""
    before = g.pop("reader", None)
    try:
        with force_locale(code):
            yield
    finally:
        g.reader = before


def language() -> str:
    """ "ko" or "en": the words of the page."""
    return reader().language


def text(korean: str, **values: Any) -> Markup:
    """`_` of the templates: values are escaped, %% is a %, as with Jinja's own, which is three times the work."""
    return Markup(reader().catalogue.gettext(korean)) % values


def written(words: object) -> Markup:
    """What people wrote stays as they wrote it: on a page in another language its Korean is marked as Korean."""
    safe = escape(words)
    return safe if language() == "ko" else Markup(_KOREAN.sub(r'<span lang="ko">\g<0></span>', str(safe)))


def money(amount: int, currency: str = "KRW") -> str:
    """1억 2,000만원 · KRW 120,000,000 · PLN 1,234.56 (another city's, see `foreign`)"""
    return say_won(amount) if currency == "KRW" and language() == "ko" else won(amount, currency)


def won(amount: int, currency: str = "KRW") -> str:
    """The exact sum: 120,000,000원 · KRW 120,000,000"""
    return f"{amount:,}원" if currency == "KRW" and language() == "ko" else foreign(amount, currency)


def foreign(amount: int, currency: str) -> str:
    """`currency` "PLN": whole zloty; "PLN/100": hundredths, said with two places."""
    code, _, parts = currency.partition("/")
    if not parts:
        return f"{code} {amount:,}"
    whole, rest = divmod(abs(amount), int(parts))
    return f"{code} {'-' if amount < 0 else ''}{whole:,}.{rest:0{len(parts) - 1}d}"


def number(value: int) -> str:
    return f"{value:,}"


def percent(share: Fraction | Decimal | int, digits: int = 1) -> str:
    """Of a share of one, rounded half away from zero on the exact value: Fraction(1, 8) → 12.5%"""
    scaled = Fraction(share) * 100 * 10**digits
    units = int(abs(scaled) + Fraction(1, 2))
    sign = "-" if scaled < 0 and units else ""
    whole, rest = divmod(units, 10**digits)
    return f"{sign}{whole:,}" + (f".{rest:0{digits}d}" if digits else "") + "%"


def iso(value: date) -> str:
    """For a `datetime` attribute: a day as it is, an instant in UTC to the second."""
    if isinstance(value, datetime):
        return _aware(value).astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    return value.isoformat()


def day(value: date) -> str:
    """2026년 9월 19일(토) · Sat 19 September 2026. Takes a day, or an instant by its day in Seoul."""
    value = _seoul(value)
    if language() == "ko":
        return f"{value.year}년 {short_day(value)}"
    return f"{value:%a} {value.day} {value:%B} {value.year}"


def short_day(value: date) -> str:
    """9월 19일(토) · Sat 19 September"""
    value = _seoul(value)
    if language() == "ko":
        return f"{value.month}월 {value.day}일({WEEKDAYS[value.weekday()]})"
    return f"{value:%a} {value.day} {value:%B}"


def term(start: date, end: date) -> str:
    """From the first day to the last; `end`: the first day after it, as it is stored."""
    return f"{day(start)} ~ {day(end - timedelta(days=1))}"


def moment(value: datetime) -> str:
    """2026년 9월 19일(토) 18:00"""
    local = _aware(value).astimezone(SEOUL)
    return f"{day(local)} {local:%H:%M}"


def closing(end: datetime) -> str:
    """The end of a period by itself: 2026년 9월 14일(월) 24:00"""
    last, hour = _end(end)
    return f"{day(last)} {hour}"


def period(start: datetime, end: datetime) -> str:
    """9월 1일(화) 09:00 ~ 9월 14일(월) 24:00 · Tue 1 September 09:00 – Mon 14 September 24:00; years where needed, and
    one day once."""
    first = _aware(start).astimezone(SEOUL)
    last, hour = _end(end)
    said = "" if first.date() == last else f"{short_day(last) if first.year == last.year else day(last)} "
    return f"{day(first)} {first:%H:%M} {'~' if language() == 'ko' else '–'} {said}{hour}"


def deadline(end: datetime, at: datetime) -> str:
    """9월 19일(금) 18:00까지, 3일 남음. Counts days as people do: by the calendar, not by 24 hours."""
    last, hour = _end(end)
    now = _aware(at).astimezone(SEOUL)
    said = f"{short_day(last) if last.year == now.year else day(last)} {hour}"
    if at >= end:
        return gettext("%(when)s에 마감됨", when=said)
    return gettext("%(when)s까지, %(left)s", when=said, left=_left(end, at, (last - now.date()).days))


def _left(end: datetime, at: datetime, days: int) -> str:
    if days > 0:
        return ngettext("%(num)d일 남음", "%(num)d일 남음", days)
    minutes = int((end - at).total_seconds() // 60)
    if minutes >= 60:
        return ngettext("오늘 마감, %(num)d시간 남음", "오늘 마감, %(num)d시간 남음", minutes // 60)
    return ngettext("오늘 마감, %(num)d분 남음", "오늘 마감, %(num)d분 남음", max(minutes, 1))


def _end(end: datetime) -> tuple[date, str]:
    """The last day and the hour that a half-open end is said as."""
    local = _aware(end).astimezone(SEOUL)
    if (local.hour, local.minute) == (0, 0):
        return local.date() - timedelta(days=1), "24:00"
    return local.date(), f"{local:%H:%M}"


def _seoul(value: date) -> date:
    return _aware(value).astimezone(SEOUL) if isinstance(value, datetime) else value


def _aware(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError("an instant must be aware")
    return value


def error_links(form: Any) -> list[tuple[str | None, str]]:
    """Every fault of a form as (id to go to or None, words), in the order of the page."""
    return [*((None, words) for words in form.form_errors), *_field_faults(form)]


def _field_faults(form: Any) -> Iterator[tuple[str | None, str]]:
    for field in form:
        if hasattr(field, "form"):  # a form inside the form: its fields are told apart by its legend
            yield from ((place, _named(field.label.text, words)) for place, words in _field_faults(field.form))
        elif hasattr(field, "entries"):
            for entry in field.entries:
                yield from _field_faults(entry.form) if hasattr(entry, "form") else _own_faults(entry)
        else:
            yield from _own_faults(field)


def _named(legend: Any, words: str) -> str:
    return words if str(legend) in words else f"{legend}: {words}"


def _own_faults(field: Any) -> Iterator[tuple[str | None, str]]:
    hidden = field.type in ("CSRFTokenField", "HiddenField", "SeenField")
    for words in field.errors:
        yield (None if hidden else focus_id(field)), str(words)


def focus_id(field: Any) -> str:
    """The control that a link to the field reaches: the first choice of a group, else the field."""
    kind = getattr(getattr(field, "option_widget", None), "input_type", "")
    return f"{field.id}-0" if kind in ("radio", "checkbox") and field.choices else str(field.id)


def with_query(**changes: Any) -> str:
    """This page's own address with some of its query changed; None takes a key away."""
    query = {**request.args.to_dict(flat=False), **changes}
    kept = {key: value for key, value in query.items() if value is not None and not _means_url_for(key)}
    return url_for(str(request.endpoint), **{**(request.view_args or {}), **kept})


def _means_url_for(key: str) -> bool:
    """Anybody can write these into an address; to url_for they are its own arguments."""
    return key == "endpoint" or key.startswith("_")
