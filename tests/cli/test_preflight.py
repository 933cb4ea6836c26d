"""flask preflight ROUND_ID and flask preflight drill."""

from dataclasses import replace

from flask import Flask

from app.ballots import drills
from app.clock import now, seoul_day
from tests.ballots.elections import give_key, shortlisted


def test_one_line_for_each_check_and_exit_1_while_one_is_red(app: Flask) -> None:
    round_ = shortlisted(per_section=1)
    told = app.test_cli_runner().invoke(args=["preflight", str(round_.id)])
    assert (told.exit_code, len(told.output.splitlines())) == (1, 7)
    assert "✗ 열쇠 나누기 · keys are tested: trustees=0, confirmed=0\n" in told.output
    give_key(round_)
    told = app.test_cli_runner().invoke(args=["preflight", str(round_.id)])
    assert (told.exit_code, "✓ 열쇠 나누기" in told.output, "– 백업 되살리기 연습" in told.output) == (0, True, True)
    app.extensions["hanpyo"] = replace(app.extensions["hanpyo"], mode="production")
    told = app.test_cli_runner().invoke(args=["preflight", str(round_.id)])
    assert (told.exit_code, "✗ 백업 되살리기 연습" in told.output) == (1, True)


def test_a_round_that_is_not_there(app: Flask) -> None:
    told = app.test_cli_runner().invoke(args=["preflight", "7"])
    assert (told.exit_code, "There is no round 7." in told.output) == (1, True)


def test_a_drill_is_recorded_and_a_day_to_come_is_not(app: Flask) -> None:
    drill = ["preflight", "drill", "--by", "박운영", "--checked", "접수번호 세 개", "--on"]
    told = app.test_cli_runner().invoke(args=[*drill, "2999-01-01"])
    assert (told.exit_code, "Nothing was recorded" in told.output, drills.find_latest()) == (1, True, None)
    told = app.test_cli_runner().invoke(args=[*drill, seoul_day(now()).isoformat()])
    latest = drills.find_latest()
    assert told.exit_code == 0 and latest is not None
    assert (latest.held_on, latest.held_by, latest.checked) == (seoul_day(now()), "박운영", "접수번호 세 개")
