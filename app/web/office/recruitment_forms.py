"""What is asked about an open call, and about those who apply or are recommended."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField

from app.committee.rules import OFFICES
from app.people.models import Account
from app.programmes.models import Area
from app.recruitment import rules
from app.web.fields import (
    Between,
    ChoiceField,
    DateTimeLocalField,
    DayField,
    Form,
    Length,
    RadioChoiceField,
    Required,
    TrimmedString,
    TrimmedText,
    WholeNumberField,
    choices,
)
from app.web.words import choices as word_choices
from app.web.words import said

CHOOSE = _l("하나를 골라 주세요.")


def _number(label: Any, least: int, most: int, default: int, description: Any = "") -> WholeNumberField:
    return WholeNumberField(
        label,
        [Required(_l("수를 입력해 주세요.")), Between(least, most)],
        default=default,
        description=description,
    )


def _words(label: Any, kind: type[TrimmedString] | type[TrimmedText], most: int, description: Any = "") -> Any:
    return kind(label, [Required(), Length(most=most)], description=description)


class DrawForm(Form):
    draw_on = DayField(
        _l("추첨 번호가 나오는 날"),
        [Required(_l("날을 입력해 주세요."))],
        description=_l("신청 마감일보다 뒤여야 합니다. 명단은 이 날보다 먼저 확정합니다."),
    )
    seed_source_ko = _words(
        _l("추첨에 쓸 공개 번호가 나올 곳"),
        TrimmedString,
        rules.SOURCE_MAX,
        _l(
            "누구도 정할 수 없고 0 이상의 정수 몇 개가 나오는 곳이어야 합니다. 어느 번호들인지 분명하게 써 주세요. "
            "예: 제1250회 로또 당첨 번호 6개 (보너스 번호 빼고)"
        ),
    )
    seed_source_en = _words(_l("번호가 나올 곳 (영어)"), TrimmedString, rules.SOURCE_MAX)


class ExtendForm(DrawForm):
    """Of an announced call: its days, and why they change."""

    closes_at = DateTimeLocalField(_l("신청 마감"), [Required(_l("신청 마감을 입력해 주세요."))])
    term_starts_on = DayField(_l("임기가 시작되는 날"), [Required(_l("날을 입력해 주세요."))])
    reason = _words(
        _l("연장하는 까닭"),
        TrimmedText,
        rules.REASON_MAX,
        _l("신청한 분들께 알리고, 누구나 볼 수 있습니다. 예: 신청이 자리보다 적음"),
    )


class CancelForm(Form):
    reason = _words(
        _l("취소하는 까닭"),
        TrimmedText,
        rules.REASON_MAX,
        _l("신청한 분들께 알리고, 누구나 볼 수 있습니다. 사람 이름은 쓰지 마세요."),
    )


class RecruitmentForm(DrawForm):
    """Its names are the call's columns."""

    title_ko = _words(_l("제목"), TrimmedString, rules.TITLE_MAX)
    title_en = _words(_l("제목 (영어)"), TrimmedString, rules.TITLE_MAX)
    text_ko = _words(
        _l("자격과 안내"), TrimmedText, rules.TEXT_MAX, _l("누가 신청할 수 있는지, 무엇을 하는지 써 주세요.")
    )
    text_en = _words(_l("자격과 안내 (영어)"), TrimmedText, rules.TEXT_MAX)
    seats = _number(_l("공개모집 자리"), 1, rules.SEATS_MOST, rules.SEATS_MOST)
    per_dong = _number(_l("동마다 추천받는 자리"), 0, 10, rules.DEFAULT_PER_DONG)
    opens_at = DateTimeLocalField(_l("신청 시작"), [Required(_l("신청 시작을 입력해 주세요."))])
    closes_at = DateTimeLocalField(_l("신청 마감"), [Required(_l("신청 마감을 입력해 주세요."))])
    term_starts_on = DayField(_l("임기가 시작되는 날"), [Required(_l("날을 입력해 주세요."))])
    sex_tenths = _number(
        _l("한 성별의 한도 (10분의 몇)"), 5, 10, rules.DEFAULT_SEX_TENTHS, _l("조례는 10분의 6을 넘지 않게 합니다.")
    )
    vulnerable_least = _number(
        _l("사회적 배려 대상의 최소 인원"),
        0,
        rules.SEATS_MOST,
        rules.DEFAULT_VULNERABLE_LEAST,
        _l("기본값은 이 프로그램이 정한 것입니다. 조례나 운영계획에 맞게 고쳐 주세요."),
    )
    youth_least = _number(
        _l("청년의 최소 인원"),
        0,
        rules.SEATS_MOST,
        rules.DEFAULT_YOUTH_LEAST,
        _l("기본값은 이 프로그램이 정한 것입니다. 조례나 운영계획에 맞게 고쳐 주세요."),
    )
    youth_until = _number(
        _l("청년으로 보는 나이 (몇 살까지)"),
        19,
        49,
        rules.DEFAULT_YOUTH_UNTIL,
        _l("임기가 시작되는 해에서 태어난 해를 뺀 나이입니다."),
    )
    kept_days = _number(
        _l("신청 정보를 보관하는 날수"),
        1,
        rules.KEPT_DAYS_MOST,
        rules.DEFAULT_KEPT_DAYS,
        _l("선정한 날부터 셉니다. 이 기간이 지나면 위촉하지 않은 분의 정보를 지우며, 예비 후보도 없어집니다."),
    )

    LEAST = ("vulnerable_least", "youth_least")

    def validate_least(self) -> bool:
        """A group cannot have more seats than there are."""
        unfit = [self[name] for name in self.LEAST if (self[name].data or 0) > (self.seats.data or 0)]
        for field in unfit:
            self.refuse(_("공개모집 자리보다 많을 수 없습니다."), field)
        return not unfit

    @property
    def settings(self) -> dict[str, Any]:
        return {field.name: field.data for field in self if field.name != "csrf_token"}


class SeedForm(Form):
    seed = _words(
        _l("공개된 번호"),
        TrimmedString,
        rules.SEED_TYPED_MAX,
        _l(
            "나온 곳에서 직접 확인하여 숫자만 입력해 주세요. 예: 3 11 15 29 35 44. 어떻게 쓰시든 작은 수부터 빈칸 "
            "하나씩 띄워 씁니다."
        ),
    )


class DecideForm(Form):
    verdict = RadioChoiceField(
        _l("자격이 되나요?"),
        [Required(CHOOSE)],
        choices=choices(("eligible", _l("자격이 됩니다")), ("ineligible", _l("자격이 되지 않습니다"))),
    )
    reason = TrimmedText(
        _l("까닭"),
        [Length(most=rules.REASON_MAX)],
        description=_l("자격이 되지 않으면 꼭 써 주세요. 신청한 분이 봅니다."),
    )

    def validate_reason(self, field: TrimmedText) -> None:
        if self.verdict.data == "ineligible":
            Required(_l("자격이 되지 않는 까닭을 써 주세요."))(self, field)


class DeclineForm(Form):
    reason = _words(_l("까닭"), TrimmedText, rules.REASON_MAX)


class RecommendForm(Form):
    area_id = ChoiceField(_l("동"), [Required(CHOOSE)])
    recommended_by = _words(_l("추천한 곳"), TrimmedString, rules.BODY_MAX, _l("예: 독산1동 주민자치회"))
    name = _words(_l("이름"), TrimmedString, rules.NAME_MAX)
    birth_year = WholeNumberField(_l("태어난 해"), [Required(_l("태어난 해를 입력해 주세요."))])
    sex = RadioChoiceField(_l("성별"), [Required(CHOOSE)], choices=choices(*word_choices("sex", rules.SEXES)))
    is_vulnerable = BooleanField(_l("본인이 사회적 배려 대상이라고 밝혔습니다"))

    def offer(self, dongs: Sequence[Area]) -> None:
        self.area_id.choices = choices(("", _("고르세요")), *((str(one.id), said(one, "name")) for one in dongs))


class SeatForm(Form):
    """For whoever is known already, by lot or recommendation."""

    account = ChoiceField(
        _l("위원 계정"),
        [Required(_l("계정을 골라 주세요."))],
        description=_l("시스템 관리자가 위원 역할을 준 계정입니다."),
    )
    office = ChoiceField(_l("직책"), default="member", choices=choices(*word_choices("office", OFFICES[::-1])))
    appointed_on = DayField(_l("위촉일"), [Required(_l("위촉일을 입력해 주세요."))])
    term_ends_on = DayField(_l("임기가 끝나는 날"), [Required(_l("임기가 끝나는 날을 입력해 주세요."))])

    def offer(self, accounts: Sequence[Account]) -> None:
        people = ((str(account.id), f"{account.name} ({account.login})") for account in accounts)
        self.account.choices = choices(("", _("고르세요")), *people)

    @property
    def term(self) -> dict[str, Any]:
        return {name: self[name].data for name in ("office", "appointed_on", "term_ends_on")}
