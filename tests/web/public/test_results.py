"""The public result: in words and figures, exact in its files, and nothing of it before two people have signed."""

import csv
import hashlib
import io
import json

import pytest
from flask import Flask
from sqlalchemy import text

from app.audit.models import SYSTEM
from app.ballots import queries as ballots
from app.clock import Clock, now
from app.database import db
from app.figures.rules import Figures
from app.figures.services import set_year_figures
from app.results import services
from app.results.models import Count
from app.rounds import rules as rounds
from app.rounds.models import Pot
from tests import factories
from tests.actors import Person
from tests.ballots.elections import give_key, move_past, open_box, publish_ballot, published, seated, shortlisted
from tests.questions import questions
from tests.results.elections import counted, pour, publish, signers, titles, voted

FILES = ("", "/result.csv", "/result.json")


@pytest.fixture
def count(app: Flask, clock: Clock) -> Count:
    """Six items of 50 million won, three of which fit the cap. Votes (residents, committee) of 1 to 6:
    3 1, 2 2, 0 0, 5 1, 0 2, 0 0."""
    return publish(counted(clock, cap_won=160_000_000, turnout_target=10))


def test_the_first_line_is_the_outcome_in_words(app: Flask, count: Count) -> None:
    page = Person(app).get(f"/results/{count.round_id}")
    assert page.h1 == "6개 사업 가운데 3개를 1억 6,000만원 한도에서 선정했습니다"
    assert page.has("선정은 확정이 아닙니다")
    assert page.has("목표 10명")
    assert page.has("committee 한 표의 무게는 residents 1.67표와 같습니다.")


def test_funded_and_not_funded_with_votes_score_running_sum_and_reason(app: Flask, count: Count) -> None:
    page = Person(app).get(f"/results/{count.round_id}")
    funded = page.table("선정된 사업")
    assert [(row["순위"], row["residents"], row["committee"], row["합산점수"]) for row in funded] == [
        ("1", "5 0.5000", "1 0.1667", "0.3333"),
        ("2", "2 0.2000", "2 0.3333", "0.2667"),
        ("3", "3 0.3000", "1 0.1667", "0.2333"),
    ]
    assert [row["누적"] for row in funded] == ["5,000만원", "1억원", "1억 5,000만원"]
    assert "남은 금액 안에 들었습니다" in funded[0]["까닭"]
    left = page.table("선정되지 않은 사업")
    assert [row["예비순위"] for row in left] == ["1", "2", "3"]
    assert "사업비가 남은 금액보다 컸습니다" in left[0]["까닭"]
    assert "표를 더 얻었다면 뽑혔습니다" in left[0]["까닭"]
    assert f"4번 {titles(count.round)['4']}" in funded[0]["사업"]


def test_ties_are_named_and_whether_they_mattered(app: Flask, count: Count) -> None:
    page = Person(app).get(f"/results/{count.round_id}")
    assert page.has("의 점수가 똑같습니다(0.0000).")
    assert page.has("순서가 바뀌어도 결과는 같습니다.")


def test_the_files_are_exact_and_their_hashes_are_on_the_page(app: Flask, count: Count) -> None:
    reader = Person(app)
    page = reader.get(f"/results/{count.round_id}")
    result = reader.client.get(page.link("정확한 결과")).data
    rules = reader.client.get(page.link("규칙 내려받기")).data
    assert hashlib.sha256(result).hexdigest() == count.sha256
    assert hashlib.sha256(rules).hexdigest() == ballots.get_publication(count.round_id).sha256
    assert page.has(count.sha256)
    assert page.has(hashlib.sha256(rules).hexdigest())
    assert json.loads(result)["manifest"] == hashlib.sha256(rules).hexdigest()


def test_the_table_has_exact_figures_as_whole_numbers(app: Flask, count: Count) -> None:
    answer = Person(app).client.get(f"/results/{count.round_id}/result.csv")
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert [(row["번호"], row["합산점수 분자"], row["합산점수 분모"]) for row in rows][:2] == [
        ("4", "1", "3"),
        ("2", "4", "15"),
    ]
    assert (rows[0]["residents 득표"], rows[0]["residents 환산값 분자"], rows[0]["누적"]) == ("5", "1", "50000000")
    assert len(rows) == 6


def test_every_check_of_the_count_is_listed(app: Flask, count: Count) -> None:
    page = Person(app).get(f"/results/{count.round_id}")
    assert page.has("갖춤 함에 든 표가 참여한 사람 수와 같습니다")
    assert page.has("residents: 함에 든 표 5장, 참여한 사람 5명")
    assert not page.has("남음")


def test_it_is_there_in_english(app: Flask, count: Count) -> None:
    assert Person(app, locale="en").status(f"/results/{count.round_id}") == 200


def test_nothing_of_a_count_is_public_before_the_second_signature(app: Flask, clock: Clock) -> None:
    round_ = voted(clock)
    reader = Person(app)
    paths = [f"/results/{round_.id}{file}" for file in FILES]

    def seen() -> list[int]:
        return [reader.status(path) for path in paths]

    assert seen() == [404, 404, 404]
    services.close_round(round_, at=now(), by=SYSTEM)
    assert seen() == [404, 404, 404]
    open_box(round_)
    count = services.count_round(round_, at=now(), by=SYSTEM)
    assert seen() == [404, 404, 404]
    services.sign_count(count, signers(round_)[0], "staff", at=now())
    assert seen() == [404, 404, 404]
    body = reader.get("/results").text
    assert body == Person(app).get("/results").text
    assert "공개된 결과가 없습니다" in body
    assert reader.get(paths[0]).text == reader.get("/results/999999").text


@pytest.mark.parametrize("running", [rounds.VOTING, rounds.COMMITTEE_VOTE, None])
def test_no_page_changes_when_nothing_but_the_choices_change(app: Flask, clock: Clock, running: str | None) -> None:
    """Whoever reads, whatever they open: while the box is shut, what lies in it makes no difference."""
    round_ = published(clock, running=running)
    seated(round_, 3, 3, "open" if running else "ended")
    pour(round_, rounds.RESIDENTS, [["1", "4"]] * 5)
    pour(round_, rounds.COMMITTEE, [["1", "4"]] * 3)
    if running is None:
        clock.offset += max(phase.ends_at for phase in round_.phases) - now()
        services.close_round(round_, at=now(), by=SYSTEM)
    staff, approver = (Person(app, account) for account in signers(round_))
    paths = [
        "/",
        "/results",
        f"/rounds/{round_.id}",
        f"/rounds/{round_.id}/ballot",
        f"/rounds/{round_.id}/manifest.json",
    ]
    console = [f"/office/rounds/{round_.id}", f"/office/rounds/{round_.id}/count"]
    asked = [(Person(app), paths), (staff, paths + console), (approver, paths + console)]

    def seen() -> list[str]:
        return [person.get(path).text for person, own in asked for path in own]

    before = seen()
    db.session.execute(text('UPDATE cast_ballot SET body = \'["2","5"]\''))
    db.session.commit()
    assert seen() == before


def test_a_withdrawn_count_is_not_public(app: Flask, clock: Clock) -> None:
    count = counted(clock)
    services.withdraw_count(count, "다시", at=now(), by=SYSTEM)
    assert Person(app).status(f"/results/{count.round_id}") == 404


def test_made_up_votes_say_so_at_every_block_of_figures(app: Flask, clock: Clock) -> None:
    count = counted(clock, source="history", note_ko="표와 사업비는 지어낸 것입니다.", note_en="Made up.")
    services.publish_record(count, at=now(), by=SYSTEM)
    page = Person(app).get(f"/results/{count.round_id}")
    assert page.text.count("표와 사업비는 지어낸 것입니다.") == 1
    assert page.text.count("지어낸 사업비와 표") == 3  # over both tables, and over the chart
    assert Person(app).get("/results").has("표와 사업비는 지어낸 것입니다.")


def test_results_are_listed_by_year_with_the_record_of_the_years(app: Flask, count: Count) -> None:
    programme = count.round.programme
    known = Figures(58, 2_159_000_000, 800_000_000, 708_000_000, 1000, 1136)
    set_year_figures(programme, 2016, known, source="2018년 주요업무계획", at=now(), by=SYSTEM)
    set_year_figures(programme, 2019, Figures(voters_target=2500), source="2018년 주요업무계획", at=now(), by=SYSTEM)
    page = Person(app).get("/results")
    assert page.link(count.round.title_ko) == f"/results/{count.round_id}"
    rows = page.table("제안과 예산")
    assert [rows[0][key] for key in ("제안 수", "제안 금액", "기준액", "편성액")] == [
        "58건",
        "21억 5,900만원",
        "8억원",
        "7억 800만원",
    ]
    assert rows[1]["제안 수"] == "기록 없음"
    assert page.has("1,136명 (목표 1,000명)")
    assert page.has("목표 2,500명")


def test_a_result_is_read_from_the_database_in_few_questions(app: Flask, count: Count) -> None:
    reader = Person(app)
    reader.get(f"/results/{count.round_id}")
    with questions() as asked:
        reader.get(f"/results/{count.round_id}")
    assert 1 <= len(asked) <= 2, asked


def test_with_several_pots_a_running_sum_names_its_pot(app: Flask, clock: Clock) -> None:
    round_ = shortlisted(cap_won=100_000_000)
    values = {"code": "dong", "name_ko": "동 예산", "name_en": "Dong", "cap_won": 50_000_000, "position": 2}
    round_.sections[1].pot = factories.keep(Pot(round_id=round_.id, **values))
    db.session.commit()
    give_key(round_)
    publish_ballot(round_)
    seated(round_, 3, 3, "ended")
    pour(round_, rounds.RESIDENTS, [["1", "4"], ["2", "4"]])
    pour(round_, rounds.COMMITTEE, [["1", "4"]] * 2)
    move_past(clock, round_, rounds.COMMITTEE_VOTE)
    services.close_round(round_, at=now(), by=SYSTEM)
    open_box(round_)
    publish(services.count_round(round_, at=now(), by=SYSTEM))
    sums = [row["누적"] for row in Person(app).get(f"/results/{round_.id}").table("선정된 사업")]
    assert sorted(sums) == ["1억원 구비", "5,000만원 구비", "5,000만원 동 예산"]
    answer = Person(app).client.get(f"/results/{round_.id}/result.csv")
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert {(row["번호"], row["재원"]) for row in rows} >= {("1", "구비"), ("4", "동 예산")}


def test_figures_of_a_year_are_replaced_and_leave_a_line(app: Flask) -> None:
    programme = factories.programme()
    for voters in (1, 1136):
        row = set_year_figures(programme, 2016, Figures(voters=voters), source="계획", at=now(), by=SYSTEM)
    assert (row.voters, row.proposals) == (1136, None)
