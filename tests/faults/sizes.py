"""How much is done: in the suite a little, with `make faults` as much as the rule of the vote path asks for."""

import os
from typing import NamedTuple


class Size(NamedTuple):
    """`kills` of workers under `clients`; so many `voters` of whom each votes from many devices at once."""

    kills: int
    clients: int
    voters: int


IS_LONG = os.environ.get("HANPYO_FAULTS") == "long"
SIZE = Size(200, 50, 200) if IS_LONG else Size(8, 12, 5)
