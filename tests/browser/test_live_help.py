"""What a page says while a proposal is being typed: what is like it, what it sums up to, what is too long or too large.
The server says all of it again; `test_without_javascript` and the pages' own tests stand for that."""

from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import expect

from app.proposals import rules
from app.rounds import rules as rounds
from tests import factories
from tests.browser.conftest import NewScreen
from tests.browser.people import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]
MEGABYTE = 1 << 20


def file_of(path: Path, size: int) -> Path:
    """Of nothing, and nowhere on the disk."""
    with path.open("wb") as file:
        file.truncate(size)
    return path


def test_what_is_typed_is_answered_at_once_and_what_is_too_large_is_not_sent(
    app: Flask, screen: NewScreen, server: str, tmp_path: Path
) -> None:
    expect.set_options(timeout=20_000)  # however busy the machine is
    round_ = factories.round_(running=rounds.INTAKE)
    factories.proposal(round_, title="안양천 그늘 쉼터 만들기")
    resident = factories.resident()
    draft = factories.proposal(round_, state=rules.DRAFT, by=resident)
    writer = sign_in(app, screen(checked=False), server, resident)
    page, posted = writer.page, []
    page.on("request", lambda request: posted.append(request.url) if request.method == "POST" else None)

    writer.open(f"/my/proposals/new/{round_.id}")
    writer.fill(title="안양천에 그늘 쉼터를 만들어요")
    expect(page.locator("[data-module='similar']")).to_contain_text("안양천 그늘 쉼터 만들기")

    writer.open(f"/my/proposals/{draft.id}/content")
    line, total = page.locator("[data-line]").first, page.locator("[data-sum]")
    line.locator("[name$='-quantity']").fill("10")
    line.locator("[name$='-unit_won']").fill("200만")
    expect(total).to_have_text("2,000만원")
    line.locator("[name$='-unit_won']").fill("이백만")  # the server reads it, or says that it cannot
    expect(total).to_have_text("")
    need = page.locator(".field:has([name='need'])")
    writer.fill(need=" 가나다 ")
    most = int(need.locator("[data-most]").get_attribute("data-most") or 0)
    expect(need.locator("[data-most]")).to_have_text(f"{most - 3}자 더 쓸 수 있습니다")
    writer.fill(need="가" * (most + 2))
    expect(need.locator("[data-most]")).to_have_text("2자를 줄여 주세요")
    writer.fill(cost_won="1억 2,000만")
    expect(page.locator("[data-module='money-hint'] output")).to_have_text("1억 2,000만원")

    writer.open(f"/my/proposals/{draft.id}/files")
    form = page.locator("form[data-module~='file-size']").last
    choice = form.locator("input[type='file']")
    choice.set_input_files(file_of(tmp_path / "큰 문서.pdf", 11 * MEGABYTE))
    expect(form.locator("p.count[role='status']")).to_have_text("10MB가 넘어 올릴 수 없습니다. 지금 크기: 11.0MB")
    form.get_by_role("button", name="문서 올리기").click()
    expect(choice).to_be_focused()
    choice.set_input_files(file_of(tmp_path / "문서.pdf", 1))
    expect(form.locator("p.count[role='status']")).to_have_text("0.0MB")
    assert posted == [] and not writer.troubles
