"""What is asked in the two ceremonies of a round's key."""

from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, HiddenField, TextAreaField

from app.ballots.models import RoundKey
from app.ballots.rules import MOST_TRUSTEES
from app.web.fields import Form, Required, TrimmedText, Unmarked, WholeNumberField

LONGEST_NAME = 60
USUAL_THRESHOLD = 2


class WordsField(TextAreaField):
    """Words as they were typed: nothing remembers them, neither the browser nor we."""

    def __init__(self, *args: object, **options: object) -> None:
        kept_nowhere = {"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
        super().__init__(*args, render_kw=kept_nowhere, **options)


class KeyForm(Form):
    """`replaces`: the public key that the page has shown, "" for none. `may_be_alone`: one trustee is enough here."""

    replaces = HiddenField()
    names = TrimmedText(
        _l("수탁자의 이름"),
        [Required(_l("수탁자의 이름을 한 줄에 한 사람씩 적어 주세요."))],
        description=_l("한 줄에 한 사람씩 적습니다. 서로 독립된 세 사람이면 좋습니다."),
    )
    threshold = WholeNumberField(
        _l("투표함을 열 때 필요한 사람 수"),
        [Required(_l("몇 명이 모여야 열 수 있는지 입력해 주세요."))],
        default=USUAL_THRESHOLD,
        description=_l(
            "세 사람 가운데 두 사람이면, 한 사람이 낱말을 잃어버려도 열 수 있고 한 사람만으로는 열 수 없습니다."
        ),
    )
    anew = BooleanField(_l("지금 열쇠를 버리고 새로 만듭니다. 이미 나눈 낱말은 모두 쓸 수 없게 됩니다."))

    may_be_alone = False

    @property
    def trustees(self) -> list[str]:
        return [" ".join(line.split()) for line in (self.names.data or "").splitlines() if line.strip()]

    def validate_names(self, field: Field) -> None:
        names = self.trustees
        if len(set(names)) < len(names):
            field.errors = [*field.errors, _("같은 이름이 두 번 있습니다. 누구인지 구별되게 적어 주세요.")]
        if len(names) > MOST_TRUSTEES:
            field.errors = [*field.errors, _("수탁자는 %(most)s명까지 정할 수 있습니다.", most=MOST_TRUSTEES)]
        if any(len(name) > LONGEST_NAME for name in names):
            field.errors = [*field.errors, _("이름은 %(most)s자까지 쓸 수 있습니다.", most=LONGEST_NAME)]
        if len(names) == 1 and not self.may_be_alone:
            field.errors = [*field.errors, _("수탁자는 두 명 이상이어야 합니다.")]

    def validate_threshold(self, field: Field) -> None:
        least, most = min(USUAL_THRESHOLD, len(self.trustees)), len(self.trustees)
        if field.data is not None and most and not least <= field.data <= most:
            words = _("%(least)s명 이상 %(most)s명 이하여야 합니다.", least=least, most=most)
            field.errors = [*field.errors, words]

    def validate(self, extra_validators: object = None) -> bool:
        return super().validate(extra_validators) and not self.errors

    def ensure_knows(self, key: RoundKey | None) -> bool:
        """Whether the one who sends it has seen the key that it would replace, and has said so."""
        current = key.public_key if key else ""
        if self.replaces.data != current:
            self.replaces.data, self.anew.data = current, False
            self.refuse(_("그 사이에 열쇠가 만들어졌습니다. 지금 상태를 다시 확인해 주세요."))
        elif key is not None and not self.anew.data:
            self.refuse(_("새로 만들려면 여기에 표시해 주세요."), self.anew)
        return not self.errors


class WordsForm(Form):
    words = WordsField(
        _l("적은 낱말을 다시 입력"),
        [Required(_l("종이에 적은 낱말을 순서대로 입력해 주세요."))],
        description=_l("번호는 빼고, 낱말 사이를 한 칸씩 띄어 씁니다. 대문자와 소문자는 가리지 않습니다."),
    )


class OpeningForm(Form):
    """A field for each trustee that it takes: `opening_form` adds them."""

    @property
    def words(self) -> Sequence[Field]:
        return [field for field in self if isinstance(field, WordsField)]


def opening_form(needed: int) -> OpeningForm:
    fields = {
        f"words_{place}": WordsField(_l("%(place)s번째 사람의 낱말", place=place), [Unmarked()])
        for place in range(1, needed + 1)
    }
    form: OpeningForm = type("OpeningForm", (OpeningForm,), fields)()
    return form
