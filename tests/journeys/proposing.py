"""Residents sign in by their phones and hand in what they thought of."""

from tests.browser.screen import Screen
from tests.journeys.plan import IDEAS, LIGHTS, PHONES, Idea
from tests.journeys.stage import Stage

NEXT = "저장하고 다음"


def propose(stage: Stage) -> None:
    """Everybody their own; the first one is refused an amount that can be read in two ways, and loses nothing."""
    stage.go_to(2)
    for number, idea in enumerate(IDEAS, start=1):
        one = stage.resident(idea.proposer, PHONES[idea.proposer])
        one.open("/my/proposals")
        one.follow("새 제안 쓰기")
        about(one, idea)
        content(one, idea)
        proposer(one, idea)
        hand_in(one, idea, number)


def about(one: Screen, idea: Idea) -> None:
    one.fill(title=idea.title)
    one.tick(idea.section)
    one.press(NEXT)
    one.choose("area_id", "가산동")
    one.fill(place=f"{idea.title}: 가산디지털단지역 2번 출구 앞")  # nobody else's place
    one.press(NEXT)


def content(one: Screen, idea: Idea) -> None:
    one.fill(
        need="밤에 어두워 다니기 어렵습니다.", content=f"{idea.title}를 합니다.", effect="누구나 마음 놓고 다닙니다."
    )
    if idea is LIGHTS:
        one.fill(cost_won="1억 5천")
        one.press(NEXT)
        assert "금액이 두 가지로 읽힙니다" in one.text
        assert one.field("content").input_value() == f"{idea.title}를 합니다."
    one.fill(cost_won=idea.typed)
    one.press(NEXT)
    assert one.heading == "사진과 자료"
    one.follow("다음")


def proposer(one: Screen, idea: Idea) -> None:
    one.fill(name=idea.proposer)
    one.tick("위 안내를 읽었고, 개인정보를 모으고 쓰는 데 동의합니다")
    one.press(NEXT)
    assert "아직 접수하지 않았습니다" in one.text
    assert idea.cost in one.text


def hand_in(one: Screen, idea: Idea, number: int) -> None:
    one.press("제안 접수하기")
    assert one.heading == "제안을 접수했습니다"
    assert f"접수번호\n{number}\n{idea.title}" in one.text
