"""How somebody signed in wants to be told, and their mail address: the same page for residents and for accounts."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import flash, redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug import Response

from app import clock
from app.adapters import mail
from app.audit.models import SOME_RESIDENT, Actor
from app.notices import delivery_queries as queries
from app.notices import delivery_rules as rules
from app.notices import delivery_services as services
from app.notices import kinds
from app.notices import letter_rules as letters
from app.notices.courier import courier
from app.notices.delivery_rules import DIGEST, MAIL, NONE, SMS, Person, Reach
from app.people import addresses
from app.people import queries as people
from app.people.identity import mail_person_key
from app.people.models import COMMITTEE_ROLE, DEPARTMENT_ROLE, STAFF_ROLE
from app.people.rules import CodeExpired, NotAMailAddress, TooManyCodes, WrongCode
from app.web import guard
from app.web.fields import ChoiceField, Form, Required, TrimmedString, choices
from app.web.filters import language
from app.web.letter_view import title_of
from app.web.outgoing import phones_of
from app.web.public.sign_in_forms import CodeField
from app.web.refusals import shown_in

Answer = Response | str | tuple[str, int]
ASK, CONFIRM, REMOVE, SAVE = "ask", "confirm", "remove", "save"  # what the page's buttons ask for
SAID = {
    SMS: _l("바로 문자로"),
    MAIL: _l("바로 메일로"),
    DIGEST: _l("하루에 한 번 모아서 메일로"),
    NONE: _l("사이트의 ‘내 알림’에서만"),
}
SPOKEN = (("ko", _l("한국어")), ("en", _l("영어")))
AUDIENCES_OF = {
    DEPARTMENT_ROLE: (kinds.OFFICERS,),
    COMMITTEE_ROLE: (kinds.REVIEWERS, kinds.MEMBERS),
    STAFF_ROLE: (kinds.STAFF,),
}


class MailForm(Form):
    address = TrimmedString(_l("메일 주소"), [Required(_l("메일 주소를 입력해 주세요."))])


class MailCodeForm(Form):
    code = CodeField(_l("인증번호"), [Required(_l("메일로 받은 인증번호를 입력해 주세요."))])


class WaysForm(Form):
    """A field for each kind that the person is told of, made by `ways_form`."""

    language = ChoiceField(_l("보내 드리는 말"), [Required()], choices=choices(*SPOKEN))


def settings_page(template: str, here: str) -> Answer:
    """`here`: the page's own address."""
    person, act = guard.get_person(), request.form.get("act")
    mail_form, code_form = MailForm(), MailCodeForm()
    ways = ways_form(person)
    if act == ASK and mail_form.validate_on_submit():
        with shown_in(mail_form, {NotAMailAddress: mail_form.address, TooManyCodes: mail_form.address}):
            _ask(person, mail_form.address.data or "")
            return redirect(here)
    elif act == CONFIRM and code_form.validate_on_submit():
        with shown_in(code_form, {WrongCode: code_form.code, CodeExpired: code_form.code}):
            key = guard.identity_key()
            addresses.confirm(person, code_form.code.data or "", key=key, language=language(), at=clock.now())
            flash(_("메일 주소를 확인했습니다. 이제 메일로도 알려 드립니다."), "good")
            return redirect(here)
    elif act == REMOVE and Form().validate_on_submit():
        addresses.remove(person, key=guard.identity_key(), at=clock.now(), by=_actor())
        flash(_("메일 주소를 지웠습니다. 이제 메일을 보내지 않습니다."), "good")
        return redirect(here)
    elif act == SAVE and ways.validate_on_submit():
        _save(person, ways)
        flash(_("저장했습니다. 지금부터의 알림은 이렇게 보내 드립니다."), "good")
        return redirect(here)
    failed = next((form for form in (mail_form, code_form, ways) if form.errors), None)
    return _page(template, person, mail_form, code_form, ways, failed), 422 if failed else 200


def ways_form(person: Person) -> WaysForm:
    """Only what can be chosen is asked; of a kind that can only be told on the site, nothing."""
    reach, wish = reach_of(person), queries.find_wish(person)
    fields: dict[str, Any] = {}
    for kind in kinds_of(person):
        offered = ways_for(kind, reach)
        if len(offered) > 1:
            offers = choices(*((way, SAID[way]) for way in offered))
            fields[kind] = ChoiceField(title_of(kind), [Required()], choices=offers)
    made = type("WaysOfOne", (WaysForm,), fields)
    return made(data={"language": wish.language if wish else language(), **_chosen(person, fields, reach)})


def ways_for(kind: str, reach: Reach) -> list[str]:
    has_sms, has_digest = letters.KINDS[kind].has_sms, not letters.KINDS[kind].is_reminder
    can = {SMS: has_sms and reach.has_phone, MAIL: reach.has_mail, DIGEST: has_digest and reach.has_mail}
    return [way for way in rules.WAYS if can.get(way, True)]


def kinds_of(person: Person) -> list[str]:
    """Those that a resident, or an account of these roles, is ever told."""
    told = kinds.OF_RESIDENTS if person.resident_id is not None else _audiences(guard.roles_held())
    return [name for name, kind in letters.KINDS.items() if kind.to in told]


def reach_of(person: Person) -> Reach:
    """Whether or not they have unsubscribed: to choose a mail again takes that back."""
    address = addresses.find(person, key=guard.identity_key()) if mail.mailer() is not None else None
    return Reach(person in phones_of([person]), address is not None)


def _audiences(roles: set[str]) -> list[str]:
    return [to for role, told in AUDIENCES_OF.items() if role in roles for to in told]


def _chosen(person: Person, kinds: Mapping[str, Any], reach: Reach) -> dict[str, str]:
    wish = queries.find_wish(person)
    is_stopped = wish is not None and wish.mail_stopped_at is not None
    now_there = Reach(reach.has_phone, reach.has_mail and not is_stopped, is_stopped)
    found = {}
    for name in kinds:
        kind, chosen = letters.KINDS[name], wish.ways.get(name) if wish else None
        found[name] = rules.way_of(chosen, kind.is_urgent, kind.has_sms, now_there)
    return found


def _ask(person: Person, address: str) -> None:
    message_id = addresses.ask(person, address, key=guard.identity_key(), say=_say, at=clock.now())
    courier().take(message_id)
    flash(_("적어 주신 주소로 인증번호를 보냈습니다."), "info")


def _say(code: str) -> tuple[str, str]:
    return _("[한표] 메일 주소 확인"), _(
        "한표에서 알림을 받을 메일 주소인지 확인합니다.\n\n인증번호: %(code)s\n\n20분 안에 입력해 주세요."
        " 요청하신 적이 없으면 이 메일을 지우시면 됩니다. 다른 메일은 가지 않습니다.",
        code=code,
    )


def _save(person: Person, form: WaysForm) -> None:
    ways = {field.name: field.data for field in form if field.name in letters.KINDS}
    services.save_wishes(person, ways, form.language.data or "ko", at=clock.now(), by=_actor())


def _actor() -> Actor:
    """Of residents nothing is written but that it was one."""
    account = guard.find_account()
    return account.actor if account is not None else SOME_RESIDENT


def _page(
    template: str, person: Person, mail_form: MailForm, code_form: MailCodeForm, ways: WaysForm, failed: Form | None
) -> str:
    key, wish = guard.identity_key(), queries.find_wish(person)
    has_mail = mail.mailer() is not None
    code = people.find_mail_code(mail_person_key(key, *person)) if has_mail else None
    waits = code is not None and code.used_at is None and code.expires_at > clock.now()
    return render_template(
        template,
        form=failed,
        has_mail=has_mail,
        address=addresses.find(person, key=key) if has_mail else None,
        waits_for_code=waits,
        mail_form=mail_form,
        code_form=code_form,
        ways=ways,
        kinds=_asked(ways),
        needed=[title_of(kind) for kind in kinds_of(person) if letters.KINDS[kind].is_needed],
        is_stopped=wish is not None and wish.mail_stopped_at is not None,
    )


def _asked(ways: WaysForm) -> Sequence[Any]:
    return [field for field in ways if field.name in letters.KINDS]
