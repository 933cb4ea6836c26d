"""When and where a meeting is, what is on its agenda, and what came of it."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l

from app.committee import agenda_rules as agenda
from app.committee import rules
from app.committee import tablet_rules as tablets
from app.committee.models import CommitteeMember, Meeting, Subcommittee
from app.committee.rules import GENERAL
from app.web.fields import (
    Between,
    DateTimeLocalField,
    Form,
    Length,
    MultiCheckboxField,
    RadioChoiceField,
    Required,
    TrimmedString,
    TrimmedText,
    Unmarked,
    WholeNumberField,
    choices,
)
from app.web.words import choices as word_choices
from app.web.words import said

PLACE_MAX = 120


class PlaceForm(Form):
    place = TrimmedString(_l("장소"), [Required(_l("장소를 써 주세요.")), Length(most=PLACE_MAX)])
    starts_at = DateTimeLocalField(_l("여는 때"), [Required(_l("여는 때를 입력해 주세요."))])
    notice_days = WholeNumberField(
        _l("소집 통지 기간"),
        [Required(_l("며칠 전에 알려야 하는지 입력해 주세요.")), Between(0, agenda.LONGEST_NOTICE_DAYS)],
        default=agenda.USUAL_NOTICE_DAYS,
    )


class MeetingForm(PlaceForm):
    """Of the general meeting."""


class ChangeMeetingForm(PlaceForm):
    title = TrimmedString(
        _l("회의 이름"), [Required(_l("회의 이름을 써 주세요.")), Length(most=rules.MEETING_TITLE_MAX)]
    )


class ConveneForm(ChangeMeetingForm):
    WHOLE = "whole"
    body = RadioChoiceField(_l("누구의 회의인가요?"), [Required(_l("누구의 회의인지 골라 주세요."))])

    def offer(self, subcommittees: Sequence[Subcommittee]) -> None:
        names = ((str(one.id), said(one, "name")) for one in subcommittees)
        self.body.choices = choices((self.WHOLE, _l("위원회 전체")), *names)

    @property
    def subcommittee_id(self) -> int | None:
        return None if self.body.data == self.WHOLE else int(self.body.data)


class ShortNoticeForm(Form):
    """The reason is asked for only where the notice was too short."""

    reason = TrimmedText(_l("통지 기간을 채우지 못하고 여는 까닭"), [Unmarked(), Length(most=agenda.REASON_MAX)])


class CancelForm(Form):
    reason = TrimmedText(
        _l("열지 않는 까닭"),
        [Required(_l("열지 않는 까닭을 써 주세요.")), Length(most=agenda.REASON_MAX)],
        description=_l("통지를 받은 위원에게 알리고, 누구나 볼 수 있습니다. 사람 이름은 쓰지 마세요."),
    )


class ItemForm(Form):
    kind = RadioChoiceField(
        _l("안건의 종류"),
        [Required(_l("안건의 종류를 골라 주세요."))],
        choices=choices(*word_choices("agenda_kind", agenda.ITEM_KINDS)),
    )
    title = TrimmedString(_l("안건 이름"), [Required(_l("안건 이름을 써 주세요.")), Length(most=agenda.TITLE_MAX)])
    reason = TrimmedText(_l("소집 통지 뒤에 바꾸는 까닭"), [Unmarked(), Length(most=agenda.REASON_MAX)])

    def offer(self, meeting: Meeting) -> None:
        """Ballots are cast at the general meeting."""
        if meeting.kind != GENERAL:
            self.kind.choices = choices(*word_choices("agenda_kind", (agenda.DECISION, agenda.REPORT)))


class ChangeForm(Form):
    reason = TrimmedText(_l("소집 통지 뒤에 바꾸는 까닭"), [Unmarked(), Length(most=agenda.REASON_MAX)])


class DecideForm(Form):
    votes_for = WholeNumberField(_l("찬성"), [Required(_l("찬성한 위원 수를 입력해 주세요.")), Between(0, 999)])
    votes_against = WholeNumberField(_l("반대"), [Required(_l("반대한 위원 수를 입력해 주세요.")), Between(0, 999)])
    abstained = WholeNumberField(_l("기권"), [Required(_l("기권한 위원 수를 입력해 주세요.")), Between(0, 999)])
    recused = MultiCheckboxField(_l("이 안건에서 제척·기피·회피된 위원"))

    def offer(self, present: Sequence[CommitteeMember]) -> None:
        self.recused.choices = choices(*((str(one.id), one.account.name) for one in present))

    @property
    def hands(self) -> agenda.Hands:
        return agenda.Hands(self.votes_for.data, self.votes_against.data, self.abstained.data)


class TabletForm(Form):
    use = RadioChoiceField(
        _l("이 기기의 쓰임"),
        [Required(_l("이 기기를 무엇에 쓸지 골라 주세요."))],
        choices=choices(*word_choices("tablet_use", tablets.TABLET_USES)),
    )
    name = TrimmedString(_l("기기 이름"), [Required(_l("기기 이름을 써 주세요.")), Length(most=tablets.NAME_MAX)])

    def offer(self, meeting: Meeting) -> None:
        if meeting.kind != GENERAL:
            self.use.choices = choices(*word_choices("tablet_use", (tablets.DOOR,)))


class MinutesForm(Form):
    words = TrimmedText(_l("회의 내용"), [Length(most=agenda.MINUTES_MAX)])


class AddendumForm(Form):
    words = TrimmedText(
        _l("고치거나 덧붙일 내용"), [Required(_l("고치거나 덧붙일 내용을 써 주세요.")), Length(most=agenda.MINUTES_MAX)]
    )
