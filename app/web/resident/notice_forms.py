"""Up to which notice a resident has read."""

from wtforms import HiddenField

from app.web.fields import Form


class SeenForm(Form):
    """`up_to`: the id of the latest notice on the page; what is no such number means none."""

    up_to = HiddenField(default="0")

    @property
    def latest(self) -> int:
        text = self.up_to.data or ""
        return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0
