"""What is asked about a photo or a document of a proposal: the file itself, and what it is."""

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField

from app.proposals import file_rules as rules
from app.web.fields import Length, Required, TrimmedString
from app.web.resident.proposal_forms import StepForm


def _alt() -> TrimmedString:
    return TrimmedString(
        _l("사진에 무엇이 보이나요?"),
        [Required(_l("사진에 무엇이 보이는지 써 주세요.")), Length(most=rules.ALT_MAX)],
        description=_l("사진을 볼 수 없는 분께 읽어 드립니다. 예: 가로등이 없어 어두운 골목길"),
    )


def _caption() -> TrimmedString:
    return TrimmedString(
        _l("덧붙이는 말"), [Length(most=rules.CAPTION_MAX)], description=_l("사진이나 문서 아래에 보입니다.")
    )


class PhotoForm(StepForm):
    file = FileField(_l("사진 파일"), [Required(_l("올릴 사진을 골라 주세요."))])
    alt = _alt()
    caption = _caption()


class DocumentForm(StepForm):
    file = FileField(_l("문서 파일"), [Required(_l("올릴 문서를 골라 주세요."))])
    caption = _caption()


class DescribePhotoForm(StepForm):
    alt = _alt()
    caption = _caption()


class DescribeDocumentForm(StepForm):
    caption = _caption()
