"""개인정보 가리기: staff take personal data out of a proposal, for good."""

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug import Response

from app import clock
from app.fates import masking as fates
from app.people.models import STAFF_ROLE
from app.proposals import file_queries, queries
from app.proposals import mask_rules as rules
from app.proposals.models import Proposal
from app.web import guard
from app.web.office.audience import wing
from app.web.office.mask_forms import MaskForm
from app.web.office.round_frame import round_frame
from app.web.proof import with_proof
from app.web.refusals import shown_in


@wing.route("/proposals/<int:proposal_id>/mask", methods=["GET", "POST"])
@with_proof
def proposal_mask(proposal_id: int) -> Response | str | tuple[str, int]:
    proposal = queries.get_submitted(proposal_id)
    guard.ensure_role(proposal.round.programme, STAFF_ROLE)
    form = MaskForm()
    form.offer([one for kind in file_queries.list_files(proposal_id).values() for one in kind])
    if form.validate_on_submit():
        places = {rules.MaskReasonUnfit: form.reason, rules.WordsUnfit: form.words, rules.NothingFound: form.words}
        with shown_in(form, {**places, rules.OnTheBallot: form.words}):
            _mask(proposal, form)
            flash(_("가렸습니다. 가린 말과 사진, 문서는 되돌릴 수 없습니다."), "good")
            return redirect(url_for(".proposal_detail", proposal_id=proposal_id))
    page = render_template("office/proposal_mask.html", form=form, proposal=proposal, **round_frame(proposal.round))
    return page, 422 if form.errors else 200


def _mask(proposal: Proposal, form: MaskForm) -> None:
    said = {"ground": form.ground.data, "reason": form.reason.data, "at": clock.now(), "by": guard.get_account()}
    if form.what.data == rules.WORDS:
        fates.mask_words(proposal, form.words.data or "", **said)
    else:
        fates.mask_file(file_queries.get_file(proposal, int(form.what.data)), **said)
