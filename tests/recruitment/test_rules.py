from itertools import product

import pytest

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
