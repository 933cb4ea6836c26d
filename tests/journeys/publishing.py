"""The ballot is published: numbers drawn, rules and items frozen."""

from tests.journeys.plan import IDEAS, ON_THE_BALLOT
from tests.journeys.stage import STAFF, Stage


def publish(stage: Stage) -> None:
    staff = stage.console(STAFF)
    staff.visit("투표 대상 공표")
    assert "투표에 오르는 사업 5개" in staff.text
    staff.follow("공표하기")
    staff.press("공표하기")
    assert staff.heading == "투표 대상을 공표했습니다"
    staff.follow("누구나 보는 공표 페이지")
    for idea in ON_THE_BALLOT:
        assert staff.cell(idea.title, "사업비") == idea.cost
        assert staff.cell(idea.title, "접수번호") == str(IDEAS.index(idea) + 1)
    refuse_a_change(stage)


def refuse_a_change(stage: Stage) -> None:
    """The settings are there to be read, and say why; the address of a step leads there, too."""
    staff = stage.console(STAFF)
    staff.visit("설정")
    staff.open(staff.page.url + "/counting")
    assert staff.heading == "설정 확인"
    assert "규칙과 사업을 더 바꿀 수 없습니다" in staff.text
    assert staff.page.get_by_role("button", name="저장하고 다음").count() == 0
