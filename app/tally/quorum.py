"""정족수: a majority of those enrolled (재적 과반) must be present to open, and again at every decision."""


def quorum_of(enrolled: int) -> int:
    """The fewest members whose presence makes a majority of those enrolled."""
    return enrolled // 2 + 1


def is_quorate(present: int, enrolled: int) -> bool:
    return present >= quorum_of(enrolled)
