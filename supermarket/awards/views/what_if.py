"""What a changed rule would have cost: reckoned with past awards, nothing saved."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from supermarket.awards.queries.what_if import Change, Comparison, last_quarter, what_if
from supermarket.clock import today
from supermarket.errors import N_
from supermarket.schemes import queries as rules
from supermarket.schemes import service as schemes
from supermarket.schemes.errors import RuleWrongError
from supermarket.schemes.forms import RuleForm, WhatIfForm
from supermarket.schemes.models import RuleVersion
from supermarket.schemes.service import RuleText
from supermarket.schemes.views.places import Place, my_place
from supermarket.schemes.views.registry import RuleAction, rule_actions
from supermarket.schemes.views.words import cap_words, points_words
from supermarket.staff.models import Permission
from supermarket.staff.views.guard import requires
from supermarket.web import say

bp = Blueprint("what_if", __name__)
rule_actions.append(
    RuleAction(
        N_("按过去的发放试算"),
        "zoom-check",
        "what_if.show",
        Permission.MANAGE_RULES,
        takes_form=True,
    )
)


@bp.route("/rules/<code>/what-if", methods=["GET", "POST"])
@requires(Permission.MANAGE_RULES)
def show(code: str) -> ResponseReturnValue:
    """Reckon what a rule with other numbers would have given; the typed form of it is kept."""
    found = my_place()
    version = rules.rule(code, found.region.code, today())
    before = schemes.text_of(version, code)
    form, status = _form(version, found), 200
    result: Comparison | None = None
    text = before
    if request.method == "POST":
        if form.validate():
            text = form.changed(before)
            try:
                schemes.check(text)
            except RuleWrongError as error:
                _beside(form, error)
                status = error.status
            else:
                result = _reckoned(text, found, form)
        else:
            status = 422
    page = render_template(
        "awards/what_if.html",
        form=form,
        code=code,
        title=before.title,
        place=found,
        before=before,
        after=text,
        result=result,
        points_words=points_words,
        cap_words=cap_words,
    )
    return page, status


def _form(version: RuleVersion, found: Place) -> WhatIfForm:
    """Return the form with what was sent, or what the rule says; last quarter unless said."""
    code, region = version.rule.code, found.region.code
    whole = RuleForm(formdata=None)
    whole.fill(version)
    whole.since.data = rules.earliest_change(code, region) or today()
    whole.seen.data = max((row.id for row in rules.versions(code, region)), default=0)
    since, until = last_quarter(today())
    if request.method == "GET":
        form = WhatIfForm(formdata=None)
        form.fill(whole)
        form.window_since.data, form.window_until.data = since, until
    else:
        sent = MultiDict(request.form)
        sent.setdefault("window_since", since.isoformat())
        sent.setdefault("window_until", until.isoformat())
        form = WhatIfForm(formdata=sent)
    form.keep(whole)
    return form


def _reckoned(text: RuleText, found: Place, form: WhatIfForm) -> Comparison:
    change = Change(*(getattr(text, name) for name in Change._fields))
    since, until = form.window_since.data, form.window_until.data
    return what_if(text.code, found.region.code, change, since, until, on=today())


def _beside(form: WhatIfForm, error: RuleWrongError) -> None:
    if error.column in form:
        form[error.column].errors = [say(error)]
    else:
        form.form_errors.append(say(error))
