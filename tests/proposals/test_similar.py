"""Proposals that are like the one that is being written."""

from fractions import Fraction

import pytest
from flask import Flask
from sqlalchemy import event, select

from app.audit.models import SYSTEM
from app.clock import now
from app.database import db
from app.proposals import rules, services
from app.proposals.conflict_rules import same_place
from app.proposals.models import Proposal
from app.proposals.similar_models import TitlePair
from app.proposals.similar_queries import find_similar
from app.proposals.similar_rules import letters, likeness, pairs
from app.rounds import rules as rounds
from app.rounds.models import Round
from tests import factories

# What Geumcheon's residents have proposed, and how somebody else would say the same
SAID_OTHERWISE = (
    ("경로당 핸드레일 설치", "경로당에 손잡이(핸드레일) 달기"),
    ("은행나무시장 CCTV 구축", "은행나무 시장 cctv 설치"),
    ("학교주변 길 벽화조성", "학교 주변 벽화"),
    ("안양천에 해바라기 공원 만들기", "안양천 해바라기"),
    ("심폐소생술 교육", "심폐소생술 배우기"),
    ("공공와이파이 설치", "와이파이 공공 설치"),
    ("시궁쥐 들락거리는 구멍난 하수도 교체", "하수도 구멍 교체 쥐"),
    ("횡단보도 햇빛가리개 설치", "횡단보도에 햇빛 가리개"),
)


@pytest.fixture
def round_(app: Flask) -> Round:
    return factories.round_(running=rounds.INTAKE)


def found(title: str, **but: int) -> list[str]:
    return [one.proposal.title for one in find_similar(title, **but)]


def test_titles_are_compared_by_neighbouring_letters_however_they_are_spaced() -> None:
    assert pairs("그늘막 설치") == {"그늘", "늘막", "막설", "설치"} == pairs(" 그늘막설치!")
    assert pairs("ＬＥＤ") == {"le", "ed"} == pairs("Led")
    assert pairs("쉼") == {"쉼"}
    assert pairs("—") == frozenset()
    assert letters(" ＬＥＤ 그늘막—2개! ") == "led그늘막2개" == same_place("led그늘막 2개")  # places as titles
    assert likeness(pairs("그늘막 설치"), pairs("그늘막 교체")) == Fraction(1, 2)
    assert likeness(frozenset(), frozenset()) == 0


@pytest.mark.parametrize(("title", "otherwise"), SAID_OTHERWISE)
def test_what_somebody_says_otherwise_is_like_it_and_like_no_other(title: str, otherwise: str) -> None:
    by_likeness = sorted((likeness(pairs(otherwise), pairs(one)), one) for one, _ in SAID_OTHERWISE)
    assert by_likeness[-1][1] == title
    assert by_likeness[-1][0] >= Fraction(3, 10) > by_likeness[-2][0]


def test_the_most_alike_comes_first_and_what_is_unlike_not_at_all(round_: Round) -> None:
    for title in ("버스 정류장 그늘막 설치", "횡단보도 그늘막 설치", "청소년 국악 교실"):
        factories.proposal(round_, title=title)
    assert found("횡단보도에 그늘막 설치하기") == ["횡단보도 그늘막 설치", "버스 정류장 그늘막 설치"]
    assert found("도서관") == found("") == found("…") == []


def test_proposals_of_earlier_rounds_and_other_programmes_are_found_too(round_: Round) -> None:
    elsewhere = factories.round_(state=rounds.RESULTS_PUBLISHED, of=factories.programme("other"))
    factories.proposal(elsewhere, title="횡단보도 그늘막 설치", state=rules.LEFT_OUT)
    assert found("횡단보도 그늘막") == ["횡단보도 그늘막 설치"]


def test_nobody_learns_of_a_draft_or_of_what_was_withdrawn(round_: Round) -> None:
    for state in (rules.DRAFT, rules.WITHDRAWN):
        factories.proposal(round_, title="횡단보도 그늘막 설치", state=state)
    assert found("횡단보도 그늘막") == []
    assert db.session.scalars(select(TitlePair)).all() == []


def test_a_proposal_is_not_like_itself(round_: Round) -> None:
    own = factories.proposal(round_, title="횡단보도 그늘막 설치")
    assert found(own.title, but=own.id) == []


def test_the_index_follows_submitting_editing_and_withdrawing(round_: Round) -> None:
    proposer = factories.resident()
    own = factories.proposal(round_, title="그늘막", state=rules.DRAFT, by=proposer, consented_at=now())
    services.submit_proposal(own, at=now(), by=proposer.actor)
    assert found("그늘막") == ["그늘막"]
    services.edit_proposal(own, changes={"title": "쉼터 의자"}, seen=own.version, at=now(), by=proposer.actor)
    assert (found("그늘막"), found("쉼터 의자")) == ([], ["쉼터 의자"])
    services.withdraw_proposal(own, reason="", at=now(), by=SYSTEM)
    assert found("쉼터 의자") == []


def test_the_rarest_letters_lead_although_all_titles_share_the_others(
    round_: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.proposals.similar_queries.ROWS", 4)
    old = factories.proposal(round_, title="시흥동 조성 사업")
    for n in range(6):
        factories.proposal(round_, title=f"조성 사업 {n}")
    assert found("시흥동 조성 사업")[0] == old.title


def test_looking_for_likeness_takes_the_same_questions_however_many_proposals_there_are(round_: Round) -> None:
    def asked() -> int:
        statements: list[str] = []

        def note(*told: object) -> None:
            statements.append(str(told[2]))

        db.session.rollback()
        event.listen(db.engine, "before_cursor_execute", note)
        try:
            find_similar("횡단보도 그늘막 설치")
        finally:
            event.remove(db.engine, "before_cursor_execute", note)
        return len(statements)

    factories.proposal(round_, title="횡단보도 그늘막 설치")
    few = asked()
    for _ in range(9):
        factories.proposal(round_, title="횡단보도 그늘막 설치")
    assert asked() == few
    assert isinstance(find_similar("횡단보도 그늘막 설치")[0].proposal, Proposal)
