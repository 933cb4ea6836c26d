"""The page kit in a real browser: what the small scripts add, and what holds for eyes, thumbs and keyboards."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from app.config import ROOT
from tests.browser.screen import Screen
from tests.browser.serving import serving
from tests.web import kit_app

pytestmark = pytest.mark.browser

PAGES = ("/kit", "/kit/ballot", "/kit/console")

# Controls lower than 44 px; a box counts with its label, a card's link with its card.
SMALL_TARGETS = """() => [...document.querySelectorAll('a, button, input, select, textarea, summary')]
  .filter((one) => one.type !== 'hidden' && one.offsetParent && !one.matches('.unseen'))
  .map((one) => ['checkbox', 'radio'].includes(one.type) ? one.labels[0] : one)
  .map((one) => (one.closest('.card__title') ? one.closest('.card') : one))
  .filter((one) => one.getBoundingClientRect().height < 43.5)
  .map((one) => one.outerHTML)"""

HIDDEN_FOCUS = """() => {
  const one = document.activeElement;
  const bar = document.querySelector('.sticky');
  if (bar.contains(one) || one === document.body) return false;
  return one.getBoundingClientRect().bottom > bar.getBoundingClientRect().top + 1;
}"""


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    with serving(kit_app.make()) as address:
        yield address


@pytest.fixture
def phone(chromium: Browser, site: str) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 390, "height": 700}, base_url=site, locale="ko-KR")
    page = context.new_page()
    page.set_default_timeout(10_000)
    yield page
    context.close()


@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing(phone: Page, path: str) -> None:
    Screen(phone, axe=(ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text()).open(path)


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("width", [320, 390, 1280])
def test_nothing_runs_off_the_side(phone: Page, path: str, width: int) -> None:
    phone.set_viewport_size({"width": width, "height": 700})
    phone.goto(path)
    assert phone.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("path", PAGES)
def test_everything_to_press_is_44_px_high(phone: Page, path: str) -> None:
    phone.goto(path)
    assert phone.evaluate(SMALL_TARGETS) == []


def test_the_keyboard_never_loses_its_place_under_the_sticky_bar(phone: Page) -> None:
    phone.goto("/kit/ballot")
    for _press in range(24):
        phone.keyboard.press("Tab")
        assert not phone.evaluate(HIDDEN_FOCUS)


def test_the_error_summary_takes_the_focus_and_leads_to_the_field(phone: Page) -> None:
    phone.goto("/kit")
    phone.fill("#title", "")
    phone.click("main form button[type=submit]")
    phone.wait_for_selector(".faults:focus")
    phone.click(".faults a >> nth=0")
    assert phone.evaluate("document.activeElement.id") == "title"


def test_the_way_back_to_a_refused_form_asks_nothing(phone: Page) -> None:
    phone.goto("/kit")
    phone.fill("#title", "")
    phone.click("main form button[type=submit]")
    phone.wait_for_selector(".faults:focus")
    asked = []
    phone.on("request", lambda request: asked.append(request.method) if request.is_navigation_request() else None)
    phone.goto("/kit/ballot")
    answer = phone.go_back()
    assert answer is not None and answer.status == 200
    assert (asked, phone.locator("main form #title").count()) == (["GET", "GET"], 1)


def test_a_tick_over_the_limit_is_allowed_and_answered_in_words(phone: Page) -> None:
    phone.goto("/kit/ballot")
    boxes = phone.locator("[data-section] >> nth=0").locator("input")
    for nth in range(3):
        boxes.nth(nth).check()
    phone.wait_for_function("document.querySelector('#section-1-count').textContent.includes('1개를 빼 주세요')")
    assert boxes.nth(2).is_checked()
    assert phone.inner_text("[data-live]") == "3 / 2개 1개를 빼 주세요"
    assert phone.inner_text(".sticky p >> nth=0").split("\n") == ["4 / 4개", "복지: 1개를 빼 주세요"]
    boxes.nth(2).uncheck()
    assert phone.inner_text("#section-1-count") == "2 / 2개 다 골랐습니다"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("120000000", "1억 2,000만원"),
        ("1억2000만", "1억 2,000만원"),
        ("3,500만 원", "3,500만원"),
        ("1억 5천", ""),
        ("없음", ""),
    ],
)
def test_a_sum_is_said_in_words_as_it_is_typed(phone: Page, typed: str, said: str) -> None:
    phone.goto("/kit", wait_until="networkidle")
    phone.fill("#cost_won", typed)
    assert phone.inner_text("#cost_won-read") == said


def test_letters_left_are_counted(phone: Page) -> None:
    phone.goto("/kit", wait_until="networkidle")
    phone.fill("#need", "가" * 290)
    assert phone.inner_text("#need-count") == "10자 더 쓸 수 있습니다"
    phone.fill("#need", "가" * 303)
    assert phone.inner_text("#need-count") == "3자를 줄여 주세요"


def test_a_double_click_sends_once(phone: Page) -> None:
    sent = []
    phone.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    phone.goto("/kit", wait_until="networkidle")
    phone.evaluate("const go = document.querySelector('main form button'); go.click(); go.click(); go.click();")
    phone.wait_for_selector(".faults")
    assert len(sent) == 1


def test_pages_work_without_scripts(chromium: Browser, site: str) -> None:
    context = chromium.new_context(java_script_enabled=False, base_url=site)
    page = context.new_page()
    page.goto("/kit/ballot")
    page.locator("details summary").first.click()
    assert page.locator("details[open]").count() == 1
    assert "2 / 4개" in page.inner_text(".sticky")
    page.goto("/kit")
    page.fill("#need", "그늘이 없어 어르신이 쉬지 못합니다.")
    page.check("text=복지")
    page.check("text=개인정보 수집에 동의합니다")
    page.click("text=저장하고 다음")
    assert "저장했습니다." in page.inner_text(".flashes")
    context.close()


def test_an_amount_of_a_billion_stays_on_one_line_of_a_phone(phone: Page) -> None:
    phone.goto("/kit")
    lines = phone.locator(".figures__value").first.evaluate("""(one) => {
      one.textContent = 'KRW 1,150,500,000';
      return one.getBoundingClientRect().height / parseFloat(getComputedStyle(one).lineHeight);
    }""")
    assert round(lines) == 1


def test_the_longest_word_of_a_label_fits_beside_its_cell_on_a_phone(phone: Page) -> None:
    phone.goto("/kit")
    room, needed = phone.locator("td[data-label]").first.evaluate("""(cell) => {
      const word = document.createElement('span');
      word.textContent = 'Neighbourhood';
      cell.append(word);
      return [parseFloat(getComputedStyle(cell, '::before').flexBasis), word.getBoundingClientRect().width];
    }""")
    assert needed <= room
