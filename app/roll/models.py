"""The roll (명부) of a round: who may vote in its residents' chamber, as keys that name nobody."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Id, Instant, db, one_of
from app.programmes.models import Area
from app.roll import rules
from app.rounds.models import Round
from app.rounds.rules import BASES


class RollEntry(db.Model):
    """A person on the roll. All ways of voting lead to one entry, and the entry votes once.

    `person_key`: HMAC of round, name and birth date. `twin`: 0, or a count where an officer has seen the identity card
    of somebody else of the same name and birth date. `phone_key`: as of `Resident`. `area`: the dong, whose own ballot
    it is. `entered_at` is cut to the hour. Gone when it is erased who took part.
    """

    __tablename__ = "roll_entry"
    __table_args__ = (
        UniqueConstraint("round_id", "person_key", "twin"),
        UniqueConstraint("round_id", "phone_key"),
        one_of("source", rules.SOURCES),
        one_of("basis", BASES),
        one_of("age_band", rules.BANDS),
        one_of("guardian", rules.GUARDIANS, nullable=True),
        CheckConstraint("twin >= 0", name="twin_not_negative"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    round_id: Mapped[int] = mapped_column(Id, ForeignKey("round.id"))
    person_key: Mapped[str] = mapped_column(String(64))
    twin: Mapped[int] = mapped_column(default=0)
    phone_key: Mapped[str | None] = mapped_column(String(64))
    area_id: Mapped[int | None] = mapped_column(Id, ForeignKey("area.id"))
    age_band: Mapped[str] = mapped_column(String(8))
    basis: Mapped[str] = mapped_column(String(12))
    guardian: Mapped[str | None] = mapped_column(String(8))
    source: Mapped[str] = mapped_column(String(8))
    entered_at: Mapped[datetime] = mapped_column(Instant)

    round: Mapped[Round] = relationship()
    area: Mapped[Area | None] = relationship()
