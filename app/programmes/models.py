"""Where money comes from and where it goes: areas and programmes (P9). All of it is data."""

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Id, Won, db, one_of

AREA_KINDS = ("city", "gu", "dong")
INITIATIVES = ("residents", "mixed")
COLOURS = ("gu", "dong", "city", "joint", "plan")


class Area(db.Model):
    """A city, a gu in it, or a dong in that."""

    __tablename__ = "area"
    __table_args__ = (one_of("kind", AREA_KINDS),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    kind: Mapped[str] = mapped_column(String(8))
    name_ko: Mapped[str] = mapped_column(String(60))
    name_en: Mapped[str] = mapped_column(String(60))
    position: Mapped[int]
    parent_id: Mapped[int | None] = mapped_column(Id, ForeignKey("area.id"))

    parent: Mapped["Area | None"] = relationship(remote_side=[id])


class Programme(db.Model):
    """One stream of participatory money: owner + funding source + area + kind of initiative."""

    __tablename__ = "programme"
    __table_args__ = (
        one_of("owner_kind", AREA_KINDS),
        one_of("funding", ("gu", "city")),
        one_of("initiative", INITIATIVES),
        one_of("colour", COLOURS),
        CheckConstraint("budget_won > 0", name="budget_positive"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    slug: Mapped[str] = mapped_column(String(40), unique=True)
    name_ko: Mapped[str] = mapped_column(String(80))
    name_en: Mapped[str] = mapped_column(String(80))
    owner_kind: Mapped[str] = mapped_column(String(8))
    owner_name_ko: Mapped[str] = mapped_column(String(60))
    owner_name_en: Mapped[str] = mapped_column(String(60))
    funding: Mapped[str] = mapped_column(String(8))
    initiative: Mapped[str] = mapped_column(String(12))
    area_id: Mapped[int] = mapped_column(Id, ForeignKey("area.id"))
    area_note_ko: Mapped[str] = mapped_column(String(80))
    area_note_en: Mapped[str] = mapped_column(String(80))
    budget_won: Mapped[int] = mapped_column(Won)
    colour: Mapped[str] = mapped_column(String(8))
    position: Mapped[int]
    is_imported: Mapped[bool] = mapped_column(default=False)  # another city's: it has results here, and no rounds

    area: Mapped[Area] = relationship()
