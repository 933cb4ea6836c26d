import copy
import json

import pytest
from flask import Flask

from app.audit.models import SYSTEM, AuditLine
from app.clock import now
from app.database import db
from app.programmes import queries, services
from app.programmes.models import Area, Programme
from app.programmes.rules import DistrictRefused

PLAN = {  # work plan 2018, "주요 주민참여형 예산 사업 현황": amount, money of, kind of initiative
    "주민참여예산": (1_000_000_000, "gu", "residents"),
    "동 특성화 사업": (250_000_000, "gu", "residents"),
    "시민참여예산 시정분야": (35_000_000_000, "city", "residents"),
    "시민참여예산 융합형": (1_000_000_000, "city", "mixed"),
    "시민참여예산 동단위계획형": (180_000_000, "city", "residents"),
}


def geumcheon() -> dict:
    return json.loads(services.GEUMCHEON.read_text(encoding="utf-8"))


def test_the_shipped_district_has_the_five_programmes_of_the_plan(app: Flask) -> None:
    services.load_district(geumcheon(), at=now(), by=SYSTEM)

    programmes = queries.list_programmes()
    assert {one.name_ko: (one.budget_won, one.funding, one.initiative) for one in programmes} == PLAN
    assert len({one.colour for one in programmes}) == len({one.owner_name_ko for one in programmes}) == 5
    assert len(queries.list_areas("dong")) == 10
    assert queries.get_programme_by_slug("city").area.kind == "city"


def test_loading_again_changes_nothing_and_leaves_no_second_line(app: Flask) -> None:
    assert services.load_district(geumcheon(), at=now(), by=SYSTEM) == 17

    assert services.load_district(geumcheon(), at=now(), by=SYSTEM) == 0

    assert db.session.query(Area).count() == 12
    assert [line.fields["changed"] for line in db.session.query(AuditLine)] == [17]


def test_a_changed_figure_is_brought_up_to_date_in_place(app: Flask) -> None:
    services.load_district(geumcheon(), at=now(), by=SYSTEM)
    changed = geumcheon()
    changed["programmes"][0]["budget_won"] = 1_100_000_000

    assert services.load_district(changed, at=now(), by=SYSTEM) == 1

    assert queries.get_programme_by_slug("gu").budget_won == 1_100_000_000
    assert db.session.query(Programme).count() == 5


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda d: d.pop("areas"), "two lists"),
        (lambda d: d["programmes"][1].pop("colour"), "programmes[1]: must have exactly the keys"),
        (lambda d: d["programmes"][1].update(budget_won=0), "programmes[1].budget_won"),
        (lambda d: d["programmes"][1].update(budget_won="2.5억"), "programmes[1].budget_won"),
        (lambda d: d["programmes"][1].update(colour="pink"), "'pink' is not one of"),
        (lambda d: d["programmes"][1].update(name_ko=" "), "programmes[1].name_ko"),
        (lambda d: d["programmes"][1].update(slug="gu"), "'gu' is there twice"),
        (lambda d: d["programmes"][1].update(area="mars"), "'mars' is not in 'areas'"),
        (lambda d: d["areas"][0].update(parent="gasan"), "'gasan' is not above it"),
    ],
)
def test_a_file_with_a_fault_is_refused_whole(app: Flask, spoil, said: str) -> None:
    data = copy.deepcopy(geumcheon())
    spoil(data)

    with pytest.raises(DistrictRefused) as refused:
        services.load_district(data, at=now(), by=SYSTEM)

    assert any(said in fault for fault in refused.value.faults)
    assert db.session.query(Area).count() == db.session.query(AuditLine).count() == 0


def test_the_command_loads_the_shipped_file_and_says_what_it_did(app: Flask) -> None:
    result = app.test_cli_runner().invoke(args=["district", "load"])

    assert (result.exit_code, result.output) == (
        0,
        "geumcheon.json: 17줄을 더하거나 고쳤습니다. / 17 rows were added or changed.\n",
    )


def test_the_command_names_the_faults_of_a_broken_file(app: Flask, tmp_path) -> None:
    path = tmp_path / "broken.json"
    path.write_text("{", encoding="utf-8")

    result = app.test_cli_runner().invoke(args=["district", "load", str(path)])

    assert result.exit_code == 1
    assert "broken.json: 읽어 들이지 않았습니다. / was not loaded." in result.output
    assert "not a JSON file" in result.output
