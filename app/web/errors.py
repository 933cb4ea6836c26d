"""The one table that knows what a room's error means to a person and to HTTP.

A view catches what it can show at a field; everything else lands here, in words and with a way on.
Rooms add a line each; the most particular class wins.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, NamedTuple

from flask import Flask, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError
from werkzeug.exceptions import HTTPException

from app import clock
from app.adapters import files as folders
from app.adapters import fonts, oidc
from app.ballots import rules as ballots
from app.codes import rules as codes
from app.committee import agenda_rules as agenda
from app.committee import rules as committee
from app.committee import subcommittee_rules as subcommittees
from app.committee import tablet_rules as tablets
from app.crypto import trustees
from app.database import PoolExhausted, db, is_away
from app.errors import NotFound
from app.fates import rules as fates
from app.fees import rules as fees
from app.files import rules as files
from app.notices import delivery_rules as deliveries
from app.notices import letter_rules as letters
from app.notices import rules as notices
from app.papers import rules as papers
from app.people import factor_rules as factors
from app.people import rules as people
from app.proposals import conflict_rules as conflicts
from app.proposals import file_rules
from app.proposals import mask_rules as masks
from app.proposals import rules as proposals
from app.recruitment import rules as recruitment
from app.results import case_rules as cases
from app.results import handing_rules as handing
from app.results import rules as results
from app.reviews import check_rules as checks
from app.reviews import heard_rules as heard
from app.reviews import objection_rules as objections
from app.reviews import recusal_rules as recusals
from app.reviews import rules as reviews
from app.reviews import sheet_rules as sheets
from app.reviews import visit_rules as visits
from app.roll import list_rules as lists
from app.roll import rules as roll
from app.rounds import rules as rounds
from app.stations import rules as stations
from app.voices import rules as voices
from app.web import guard
from app.web.fault_log import note_away
from app.web.filters import closing, day, moment, money, number
from app.web.stations_link import stations_url
from app.web.typed import typed_here
from app.web.words import word

ROWS_SAID = 5
ONE_MINUTE = timedelta(minutes=1)  # said to the minute, an instant is rounded up: nobody comes too early
Say = Callable[[Any], "str | LazyString"]


class Answer(NamedTuple):
    status: int
    say: Say


def _outside_phase(error: rounds.OutsidePhase) -> str:
    name = word("phase", error.kind)
    if error.period is None:
        return _("%(phase)s 기간이 아직 정해지지 않았습니다.", phase=name)
    return _(
        "지금은 %(phase)s 기간이 아닙니다. 기간: %(start)s ~ %(end)s",
        phase=name,
        start=moment(error.period.starts_at),
        end=closing(error.period.ends_at),
    )


def _notice_too_short(error: agenda.NoticeTooShort) -> str:
    if error.sent_on is None:
        return _("소집 통지를 보내지 않았습니다. 그래도 열려면 까닭을 써 주세요. 회의록에 남습니다.")
    return _(
        "소집 통지는 %(by)s까지 보냈어야 하는데 %(sent)s에 보냈습니다. "
        "그래도 열려면 까닭을 써 주세요. 회의록에 남습니다.",
        by=day(error.by),
        sent=day(error.sent_on),
    )


def _ballot_not_up(error: agenda.BallotNotUp) -> str:
    if error.state == agenda.CLOSED:
        return _("사업 투표 안건을 마쳐서 이제 투표할 수 없습니다.")
    return _("아직 사업 투표를 할 차례가 아닙니다. 의장이 사업 투표 안건을 시작하면 투표할 수 있습니다.")


def _pin_wrong(error: tablets.PinWrong) -> str:
    if error.left > 0:
        return _("번호가 맞지 않습니다. %(left)s번 더 입력할 수 있습니다.", left=error.left)
    return _("번호를 다섯 번 잘못 입력하여 이 태블릿이 10분 동안 잠겼습니다. 다른 태블릿을 써 주세요.")


def _no_quorum(error: committee.NoQuorum) -> str:
    return _(
        "의사정족수에 모자랍니다. 재적 %(enrolled)s명 가운데 %(needed)s명이 있어야 하는데 지금 %(present)s명입니다.",
        enrolled=error.enrolled,
        needed=error.needed,
        present=error.present,
    )


def _voting_still_open(error: results.VotingStillOpen) -> str:
    names = [_("총회") if one == results.MEETING else str(word("phase", one)) for one in error.waits_for]
    return _("아직 끝나지 않은 것이 있어 마감할 수 없습니다: %(names)s", names=", ".join(names))


def _unknown_variable(error: letters.UnknownVariable) -> str:
    wrong, *known = (f"{{{name}}}" for name in (error.name, *error.known))
    return _(
        "‘%(name)s’이라는 항목은 없습니다. 이 알림에 쓸 수 있는 항목: %(known)s", name=wrong, known=", ".join(known)
    )


def _sms_unfit(error: letters.SmsUnfit) -> str:
    if error.letter:
        return _("‘%(letter)s’은 문자로 보낼 수 없는 글자입니다.", letter=error.letter)
    return _(
        "문자 한 통은 %(most)d바이트까지입니다(한글 한 자가 2바이트). 항목을 채우면 %(needed)d바이트이니 줄여 주세요.",
        most=notices.SMS_BYTES,
        needed=error.needed,
    )


def _no_messages(error: notices.NoMessages) -> str:
    again = moment(error.again_at + ONE_MINUTE)
    if error.reason == notices.SHUT:
        return _(
            "지금은 문자를 보내는 곳에 문제가 있어 인증번호를 보낼 수 없습니다. "
            "%(again)s부터 다시 해 보실 수 있습니다.",
            again=again,
        )
    if error.reason == notices.CROWDED:
        return _("지금 보낼 문자가 많이 밀려 있습니다. %(again)s부터 다시 해 보실 수 있습니다.", again=again)
    return _(
        "정해진 시간에 보낼 수 있는 문자를 모두 보내 지금은 인증번호를 보낼 수 없습니다. "
        "%(again)s부터 다시 받을 수 있습니다.",
        again=again,
    )


def _wrong_code(error: people.WrongCode) -> str:
    if error.tries_left <= 0 and error.allowed < people.TRIES_PER_CODE:
        return _(
            "인증번호가 맞지 않습니다. 지금은 틀린 인증번호가 아주 많이 들어오고 있어, "
            "안전을 위해 인증번호 하나를 한 번만 입력할 수 있습니다. 인증번호를 다시 받아 주세요."
        )
    if error.tries_left <= 0:
        return _("인증번호를 다섯 번 잘못 입력하셨습니다. 인증번호를 다시 받아 주세요.")
    return _("인증번호가 맞지 않습니다. %(left)s번 더 입력할 수 있습니다.", left=error.tries_left)


def _file_refused(error: files.Refused) -> str:
    sentence = word("photo_refusal" if error.kind == files.PHOTO else "document_refusal", error.reason)
    return str(sentence) % {"most": files.BYTES_MAX[error.kind] >> 20}


def _too_few_sheets(error: reviews.TooFewSheets) -> str:
    numbers = ", ".join(
        _("%(number)s번 %(sheets)s장", number=one, sheets=sheets) for one, sheets in error.lacking.items()
    )
    return _(
        "제안마다 셀 수 있는 심사표가 %(needed)s장 이상 있어야 하는데 모자란 제안이 있습니다: %(numbers)s. "
        "일정에서 서면심사의 끝을 뒤로 옮기고 심사표를 더 받아 주세요.",
        needed=error.needed,
        numbers=numbers,
    )


def _challenge_too_late(error: recusals.ChallengeTooLate) -> str:
    if error.until is None:
        return _("지금은 이 제안의 심사위원을 기피신청할 수 없습니다.")
    return _("기피신청은 %(until)s까지 할 수 있었습니다.", until=closing(error.until))


def _objection_too_late(error: objections.ObjectionTooLate) -> str:
    if error.until is None:
        return _("이 회차는 심사 결과에 대한 이의신청을 받지 않습니다.")
    return _("이의신청은 %(until)s까지 할 수 있었습니다.", until=closing(error.until))


def _objections_open(error: objections.ObjectionsOpen) -> str:
    if error.count:
        return _("결정하지 않은 이의신청이 %(n)s건 있습니다. 먼저 결정해 주세요.", n=error.count)
    return _(
        "이의신청을 할 수 있는 기간입니다. %(until)s이 지난 뒤에 할 수 있습니다.",
        until=closing(error.until or clock.now()),
    )


TABLE: dict[type[Exception], Answer] = {
    NotFound: Answer(404, lambda e: PLAIN[404]),
    people.NotAMobileNumber: Answer(
        422, lambda e: _("휴대전화 번호를 확인해 주세요. 010으로 시작하는 11자리입니다. 예: 010-1234-5678")
    ),
    people.TooManyCodes: Answer(
        429,
        lambda e: _(
            "이 번호로 인증번호를 너무 여러 번 보냈습니다. %(again)s부터 다시 받을 수 있습니다.",
            again=moment(e.again_at + ONE_MINUTE),
        ),
    ),
    people.NotAMailAddress: Answer(422, lambda e: _("메일 주소를 다시 확인해 주세요. 예: hong@example.kr")),
    people.TooManyMailCodes: Answer(
        429,
        lambda e: _(
            "메일로 인증번호를 너무 여러 번 보냈습니다. %(again)s부터 다시 받을 수 있습니다.",
            again=moment(e.again_at + ONE_MINUTE),
        ),
    ),
    people.TooManyFromBrowser: Answer(
        429,
        lambda e: _(
            "이 브라우저에서 인증번호를 너무 여러 번 받았습니다. %(again)s부터 다시 받을 수 있습니다.",
            again=moment(e.again_at + ONE_MINUTE),
        ),
    ),
    notices.NoMessages: Answer(503, _no_messages),
    people.WrongCode: Answer(422, _wrong_code),
    people.CodeExpired: Answer(
        422, lambda e: _("쓸 수 있는 인증번호가 없습니다. 5분이 지났거나 이미 쓴 번호입니다. 다시 받아 주세요.")
    ),
    people.MailCodeExpired: Answer(
        422, lambda e: _("쓸 수 있는 인증번호가 없습니다. 20분이 지났거나 이미 쓴 번호입니다. 다시 받아 주세요.")
    ),
    people.WrongPassword: Answer(
        422, lambda e: _("아이디나 비밀번호가 맞지 않습니다. 다섯 번 틀리면 15분 동안 로그인할 수 없습니다.")
    ),
    factors.WrongFactor: Answer(
        422,
        lambda e: _("인증번호나 복구 코드가 맞지 않거나 이미 쓴 것입니다. 앱에 새 번호가 나온 뒤에 입력해 주세요."),
    ),
    factors.FactorLocked: Answer(
        429,
        lambda e: _(
            "인증번호를 다섯 번 잘못 입력하여 로그아웃했습니다. %(until)s부터 다시 로그인할 수 있습니다.",
            until=moment(e.until + ONE_MINUTE),
        ),
    ),
    factors.WrongSetupCode: Answer(
        422, lambda e: _("앱에 나온 번호와 다릅니다. 휴대전화의 시계가 맞는지 보고, 새 번호를 입력해 주세요.")
    ),
    factors.PasskeyRefused: Answer(422, lambda e: _("이 계정에 등록된 패스키로 확인하지 못했습니다. 다시 해 주세요.")),
    factors.ChallengeOver: Answer(422, lambda e: _("패스키를 확인하는 시간이 지났습니다. 다시 눌러 주세요.")),
    factors.PasskeyKnown: Answer(422, lambda e: _("이미 등록되어 있는 패스키입니다.")),
    factors.LastFactor: Answer(
        409, lambda e: _("하나 남은 두 번째 인증 수단은 지울 수 없습니다. 다른 것을 먼저 등록해 주세요.")
    ),
    factors.SignInOver: Answer(409, lambda e: _("그 사이에 로그아웃되었습니다. 다시 로그인해 주세요.")),
    people.Locked: Answer(
        429,
        lambda e: _(
            "비밀번호를 다섯 번 잘못 입력하여 로그인이 잠겼습니다. %(until)s부터 다시 할 수 있습니다.",
            until=moment(e.until + ONE_MINUTE),
        ),
    ),
    people.TooBusy: Answer(503, lambda e: _("지금 로그인하려는 사람이 많습니다. 잠시 뒤에 다시 시도해 주세요.")),
    people.LoginTaken: Answer(422, lambda e: _("다른 계정이 쓰고 있는 아이디입니다. 다른 아이디를 정해 주세요.")),
    people.LoginUnfit: Answer(
        422, lambda e: _("아이디는 영문 소문자, 숫자, 점(.), 붙임표(-), 밑줄(_)로 3자에서 60자까지 쓸 수 있습니다.")
    ),
    people.NameUnfit: Answer(
        422, lambda e: _("이름은 %(most)d자까지, 제어 문자 없이 써 주세요.", most=people.NAME_MAX)
    ),
    people.WeakPassword: Answer(
        422, lambda e: _("비밀번호는 12자 이상 200자 이하로, 아이디가 들어가지 않게 정해 주세요.")
    ),
    people.NameTaken: Answer(422, lambda e: _("이미 있는 부서 이름입니다.")),
    people.RoleIncomplete: Answer(
        422,
        lambda e: _("역할에 맞게 골라 주세요. 시스템 관리자가 아니면 사업을, 소관부서 담당이면 부서도 골라야 합니다."),
    ),
    people.RoleHeld: Answer(409, lambda e: _("이 사업에서 이미 맡고 있는 역할입니다.")),
    people.LastAdministrator: Answer(
        409, lambda e: _("마지막 시스템 관리자는 없앨 수 없습니다. 다른 관리자를 먼저 정해 주세요.")
    ),
    people.AccountEnded: Answer(409, lambda e: _("이미 종료된 계정입니다.")),
    people.StaffSignsFirst: Answer(409, lambda e: _("담당자가 먼저 서명해야 확인자가 서명할 수 있습니다.")),
    people.SamePerson: Answer(409, lambda e: _("두 번째 서명은 다른 사람이 해야 합니다.")),
    people.AlreadySigned: Answer(409, lambda e: _("이 역할의 서명은 이미 되어 있습니다.")),
    rounds.Frozen: Answer(
        409, lambda e: _("투표 대상이 공표되어 규칙과 사업을 더 바꿀 수 없습니다. 이 시도는 기록에 남았습니다.")
    ),
    rounds.WrongState: Answer(
        409, lambda e: _("그 사이에 회차의 단계가 바뀌었습니다. 지금 상태를 다시 확인해 주세요.")
    ),
    rounds.OutsidePhase: Answer(409, _outside_phase),
    rounds.PhaseBegun: Answer(409, lambda e: _("이미 시작한 단계의 시작이나 끝난 기간은 바꿀 수 없습니다.")),
    rounds.PhasePast: Answer(422, lambda e: _("이미 지난 때로 옮길 수 없습니다.")),
    rounds.NotOurs: Answer(409, lambda e: _("다른 도시의 투표를 본떠 회차를 만들 수 없습니다.")),
    rounds.YearTaken: Answer(409, lambda e: _("이 사업에는 그 회계연도의 회차가 이미 있습니다.")),
    rounds.StillUsed: Answer(409, lambda e: _("쓰이고 있어 지울 수 없습니다.")),
    rounds.Unsound: Answer(422, lambda e: _("설정이 규칙에 맞지 않아 저장하지 않았습니다.")),
    rounds.Incomplete: Answer(409, lambda e: _("공고에 필요한 설정이 모자랍니다. 설정을 확인해 주세요.")),
    proposals.WrongState: Answer(
        409, lambda e: _("그 사이에 제안의 상태가 바뀌었습니다. 지금 상태를 다시 확인해 주세요.")
    ),
    proposals.Stale: Answer(
        409, lambda e: _("이 페이지를 여신 뒤에 다른 창에서 내용이 바뀌었습니다. 지금 내용을 다시 확인해 주세요.")
    ),
    proposals.NotLost: Answer(409, lambda e: _("투표 대상에서 제외되었거나 선정되지 않은 제안만 다시 낼 수 있습니다.")),
    proposals.AgreedText: Answer(
        409,
        lambda e: _("여러 분이 자기 제안을 합치며 동의하신 글이어서 혼자 고치실 수 없습니다. 담당자에게 알려 주세요."),
    ),
    proposals.BallotPublished: Answer(
        409, lambda e: _("투표 대상이 확정되어 이제 제안을 바꾸거나 철회할 수 없습니다.")
    ),
    proposals.Incomplete: Answer(409, lambda e: _("아직 채우지 않은 항목이 있어 접수할 수 없습니다.")),
    proposals.OverTheLimit: Answer(
        409, lambda e: _("한 사업에 %(limit)s까지만 제안할 수 있습니다.", limit=money(e.limit_won))
    ),
    proposals.CostNotPositive: Answer(400, lambda e: _("사업비는 1원 이상이어야 합니다.")),
    proposals.TooLong: Answer(400, lambda e: _("글이 너무 깁니다. %(most)d자까지 쓸 수 있습니다.", most=e.most)),
    proposals.UnknownSection: Answer(400, lambda e: _("이 회차에 없는 분야입니다. 목록에서 다시 골라 주세요.")),
    proposals.UnknownArea: Answer(400, lambda e: _("이 사업을 할 수 없는 동입니다. 목록에서 다시 골라 주세요.")),
    proposals.TooManyLines: Answer(
        400, lambda e: _("사업비 내역은 %(most)d줄까지 쓸 수 있습니다.", most=proposals.LINES_MAX)
    ),
    proposals.LineUnfit: Answer(
        400, lambda e: _("사업비 내역의 %(number)d번째 줄을 다시 확인해 주세요.", number=e.number)
    ),
    proposals.NotTheSum: Answer(409, lambda e: _("사업비가 내역의 합계와 다릅니다. 내역을 다시 확인해 주세요.")),
    proposals.PointUnfit: Answer(400, lambda e: _("지도에서의 위치를 다시 골라 주세요.")),
    proposals.SeatsTaken: Answer(409, lambda e: _("%(most)d명까지만 함께 제안할 수 있습니다.", most=proposals.SEATS)),
    proposals.AskedBefore: Answer(
        409, lambda e: _("이 번호로는 이미 부탁하셨습니다. 한 분께 두 번 부탁할 수 없습니다.")
    ),
    proposals.OwnPhone: Answer(409, lambda e: _("본인의 번호입니다. 함께 제안할 분의 번호를 입력해 주세요.")),
    proposals.TakenNow: Answer(409, lambda e: _("지금은 제안을 받고 있습니다. 기다리지 말고 바로 접수해 주세요.")),
    proposals.KeyedTooLate: Answer(
        409, lambda e: _("서면 접수는 접수 기간이 시작된 뒤부터 소관부서 검토가 끝날 때까지 적거나 고칠 수 있습니다.")
    ),
    proposals.NotOnPaper: Answer(409, lambda e: _("서면으로 접수한 제안이 아니어서 제안하신 분이 직접 하셔야 합니다.")),
    proposals.ReasonMissing: Answer(422, lambda e: _("까닭을 %(most)d자까지 써 주세요.", most=proposals.REASON_MAX)),
    proposals.ReceivedOutside: Answer(
        400, lambda e: _("받은 날은 접수 기간 안의 날이어야 하고, 오늘보다 뒤일 수 없습니다.")
    ),
    proposals.NotAPhoneNumber: Answer(400, lambda e: _("전화번호를 다시 확인해 주세요. 예: 010-1234-5678")),
    letters.UnknownVariable: Answer(400, _unknown_variable),
    letters.LooseBrace: Answer(
        400,
        lambda e: _(
            "‘%(near)s’에 있는 중괄호가 짝이 맞지 않습니다. 글자로 쓰려면 중괄호를 두 번 써 주세요.", near=e.near
        ),
    ),
    letters.LetterUnfit: Answer(400, lambda e: _("문구는 1자에서 %(most)d자까지 쓸 수 있습니다.", most=e.most)),
    letters.SmsUnfit: Answer(422, _sms_unfit),
    deliveries.NothingFailed: Answer(
        409, lambda e: _("다시 보낼 것이 없습니다. 그사이 보냈거나 다시 보내는 중입니다.")
    ),
    deliveries.WayUnknown: Answer(400, lambda e: _("목록에 있는 것 가운데에서 골라 주세요.")),
    letters.LetterMoved: Answer(
        409, lambda e: _("그사이 다른 분이 이 문구를 고쳤습니다. 페이지를 새로 열어 확인한 뒤 다시 고쳐 주세요.")
    ),
    voices.VoicesClosed: Answer(
        409,
        lambda e: _(
            "지금은 이 제안에 공감과 의견을 받지 않습니다. 투표 대상을 공표하거나 심사가 끝나면 받지 않습니다."
        ),
    ),
    voices.OwnProposal: Answer(409, lambda e: _("자기 제안에는 공감할 수 없습니다.")),
    voices.CommentUnfit: Answer(
        400, lambda e: _("의견은 1자에서 %(most)d자까지 쓸 수 있습니다.", most=voices.COMMENT_MAX)
    ),
    voices.TooManyComments: Answer(
        429,
        lambda e: _(
            "하루에 의견을 %(most)d개까지 쓸 수 있습니다. %(again)s부터 다시 쓸 수 있습니다.",
            most=voices.COMMENTS_PER_DAY,
            again=moment(e.again_at + ONE_MINUTE),
        ),
    ),
    voices.Barred: Answer(
        403,
        lambda e: _(
            "가려진 의견 때문에 %(until)s까지 의견을 쓸 수 없습니다. 제안과 투표는 그대로 하실 수 있습니다.",
            until=moment(e.until + ONE_MINUTE),
        ),
    ),
    voices.CommentMoved: Answer(
        409, lambda e: _("그 사이에 다른 사람이 처리했거나 쓴 사람이 지운 의견입니다. 다시 열어 확인해 주세요.")
    ),
    voices.OwnComment: Answer(409, lambda e: _("자기 의견은 신고하지 않고 바로 지울 수 있습니다.")),
    voices.ReasonMissing: Answer(400, lambda e: _("까닭을 %(most)d자까지 써 주세요.", most=voices.REASON_MAX)),
    voices.GroundUnknown: Answer(400, lambda e: _("목록에서 다시 골라 주세요.")),
    conflicts.ConflictSettled: Answer(409, lambda e: _("이미 정리한 일이라 다시 정리할 수 없습니다.")),
    conflicts.BothStillThere: Answer(
        409,
        lambda e: _("두 제안이 모두 심사를 받고 있습니다. 이렇게는 한 제안이 심사에서 빠진 뒤에만 정리할 수 있습니다."),
    ),
    conflicts.NotAPair: Answer(
        422, lambda e: _("이 회차에서 적격이거나 현장심사를 마쳤거나 투표 대상인 서로 다른 두 제안만 견줄 수 있습니다.")
    ),
    conflicts.AlreadyFound: Answer(409, lambda e: _("이미 목록에 있는 두 제안입니다.")),
    conflicts.KindUnknown: Answer(400, lambda e: _("목록에서 다시 골라 주세요.")),
    conflicts.ReasonUnfit: Answer(422, lambda e: _("까닭을 %(most)d자까지 써 주세요.", most=conflicts.REASON_MAX)),
    conflicts.SettlementUnknown: Answer(400, lambda e: _("목록에서 다시 골라 주세요.")),
    masks.WordsUnfit: Answer(
        422,
        lambda e: _("가릴 말을 %(least)d자부터 %(most)d자까지 써 주세요.", least=len(masks.MARK), most=masks.WORDS_MAX),
    ),
    masks.NothingFound: Answer(
        422, lambda e: _("이 제안의 지금 글에도 예전 글에도 그런 말이 없습니다. 띄어쓰기까지 그대로 써 주세요.")
    ),
    masks.MaskReasonUnfit: Answer(
        422, lambda e: _("까닭을 %(most)d자까지, 가릴 말을 다시 쓰지 않고 써 주세요.", most=masks.REASON_MAX)
    ),
    masks.OnTheBallot: Answer(
        409,
        lambda e: _(
            "투표용지에 있는 말입니다. 제목은 서명한 투표 파일에 들어 있어 가릴 수 없고, 내용은 투표가 끝난 뒤에"
            " 가릴 수 있습니다."
        ),
    ),
    fates.TooFew: Answer(422, lambda e: _("서로 다른 제안을 둘 이상 골라 주세요. 나눌 때도 둘 이상이어야 합니다.")),
    fates.TooMany: Answer(422, lambda e: _("한 번에 %(most)d개까지 할 수 있습니다.", most=fates.MOST)),
    fates.AnotherRound: Answer(422, lambda e: _("같은 회차의 제안만 합칠 수 있습니다.")),
    fates.NotOnItsWay: Answer(
        409,
        lambda e: _(
            "%(n)s번 제안은 심사하고 있는 제안이 아니어서 합치거나 나눌 수 없습니다. "
            "투표 대상이 되었거나 심사에서 빠졌거나 이미 합치거나 나눈 제안입니다.",
            n=e.number,
        ),
    ),
    fates.NotTheLeast: Answer(
        422,
        lambda e: _(
            "%(n)s번 제안은 다른 제안보다 심사가 앞서 있습니다. 심사를 건너뛰지 않도록 심사가 가장 덜 된 제안으로 "
            "합치거나 새로 쓴 글로 합쳐 주세요.",
            n=e.number,
        ),
    ),
    fates.OfferOpen: Answer(
        409,
        lambda e: _("%(n)s번 제안은 이미 제안하신 분께 묻고 있습니다. 답을 기다리거나 먼저 거두어 주세요.", n=e.number),
    ),
    fates.OfferStale: Answer(409, lambda e: _("이제 답할 수 없습니다. %(why)s", why=word("staleness", e.why))),
    fates.NotNow: Answer(409, lambda e: _("지금은 합치거나 나눌 수 없습니다. %(why)s", why=word("staleness", e.why))),
    fates.ChallengeOpen: Answer(
        409, lambda e: _("%(n)s번 제안에 결정하지 않은 기피신청이 있습니다. 먼저 결정해 주세요.", n=e.number)
    ),
    fates.PaperLost: Answer(
        422,
        lambda e: _(
            "%(n)s번 제안은 휴대전화 없이 종이로 내신 제안이어서 다른 제안에 합치면 제안하신 분의 이름이 사라집니다. "
            "이 제안의 글을 그대로 두고 다른 제안을 여기에 합쳐 주세요. 그런 제안이 둘 이상이면 합칠 수 없습니다.",
            n=e.number,
        ),
    ),
    fates.OthersRemain: Answer(
        409,
        lambda e: _(
            "여러 분의 제안을 합친 것이어서 혼자 철회하실 수 없습니다. "
            "함께 제안하는 분들이 먼저 ‘내 제안’에서 빠지셔야 합니다."
        ),
    ),
    fates.OfferOver: Answer(
        409, lambda e: _("이미 끝난 일입니다. 이루어졌거나, 누가 동의하지 않았거나, 거두었습니다.")
    ),
    fates.AnsweredAlready: Answer(409, lambda e: _("이미 답하셨습니다. 답은 한 번만 할 수 있습니다.")),
    fates.NotOnPaper: Answer(409, lambda e: _("휴대전화로 제안하신 분은 직접 답하셔야 합니다.")),
    fates.ReasonUnfit: Answer(422, lambda e: _("까닭을 %(most)d자까지 써 주세요.", most=fates.REASON_MAX)),
    fates.SumDiffers: Answer(
        422,
        lambda e: _(
            "나눈 제안의 사업비를 더하면 %(parts)s인데 처음은 %(whole)s입니다. "
            "금액을 맞추거나 달라지는 까닭을 써 주세요.",
            parts=money(e.parts_won),
            whole=money(e.whole_won),
        ),
    ),
    fates.TooLateToCheck: Answer(
        409,
        lambda e: _(
            "새로 쓴 글은 소관부서 검토부터 받아야 하는데 그 기간이 끝났습니다. "
            "일정에서 소관부서 검토의 끝을 뒤로 옮겨 주세요."
        ),
    ),
    fates.NotUndecided: Answer(
        409,
        lambda e: _("이 회차가 끝날 때까지 정하지 못한 제안만 다음 공모로 넘길 수 있습니다. 한 번만 넘길 수 있습니다."),
    ),
    handing.NotALoser: Answer(
        409, lambda e: _("결과를 공개한 뒤에, 투표 대상이었으나 선정되지 않은 제안만 부서에 넘길 수 있습니다.")
    ),
    handing.NobodyToAnswer: Answer(
        409, lambda e: _("이 부서에는 이 사업의 담당자가 없습니다. 다른 부서를 골라 주세요.")
    ),
    handing.SameDepartment: Answer(422, lambda e: _("이미 이 부서에 있습니다. 다른 부서를 골라 주세요.")),
    handing.StepUnfit: Answer(422, lambda e: _("답에 빠진 것이 있거나 맞지 않는 것이 있습니다.")),
    handing.MovedOn: Answer(
        409, lambda e: _("그 사이에 다른 사람이 답하거나 옮겼습니다. 지금 내용을 다시 확인해 주세요.")
    ),
    proposals.NotTheProposer: Answer(404, lambda e: _("찾으시는 페이지가 없습니다.")),
    reviews.WrongState: Answer(
        409, lambda e: _("그 사이에 심사의 상태가 바뀌었습니다. 지금 상태를 다시 확인해 주세요.")
    ),
    heard.HeardOutside: Answer(
        422, lambda e: _("들으신 날은 답하거나 신청할 것이 나온 날부터 오늘까지 가운데 하루여야 합니다.")
    ),
    reviews.NotVisitedYet: Answer(409, lambda e: _("현장심사를 마친 뒤에 서면심사를 할 수 있습니다.")),
    reviews.Recused: Answer(403, lambda e: _("이 제안의 심사에서 제척·기피·회피되어 심사할 수 없습니다.")),
    reviews.RecusalTooLate: Answer(
        409,
        lambda e: _(
            "위원 투표 기간이 시작되어 더는 제척·기피·회피를 기록할 수 없습니다. "
            "해당 위원은 그 사업을 고르지 않으면 됩니다."
        ),
    ),
    reviews.AlreadyRecused: Answer(409, lambda e: _("이 위원은 이 제안의 심사에서 이미 빠져 있습니다.")),
    reviews.GroundsNeeded: Answer(
        422, lambda e: _("부적격이면 사유를 하나 이상 고르고, 적격이면 사유를 고르지 말아 주세요.")
    ),
    reviews.VisitDayOutside: Answer(
        422,
        lambda e: _("현장심사 기간 안의 날을 골라 주세요: %(first)s ~ %(last)s", first=day(e.first), last=day(e.last)),
    ),
    reviews.VisitToCome: Answer(
        422, lambda e: _("방문일(%(day)s)이 아직 오지 않았습니다. 다녀온 뒤에 써 주세요.", day=day(e.visit_on))
    ),
    reviews.TooFewVisitors: Answer(
        422,
        lambda e: _(
            "위원 %(needed)s명 이상이 함께 가야 하는데 %(present)s명을 고르셨습니다.",
            needed=e.needed,
            present=e.present,
        ),
    ),
    visits.RecordIncomplete: Answer(
        422,
        lambda e: _(
            "아직 답하지 않았거나 까닭을 쓰지 않은 것이 %(n)s개 있습니다. ‘확인됨’이 아닌 답에는 글을 써야 합니다.",
            n=len(e.missing),
        ),
    ),
    visits.SavedByAnother: Answer(
        409, lambda e: _("그 사이에 다른 분이 답을 저장했습니다. 두 답을 견주어 보고 다시 저장해 주세요.")
    ),
    visits.TooManyPhotos: Answer(
        409,
        lambda e: _(
            "현장 사진은 %(most)s장까지 올릴 수 있습니다. 다른 사진을 먼저 지워 주세요.", most=visits.PHOTOS_MAX
        ),
    ),
    visits.RecordMoved: Answer(
        409, lambda e: _("보시는 동안 방문 결과가 바뀌었습니다. 지금 내용을 읽고 다시 서명해 주세요.")
    ),
    visits.FindingsMoved: Answer(
        409,
        lambda e: _(
            "보시는 동안 방문 결과나 답변이 바뀌었습니다. 지금 내용을 읽고 다시 보내 주세요. 쓰신 글은 그대로 있습니다."
        ),
    ),
    visits.NotThere: Answer(403, lambda e: _("함께 간 사람으로 적힌 분만 서명할 수 있습니다.")),
    visits.TooFewSignatures: Answer(
        409,
        lambda e: _(
            "함께 간 위원 %(needed)s명 이상이 서명해야 하는데 지금 %(signed)s명이 서명했습니다.",
            needed=e.needed,
            signed=e.signed,
        ),
    ),
    visits.AnswerStillOpen: Answer(
        409,
        lambda e: _(
            "제안자가 아직 답변하지 않았습니다. 답변을 받거나 답변 기한(%(until)s)이 지난 뒤에 확정할 수 있습니다.",
            until=closing(e.until),
        ),
    ),
    visits.AnswerTooLate: Answer(
        409, lambda e: _("답변할 수 있는 기한이 %(until)s에 지났습니다.", until=closing(e.until))
    ),
    visits.RecusedOnRoute: Answer(
        422,
        lambda e: _(
            "%(name)s 위원은 %(number)s번 제안의 심사에서 제척·기피·회피되어 그 방문에 함께 갈 수 없습니다.",
            name=e.name,
            number=e.number,
        ),
    ),
    visits.RecordBegun: Answer(409, lambda e: _("현장에서 쓴 답이나 사진이 이미 있어 바꿀 수 없습니다.")),
    visits.DayBegun: Answer(422, lambda e: _("이 날 방문한 결과가 이미 있어 날을 바꿀 수 없습니다.")),
    visits.OutingCancelled: Answer(409, lambda e: _("취소된 현장심사 일정입니다.")),
    visits.OtherRound: Answer(409, lambda e: _("다른 회차의 현장심사 일정입니다.")),
    visits.SamePerson: Answer(
        409, lambda e: _("까닭을 기록한 사람은 확인할 수 없습니다. 다른 사람이 확인해야 합니다.")
    ),
    visits.ReasonMoved: Answer(409, lambda e: _("보시는 동안 까닭이 바뀌었습니다. 다시 읽고 확인해 주세요.")),
    visits.ChecklistEmpty: Answer(
        422,
        lambda e: _("사업의 종류마다 확인할 것을 1개에서 %(most)s개까지 써 주세요.", most=visits.LINES_MAX),
    ),
    reviews.ScoresMissing: Answer(
        422, lambda e: _("점수가 비어 있는 기준이 %(n)s개 있어 아직 제출할 수 없습니다.", n=len(e.missing))
    ),
    reviews.NoCriteria: Answer(409, lambda e: _("아직 심사 기준이 정해지지 않아 점수를 매길 수 없습니다.")),
    reviews.SheetsExist: Answer(409, lambda e: _("위원이 이미 심사를 시작하여 심사 기준을 바꿀 수 없습니다.")),
    reviews.SheetsMissing: Answer(
        409,
        lambda e: _("서면심사가 끝나지 않았고, 제출되지 않은 심사표가 %(n)s장 있어 아직 정할 수 없습니다.", n=e.count),
    ),
    reviews.NoSheets: Answer(
        409,
        lambda e: _(
            "셀 수 있는 심사표가 한 장도 없어 투표 대상을 정할 수 없습니다. "
            "일정에서 서면심사의 끝을 뒤로 옮기고 위원의 심사표를 받아 주세요."
        ),
    ),
    reviews.TooFewSheets: Answer(409, _too_few_sheets),
    reviews.PointsOutOfRange: Answer(
        422, lambda e: _("점수는 0점부터 %(most)s점까지 매길 수 있습니다.", most=e.points_max)
    ),
    sheets.SheetMoved: Answer(
        409,
        lambda e: _(
            "이 심사표를 다른 창이나 기기에서 고쳤습니다. 쓰던 것은 아직 저장하지 않았습니다. "
            "저장하기를 누르면 지금 저장된 것을 함께 보여 드립니다."
        ),
    ),
    sheets.WeightOutOfRange: Answer(422, lambda e: _("곱하는 수는 1부터 %(most)s까지입니다.", most=sheets.WEIGHT_MAX)),
    sheets.AnchorUnfit: Answer(
        422,
        lambda e: _(
            "‘%(line)s’을 읽을 수 없습니다. 한 줄에 점수와 말을 하나씩, 만점을 넘지 않게 써 주세요. 예: 5 보통",
            line=e.line[:40],
        ),
    ),
    recusals.ChallengeTooLate: Answer(409, _challenge_too_late),
    recusals.InterestMissing: Answer(
        409, lambda e: _("이 회차의 이해관계를 먼저 신고해 주세요. 그다음에 심사를 시작할 수 있습니다.")
    ),
    recusals.AlreadyChallenged: Answer(409, lambda e: _("이 위원은 이미 기피신청했습니다.")),
    recusals.NotAReviewer: Answer(422, lambda e: _("이 제안을 심사하는 위원이 아닙니다. 목록에서 다시 골라 주세요.")),
    recusals.NotEntitled: Answer(403, lambda e: _("이 기피신청의 표결에 참여할 수 없습니다.")),
    recusals.OwnChallenge: Answer(403, lambda e: _("나에 대한 기피신청은 다른 담당자가 마쳐야 합니다.")),
    recusals.VotedAlready: Answer(409, lambda e: _("이미 표결에 참여했습니다.")),
    recusals.VotingOver: Answer(409, lambda e: _("이 기피신청의 표결 기한이 지났습니다.")),
    recusals.TooFewVotes: Answer(
        409,
        lambda e: _(
            "표결할 수 있는 위원 %(entitled)s명 가운데 %(needed)s명 이상이 참여해야 하는데 지금 %(cast)s명입니다. "
            "표결 기한이 지나면 받아들이지 않은 것으로 마칠 수 있습니다.",
            entitled=e.entitled,
            needed=e.needed,
            cast=e.cast,
        ),
    ),
    recusals.ChallengesOpen: Answer(
        409, lambda e: _("정하지 않은 기피신청이 %(n)s건 있습니다. 먼저 정해 주세요.", n=e.count)
    ),
    objections.NothingToObjectTo: Answer(409, lambda e: _("이의신청을 할 수 있는 결정이 없습니다.")),
    objections.ObjectionTooLate: Answer(409, _objection_too_late),
    objections.AlreadyObjected: Answer(409, lambda e: _("이의신청은 결정마다 한 번만 할 수 있습니다.")),
    objections.NotImpartial: Answer(
        403, lambda e: _("이 결정에 관여한 사람은 이의신청을 결정할 수 없습니다. 다른 사람이 결정해 주세요.")
    ),
    objections.ObjectionsOpen: Answer(409, _objections_open),
    objections.VisitOwed: Answer(
        409,
        lambda e: _(
            "적격 제안 %(n)s건의 현장심사를 마치지 않았습니다. 기간이 지났으면 일정에서 "
            "현장심사의 끝을 뒤로 옮겨 다녀오시고, 갈 수 없으면 현장심사 화면에서 "
            "하지 못하는 까닭을 기록하고 확인해 주세요.",
            n=e.count,
        ),
    ),
    reviews.AlreadyDecided: Answer(409, lambda e: _("이 회차의 투표 대상은 이미 정해졌습니다.")),
    reviews.NothingToDecide: Answer(409, lambda e: _("현장심사를 마친 제안이 없어 정할 것이 없습니다.")),
    reviews.StandingsMoved: Answer(
        409, lambda e: _("확인하신 뒤에 순위가 바뀌었습니다. 지금 순위를 다시 확인해 주세요.")
    ),
    checks.CheckMoved: Answer(
        409, lambda e: _("그 사이에 다른 사람이 이 검토를 고치거나 넘겼습니다. 지금 내용을 다시 확인해 주세요.")
    ),
    checks.ProposalMoved: Answer(
        409, lambda e: _("그 사이에 제안이 바뀌었습니다. 바뀐 제안을 읽고 의견을 다시 확인해 주세요.")
    ),
    checks.SameDepartment: Answer(422, lambda e: _("이미 이 부서에서 검토하고 있습니다. 다른 부서를 골라 주세요.")),
    checks.NotAnOfficer: Answer(422, lambda e: _("이 부서의 담당자 가운데에서 골라 주세요.")),
    checks.DuePast: Answer(422, lambda e: _("검토 기한은 오늘이나 그 뒤의 날로 정해 주세요.")),
    checks.CostReasonNeeded: Answer(
        422, lambda e: _("사업비를 조정하려면 금액과 조정한 까닭을 함께 써 주세요. 조정하지 않으면 둘 다 비워 주세요.")
    ),
    reviews.ReviewError: Answer(400, lambda e: PLAIN[400]),
    committee.NoQuorum: Answer(409, _no_quorum),
    committee.NotPresent: Answer(
        409, lambda e: _("회의에 참석한 것으로 확인되지 않은 위원입니다. 출석을 먼저 확인받아 주세요.")
    ),
    committee.MeetingNotOpen: Answer(409, lambda e: _("회의가 열려 있지 않습니다.")),
    committee.NotTheDay: Answer(409, lambda e: _("회의 날이 되어야 출석을 확인할 수 있습니다.")),
    committee.MeetingInThePast: Answer(422, lambda e: _("회의는 지금보다 뒤의 때로 잡아 주세요.")),
    committee.NotPresiding: Answer(
        403,
        lambda e: _(
            "회의록은 위원장이나 부위원장이, 분과위원회의 회의록은 그 분과위원장이 확인합니다. "
            "분과위원장이 없으면 위원장이나 부위원장이 확인합니다."
        ),
    ),
    subcommittees.SubcommitteeThere: Answer(422, lambda e: _("같은 날 시작하는 같은 이름의 분과위원회가 있습니다.")),
    subcommittees.SubcommitteeOver: Answer(422, lambda e: _("이 날에는 분과위원회가 있지 않습니다.")),
    subcommittees.SeatTaken: Answer(409, lambda e: _("이 분과위원회에 이미 속하거나 들어오기로 된 위원입니다.")),
    subcommittees.OneSubcommittee: Answer(
        409, lambda e: _("다른 분과위원회에 속한 위원입니다. 위원회의 규칙에 따라 한 곳에만 속할 수 있습니다.")
    ),
    subcommittees.SeatLeft: Answer(409, lambda e: _("이미 분과위원회에서 나간 것으로 기록된 위원입니다.")),
    subcommittees.SeatsSettled: Answer(
        409,
        lambda e: _(
            "%(on)s에 이 분과위원회가 모였습니다. 그때의 재적이 바뀌지 않게 그 뒤의 날로 해 주세요.",
            on=day(e.on),
        ),
    ),
    committee.NotSummoned: Answer(403, lambda e: _("오늘 이 회의를 여는 위원회나 분과위원회에 속한 위원이 아닙니다.")),
    committee.NobodyToInvite: Answer(422, lambda e: _("소집 통지를 받을 위원이 한 명도 없습니다.")),
    subcommittees.LeavesBeforeJoining: Answer(422, lambda e: _("들어온 날보다 앞선 날에는 나갈 수 없습니다.")),
    committee.NotAMember: Answer(403, lambda e: _("이 사업의 위원회에 위촉된 위원이 아닙니다.")),
    committee.WrongState: Answer(
        409, lambda e: _("그 사이에 회의의 상태가 바뀌었습니다. 지금 상태를 다시 확인해 주세요.")
    ),
    committee.MayStillMeet: Answer(
        409, lambda e: _("여는 때나 위원 투표 기간이 지나지 않았습니다. 아직 열 수 있습니다.")
    ),
    committee.MeetingPlanned: Answer(409, lambda e: _("이 회차의 총회가 이미 잡혀 있습니다.")),
    committee.SeatsTaken: Answer(409, lambda e: _("위원회 정원 %(seats)s명이 모두 찼습니다.", seats=committee.SEATS)),
    committee.RouteSeatsTaken: Answer(
        409,
        lambda e: _(
            "%(route)s 자리 %(seats)s개가 모두 찼습니다.",
            route=word("route", e.route),
            seats=committee.ROUTE_SEATS[e.route],
        ),
    ),
    committee.SexLimit: Answer(
        409,
        lambda e: _(
            "한 성별은 정원의 %(tenths)s/10을 넘을 수 없습니다. 위촉하면 넘게 되어 위촉하지 않았습니다.",
            tenths=committee.SEX_TENTHS,
        ),
    ),
    committee.TermTooLong: Answer(422, lambda e: _("임기는 %(years)s년까지입니다.", years=committee.TERM_YEARS)),
    committee.RenewedAlready: Answer(409, lambda e: _("이미 한 번 연임한 위원이라 이어서 다시 위촉할 수 없습니다.")),
    fees.FeesSettled: Answer(
        409,
        lambda e: _(
            "%(on)s에 마친 회의의 수당이 달라집니다. 그 뒤의 날을 고르시거나, 잘못 정한 단가를 바로잡는 것이라면 "
            "까닭을 써 주세요.",
            on=day(e.on),
        ),
    ),
    recruitment.WrongState: Answer(
        409, lambda e: _("그 사이에 공개모집의 상태가 바뀌었습니다. 지금 상태를 다시 확인해 주세요.")
    ),
    recruitment.ApplicationWrongState: Answer(
        409, lambda e: _("그 사이에 이 신청의 상태가 바뀌었습니다. 지금 상태를 다시 확인해 주세요.")
    ),
    recruitment.PeriodBackwards: Answer(
        422, lambda e: _("신청 시작, 신청 마감, 추첨 번호가 나오는 날, 임기 시작의 차례가 되어야 합니다.")
    ),
    recruitment.NotExtended: Answer(422, lambda e: _("지금 마감과 오늘보다 뒤여야 합니다.")),
    recruitment.CancelledTooLate: Answer(
        409, lambda e: _("추첨 명단을 공개했고 추첨 번호가 나오는 날이 되어 취소할 수 없습니다. 추첨해 주세요.")
    ),
    recruitment.CallTooLate: Answer(409, lambda e: _("신청 마감이 이미 지나 공고할 수 없습니다. 기간을 고쳐 주세요.")),
    recruitment.NotTaking: Answer(
        409,
        lambda e: _(
            "지금은 신청을 받지 않습니다. 신청 기간: %(start)s ~ %(end)s",
            start=moment(e.opens_at),
            end=closing(e.closes_at),
        ),
    ),
    recruitment.AppliedAlready: Answer(409, lambda e: _("이미 신청하셨습니다. 한 사람이 한 번만 신청할 수 있습니다.")),
    recruitment.BirthYearUnfit: Answer(422, lambda e: _("태어난 해를 네 자리로 다시 확인해 주세요. 예: 1985")),
    recruitment.StillTaking: Answer(409, lambda e: _("신청 기간이 아직 끝나지 않았습니다.")),
    recruitment.Undecided: Answer(
        409, lambda e: _("자격을 아직 확인하지 않은 신청이 %(n)s건 있습니다. 모두 확인해 주세요.", n=e.count)
    ),
    recruitment.SeedOutAlready: Answer(
        409,
        lambda e: _(
            "공고한 추첨 번호가 나오는 날이 되어 명단을 확정할 수 없습니다. "
            "아직 나오지 않은 번호로 추첨일을 다시 공고해 주세요."
        ),
    ),
    recruitment.SeedNotOutYet: Answer(409, lambda e: _("공고한 추첨 번호가 나오는 날이 아직 되지 않았습니다.")),
    recruitment.SeedWithoutNumbers: Answer(422, lambda e: _("나온 번호를 숫자로 입력해 주세요. 예: 3 11 15 29 35 44")),
    recruitment.SeedEarly: Answer(422, lambda e: _("오늘과 신청 마감일보다 뒤의 날이어야 합니다.")),
    recruitment.NoSeedYet: Answer(409, lambda e: _("아직 번호를 입력한 사람이 없습니다. 먼저 입력해 주세요.")),
    recruitment.SamePerson: Answer(409, lambda e: _("번호의 확인은 앞서 입력한 분이 아닌 다른 사람이 해야 합니다.")),
    recruitment.SeedDiffers: Answer(
        422, lambda e: _("앞사람이 입력한 번호와 다릅니다. 번호가 나온 곳을 두 사람이 함께 확인해 주세요.")
    ),
    recruitment.NoVacancy: Answer(409, lambda e: _("공개모집의 자리가 모두 차 있거나 제안되어 있습니다.")),
    recruitment.NobodyInReserve: Answer(
        409, lambda e: _("성별 제한 안에서 자리를 제안할 수 있는 예비 후보가 없습니다.")
    ),
    recruitment.DongSeatsTaken: Answer(
        409, lambda e: _("이 동에서 추천할 수 있는 %(n)s명을 모두 추천했습니다.", n=e.per_dong)
    ),
    recruitment.SeatsPromised: Answer(
        409, lambda e: _("이 모집 방법의 남은 자리는 공고한 공개모집에서 뽑거나 추천받은 분들의 자리입니다.")
    ),
    recruitment.ReasonNeeded: Answer(422, lambda e: _("공고한 공개모집이 있습니다. 따로 위촉하는 까닭을 써 주세요.")),
    recruitment.ErasedAlready: Answer(
        409, lambda e: _("보관 기간이 지나 신청한 분들의 정보를 지웠으므로 더 진행할 수 없습니다.")
    ),
    recruitment.RecommendedAlready: Answer(409, lambda e: _("이미 위촉했거나 정보를 지운 추천이라 바꿀 수 없습니다.")),
    committee.AlreadyEnrolled: Answer(409, lambda e: _("이 기간에 이미 위촉되어 있는 위원입니다.")),
    committee.TermBackwards: Answer(422, lambda e: _("끝나는 날은 시작하는 날보다 뒤여야 합니다.")),
    agenda.NoticeTooShort: Answer(422, _notice_too_short),
    agenda.NoticeLowered: Answer(
        422,
        lambda e: _(
            "소집 통지를 보낸 뒤에는 통지 기간을 줄일 수 없습니다. "
            "때나 장소를 바꾸면 새로 통지하므로 그때 줄일 수 있습니다."
        ),
    ),
    agenda.AgendaFrozen: Answer(409, lambda e: _("회의를 열었거나 열지 못해서 안건을 더 바꿀 수 없습니다.")),
    agenda.AgendaAnnounced: Answer(
        422, lambda e: _("소집 통지로 안건을 알렸습니다. 바꾸는 까닭을 써 주세요. 회의록에 남습니다.")
    ),
    agenda.BallotElsewhere: Answer(409, lambda e: _("사업 투표는 총회에서만 합니다.")),
    agenda.MinutesNotApproved: Answer(409, lambda e: _("위원장이 회의록을 아직 확인하지 않아 공개할 수 없습니다.")),
    agenda.MinutesChanged: Answer(
        409, lambda e: _("읽으시는 동안 회의록의 내용이 바뀌었습니다. 바뀐 내용을 다시 읽고 확인해 주세요.")
    ),
    agenda.MinutesUnpublished: Answer(409, lambda e: _("공개하지 않은 회의록은 덧붙이지 않고 그대로 고칩니다.")),
    tablets.NoBooth: Answer(409, lambda e: _("투표용 태블릿은 총회에서만 씁니다.")),
    agenda.BallotOnAgenda: Answer(422, lambda e: _("사업 투표는 안건에 한 번만 넣을 수 있습니다.")),
    agenda.BallotMissing: Answer(
        409, lambda e: _("안건에 사업 투표가 없습니다. 안건에 넣어야 총회를 열고 투표할 수 있습니다.")
    ),
    agenda.BallotNotUp: Answer(409, _ballot_not_up),
    agenda.ItemWrongState: Answer(
        409, lambda e: _("그 사이에 안건의 상태가 바뀌었습니다. 지금 상태를 다시 확인해 주세요.")
    ),
    agenda.OtherItemUp: Answer(409, lambda e: _("지금 논의 중인 안건이 있습니다. 그 안건을 먼저 마쳐 주세요.")),
    agenda.NotToBeDecided: Answer(409, lambda e: _("보고와 사업 투표는 손을 들어 의결하지 않습니다.")),
    agenda.HandsDoNotAddUp: Answer(
        422,
        lambda e: _(
            "찬성, 반대, 기권을 더하면 %(raised)s명인데 이 안건에 표결할 수 있는 위원은 %(may_vote)s명입니다.",
            raised=e.raised,
            may_vote=e.may_vote,
        ),
    ),
    agenda.NotThere: Answer(422, lambda e: _("지금 자리에 없는 위원을 제척·회피로 골랐습니다.")),
    agenda.MinutesPublished: Answer(409, lambda e: _("이미 공개한 회의록은 바꿀 수 없습니다.")),
    agenda.MinutesTooEarly: Answer(409, lambda e: _("회의록은 회의를 마친 뒤에 씁니다.")),
    tablets.DoorCodeOld: Answer(
        409, lambda e: _("출입문의 QR 코드가 그 사이에 바뀌었습니다. 지금 보이는 코드를 다시 찍어 주세요.")
    ),
    tablets.TabletUnknown: Answer(404, lambda e: _("찾으시는 페이지가 없습니다.")),
    tablets.PinWrong: Answer(422, _pin_wrong),
    tablets.PinUsed: Answer(
        422, lambda e: _("이미 쓴 번호입니다. 번호는 한 번만 쓸 수 있습니다. 출입문에서 새 번호를 받아 주세요.")
    ),
    tablets.PinExpired: Answer(
        422, lambda e: _("받은 지 10분이 지나 쓸 수 없는 번호입니다. 출입문에서 새 번호를 받아 주세요.")
    ),
    tablets.TabletLocked: Answer(
        422,
        lambda e: _(
            "번호를 다섯 번 잘못 입력하여 이 태블릿이 잠겼습니다. %(until)s부터 다시 할 수 있습니다. "
            "다른 태블릿을 써 주세요.",
            until=moment(e.until + ONE_MINUTE),
        ),
    ),
    tablets.RightEnded: Answer(
        409,
        lambda e: _("이 번호로 투표할 수 있는 시간이 지났습니다. 아직 투표하지 않았다면 새 번호를 받아 주세요."),
    ),
    ballots.NotPublished: Answer(409, lambda e: _("투표 대상이 아직 공표되지 않아 투표할 수 없습니다.")),
    ballots.VotingBegun: Answer(
        409, lambda e: _("%(phase)s 기간이 이미 시작되어 공표할 수 없습니다.", phase=word("phase", e.kind))
    ),
    ballots.BadToken: Answer(
        400, lambda e: _("확인 화면에서 보낸 것이 아니어서 받지 않았습니다. 처음부터 다시 골라 주세요.")
    ),
    ballots.NotValid: Answer(422, lambda e: _("고른 개수가 규칙에 맞지 않습니다. 다시 골라 주세요.")),
    ballots.NotPublishable: Answer(
        409, lambda e: _("아직 투표 대상을 공표할 수 없습니다. 고칠 것을 먼저 고쳐 주세요.")
    ),
    papers.NotAStationDay: Answer(409, lambda e: _("오늘은 이 투표소에서 투표하는 날이 아닙니다.")),
    papers.DayNotOpen: Answer(
        409, lambda e: _("투표소의 하루를 아직 열지 않았습니다. 받은 투표지를 세어 하루를 먼저 열어 주세요.")
    ),
    papers.DayOpenAlready: Answer(409, lambda e: _("다른 담당자가 이미 하루를 열었습니다.")),
    papers.DayShut: Answer(
        409, lambda e: _("이 투표소는 오늘 투표를 마쳤습니다. 센 수가 기록되었고, 다시 열 수 없습니다.")
    ),
    papers.NoPapersLeft: Answer(409, lambda e: _("건넬 투표지가 남아 있지 않습니다. 받은 수와 남은 수를 세어 보세요.")),
    papers.PinsOpen: Answer(
        409,
        lambda e: _(
            "아직 쓸 수 있는 투표 번호가 %(n)s개 있습니다. 투표를 마치거나 시간이 지난 뒤에 마감해 주세요.", n=e.pins
        ),
    ),
    papers.DayUneven: Answer(422, lambda e: _("수가 맞지 않습니다. 다시 세어 보고 까닭을 적어 주세요.")),
    papers.DayStillRuns: Answer(409, lambda e: _("이 날이 지나기 전에는 투표소의 담당자가 마감합니다.")),
    papers.NothingToConfirm: Answer(409, lambda e: _("확인할 것이 없습니다. 이미 마감했거나 아직 운영 중입니다.")),
    papers.SameOfficer: Answer(422, lambda e: _("센 사람이 아닌 다른 사람이 확인해야 합니다.")),
    papers.DayUnfinished: Answer(409, lambda e: _("투표소의 하루가 마감된 뒤에 투표지를 입력합니다.")),
    papers.BatchOpenAlready: Answer(409, lambda e: _("다른 사람이 이미 입력을 시작했습니다.")),
    papers.PileDiffers: Answer(
        422, lambda e: _("투표소에서 센 수와 다릅니다. 다시 세어 보고, 그래도 다르면 까닭을 적어 주세요.")
    ),
    papers.NotYourTurn: Answer(
        409,
        lambda e: _(
            "지금 입력할 것이 없습니다. 두 사람이 저마다 입력하고, 서로 다르면 두 사람이 아닌 셋째 사람이 정합니다."
        ),
    ),
    papers.WrongSheet: Answer(
        422, lambda e: _("지금 입력할 장이 아닙니다. 그만두기를 눌러 몇 번째 장인지 다시 확인해 주세요.")
    ),
    papers.NumberUnknown: Answer(
        422,
        lambda e: _("%(n)s번은 이 투표지에 없거나 두 번 입력했습니다. 투표지를 다시 확인해 주세요.", n=e.number),
    ),
    papers.NotSettled: Answer(409, lambda e: _("아직 입력하거나 정할 투표지가 남아 있습니다.")),
    papers.TooManyPapers: Answer(
        409,
        lambda e: _(
            "투표지를 받은 사람은 %(people)s명인데 센 투표지가 %(papers)s장입니다. 우리가 나누어 준 투표지가 아닌 것을 "
            "찾아 처음부터 다시 입력해 주세요.",
            people=e.people,
            papers=e.papers,
        ),
    ),
    papers.AlreadyEntered: Answer(409, lambda e: _("이 투표지들은 이미 투표함에 들어갔습니다.")),
    papers.DaysUnfinished: Answer(
        409,
        lambda e: _(
            "투표소의 하루 %(n)s개가 끝나지 않았습니다. ‘투표소와 종이 투표지’에서 하루를 마감하고 종이 투표지를 모두 "
            "넣은 다음 마감해 주세요.",
            n=e.days,
        ),
    ),
    stations.NoRoll: Answer(
        409,
        lambda e: _(
            "이 회차는 휴대전화만 확인하고 명부를 두지 않아 현장투표소를 둘 수 없습니다. "
            "설정의 ‘누가 투표할 수 있나요?’에서 명부로 확인하도록 정하면 둘 수 있습니다."
        ),
    ),
    stations.NameTaken: Answer(422, lambda e: _("이 회차에 같은 이름의 투표소가 있습니다. 다른 이름을 정해 주세요.")),
    stations.StationUsed: Answer(
        409, lambda e: _("이미 쓰이고 있어 지울 수 없습니다. 이 투표소에서 있었던 일의 수를 남겨야 합니다.")
    ),
    stations.HoursBackwards: Answer(
        422, lambda e: _("끝나는 때는 시작하는 때보다 뒤여야 합니다. 여는 시간은 하루 안에서 정해 주세요.")
    ),
    stations.NotAnOfficer: Answer(422, lambda e: _("이 사업의 현장투표소 담당 역할이 있는 계정을 골라 주세요.")),
    stations.ShiftOverlaps: Answer(422, lambda e: _("이 담당자는 그 시간에 이미 다른 근무가 있습니다.")),
    stations.NotOnDuty: Answer(409, lambda e: _("지금 이 투표소에서 근무 중인 담당자가 아닙니다.")),
    stations.SameOfficer: Answer(422, lambda e: _("두 번째 담당자는 다른 사람이어야 합니다.")),
    stations.WrongPin: Answer(
        409,
        lambda e: _("맞지 않거나 이미 쓴 번호입니다. 쪽지의 번호를 다시 확인하거나 창구에서 새 번호를 받아 주세요."),
    ),
    stations.PinOverdue: Answer(409, lambda e: _("시간이 지난 번호입니다. 창구에서 새 번호를 받아 주세요.")),
    stations.PinOfAnotherStation: Answer(
        409, lambda e: _("다른 투표소에서 받은 번호입니다. 이 투표소의 창구에서 새 번호를 받아 주세요.")
    ),
    stations.PinTakenElsewhere: Answer(
        409,
        lambda e: _("다른 단말기에서 쓰고 있는 번호입니다. 그 단말기에서 이어 가거나 창구에서 새 번호를 받아 주세요."),
    ),
    stations.KioskPaused: Answer(
        429,
        lambda e: _(
            "번호를 다섯 번 잘못 눌러 이 단말기를 잠시 멈췄습니다. %(until)s부터 다시 할 수 있습니다.",
            until=moment(e.until + ONE_MINUTE),
        ),
    ),
    stations.StationError: Answer(400, lambda e: PLAIN[400]),
    roll.NotOnTheRoll: Answer(
        404,
        lambda e: _("이 회차의 선거인 명부에서 찾지 못했습니다. 현장투표소에서 신분증을 보이면 확인해 드립니다."),
    ),
    roll.OnTheRollAlready: Answer(
        409,
        lambda e: _(
            "이 이름과 생년월일, 또는 이 전화번호로는 여기에서 이어 갈 수 없습니다. "
            "현장투표소에서 신분증을 보이면 바로 도와 드립니다."
        ),
    ),
    roll.NameMissing: Answer(422, lambda e: _("이름을 신분증에 적힌 대로 입력해 주세요.")),
    roll.BirthDateUnfit: Answer(422, lambda e: _("생년월일을 다시 확인해 주세요.")),
    roll.TooYoung: Answer(
        422, lambda e: _("투표가 시작되는 날에 만 %(least)s세 이상이어야 투표할 수 있습니다.", least=e.least)
    ),
    roll.BasisNotTaken: Answer(422, lambda e: _("이 회차에서 받는 연고 가운데에서 골라 주세요.")),
    roll.AreaMissing: Answer(422, lambda e: _("어느 동인지 골라 주세요.")),
    roll.GuardianMissing: Answer(422, lambda e: _("만 14세가 안 되었으면 보호자의 동의가 있어야 합니다.")),
    roll.VotersOtherwise: Answer(409, lambda e: _("이 회차에서는 다른 방법으로 투표할 사람을 확인합니다.")),
    codes.CodeMistyped: Answer(
        422,
        lambda e: _(
            "번호 %(n)s자리 가운데 빠졌거나 잘못 적힌 글자가 있습니다. 종이의 번호와 한 글자씩 견주어 보세요.",
            n=codes.LENGTH,
        ),
    ),
    codes.CodeWrong: Answer(
        422,
        lambda e: _(
            "이 투표에서 쓸 수 있는 번호가 아닙니다. 다른 투표의 번호는 아닌지 보시고, 모르겠으면 번호를 드린 곳에 "
            "물어보세요."
        ),
    ),
    codes.CodeSpent: Answer(409, lambda e: _("이미 투표를 마친 번호입니다. 번호 하나로 한 번만 투표할 수 있습니다.")),
    codes.CodeForTest: Answer(
        422, lambda e: _("연습용으로 만든 번호라서 투표할 수 없습니다. 번호를 드린 곳에 알려 주세요.")
    ),
    codes.TooManyWrong: Answer(
        429,
        lambda e: _(
            "맞지 않는 번호를 여러 번 입력하셨습니다. 번호는 그대로 있으니 %(when)s부터 다시 입력해 주세요.",
            when=moment(e.until),
        ),
    ),
    codes.WrongBatchState: Answer(
        409, lambda e: _("그 사이에 이 번호 묶음의 상태가 바뀌었습니다. 지금 상태를 다시 확인해 주세요.")
    ),
    codes.NobodySelected: Answer(
        409, lambda e: _("번호를 새로 받을 사람이 없습니다. 모두 쓸 수 있는 번호가 있습니다.")
    ),
    codes.TooManyCodes: Answer(422, lambda e: _("한 번에 %(most)s개까지 만들 수 있습니다.", most=f"{e.most:,}")),
    oidc.ProviderAway: Answer(
        503,
        lambda e: _("그 기관이 지금 답하지 않습니다. 잠시 뒤에 다시 하시거나 휴대전화로 투표해 주세요."),
    ),
    oidc.ProviderRefused: Answer(
        409, lambda e: _("그 기관에서 확인을 마치지 않았습니다. 처음부터 다시 하시거나 휴대전화로 투표해 주세요.")
    ),
    oidc.NotTrusted: Answer(
        400,
        lambda e: _("그 기관에서 온 답이 맞지 않아 받지 않았습니다. 바뀐 것은 없으니 처음부터 다시 해 주세요."),
    ),
    oidc.ClaimsMissing: Answer(
        409, lambda e: _("그 기관이 이름과 생년월일을 알려 주지 않아 확인할 수 없습니다. 휴대전화로 투표해 주세요.")
    ),
    fonts.NoGlyphs: Answer(
        422,
        lambda e: _(
            "이름 %(n)s개에 인쇄할 수 없는 글자(한자 등)가 있습니다. 파일의 %(rows)s행을 보세요. 아직 번호를 만들지 "
            "않았습니다. CSV로 받거나, 그대로 인쇄하려면 여기에 표시하고 명부 파일을 다시 골라 주세요.",
            n=number(len(e.rows)),
            rows=", ".join(map(number, e.rows[:ROWS_SAID])) + ("…" if len(e.rows) > ROWS_SAID else ""),
        ),
    ),
    fonts.FontMissing: Answer(
        500,
        lambda e: _(
            "인쇄에 쓸 글꼴(Pretendard)이 서버에 없어 아무것도 만들지 않았습니다. "
            "시스템 관리자에게 make setup을 다시 실행해 달라고 알려 주세요."
        ),
    ),
    codes.NoSuchCode: Answer(409, lambda e: _("이 묶음에 무효로 할 수 있는 그런 순번이 없습니다.")),
    roll.ResidentNumber: Answer(
        422, lambda e: _("생년월일만 적어 주세요. 주민등록번호는 뒷자리 한 자리도 받지 않습니다. 예: 1956-03-02")
    ),
    roll.TooManyClaims: Answer(
        429,
        lambda e: _(
            "이 회차에서는 여기에서 더 확인해 드릴 수 없습니다. 현장투표소에서 신분증을 보이면 바로 도와 드립니다."
        ),
    ),
    roll.SamePhone: Answer(422, lambda e: _("보호자의 휴대전화 번호를 입력해 주세요. 지금 쓰는 번호와 달라야 합니다.")),
    lists.UnfitFile: Answer(422, lambda e: str(word("list_file", e.code)) % {"detail": e.detail}),
    lists.ListRunning: Answer(409, lambda e: _("다른 파일을 지금 읽고 있습니다. 잠시 뒤에 다시 확인해 주세요.")),
    lists.ListWaits: Answer(409, lambda e: _("올린 파일이 확인을 기다리고 있습니다. 그 파일을 먼저 정해 주세요.")),
    lists.ListGone: Answer(
        409, lambda e: _("그 사이에 이 파일을 명부에 넣었거나 버렸습니다. 지금 상태를 확인해 주세요.")
    ),
    lists.ListClosed: Answer(409, lambda e: _("명부는 회차를 공고한 뒤부터 주민 투표가 끝날 때까지 올릴 수 있습니다.")),
    lists.ListReasonMissing: Answer(422, lambda e: _("투표 대상을 공표한 뒤에는 까닭을 적어야 합니다.")),
    lists.EntriesStay: Answer(409, lambda e: _("투표 대상을 공표한 뒤에는 명부에서 아무도 뺄 수 없습니다.")),
    lists.NothingToTake: Answer(422, lambda e: _("명부에 넣을 줄이 없습니다. 파일을 버리고 고쳐서 다시 올려 주세요.")),
    ballots.AlreadyVoted: Answer(409, lambda e: _("이미 투표하셨습니다. 한 사람이 한 번만 투표할 수 있습니다.")),
    ballots.BadTrustees: Answer(
        422, lambda e: _("수탁자는 이름이 서로 다른 두 명 이상이어야 하고, 두 명 이상이 모여야 열 수 있게 정합니다.")
    ),
    ballots.KeyNotReady: Answer(
        409,
        lambda e: _(
            "투표함의 열쇠를 아직 다 나누지 않아 공표할 수 없습니다. 수탁자 모두가 낱말을 다시 입력해 확인해야 합니다."
        ),
    ),
    ballots.ConflictsOpen: Answer(
        409,
        lambda e: _(
            "장소나 목적이 같은 제안을 아직 정리하지 않아 공표할 수 없습니다. 정리할 것이 %(n)s개 있습니다.", n=e.count
        ),
    ),
    ballots.AlreadyPrepared: Answer(
        409,
        lambda e: _("이미 번호를 추첨하여 서명을 기다리고 있습니다. 다시 추첨하려면 까닭을 적고 먼저 거두어 주세요."),
    ),
    ballots.NotPrepared: Answer(
        409, lambda e: _("그 사이에 이 투표 대상을 거두었거나 공표했습니다. 지금 상태를 다시 확인해 주세요.")
    ),
    ballots.Moved: Answer(
        409,
        lambda e: _(
            "번호를 추첨한 뒤에 바뀐 것이 있어 서명하지 않았습니다: %(parts)s. 거두고 다시 준비해 주세요.",
            parts=", ".join(str(word("manifest_part", part)) for part in e.parts),
        ),
    ),
    ballots.NotReady: Answer(
        409,
        lambda e: _(
            "투표를 열기 전 점검에서 걸린 것이 있어 공표하지 않았습니다: %(names)s",
            names=", ".join(str(word("preflight", name)) for name in e.checks),
        ),
    ),
    ballots.OthersWords: Answer(422, lambda e: _("이 회차의 낱말이지만 다른 수탁자의 것입니다.")),
    ballots.NothingSealed: Answer(409, lambda e: _("이 회차의 표는 봉인하지 않아 열 투표함이 없습니다.")),
    ballots.AlreadyOpened: Answer(409, lambda e: _("투표함을 이미 열었습니다. 이제 개표할 수 있습니다.")),
    ballots.BeingOpened: Answer(409, lambda e: _("투표함을 지금 여는 중입니다. 잠시 뒤에 다시 확인해 주세요.")),
    ballots.Superseded: Answer(
        409, lambda e: _("그 사이에 투표함을 여는 일이 다시 시작되어, 앞선 시도는 아무것도 남기지 않았습니다.")
    ),
    ballots.StillSealed: Answer(
        409, lambda e: _("투표함이 아직 봉인되어 있습니다. 수탁자들이 투표함을 연 뒤에 개표할 수 있습니다.")
    ),
    trustees.WrongNumberOfWords: Answer(
        422,
        lambda e: _("낱말은 %(all)s개여야 하는데 %(count)s개를 입력했습니다.", all=trustees.WORDS, count=e.count),
    ),
    trustees.UnknownWord: Answer(
        422, lambda e: _("%(position)s번째 낱말은 낱말 목록에 없습니다. 철자를 확인해 주세요.", position=e.position)
    ),
    trustees.WrongChecksum: Answer(422, lambda e: _("낱말 하나가 틀렸거나 순서가 바뀌었습니다.")),
    trustees.OtherSet: Answer(
        422, lambda e: _("다른 회차의 낱말입니다. 열쇠를 새로 만들었다면 그 전에 받은 낱말은 쓸 수 없습니다.")
    ),
    trustees.SameShare: Answer(422, lambda e: _("같은 수탁자의 낱말을 두 번 입력했습니다.")),
    trustees.TooFew: Answer(
        422,
        lambda e: _("%(needed)s명 가운데 %(given)s명의 낱말만 입력했습니다.", needed=e.needed, given=e.given),
    ),
    results.VotingStillOpen: Answer(409, _voting_still_open),
    results.SeedMissing: Answer(
        409,
        lambda e: _(
            "순서를 추첨으로 정해야 하는 사업이 %(n)s개 있습니다. "
            "두 사람이 공개된 번호를 입력한 뒤에 개표할 수 있습니다.",
            n=e.items,
        ),
    ),
    results.SeedDiffers: Answer(
        422, lambda e: _("앞사람이 입력한 번호와 다릅니다. 번호가 나온 곳을 두 사람이 함께 확인해 주세요.")
    ),
    results.SeedSettled: Answer(409, lambda e: _("두 사람이 확인한 번호라서 바꿀 수 없습니다.")),
    results.NoSeedYet: Answer(409, lambda e: _("아직 번호를 입력한 사람이 없습니다. 먼저 입력해 주세요.")),
    results.GatesBroken: Answer(
        409, lambda e: _("숫자가 맞지 않아 개표 결과를 만들지 않았습니다. 이 시도는 기록에 남았습니다.")
    ),
    results.OtherSigningKey: Answer(
        409,
        lambda e: _(
            "서버의 서명 열쇠가 공표한 규칙에 적힌 공개키와 달라 결과를 공개하지 않았습니다. "
            "시스템 관리자에게 알려 주세요."
        ),
    ),
    results.OtherPrivateKey: Answer(
        409,
        lambda e: _(
            "투표함의 열쇠를 결과와 함께 공개하기로 했는데, 지금 데이터베이스에 그 열쇠가 없거나 다른 열쇠가 있어 "
            "결과를 공개하지 않았습니다. 시스템 관리자에게 알려 주세요."
        ),
    ),
    results.SecondCounterDiffers: Answer(
        409,
        lambda e: _(
            "두 번째 계수 프로그램이 센 결과와 달라 공개하지 않았습니다. 이 시도는 기록에 남았습니다. %(what)s",
            what=e.what,
        ),
    ),
    results.LogDisagrees: Answer(
        409,
        lambda e: _(
            "봉인된 함과 개봉한 표가 서로 맞지 않아 결과를 공개하지 않았습니다. "
            "함에 %(sealed)s개, 마지막 확인점에 %(signed)s개, 개봉한 표 %(opened)s개입니다. "
            "시스템 관리자에게 알려 주세요.",
            sealed=e.sealed,
            signed=e.signed,
            opened=e.opened,
        ),
    ),
    results.BoxChanged: Answer(
        500,
        lambda e: _(
            "지금 데이터베이스에 있는 표가 공개한 인증서와 달라 꾸러미를 드릴 수 없습니다. "
            "이 사이트를 운영하는 곳에 알려 주세요."
        ),
    ),
    results.NotStanding: Answer(
        409, lambda e: _("그 사이에 이 개표 결과를 거두었거나 공개했습니다. 지금 상태를 다시 확인해 주세요.")
    ),
    files.Refused: Answer(422, _file_refused),
    files.Busy: Answer(
        503, lambda e: _("지금 올라오는 파일이 많아 받지 못했습니다. 저장된 것은 없습니다. 조금 뒤에 다시 올려 주세요.")
    ),
    folders.CannotKeep: Answer(
        503,
        lambda e: _(
            "지금은 파일을 저장할 곳이 없어 받지 못했습니다. 저장된 것은 없습니다. "
            "다른 내용은 그대로 저장하실 수 있으니, 파일은 나중에 다시 올려 주세요."
        ),
    ),
    file_rules.TooManyFiles: Answer(
        409,
        lambda e: (
            _("사진은 %(most)s장까지 올릴 수 있습니다. 다른 사진을 먼저 지워 주세요.", most=e.most)
            if e.kind == files.PHOTO
            else _("문서는 %(most)s개까지 올릴 수 있습니다. 다른 문서를 먼저 지워 주세요.", most=e.most)
        ),
    ),
    cases.CasesClosed: Answer(
        409,
        lambda e: _(
            "투표하지 못한 분은 투표 대상을 공표한 뒤부터 결과에 서명하기 전까지 적습니다. "
            "서명한 뒤에는 두 사람이 같은 수를 보도록 바꾸지 않습니다."
        ),
    ),
    cases.UnservedToConfirm: Answer(
        409, lambda e: _("투표하지 못한 분이 결과를 바꿀 수 있을 만큼 많습니다. 알고 서명한다고 표시해 주세요.")
    ),
    cases.DayToCome: Answer(422, lambda e: _("아직 오지 않은 날입니다. 일이 있었던 날을 입력해 주세요.")),
    cases.UnfitCase: Answer(422, lambda e: _("종류, 사람 수, 메모를 다시 확인해 주세요.")),
}

# What a person reads when there is no room's error behind the status.
PLAIN: dict[int, LazyString] = {
    400: _l("보내신 내용을 읽을 수 없습니다. 이전 페이지로 돌아가 다시 시도해 주세요."),
    403: _l("이 일을 할 수 없습니다."),
    404: _l("찾으시는 페이지가 없습니다. 주소를 다시 확인해 주세요."),
    405: _l("이 주소에서는 그렇게 할 수 없습니다."),
    413: _l("보내신 내용이 너무 큽니다."),
    429: _l("요청이 너무 많습니다. 잠시 뒤에 다시 시도해 주세요."),
    500: _l("저희 쪽에 문제가 생겼습니다. 보내신 내용은 저장되지 않았습니다."),
    503: _l("지금은 잠시 이용할 수 없습니다. 조금 뒤에 다시 시도해 주세요. 저장되지 않은 일은 없었던 것과 같습니다."),
}


def sentence(error: Exception) -> str:
    """The room's error in the reader's words, for a view that shows it where the person is."""
    return str(_find(error).say(error))


def _find(error: Exception) -> Answer:
    for kind in type(error).__mro__:
        if kind in TABLE:
            return TABLE[kind]
    raise error


def page(status: int, message: str, stations: str = "") -> tuple[str, int]:
    """`stations`: the address of where one can be helped in person, for whoever is helped by that."""
    at_a_kiosk = request.blueprint == "kiosk" and status != 404
    shown = render_template(
        "errors/error.html",
        status=status,
        message=message,
        back=_way_back(status),
        frame="layouts/kiosk.html" if at_a_kiosk else FRAMES.get(request.blueprint, "layouts/base.html"),
        home_url=url_for("kiosk.start") if at_a_kiosk else f"{request.script_root}/",
        stations_url=stations,
        typed=typed_here(),
    )
    return shown, status


FRAMES: dict[str | None, str] = {"tablet": "layouts/plain.html"}
# Wing → its own first page, and what the link to it says.
HOMES: dict[str | None, tuple[str, LazyString]] = {
    "desk": ("desk.home", _l("현장투표소로 가기")),
    "office": ("office.home", _l("맡은 회차로 가기")),
    "committee": ("committee.home", _l("위원 업무로 가기")),
    "onsite": ("onsite.home", _l("내 현장심사 일정으로 가기")),
    "tablet": ("tablet.home", _l("처음 화면으로")),
    "resident": ("resident.proposal_list", _l("내 제안으로 가기")),
}


def _way_back(status: int) -> dict[str, str]:
    """What cannot be done now leads back to the round it was about, or to the wing's first page: url and words."""
    round_id = (request.view_args or {}).get("round_id")
    if status != 409 or request.blueprint not in HOMES:
        return {}
    if request.blueprint == "office" and round_id is not None:
        return {"url": url_for("office.round_detail", round_id=round_id), "words": _("회차로 돌아가기")}
    page, words = HOMES[request.blueprint]
    return {"url": url_for(page), "words": str(words)}


def register(app: Flask) -> None:
    for kind in TABLE:
        app.register_error_handler(kind, _answer_rule)
    app.register_error_handler(CSRFError, _answer_csrf)
    app.register_error_handler(HTTPException, _answer_http)
    for kind in (DBAPIError, PoolExhausted):
        app.register_error_handler(kind, _answer_database)
    app.register_error_handler(500, _answer_fault)


def _answer_rule(error: Exception) -> tuple[str, int]:
    answer = _find(error)
    return page(answer.status, str(answer.say(error)), _stations_url(error))


def _stations_url(error: Exception) -> str:
    """A station looks at identity cards, and so at cases in which nothing else says who somebody is."""
    round_id = (request.view_args or {}).get("round_id")
    if round_id is None or not isinstance(error, roll.NotOnTheRoll | roll.OnTheRollAlready):
        return ""
    return stations_url(round_id)


def _answer_csrf(error: CSRFError) -> tuple[str, int]:
    return page(400, _("페이지가 오래되어 보낼 수 없었습니다. 이전 페이지로 돌아가 새로 고친 뒤 다시 보내 주세요."))


def _answer_http(error: HTTPException) -> Any:
    if error.code is None or error.code < 400:
        return error
    return page(error.code, str(PLAIN.get(error.code, PLAIN[400 if error.code < 500 else 500])))


def _answer_database(error: Exception) -> Any:
    """The database is away, busy or full: trying again is right. Any other error of it is a fault of ours."""
    if not is_away(error):
        raise error
    return _come_back_later(error)


def _come_back_later(error: BaseException | None) -> Any:
    note_away(error)
    db.session.rollback()
    guard.ask_nobody()
    body, status = page(503, str(PLAIN[503]))
    return body, status, {"Retry-After": "5"}


def _answer_fault(error: Any) -> Any:
    """Ours, unless another refusal's page could not be drawn because the database is away. The page asks who is signed
    in, so a transaction that broke is ended first."""
    if is_away(error.original_exception):
        return _come_back_later(error.original_exception)
    db.session.rollback()
    return page(500, str(PLAIN[500]))
