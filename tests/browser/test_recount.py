"""The counter on the page of a result: a bundle fetched or chosen is checked and counted in the browser itself."""

import zipfile
from pathlib import Path

import pytest
from flask import Flask

from app.clock import Clock
from app.results import bundle
from app.results.models import Count
from app.tally import canonical
from tests.browser.conftest import NewScreen
from tests.browser.screen import Screen
from tests.recount_js.bundles import NO_ROLLS, files_of, zipped
from tests.recount_js.elections import Election
from tests.results.elections import counted, publish
from tests.tally import worked

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]
SIGNED = (2, 4)  # what is checked there depends on the browser, and on whether ballots were sealed


@pytest.fixture
def count(app: Flask, clock: Clock) -> Count:
    return publish(counted(clock))


@pytest.fixture
def zip_path(count: Count, tmp_path: Path) -> Path:
    path = tmp_path / "bundle.zip"
    with path.open("w+b") as file:
        bundle.write(count, file)
    return path


def outcome(one: Screen, words: str) -> str:
    """What is said once these words are, with the page looked over as it is then."""
    one.page.get_by_role("status").filter(has_text=words).wait_for()
    one.look()
    return one.page.get_by_role("status").inner_text()


def choose(one: Screen, path: Path, label: str = "가지고 있는 꾸러미 고르기") -> None:
    one.page.get_by_label(label).set_input_files(path)


def marks(one: Screen) -> list[str]:
    return one.page.locator("[data-step] .checklist__mark").all_inner_texts()


def test_the_bundle_of_the_page_is_fetched_and_counted(count: Count, screen: NewScreen) -> None:
    one = screen()
    one.open(f"/results/{count.round_id}")
    one.follow("여기서 다시 세기")
    one.page.get_by_role("button", name="꾸러미를 내려받아 다시 세기").press("Enter")
    said = outcome(one, "모두 맞습니다")
    assert "표 8장을 다시 세었고" in said
    assert count.sha256 in said
    assert [mark for place, mark in enumerate(marks(one)) if place not in SIGNED] == ["맞음"] * 4
    rows = one.page.get_by_role("table").get_by_role("row")
    assert rows.count() == 1 + sum(item["funded"] > 0 for item in canonical.loads(count.body.encode())["items"])


def test_a_chosen_file_is_counted_without_the_server(count: Count, zip_path: Path, screen: NewScreen) -> None:
    one = screen(locale="en-US")
    one.open(f"/results/{count.round_id}/recount")
    one.page.context.set_offline(True)
    choose(one, zip_path, "Choose a bundle that you have")
    assert "8 ballots" in outcome(one, "Everything holds")
    assert one.page.get_by_role("table").is_visible()


def test_the_first_thing_that_does_not_hold_is_named(count: Count, zip_path: Path, screen: NewScreen) -> None:
    forged = zip_path.with_name("forged.zip")
    with zipfile.ZipFile(zip_path) as true, zipfile.ZipFile(forged, "w") as archive:
        for name in true.namelist():
            content = true.read(name)
            archive.writestr(name, content.replace(b'"2"', b'"1"', 1) if name == "ballots/committee.jsonl" else content)
    one = screen()
    one.open(f"/results/{count.round_id}/recount")
    choose(one, forged)
    assert "ballots/committee.jsonl" in outcome(one, "맞지 않습니다")
    assert marks(one)[3:] == ["다름", "남음", "남음"]
    assert not one.page.get_by_role("table").is_visible()
    choose(one, zip_path)
    assert outcome(one, "모두 맞습니다")


def test_without_scripts_the_page_says_how_to_count(count: Count, screen: NewScreen) -> None:
    one = screen(javascript=False)
    one.open(f"/results/{count.round_id}/recount")
    assert "아래의 recount.py로 확인해 주세요" in one.text
    assert not one.page.get_by_label("가지고 있는 꾸러미 고르기").is_visible()


def test_a_browser_that_cannot_check_signatures_says_so_and_counts(
    count: Count, zip_path: Path, screen: NewScreen
) -> None:
    one = screen()
    one.page.add_init_script(
        "crypto.subtle.importKey = () => Promise.reject(new DOMException('Ed25519', 'NotSupportedError'))"
    )
    one.open(f"/results/{count.round_id}/recount")
    choose(one, zip_path)
    assert "recount.py는 확인합니다" in outcome(one, "서명은 확인하지 못했고")
    assert marks(one)[2] == "못 봄"


def test_a_bundle_of_other_rules_is_counted_with_a_warning(count: Count, screen: NewScreen, tmp_path: Path) -> None:
    path = tmp_path / "other.zip"
    path.write_bytes(zipped(files_of(Election(worked.example(), worked.ballots(), NO_ROLLS), key=None)))
    one = screen()
    one.open(f"/results/{count.round_id}/recount")
    choose(one, path)
    said = outcome(one, "공표한 규칙이 아닙니다")
    assert "보기의 표 110장" in said
    assert "규칙에 서명 열쇠가 없어" in said
    assert marks(one)[2:5] == ["없음", "맞음", "없음"]
