"""Up to which notice a resident has read."""

from app.web.fields import Form, SeenField


class SeenForm(Form):
    """`up_to`: the id of the latest notice on the page; what is no such number means none."""

    up_to = SeenField(default="0")

    @property
    def latest(self) -> int:
        return self.up_to.number(digits=18)
