"""Staff set a round up by the wizard, step by step, and call it."""

from tests.browser.screen import Screen
from tests.journeys.plan import CULTURE, SAFETY
from tests.journeys.stage import STAFF, Stage

NEXT = "저장하고 다음"
# Days of the beginning and the end of each phase, day 0 being today.
PHASES = {
    "intake": (1, 10),
    "department_check": (10, 20),
    "site_visit": (20, 30),
    "written_review": (30, 39),
    "voting": (42, 52),
    "committee_vote": (48, 52),
}


def found(stage: Stage) -> None:
    staff = stage.account(STAFF)
    staff.follow("새 회차 만들기")
    basics(staff, stage)
    pots(staff)
    sections(staff)
    counting(staff)
    voters(staff)
    phases(staff, stage)
    review(staff)
    staff.follow("공고하기")
    staff.press("공고하기")
    assert "공고했습니다" in staff.text


def basics(staff: Screen, stage: Stage) -> None:
    staff.press(NEXT)
    assert staff.page.title().startswith("오류: ")
    staff.choose("programme", "주민참여예산 gu")
    year = stage.today.year + 1
    staff.fill(fiscal_year=str(year), title_ko=f"{year}년 주민참여예산", title_en=f"Participatory budget {year}")
    staff.fill(turnout_target="100", per_project_limit_won="3억")
    staff.press(NEXT)
    assert staff.heading == "재원과 한도"


def pots(staff: Screen) -> None:
    staff.fill(**{"rows-0-name_ko": "구비", "rows-0-name_en": "District", "rows-0-cap_won": "1억 5,000만"})
    staff.press(NEXT)


def sections(staff: Screen) -> None:
    """One or two projects for safety, exactly one for culture."""
    staff.fill(**{"rows-0-name_ko": SAFETY, "rows-0-name_en": "Safety", "rows-0-pick_min": "1", "rows-0-pick_max": "2"})
    staff.press("분야 칸 더하기")
    staff.fill(**{"rows-1-name_ko": CULTURE, "rows-1-name_en": "Culture"})
    staff.fill(**{"rows-1-pick_min": "2", "rows-1-pick_max": "1"})
    staff.press(NEXT)
    assert staff.page.title().startswith("오류: ")
    staff.fill(**{"rows-1-pick_min": "1"})
    staff.press(NEXT)


def counting(staff: Screen) -> None:
    """The weights have to add up to one; all else is as it is offered."""
    staff.fill(**{"residents-weight": "60%", "committee-weight": "50%"})
    staff.press(NEXT)
    assert staff.page.title().startswith("오류: ")
    staff.fill(**{"residents-weight": "50%"})
    staff.press(NEXT)


def voters(staff: Screen) -> None:
    """Whoever has a mobile phone: as it is offered."""
    assert staff.heading == "투표할 수 있는 사람"
    staff.press(NEXT)


def phases(staff: Screen, stage: Stage) -> None:
    for kind, (first, last) in PHASES.items():
        staff.fill(**{f"{kind}-starts_at": stage.moment(first), f"{kind}-ends_at": stage.moment(last)})
    staff.press(NEXT)


def review(staff: Screen) -> None:
    staff.follow("심사 기준과 배점 정하기")
    for place, (name, english, points) in enumerate((("필요성", "Need", "50"), ("실현가능성", "Feasibility", "10"))):
        staff.fill(**{f"lines-{place}-name_ko": name, f"lines-{place}-name_en": english})
        staff.fill(**{f"lines-{place}-points_max": points})
    staff.press("심사 기준 저장하기")
    assert staff.heading == "심사 방법"
    staff.fill(visitors_needed="2", shortlist_threshold="40", review_objection_days="1")
    staff.press(NEXT)
    assert "모두 갖추었습니다" in staff.text
