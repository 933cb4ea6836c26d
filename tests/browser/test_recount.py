"""The counter on the page of a result: a bundle fetched or chosen is checked and counted in the browser itself."""

import io
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
from tests.recount_js.bundles import NO_ROLLS, files_of, open_files_of, zip_of, zipped
from tests.recount_js.elections import Election
from tests.results.elections import counted, publish
from tests.tally import worked

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]
SIGNED = (2, 4, 5)  # what is checked there depends on the browser, and on whether ballots were sealed

KNOWS_NO_KEYS = "crypto.subtle.importKey = () => Promise.reject(new DOMException('unknown', 'NotSupportedError'))"
LISTEN = """() => {
  window.said = [];
  const live = document.querySelector('[data-live]');
  new MutationObserver(() => window.said.push(live.textContent)).observe(live, {childList: true});
}"""


@pytest.fixture
def count(app: Flask, clock: Clock) -> Count:
    return publish(counted(clock))


@pytest.fixture
def zip_path(count: Count, tmp_path: Path) -> Path:
    return written(count, tmp_path)


def written(count: Count, folder: Path) -> Path:
    path = folder / "bundle.zip"
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
    assert "투표함의 열쇠를 공개하지 않는 투표라서" in said
    assert [mark for place, mark in enumerate(marks(one)) if place not in SIGNED] == ["맞음"] * 4
    rows = one.page.get_by_role("table").get_by_role("row")
    assert rows.count() == 1 + sum(item["funded"] > 0 for item in canonical.loads(count.body.encode())["items"])


def test_a_chosen_file_is_counted_without_the_server(clock: Clock, screen: NewScreen, tmp_path: Path) -> None:
    """Of a box that is opened for everybody: its sealed ballots are opened, too."""
    count = publish(counted(clock, opening="open"))
    path = written(count, tmp_path)
    one = screen(locale="en-US")
    one.open(f"/results/{count.round_id}/recount")
    one.page.context.set_offline(True)
    choose(one, path, "Choose a bundle that you have")
    assert "8 ballots" in outcome(one, "Everything holds")
    assert marks(one) == ["Yes"] * 7
    assert one.page.get_by_role("table").is_visible()


def test_the_first_thing_that_does_not_hold_is_named(count: Count, zip_path: Path, screen: NewScreen) -> None:
    files = open_archive(zip_path.read_bytes())
    name = "ballots/committee.jsonl"
    forged = zip_path.with_name("forged.zip")
    forged.write_bytes(zipped({**files, name: files[name].replace(b'"2"', b'"1"', 1)}))
    one = screen()
    one.open(f"/results/{count.round_id}/recount")
    choose(one, forged)
    assert "ballots/committee.jsonl" in outcome(one, "맞지 않습니다")
    assert marks(one)[3:] == ["다름", "남음", "남음", "남음"]
    assert not one.page.get_by_role("table").is_visible()
    choose(one, zip_path)
    assert outcome(one, "모두 맞습니다")


def test_without_scripts_the_page_says_how_to_count(count: Count, screen: NewScreen) -> None:
    one = screen(javascript=False)
    one.open(f"/results/{count.round_id}/recount")
    assert "아래의 recount.py로 확인해 주세요" in one.text
    assert not one.page.get_by_label("가지고 있는 꾸러미 고르기").is_visible()


def test_a_browser_that_cannot_check_signatures_or_open_seals_says_so_and_counts(
    count: Count, zip_path: Path, screen: NewScreen, tmp_path: Path
) -> None:
    one = screen()
    one.page.add_init_script(KNOWS_NO_KEYS)
    one.open(f"/results/{count.round_id}/recount")
    choose(one, zip_path)
    assert "recount.py는 확인합니다" in outcome(one, "이 브라우저가 확인하지 못한 것 말고는 모두 맞습니다")
    assert marks(one)[2] == "못 봄"
    choose(one, open_box(tmp_path))
    assert "recount.py는 엽니다" in outcome(one, "보기의 표 5장")
    assert [mark for place, mark in enumerate(marks(one)) if place in SIGNED] == ["못 봄"] * 3


def open_box(folder: Path, residents: int = 3) -> Path:
    """A bundle with the key of its box: every ballot in it is opened."""
    cast = {"residents": [["A", "B"]] * (residents - 1) + [["D"]], "committee": [["C", "A"], None]}
    path = folder / "open.zip"
    path.write_bytes(zipped(open_files_of(Election(worked.example(), cast, {**NO_ROLLS, "seed": "7"}))))
    return path


def test_sealed_ballots_are_opened_and_how_far_it_has_come_is_said(
    count: Count, screen: NewScreen, tmp_path: Path
) -> None:
    one = screen()
    one.open(f"/results/{count.round_id}/recount")
    one.page.evaluate(LISTEN)
    choose(one, open_box(tmp_path, 598))
    assert "보기의 표 600장" in outcome(one, "공표한 규칙이 아닙니다")
    assert marks(one) == ["맞음"] * 7
    said = [sentence for sentence in one.page.evaluate("window.said") if "여는 중" in sentence]
    assert said == [f"봉인된 표를 여는 중입니다: {percent}%" for percent in (40, 80, 90, 100)]


def test_what_is_no_whole_bundle_is_refused_in_words(count: Count, screen: NewScreen, tmp_path: Path) -> None:
    content = open_box(tmp_path).read_bytes()
    changed, packed_anew, large = (tmp_path / f"{name}.zip" for name in ("changed", "packed-anew", "large"))
    changed.write_bytes(content.replace(b"print('counted')", b"Print('counted')"))
    packed_anew.write_bytes(zip_of(sorted(open_archive(content).items(), reverse=True)))
    with large.open("wb") as file:
        file.truncate(2**31)
    one = screen()
    one.open(f"/results/{count.round_id}/recount")
    choose(one, changed)
    assert "recount.py" in outcome(one, "넣을 때와 다릅니다")
    choose(one, packed_anew)
    assert outcome(one, "풀었다가 다시 묶은 파일입니다")
    assert marks(one) == ["다름"] + ["남음"] * 6
    choose(one, large)
    assert "recount.py" in outcome(one, "2GB가 넘는 꾸러미")


def open_archive(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_a_bundle_of_other_rules_is_counted_with_a_warning(count: Count, screen: NewScreen, tmp_path: Path) -> None:
    path = tmp_path / "other.zip"
    path.write_bytes(zipped(files_of(Election(worked.example(), worked.ballots(), NO_ROLLS), key=None)))
    one = screen()
    one.open(f"/results/{count.round_id}/recount")
    choose(one, path)
    said = outcome(one, "공표한 규칙이 아닙니다")
    assert "보기의 표 110장" in said
    assert "규칙에 서명 열쇠가 없어" in said
    assert marks(one)[2:6] == ["없음", "맞음", "없음", "없음"]
