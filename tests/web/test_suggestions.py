"""What is suggested while an order is entered or talked about: customers known already, ready remarks, colleagues."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from openoms.domains.customers.types import ContactInput, CustomerInput
from openoms.domains.identity.models import Role, User
from openoms.domains.orders.models import Comment
from openoms.domains.orders.states import Stage
from openoms.domains.orders.types import PhraseInput
from openoms.flows.edit_customer import add_address, change_customer, create_customer
from openoms.flows.instruct import save_phrase
from openoms.flows.watch import comment_on
from openoms.reading import colleagues
from tests.factories import WEST_LAKE, make_customer, make_order, make_user, owner
from tests.web.conftest import SignIn

pytestmark = pytest.mark.django_db
DOUBLES, TAKE = "/orders/new/doubles/", "/orders/new/take/"


@pytest.fixture
def known(db: None) -> str:
    """杭州示例科技有限公司 (C1) with a phone and a place; the number of its newest order."""
    contact = ContactInput("李雷", phone="13711112222", email="li@example.com", country="CN")
    customer = create_customer(
        CustomerInput("C1", name="杭州示例科技有限公司", contact=contact), actor=owner()
    )
    add_address("C1", WEST_LAKE, actor=owner())
    make_order(customer)
    return make_order(customer).order.number


def typed(name: str = "", phone: str = "", email: str = "") -> dict[str, Any]:
    return {"buyer-name": name, "buyer-phone": phone, "buyer-email": email}


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        (typed("谁", "137 1111 2222"), "the same phone"),
        (typed("谁", email="LI@example.com"), "the same e-mail"),
        (typed("杭州示例科技股份公司"), "a similar name"),
        (typed("杭州示例科技", "+86 13711112222"), "the same phone"),
    ],
)
def test_a_new_customer_that_is_known_is_suggested_with_what_tells_it_apart(
    known: str, sign_in: SignIn, fields: dict[str, Any], why: str
) -> None:
    page = sign_in("sales").post(DOUBLES, fields).content.decode()
    assert page.count("data-take=") == 1
    for fact in ('data-take="C1"', why, "浙江省 杭州市", known):
        assert fact in page


def test_contact_data_is_masked_for_those_who_may_not_see_it(known: str, sign_in: SignIn) -> None:
    role = Role.objects.get(code="sales")
    role.grants = [grant for grant in role.grants if grant != "contact.reveal"]
    role.save()
    page = sign_in("sales").post(DOUBLES, typed(phone="13711112222")).content.decode()
    assert "+86****2222" in page
    assert "13711112222" not in page


@pytest.mark.parametrize(
    "fields", [typed(), typed("王"), typed("完全不同", "137"), typed("x" * 5000, "not a phone", "@")]
)
def test_nobody_is_suggested_for_what_says_too_little(
    known: str, sign_in: SignIn, fields: dict[str, Any]
) -> None:
    answer = sign_in("sales").post(DOUBLES, fields)
    assert answer.status_code == 200
    assert "data-take" not in answer.content.decode()


def test_suggesting_takes_two_statements(known: str, sign_in: SignIn) -> None:
    browser = sign_in("sales")
    fields = typed("杭州示例科技", "13711112222", "li@example.com")
    browser.post(DOUBLES, fields)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        browser.post(DOUBLES, fields)
    ours = [
        each["sql"]
        for each in asked.captured_queries
        if "customers_" in each["sql"] or "orders_" in each["sql"]
    ]
    assert len(ours) == 2


def test_taking_the_known_one_keeps_the_address_typed_for_this_order(known: str, sign_in: SignIn) -> None:
    browser = sign_in("sales")
    place = {
        "ship_mode": "other",
        "ship-country": "CN",
        "ship-region": "江苏省",
        "ship-line": "中山路1号",
        "code": "C1",
    }
    page = browser.post(TAKE, place).content.decode()
    assert '<input type="hidden" name="customer" value="C1">' in page
    assert 'data-ship="other"' in page
    assert 'value="中山路1号"' in page
    plain = browser.post(TAKE, {"ship_mode": "default", "ship-line": "", "code": "C1"}).content.decode()
    assert 'data-ship="default"' in plain
    assert browser.post(TAKE, {"code": "NONE"}).status_code == 404


def test_the_page_of_a_new_customer_suggests_with_the_same_facts(known: str, sign_in: SignIn) -> None:
    page = (
        sign_in("sales")
        .post("/customers/similar/", {"name": "杭州示例科技", "contact_phone": ""})
        .content.decode()
    )
    for fact in ("/customers/C1/", "a similar name", "浙江省 杭州市", known):
        assert fact in page


def test_a_closed_one_is_said_to_be(known: str, sign_in: SignIn) -> None:
    change_customer(CustomerInput("C1", is_active=False), actor=owner())
    assert "closed" in sign_in("sales").post(DOUBLES, typed("杭州示例科技")).content.decode()


def test_those_who_may_not_make_customers_are_suggested_none(known: str, sign_in: SignIn) -> None:
    assert sign_in("warehouse").post(DOUBLES, typed("杭州示例科技")).status_code == 403


def test_ready_remarks_are_offered_where_an_order_is_entered(known: str, sign_in: SignIn) -> None:
    value = PhraseInput("Gift wrap", "礼品包装", "warehouse", Stage.PACKING, blocking=True)
    save_phrase(value, actor=owner())
    for language, text in (("en", "Gift wrap"), ("zh-hans", "礼品包装")):
        page = sign_in("sales", language=language).get("/orders/new/").content.decode()
        for part in (
            f'data-text="{text}"',
            'data-audience="warehouse"',
            'data-stage="packing"',
            'data-blocking="1"',
        ):
            assert part in page


def test_colleagues_are_found_by_name_email_and_pinyin_and_only_those_who_work_here(sign_in: SignIn) -> None:
    for name, mail, role in (
        ("Li Na", "lina@example.com", "sales"), ("李伟", "liwei@example.com", "warehouse"),
        ("Anna Li", "anna@example.com", "sales"), ("Li Gone", "gone@example.com", "sales"),
        ("Li Robot", "robot@example.com", "integrator"),
    ):  # fmt: skip
        make_user(role, name=name, email=mail)
    User.objects.filter(email="gone@example.com").update(is_active=False)

    def found(text: str) -> list[str]:
        return [person.handle for person in colleagues.matching(text)]

    assert found("li") == ["Li Na", "Anna Li", "李伟"]
    assert found("李") == ["李伟"]
    assert found("lw") == ["李伟"]
    assert found("liw") == ["李伟"]
    assert found("gone") == []
    page = sign_in("sales").get("/orders/mention/?q=lw").content.decode()
    assert 'role="option"' in page
    assert 'data-handle="李伟"' in page


def test_two_of_one_name_are_called_by_what_tells_them_apart() -> None:
    first = make_user("sales", name="Li Na", email="lina@example.com")
    make_user("sales", name="Li Na", email="ln@example.com")
    handles = [person.handle for person in colleagues.matching("li na")]
    assert handles == ["lina", "ln"]
    number = make_order(make_customer()).order.number
    comment_on(number, f"@{handles[0]} please look", actor=owner())
    assert Comment.objects.get().mentions == [first.pk]
