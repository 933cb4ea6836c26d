from datetime import datetime, timedelta
from itertools import product

import pytest

from app.clock import SEOUL
from app.recruitment import rules


def test_every_pair_of_states_is_allowed_or_refused_by_the_table() -> None:
    for state, wanted in product(rules.STATES, repeat=2):
        if wanted in rules.TRANSITIONS[state]:
            rules.ensure_may_become(state, wanted)
        else:
            with pytest.raises(rules.WrongState):
                rules.ensure_may_become(state, wanted)
    for state, wanted in product(rules.APPLICATION_STATES, repeat=2):
        if wanted in rules.APPLICATION_TRANSITIONS[state]:
            rules.ensure_application_may_become(state, wanted)
        else:
            with pytest.raises(rules.ApplicationWrongState):
                rules.ensure_application_may_become(state, wanted)


def test_applications_are_kept_from_the_draw_on_or_from_the_day_announced_for_it() -> None:
    closes_at, drawn_at = datetime(2027, 3, 1, 18, tzinfo=SEOUL), datetime(2027, 3, 20, 9, tzinfo=SEOUL)
    draw_on = datetime(2027, 3, 6, tzinfo=SEOUL)
    until = rules.erase_at(None, closes_at, draw_on.date(), 1)
    assert until == draw_on + timedelta(days=2)  # the seed is out on the sixth, all day, and a day more
    assert rules.erase_at(drawn_at, closes_at, draw_on.date(), 1) == drawn_at + timedelta(days=1)
