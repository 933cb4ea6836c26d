"""Coming onto the register of a round, one after another; at the same moment: tests/races/test_roll.py."""

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask

from app.audit.models import SYSTEM, AuditLine
from app.clock import Clock, now
from app.database import db
from app.roll import queries, rules, services
from app.roll.models import RollClaim, RollEntry
from app.rounds.models import Round
from app.rounds.rules import ANYBODY, LIST
from tests import factories
from tests.roll.lists import KEY, claim, register_round

MINE, YOURS = "phone of mine", "phone of yours"


def come(round_: Round, phone: str = MINE, **values: Any) -> RollEntry:
    return services.register_by_phone(round_, claim(**values), phone, key=KEY, at=now())


def kept() -> tuple[int, int, int]:
    db.session.rollback()
    return tuple(db.session.query(table).count() for table in (RollEntry, RollClaim, AuditLine))  # type: ignore[return-value]


def test_whoever_comes_first_is_on_the_roll_and_comes_back_to_the_same_entry(app: Flask) -> None:
    round_ = register_round()
    entry = come(round_)
    assert (entry.source, entry.age_band, entry.basis, entry.guardian) == ("phone", "70-", "address", None)
    assert entry.id == come(round_, name="홍 길동").id
    assert queries.count_entries(round_.id) == 1
    lines = {line.action: line.fields for line in db.session.query(AuditLine)}
    assert lines["roll.register"] == {"source": "phone"}


def test_the_same_person_by_another_phone_and_another_person_by_the_same_phone_are_refused(app: Flask) -> None:
    round_ = register_round()
    come(round_)
    for values in ({"phone": YOURS}, {"name": "김영희"}):
        people = queries.count_entries(round_.id)
        with pytest.raises(rules.OnTheRollAlready):
            come(round_, **values)
        assert queries.count_entries(round_.id) == people


UNFIT: tuple[tuple[dict[str, Any], dict[str, Any], type[Exception]], ...] = (
    ({"name": "12"}, {}, rules.NameMissing),
    ({"born_on": date(1850, 1, 1)}, {}, rules.BirthDateUnfit),
    ({"born_on": date(2100, 1, 1)}, {}, rules.BirthDateUnfit),
    ({"born_on": date(2024, 1, 1)}, {"age_min": 18}, rules.TooYoung),
    ({"born_on": date(2024, 1, 1)}, {}, rules.GuardianMissing),
    ({"basis": "school"}, {}, rules.BasisNotTaken),
    ({"area": None}, {}, rules.AreaMissing),
    ({}, {"voters": ANYBODY}, rules.VotersOtherwise),
    ({}, {"voters": LIST}, rules.VotersOtherwise),
)


def test_a_claim_that_does_not_do_changes_nothing(app: Flask) -> None:
    for values, settings, refused in UNFIT:
        round_ = register_round(**settings)
        before = kept()
        with pytest.raises(refused):
            come(round_, **values)
        assert kept() == before


def test_age_is_that_of_the_day_on_which_voting_begins(app: Flask) -> None:
    round_ = register_round(age_min=14)
    day = queries.age_day(round_)
    with pytest.raises(rules.TooYoung):
        come(round_, born_on=day.replace(year=day.year - 14) + timedelta(days=1))
    assert come(round_, born_on=day.replace(year=day.year - 14)).age_band == "14-18"


def test_a_child_comes_with_a_guardians_consent(app: Flask) -> None:
    entry = come(register_round(), born_on=date(now().year - 10, 1, 1), guardian="phone")
    assert (entry.age_band, entry.guardian) == ("0-13", "phone")


def test_a_phone_names_three_people_in_vain_and_then_is_told_nothing_more(app: Flask) -> None:
    round_ = register_round()
    for n, name in enumerate("가나다라"):
        come(round_, phone=f"phone {n}", name=name)
    for name in "가나다가":  # the same again is no other
        with pytest.raises(rules.OnTheRollAlready):
            come(round_, name=name)
    before = kept()
    for name in ("라", "없는사람"):  # whether or not they are on the roll
        with pytest.raises(rules.TooManyClaims):
            come(round_, name=name)
    assert kept() == before


def test_a_claim_that_leads_onto_the_roll_settles_those_before(app: Flask) -> None:
    round_ = register_round()
    come(round_, phone=YOURS)
    with pytest.raises(rules.OnTheRollAlready):
        come(round_)
    assert len(queries.list_claims(round_.id, MINE)) == 1
    come(round_, name="김영희")
    assert list(queries.list_claims(round_.id, MINE)) == []


def test_on_a_day_of_many_claims_each_phone_names_one_person_in_vain(
    app: Flask, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "MANY_CLAIMS", 2)
    round_ = register_round()
    for name in ("홍길동", "김영희"):
        come(round_, phone=f"phone of {name}", name=name)
    for n in range(2):
        with pytest.raises(rules.OnTheRollAlready):
            come(round_, phone=f"phone {n}")
    with pytest.raises(rules.OnTheRollAlready):  # each phone is still heard, once
        come(round_, phone=YOURS)
    before = kept()
    for name in ("김영희", "없는사람"):
        with pytest.raises(rules.TooManyClaims):
            come(round_, phone=YOURS, name=name)
    assert kept() == before
    clock.offset += timedelta(days=1)
    with pytest.raises(rules.OnTheRollAlready):
        come(round_, phone=YOURS, name="김영희")


def test_nobody_shuts_those_out_who_tell_the_truth_however_many_phones_they_have(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "MANY_CLAIMS", 2)
    round_ = register_round()
    come(round_, phone=YOURS)
    for n in range(5):
        with pytest.raises(rules.OnTheRollAlready):
            come(round_, phone=f"phone {n}")
    assert come(round_, name="처음온사람").phone_key == MINE


def test_a_claim_stands_for_nobody_by_itself(app: Flask) -> None:
    round_ = register_round()
    entry = come(round_, phone=YOURS)
    for phone in (MINE, "third"):
        with pytest.raises(rules.OnTheRollAlready):
            come(round_, phone=phone)
    keys = set(db.session.scalars(db.select(RollClaim.claim_key)))
    assert len(keys) == 2 and entry.person_key not in keys


def test_an_officer_adds_another_person_of_the_same_name_and_birth_date(app: Flask) -> None:
    round_ = register_round()
    first = come(round_)
    twins = [services.add_twin(round_, claim(), "신분증 확인", key=KEY, at=now(), by=SYSTEM) for _ in range(2)]
    assert [(one.twin, one.source, one.phone_key) for one in twins] == [(1, "desk", None), (2, "desk", None)]
    assert {one.person_key for one in twins} == {first.person_key}
    assert [one.id for one in queries.list_by_person(round_.id, first.person_key)] == [first.id, *(t.id for t in twins)]
    before = kept()
    with pytest.raises(rules.BasisNotTaken):
        services.add_twin(round_, claim(basis="school"), "신분증 확인", key=KEY, at=now(), by=SYSTEM)
    assert kept() == before


def test_an_entry_of_another_round_is_not_on_this_roll(app: Flask) -> None:
    entry, other = come(register_round()), register_round()
    with pytest.raises(rules.NotOnTheRoll):
        queries.get_entry(other.id, entry.id)
    assert queries.find_by_phone(other.id, MINE) is None


def test_the_roll_in_numbers_has_no_names(app: Flask) -> None:
    round_ = register_round()
    for n in range(3):
        come(round_, phone=f"phone {n}", name="가나다"[n])
    (group,) = queries.list_groups(round_.id)
    assert tuple(group) == (factories.area("gasan").id, "70-", "address", 3)
