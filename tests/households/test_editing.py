"""Two people change one household: nobody's words are lost, and the card follows the consent."""

from flask import Flask
from sqlalchemy import select

from supermarket.cards import queries as cards
from supermarket.cards.service.faces import default_words, faces, unprintable
from supermarket.database import db, transaction
from supermarket.households import service as households
from supermarket.households.models import Household
from supermarket.households.service import HouseholdDetails, MemberDetails
from tests.counter.stalls import make_card
from tests.factories import make_household, the_actor
from tests.households.staffed import entered
from tests.pages import get, post


def the(code: str) -> Household:
    db.session.expire_all()
    return db.session.scalars(select(Household).where(Household.code == code)).one()


def sent(page: object, **changes: str) -> dict[str, str]:
    """What the edit form would send with some fields changed."""
    names = ("head", "group", "phone", "helper", "identity_tail", "shown", "members-0-id")
    typed = {name: page.field(name) for name in names}  # type: ignore[attr-defined]  # a Page
    return {**typed, "name_on_card": "y",
            "members-0-name": "李建国", "members-0-relation": "户主", **changes}  # fmt: skip


def test_a_form_older_than_somebody_elses_change_is_not_saved(app: Flask) -> None:
    household = make_household(head="李建国")
    here = f"/households/{household.code}/edit"
    browser, _member = entered(app)
    typed = sent(get(browser, here), phone="13800000000", group="1组")
    with transaction():
        households.update(
            the(household.code),
            HouseholdDetails(
                head="李建国",
                group="5组",
                members=[MemberDetails("李建国", "户主", household.members[0].id),
                         MemberDetails("李小红", "女儿")],
            ),
            the_actor().id,
        )  # fmt: skip

    page = post(browser, here, typed, status=409)

    assert "别人改过这一户" in page.text
    assert "5组" in page.text
    assert page.field("phone") == "13800000000"
    assert page.field("group") == "1组"
    assert page.field("members-1-name") == "李小红"
    assert the(household.code).group == "5组"

    again = browser.post(
        here,
        data={**typed, "shown": page.field("shown"), "group": "5组",
              "members-1-id": page.field("members-1-id"), "members-1-name": "李小红",
              "members-1-relation": "女儿"},
    )  # fmt: skip

    assert again.status_code == 302
    kept = the(household.code)
    assert (kept.group, kept.phone) == ("5组", "13800000000")
    assert [member.name for member in kept.members if member.present] == ["李建国", "李小红"]


def test_a_form_that_is_still_true_is_saved(app: Flask) -> None:
    household = make_household(head="李建国")
    here = f"/households/{household.code}/edit"
    browser, _member = entered(app)

    answer = browser.post(here, data=sent(get(browser, here), group="7组"))

    assert answer.status_code == 302
    assert the(household.code).group == "7组"


def test_without_consent_no_name_stands_on_the_card(app: Flask) -> None:
    agreed, not_agreed = make_household(head="李建国"), make_household(head="赵玉兰")
    cards_made = [make_card(agreed), make_card(not_agreed)]
    browser, _member = entered(app)
    here = f"/households/{not_agreed.code}/edit"
    page = get(browser, here)
    typed = sent(page, **{"head": "赵玉兰", "members-0-name": "赵玉兰"})
    del typed["name_on_card"]

    assert browser.post(here, data=typed).status_code == 302

    assert the(not_agreed.code).name_on_card is False
    listed = cards.printable(agreed.village_code)
    drawn = list(faces(listed, default_words, secret=b"x" * 32, public_url="http://x"))
    assert [face.show_name for face in drawn] == [True, False]
    single = cards.printable_card(cards_made[1], the(not_agreed.code))
    [face] = faces([single], default_words, secret=b"x" * 32, public_url="http://x")
    assert face.show_name is False
    assert unprintable([single._replace(head="\U00030000")]) == []
    assert get(browser, here).text.count("没有同意的") == 1
