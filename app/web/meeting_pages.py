"""One page, two addresses: a round's general meeting is found by its round, any other meeting by its own number. Both
are shown and gone through by the same views."""

from collections.abc import Callable
from typing import Any, NamedTuple

from flask import Blueprint, Flask, url_for

from app.committee.models import GeneralMeeting, Meeting
from app.web.words import word

OTHER = "committee_"  # begins the endpoint's name of any other meeting
View = Callable[..., Any]


class Addresses(NamedTuple):
    """Of a wing. `general`, `other`: a round's meeting, and one by its number, for whoever may see it; else 404."""

    wing: Blueprint
    general: Callable[[int], GeneralMeeting]
    other: Callable[[int], Meeting]

    def at(self, path: str, *methods: str, of_round: str = "/meeting") -> Callable[[View], View]:
        """The view is given the meeting, and what else is in the address. `of_round`: what stands before `path` in the
        general meeting's address."""

        def add(view: View) -> View:
            name, options = view.__name__, {"methods": methods or ("GET",)}

            def general(*, round_id: int, **more: Any) -> Any:
                return view(self.general(round_id), **more)

            def other(*, meeting_id: int, **more: Any) -> Any:
                return view(self.other(meeting_id), **more)

            self.wing.add_url_rule(f"/rounds/<int:round_id>{of_round}{path}", name, general, **options)
            self.wing.add_url_rule(f"/meetings/<int:meeting_id>{path}", f"{OTHER}{name}", other, **options)
            return view

        return add


def url_of(meeting: Meeting, page: str, **values: Any) -> str:
    """`page`: the endpoint of the general meeting's."""
    if isinstance(meeting, GeneralMeeting):
        return url_for(page, round_id=meeting.round_id, **values)
    wing, _dot, name = page.partition(".")
    return url_for(f"{wing}.{OTHER}{name}", meeting_id=meeting.id, **values)


def noun_of(meeting: Meeting) -> str:
    """Within a sentence. Both words take the same particles."""
    return str(word("meeting_kind", meeting.kind))


def register(app: Flask) -> None:
    app.jinja_env.globals.update(meeting_url=url_of, meeting_noun=noun_of)
