"""The gallery of the page kit, for those who build pages. Its figures are examples, so production never shows it."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from werkzeug import Response
from wtforms import BooleanField, HiddenField

from app.web.fields import (
    Between,
    ChoiceField,
    DateTimeLocalField,
    DayField,
    Form,
    Length,
    MultiCheckboxField,
    RadioChoiceField,
    Required,
    TrimmedString,
    TrimmedText,
    WholeNumberField,
    WonField,
    choices,
    won_between,
)

wing = Blueprint("kit", __name__)

EXAMPLE_CAP = 1_000_000_000
EXAMPLE_AT = datetime(2026, 9, 16, 1, 0, tzinfo=UTC)


class ExampleForm(Form):
    title = TrimmedString(_l("제안 제목"), [Required(_l("제안 제목을 입력해 주세요.")), Length(most=40)])
    need = TrimmedText(
        _l("왜 필요한가요?"),
        [Required(_l("필요한 까닭을 써 주세요.")), Length(least=10, most=300)],
        description=_l("누가 어떤 불편을 겪는지 써 주세요."),
    )
    cost_won = WonField(_l("예상 사업비"), [Required(_l("예상 사업비를 입력해 주세요.")), won_between(1, 300_000_000)])
    people = WholeNumberField(_l("혜택을 받는 사람"), [Between(1, 235_000)])
    starts_on = DayField(_l("시작하는 날"))
    opens_at = DateTimeLocalField(_l("투표를 여는 때"))
    dong = ChoiceField(_l("동"), choices=choices(("", _l("고르세요")), ("gasan", "가산동"), ("doksan1", "독산1동")))
    field = RadioChoiceField(
        _l("분야"),
        [Required(_l("분야를 하나 골라 주세요."))],
        choices=choices(("welfare", _l("복지")), ("safety", _l("안전"))),
    )
    score = RadioChoiceField(_l("필요성"), choices=choices(*((str(n), str(n)) for n in range(1, 6))))
    grounds = MultiCheckboxField(
        _l("부적격 사유"), choices=choices(("law", _l("법령 위반")), ("double", _l("중복 사업")))
    )
    photo = FileField(_l("사진"), description=_l("JPEG나 PNG, 10MB까지"))
    agrees = BooleanField(_l("개인정보 수집에 동의합니다"), [Required(_l("동의해야 접수할 수 있습니다."))])
    step = HiddenField(default="3")


@wing.route("/kit", methods=["GET", "POST"])
def gallery() -> Response | tuple[str, int]:
    form = ExampleForm(title="마을 쉼터에 그늘막 놓기", cost_won=120_000_000)
    if form.validate_on_submit():
        flash(_("저장했습니다."), "good")
        return redirect(url_for(str(request.endpoint)))
    return render_template("kit/gallery.html", form=form, **examples()), 422 if form.errors else 200


@wing.get("/kit/ballot")
def ballot() -> str:
    return render_template("kit/ballot.html", projects=examples()["projects"], programme=PROGRAMMES[0])


@wing.get("/kit/console")
def console() -> str:
    return render_template("kit/console.html", form=Form(), **_console(), **examples())


PROGRAMMES = [
    {"name": "주민참여예산", "owner": "금천구", "colour": "gu"},
    {"name": "동 특성화 사업", "owner": "동 주민센터", "colour": "dong"},
    {"name": "시민참여예산", "owner": "서울특별시", "colour": "city"},
    {"name": "융합형 사업", "owner": "서울특별시·금천구", "colour": "joint"},
    {"name": "동단위계획형 사업", "owner": "서울특별시·동", "colour": "plan"},
]


def examples() -> dict[str, Any]:
    names = (
        "골목길 보안등 바꾸기",
        "어르신 무릎 건강교실",
        "독산동 우시장 그늘막",
        "안양천 자전거 쉼터",
        "작은 도서관 밤 열기",
    )
    costs = (320_000_000, 150_000_000, 280_000_000, 300_000_000, 200_000_000)
    funded = (True, True, True, False, True)
    projects = [
        {
            "id": n,
            "name": name,
            "cost_won": cost,
            "funded": wins,
            "words": "" if wins else _("남은 한도보다 사업비가 큽니다."),
        }
        for n, (name, cost, wins) in enumerate(zip(names, costs, funded, strict=True), 1)
    ]
    return {
        "projects": projects,
        "cap_won": EXAMPLE_CAP,
        "at": EXAMPLE_AT,
        "end": EXAMPLE_AT + timedelta(days=3, hours=8),
        "share": Fraction(2699, 3000),
        "programmes": PROGRAMMES,
    }


def _console() -> dict[str, Any]:
    names = (_("한눈에 보기"), _("일정"), _("분야와 한도"), _("심사"), _("투표 공표"))
    links = [{"label": name, "url": url_for(".console"), "current": n == 4} for n, name in enumerate(names)]
    return {
        "side_navigation": [{"label": _("준비"), "links": links}],
        "crumbs": [{"label": _("업무"), "url": url_for(".gallery")}, {"label": _("2027 회계연도"), "url": ""}],
        "programme": PROGRAMMES[0],
    }
