"""Past the end: the box is shut and counted, two people sign, and everybody reads the result."""

from tests.browser.screen import Screen
from tests.journeys.plan import CONCERT, FENCE, LIBRARY, LIGHTS, OUTCOMES, SHADE, Outcome
from tests.journeys.stage import APPROVER, STAFF, Stage


def count(stage: Stage) -> None:
    staff = stage.account(STAFF)
    staff.visit("개표")
    assert "투표가 끝나기를 기다립니다" in staff.text
    stage.go_to(52, 1)
    staff.visit("개표")
    assert "주민: 투표함의 표 3장, 참여한 사람 3명" in staff.text
    assert "위원회: 투표함의 표 3장, 참여한 사람 3명" in staff.text
    staff.follow("마감하러 가기")
    staff.press("마감하기")
    open_box(staff, stage)
    staff.follow("개표하러 가기")
    staff.press("개표하기")
    assert "아직 공개하지 않은 결과입니다" in staff.text


def open_box(staff: Screen, stage: Stage) -> None:
    """One alone cannot; two of the three can."""
    first, _, third = stage.words.values()
    staff.follow("투표함 열러 가기")
    staff.fill(words_1=first)
    staff.press("투표함 열기")
    assert "2명 가운데 1명의 낱말만 입력했습니다" in staff.text
    staff.fill(words_1=first, words_2=third)
    staff.press("투표함 열기")
    assert "표 6장 가운데 읽을 수 없는 표는 0장입니다" in staff.text


def sign(stage: Stage) -> None:
    """Nobody sees it before the second of two different people has signed."""
    stranger = stage.screens["stranger"] = stage.screen()
    staff = stage.account(STAFF)
    staff.follow("서명하러 가기")
    staff.press("서명하기")
    assert staff.page.get_by_role("link", name="서명하러 가기").count() == 0
    stranger.open("/results")
    assert "아직 공개된 결과가 없습니다" in stranger.text
    approver = stage.console(APPROVER)
    approver.visit("개표")
    approver.follow("서명하러 가기")
    approver.press("서명하기")
    assert "두 사람이 모두 서명하여 결과를 공개했습니다" in approver.text


def read_result(stage: Stage) -> None:
    one = stage.screens["stranger"]
    one.open("/results")
    one.follow(f"{stage.today.year + 1}년 주민참여예산")
    assert one.heading == "5개 사업 가운데 2개를 1억 5,000만원 한도에서 선정했습니다"
    assert "선정 금액\n1억 4,500만원" in one.text
    assert "남은 금액\n500만원" in one.text
    assert "위원회 한 표의 무게는 주민 1표와 같습니다." in one.text
    for outcome in OUTCOMES:
        read_line(one, outcome)
    read_exact(one)
    assert "주민 1표를 더 얻었다면 뽑혔습니다." in one.cell(LIGHTS.title, "까닭")
    read_tie(one)


def read_line(one: Screen, outcome: Outcome) -> None:
    title = outcome.idea.title
    assert one.cell(title, "순위") == str(outcome.place)
    assert one.cell(title, "주민") == outcome.residents
    assert one.cell(title, "주민참여예산위원회") == outcome.committee
    assert one.cell(title, "합산점수") == outcome.score
    assert one.cell(title, "사업비") == outcome.idea.cost
    assert outcome.why in one.cell(title, "까닭")
    if outcome.running:
        assert one.cell(title, "누적") == outcome.running
    else:
        assert one.cell(title, "예비순위") == str(outcome.reserve)


def read_exact(one: Screen) -> None:
    one.page.get_by_text("분수로 적은 정확한 점수").first.click()
    for outcome in OUTCOMES:
        row = one.page.get_by_role("table", name="분수로 적은 정확한 점수").get_by_role("row")
        assert row.filter(has_text=outcome.idea.title).locator("[data-label='합산점수']").inner_text() == outcome.exact


def read_tie(one: Screen) -> None:
    """It is named, with the rules that settled it; and that it decided who got the money."""
    named = one.page.get_by_role("listitem").filter(has_text="점수가 똑같습니다(0.1667)").inner_text()
    for idea in (CONCERT, LIBRARY, SHADE):
        assert idea.title in named
    assert FENCE.title not in named
    assert "주민 득표가 많은 사업, 사업비가 적은 사업" in named
    assert "이 동점이 결과를 갈랐습니다." in named
