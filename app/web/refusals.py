"""Showing a rule's refusal in the form that ran into it, so that nothing typed is lost."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from wtforms import Field

from app.web.errors import sentence
from app.web.fields import Form


@contextmanager
def shown_in(form: Form, places: Mapping[type[Exception], Field | None]) -> Iterator[None]:
    """An error of `places` becomes words at its field (None: of the whole form); others go their way.

    with shown_in(form, {rules.GroundsNeeded: form.grounds}):
        services.decide_check(…)
        return redirect(…)
    return render_template(…, form=form), 422 if form.errors else 200
    """
    try:
        yield
    except tuple(places) as error:
        form.refuse(sentence(error), next(at for kind, at in places.items() if isinstance(error, kind)))
