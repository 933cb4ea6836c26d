"""The box of sealed ballots, for everybody: how far it has come, and whether one's own ballot is in it.

A receipt's number comes in a form's body, never in an address: addresses end in logs and histories.
"""

import unicodedata
from collections.abc import Sequence
from typing import Any

from flask import Response, abort, jsonify, render_template, request
from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import ValidationError

from app.ballots import log_queries as log
from app.ballots import rules
from app.ballots.log_queries import Proof
from app.rounds import queries as rounds
from app.rounds.models import Round
from app.web.fields import ChoiceField, Form, GetForm, Required, choices
from app.web.navigation import programme_frame
from app.web.public.audience import wing


class ReceiptField(StringField):
    """The sixteen digits of a receipt, with or without blanks and hyphens between them."""

    def process_formdata(self, valuelist: list[str]) -> None:
        typed = unicodedata.normalize("NFKC", valuelist[0]) if valuelist else ""
        self.data = "".join(typed.split()).replace("-", "")


class ReceiptForm(Form):
    receipt = ReceiptField(_l("접수번호"), [Required(_l("접수번호를 입력해 주세요."))])

    def validate_receipt(self, field: ReceiptField) -> None:
        if not rules.is_receipt(field.data):
            raise ValidationError(
                _l("번호를 다시 확인해 주세요. 접수번호는 숫자 16자리이고, 한 자리라도 다르면 맞지 않습니다.")
            )


class CheckpointsForm(GetForm):
    first = ChoiceField(_l("앞선 확인점"), [Required()], coerce=int)
    second = ChoiceField(_l("뒤의 확인점"), [Required()], coerce=int)

    def offer(self, numbers: Sequence[int]) -> None:
        self.first.choices = self.second.choices = choices(*((number, str(number)) for number in numbers))


@wing.get("/rounds/<int:round_id>/box")
def round_box(round_id: int) -> str:
    return _page(_get_round(round_id), ReceiptForm(formdata=None))


@wing.post("/rounds/<int:round_id>/box")
def round_box_search(round_id: int) -> Response | str | tuple[str, int]:
    """What became of one ballot, as a page or (`as=json`) as a file to check without us."""
    round_, form = _get_round(round_id), ReceiptForm()
    if not form.validate_on_submit():
        return _page(round_, form), 422
    waiting = log.is_waiting(round_id, form.receipt.data)
    proof = log.find_proof(round_id, form.receipt.data)
    if proof is not None and not proof.holds:
        raise ValueError(f"leaf {proof.position} of round {round_id} is not in the tree of its checkpoint")
    if proof is not None and request.form.get("as") == "json":
        return _download(proof)
    return _page(round_, form, asked=True, waiting=waiting, proof=proof)


@wing.get("/rounds/<int:round_id>/box/checkpoints/<int:number>.txt")
def round_checkpoint(round_id: int, number: int) -> Response:
    """The signed note, byte for byte."""
    note = log.get_checkpoint(_get_round(round_id).id, number).note
    headers = {"Content-Disposition": f"attachment; filename=checkpoint-{number:06}.txt"}
    return Response(note, mimetype="text/plain", headers=headers)


@wing.get("/rounds/<int:round_id>/box/consistency")
def round_consistency(round_id: int) -> str | tuple[str, int]:
    """That the log of one checkpoint goes on as that of another. Until two are chosen: of the last two."""
    round_ = _get_round(round_id)
    numbers = [one.number for one in log.list_checkpoints(round_id)]
    form = CheckpointsForm(request.args, **dict(zip(("second", "first"), numbers[:-3:-1], strict=False)))
    form.offer(numbers)
    is_asked = len(numbers) > 1 and form.validate()
    page = render_template(
        "public/box_consistency.html",
        round=round_,
        form=form,
        numbers=numbers,
        growth=log.prove_growth(round_id, form.first.data, form.second.data) if is_asked else None,
        programme=programme_frame(round_.programme),
    )
    return page, 422 if form.errors else 200


@wing.get("/rounds/<int:round_id>/box/consistency/<int:first>-<int:second>.json")
def round_consistency_json(round_id: int, first: int, second: int) -> Response:
    growth = log.prove_growth(_get_round(round_id).id, first, second)
    answer = jsonify(
        first_size=growth.first.size,
        first_root_hash=growth.first_root,
        second_size=growth.second.size,
        second_root_hash=growth.second_root,
        consistency_path=growth.path,
        first_checkpoint=growth.first.note,
        second_checkpoint=growth.second.note,
    )
    answer.headers["Content-Disposition"] = "attachment; filename=consistency.json"
    return answer


def _get_round(round_id: int) -> Round:
    round_ = rounds.get_public_round(round_id)
    if not log.has_box(round_):
        abort(404)
    return round_


def _page(round_: Round, form: ReceiptForm, **found: Any) -> str:
    checkpoints = log.list_checkpoints(round_.id)
    return render_template(
        "public/box.html",
        round=round_,
        form=form,
        checkpoints=[(one, log.root_of(one)) for one in reversed(checkpoints)],
        latest=checkpoints[-1] if checkpoints else None,
        origin=log.origin(round_.id),
        programme=programme_frame(round_.programme),
        **{"asked": False, "waiting": False, "proof": None, **found},
    )


def _download(proof: Proof) -> Response:
    """The names are those of RFC 9162; the note is the checkpoint that the proof leads to."""
    answer = jsonify(
        leaf_hash=proof.leaf,
        leaf_index=proof.position,
        tree_size=proof.checkpoint.size,
        root_hash=proof.root,
        inclusion_path=proof.path,
        checkpoint=proof.checkpoint.note,
    )
    answer.headers["Content-Disposition"] = "attachment; filename=proof.json"
    return answer
