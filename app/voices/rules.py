"""What residents say to each other's proposals: support (공감) and comments (의견), until the ballot is out. Pure."""

from datetime import datetime, timedelta

from app.proposals import rules as proposals
from app.rounds import rules as rounds

SHOWN, HIDDEN, WITHDRAWN = COMMENT_STATES = ("shown", "hidden", "withdrawn")
TRANSITIONS: dict[str, tuple[str, ...]] = {
    SHOWN: (HIDDEN, WITHDRAWN),
    HIDDEN: (SHOWN, WITHDRAWN),
    WITHDRAWN: (),
}
GROUNDS = ("insult", "personal_data", "advertising", "off_topic", "repeated", "unlawful")

COMMENT_MAX = 500
REASON_MAX = 500
COMMENTS_PER_DAY = 10  # of one resident, in 24 hours, wherever
BARRED_FOR = timedelta(days=30)
DAY = timedelta(days=1)


class VoiceError(Exception):
    """A rule of support and comments was not kept."""


class VoicesClosed(VoiceError):
    """From the ballot on nobody is heard: it would be a campaign on the paper. Nor is a proposal that ended before."""


class OwnProposal(VoiceError):
    """Nobody supports what they propose themselves, alone or together."""


class CommentUnfit(VoiceError):
    """A comment has words, at most COMMENT_MAX letters."""


class TooManyComments(VoiceError):
    """COMMENTS_PER_DAY are written. `again_at`: when the next one may come."""

    def __init__(self, again_at: datetime) -> None:
        super().__init__(again_at.isoformat())
        self.again_at = again_at


class Barred(VoiceError):
    """Staff have barred this resident from writing comments. `until`."""

    def __init__(self, until: datetime) -> None:
        super().__init__(until.isoformat())
        self.until = until


class CommentMoved(VoiceError):
    """Somebody has decided on it, or its writer has withdrawn it, since the page was opened."""


class OwnComment(VoiceError):
    """Nobody reports what they wrote themselves: they may withdraw it."""


class ReasonMissing(VoiceError):
    """Staff say why: it stands in the comment's place, and the writer reads it."""


class GroundUnknown(VoiceError):
    """Not one of GROUNDS."""


def is_open(proposal_state: str, round_state: str) -> bool:
    """Whether a proposal is on its way, and the ballot is not out yet."""
    return round_state == rounds.CALLED and proposal_state in (
        proposals.SUBMITTED,
        proposals.ELIGIBLE,
        proposals.VISITED,
    )


def ensure_open(proposal_state: str, round_state: str) -> None:
    if not is_open(proposal_state, round_state):
        raise VoicesClosed


def ensure_comment(body: str) -> None:
    if not 1 <= len(body) <= COMMENT_MAX:
        raise CommentUnfit


def ensure_reason(ground: str, reason: str) -> None:
    """Raises GroundUnknown, ReasonMissing."""
    if ground not in GROUNDS:
        raise GroundUnknown
    if not 1 <= len(reason) <= REASON_MAX:
        raise ReasonMissing


def ensure_may_become(state: str, wanted: str) -> None:
    if wanted not in TRANSITIONS[state]:
        raise CommentMoved
