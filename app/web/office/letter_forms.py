"""The words of staff for one kind of notice."""

from flask_babel import lazy_gettext as _l

from app.notices import letter_rules as rules
from app.web.fields import TrimmedText, VersionForm
from app.web.refusals import shown_in


class LetterForm(VersionForm):
    body_ko = TrimmedText(_l("한국어 문구"))
    body_en = TrimmedText(_l("영어 문구"))

    def is_fit(self, kind: str) -> bool:
        """Whether both texts can be saved; what is wrong is said at its field."""
        for field in (self.body_ko, self.body_en):
            places = dict.fromkeys((rules.LetterUnfit, rules.LooseBrace, rules.UnknownVariable), field)
            with shown_in(self, places):
                rules.ensure_body(kind, field.data or "")
        return not self.errors
