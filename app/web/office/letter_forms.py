"""The words of staff for one kind of notice."""

from flask_babel import lazy_gettext as _l
from wtforms import Field

from app.notices import letter_rules as rules
from app.notices.letter_services import Texts
from app.web.fields import TrimmedString, TrimmedText, Unmarked, VersionForm
from app.web.filters import speaking
from app.web.letter_view import sample_values
from app.web.refusals import shown_in

UNFIT = (rules.LetterUnfit, rules.LooseBrace, rules.UnknownVariable)


class LetterForm(VersionForm):
    """A kind that never goes by SMS has no words for one; its two fields are not shown, and not read."""

    body_ko = TrimmedText(_l("한국어 문구"), [Unmarked()])
    body_en = TrimmedText(_l("영어 문구"), [Unmarked()])
    subject_ko = TrimmedString(_l("한국어 메일 제목"), [Unmarked()])
    subject_en = TrimmedString(_l("영어 메일 제목"), [Unmarked()])
    sms_ko = TrimmedString(_l("한국어 문자"), [Unmarked()])
    sms_en = TrimmedString(_l("영어 문자"), [Unmarked()])

    def is_fit(self, kind: str) -> bool:
        """Whether all texts can be saved; what is wrong is said at its field."""
        for field in (self.body_ko, self.body_en):
            with shown_in(self, dict.fromkeys(UNFIT, field)):
                rules.ensure_body(kind, field.data or "")
        for field in (self.subject_ko, self.subject_en):
            with shown_in(self, dict.fromkeys(UNFIT, field)):
                rules.ensure_subject(kind, field.data or "")
        for code, field in self.texts_of_sms(kind):
            with shown_in(self, dict.fromkeys((*UNFIT, rules.SmsUnfit), field)), speaking(code):
                rules.ensure_sms(kind, field.data or "", sample_values(kind))
        return not self.errors

    def texts_of_sms(self, kind: str) -> list[tuple[str, Field]]:
        return [("ko", self.sms_ko), ("en", self.sms_en)] if rules.KINDS[kind].has_sms else []

    def texts(self, kind: str) -> Texts:
        """As they are kept: what is the product's own stays that, should it change."""
        usual = rules.KINDS[kind]
        subjects = (self.subject_ko.data or "", self.subject_en.data or "")
        sms = tuple(field.data or "" for _code, field in self.texts_of_sms(kind)) or ("", "")
        return Texts(
            self.body_ko.data or "",
            self.body_en.data or "",
            *(("", "") if subjects == (usual.subject_ko, usual.subject_en) else subjects),
            *(("", "") if sms == (usual.sms_ko, usual.sms_en) else sms),
        )
