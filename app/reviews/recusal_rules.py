"""제척·기피·회피 (ordinance 13조의2): what bars a member, and how a challenge is decided. Pure."""

from datetime import datetime

from app.reviews.objection_rules import window_end
from app.reviews.rules import ReviewError

VOTE_DAYS = 7  # whole days after the one on which a challenge is filed

# By what a member is excluded without anybody's word: what the system itself can see.
PROPOSER = "proposer"  # proposed it, or is one of those who did
OFFICER = "officer"  # works in the department that checked it
DECLARED = "declared"  # has declared to work for that department
# As the record keeps it. That a member is the proposer is not said there: reviewers read why somebody is missing.
REASONS = {
    PROPOSER: "조례에 따른 제척: 제안과 직접 관련된 사람",
    OFFICER: "조례에 따른 제척: 이 제안의 소관부서에서 일함",
    DECLARED: "조례에 따른 제척: 이해관계 신고에 이 제안의 소관부서가 있음",
}

OPEN = "open"
ACCEPTED = "accepted"
REJECTED = "rejected"
MOOT = "moot"  # the member has been barred meanwhile: there is nothing left to vote on
LAPSED = "lapsed"  # too few had voted when the time for it was over
CHALLENGE_STATES = (OPEN, ACCEPTED, REJECTED, MOOT, LAPSED)
CHALLENGE_TRANSITIONS: dict[str, tuple[str, ...]] = {
    OPEN: (ACCEPTED, REJECTED, MOOT, LAPSED),
    ACCEPTED: (),
    REJECTED: (),
    MOOT: (),
    LAPSED: (),
}
FOR, AGAINST, ABSTAIN = "for", "against", "abstain"
VOTES = {FOR: "votes_for", AGAINST: "votes_against", ABSTAIN: "abstained"}  # → where they are counted


class ChallengeTooLate(ReviewError):
    """`until`: when challenges ended; None: this proposal never came so far that a member could be challenged."""

    def __init__(self, until: datetime | None) -> None:
        super().__init__(str(until))
        self.until = until


class InterestMissing(ReviewError):
    """The member has not declared their interests for the round: the rules could not tell what is their own."""


class AlreadyChallenged(ReviewError):
    """A member is challenged once for a proposal."""


class NotAReviewer(ReviewError):
    """The one who is challenged does not review in this programme."""


class NotEntitled(ReviewError):
    """Neither the challenged nor a recused member votes on a challenge."""


class OwnChallenge(ReviewError):
    """Whom a challenge names does not close it."""


class VotedAlready(ReviewError):
    """One vote for each member."""


class VotingOver(ReviewError):
    """The time to vote on the challenge is over."""


class TooFewVotes(ReviewError):
    """A majority of those entitled must vote, else nothing is decided while they still can."""

    def __init__(self, cast: int, needed: int, entitled: int) -> None:
        super().__init__(f"{cast} of {needed} ({entitled})")
        self.cast, self.needed, self.entitled = cast, needed, entitled


class ChallengesOpen(ReviewError):
    """`count` challenges are not decided: whose sheets count is not known."""

    def __init__(self, count: int) -> None:
        super().__init__(str(count))
        self.count = count


def voting_end(filed_at: datetime) -> datetime:
    return window_end(filed_at, VOTE_DAYS)


def outcome(votes_for: int, cast: int, entitled: int, *, is_over: bool) -> str:
    """More than half of those entitled must have voted, and more than half of those for it; who abstains has voted.
    `is_over`: nobody can vote any more, and what too few voted on is not accepted. Raises TooFewVotes."""
    needed = entitled // 2 + 1
    if cast < needed and not is_over:
        raise TooFewVotes(cast, needed, entitled)
    if cast < needed:
        return LAPSED
    return ACCEPTED if votes_for * 2 > cast else REJECTED


def challenge_end(released_until: datetime, begins_at: datetime, ends_at: datetime) -> datetime:
    """Until the written review begins; for a proposal that came to it late, until the days after its release are over;
    never beyond the written review's end."""
    return min(max(released_until, begins_at), ends_at)
