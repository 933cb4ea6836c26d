"""A birth date, typed as people write it: by those who register, and by the officer who reads it from their card."""

from datetime import date

from wtforms import StringField

from app import clock
from app.clock import seoul_day
from app.roll.birth_dates import read_birth_date
from app.roll.rules import RollError
from app.web.errors import sentence


class BirthDateField(StringField):
    """A day, in any of the ways in which people write it; None where nothing was typed."""

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return self.data.isoformat() if self.data else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data: date | None = None
        if not valuelist or not valuelist[0].strip():
            return
        try:
            self.data = read_birth_date(valuelist[0], seoul_day(clock.now()))
        except RollError as error:
            raise ValueError(sentence(error)) from error
