"""The order's page: what holds it, its remarks, who looks after it; and the inbox of remarks."""

import re
from dataclasses import replace
from datetime import date
from uuid import uuid4

import pytest
from django.test import Client

from openoms.domains.identity.queries import actor_of
from openoms.domains.orders.models import Comment, Hold, Instruction, Order, Phrase, Tagging
from openoms.domains.orders.types import NewInstruction
from openoms.flows.correct_address import correct_address
from openoms.flows.hold import place_hold
from openoms.flows.revise import revise_draft
from openoms.flows.watch import comment_on
from openoms.interfaces.console.views.inbox import INBOX
from tests.factories import WEST_LAKE, make_customer, make_order, make_user, owner, request_for
from tests.web.conftest import Firm, SignIn

REMARK = NewInstruction("Gift wrap", "warehouse", "packing", blocking=True)


@pytest.fixture
def held(firm: Firm) -> Order:
    place_hold(firm.number, "Customer travels", actor=owner())
    return Order.objects.get(number=firm.number)


def test_the_first_thing_on_the_page_is_why_the_order_is_stuck(held: Order, sign_in: SignIn) -> None:
    page = sign_in("sales").get(f"/orders/{held.number}/").content.decode()
    main = page[page.index("<main") :]
    assert main.index("Why is it stuck?") < main.index("Items")
    for text in ("Customer travels", "Held by hand", "stops before “Allocation”", "It ends when somebody releases it.",
                 "Remark to be confirmed", "stops before “Packing”"):  # fmt: skip
        assert text in main, text
    chinese = sign_in("sales", language="zh-hans").get(f"/orders/{held.number}/").content.decode()
    for text in ("为什么卡住了？", "人工挂起", "备注待确认", "拦在“分配”之前"):
        assert text in chinese, text


def test_buttons_are_for_those_who_may(held: Order, sign_in: SignIn) -> None:
    packer = sign_in("warehouse").get(f"/orders/{held.number}/").content.decode()
    assert "/acknowledge/" in packer
    assert "/release/" not in packer
    seller = sign_in("sales").get(f"/orders/{held.number}/").content.decode()
    assert "/release/" in seller
    assert "/acknowledge/" not in seller


def test_a_hold_is_placed_and_released_from_the_page(firm: Firm, sign_in: SignIn) -> None:
    browser, path = sign_in("sales"), f"/orders/{firm.number}"
    assert browser.post(f"{path}/hold/", {"kind": "risk", "hold_reason": ""}).status_code == 422
    assert browser.post(f"{path}/hold/", {"kind": "risk", "hold_reason": "Odd"}).status_code == 302
    hold = Hold.objects.get(kind="risk")
    refused = browser.post(f"{path}/holds/{hold.pk}/release/", {"reason": " "}, follow=True)
    assert "Say why." in refused.content.decode()
    answer = browser.post(f"{path}/holds/{hold.pk}/release/", {"reason": "Fine"}, follow=True)
    assert "The hold was released." in answer.content.decode()
    again = browser.post(f"{path}/holds/{hold.pk}/release/", {"reason": "Fine"}, follow=True)
    assert "Somebody has released this hold already." in again.content.decode()
    assert browser.post(f"{path}/holds/{uuid4()}/release/", {"reason": "Fine"}).status_code == 404


def test_an_address_is_corrected_where_it_is_doubted(db: None, sign_in: SignIn) -> None:
    number = make_order(make_customer(), ship_to=replace(WEST_LAKE, district="天河区")).order.number
    browser = sign_in("sales")
    page = browser.get(f"/orders/{number}/").content.decode()
    assert "The district does not fit the rest." in page
    assert f'href="/orders/{number}/address/"' in page
    fields = {"country": "CN", "region": "浙江省", "city": "杭州市", "district": "西湖区", "postcode": "310012",
              "line": "文三路1号", "name": "李雷", "phone": "13800000000", "base_revision": "1"}  # fmt: skip
    assert browser.post(f"/orders/{number}/address/", fields | {"phone": "12"}).status_code == 422
    assert browser.post(f"/orders/{number}/address/", fields).status_code == 302
    assert (Order.objects.get().open_holds, Order.objects.get().revision) == (0, 2)
    stale = browser.post(f"/orders/{number}/address/", fields)
    assert stale.status_code == 409
    assert "文三路1号" in stale.content.decode()


def test_an_address_somebody_else_corrected_meanwhile_says_what_changed_and_keeps_what_is_typed(
    db: None, sign_in: SignIn
) -> None:
    number = make_order(make_customer()).order.number
    browser, path = sign_in("sales"), f"/orders/{number}/address/"
    fields = {"country": "CN", "region": "浙江省", "city": "杭州市", "district": "西湖区", "postcode": "310012",
              "line": "文三路9号", "name": "李雷", "phone": "13800000000", "base_revision": "1"}  # fmt: skip
    colleague = actor_of(make_user("sales", name="Wang Fang"))
    correct_address(number, replace(WEST_LAKE, line="文三路2号"), actor=colleague)
    for _time in range(2):  # Sending it again is no way past it.
        stale = browser.post(path, fields)
        page = stale.content.decode()
        assert stale.status_code == 409
        for part in ("Wang Fang changed this order", "<li>Ship to</li>", "文三路2号", 'value="文三路9号"'):
            assert part in page
        assert re.search(r'name="base_revision"\s+value="1"', page)
    assert Order.objects.get().ship_to["line"] == "文三路2号"
    assert browser.post(path, fields | {"over": "2"}).status_code == 302
    assert (Order.objects.get().ship_to["line"], Order.objects.get().revision) == ("文三路9号", 3)


def test_a_draft_whose_items_changed_while_its_address_was_corrected_lists_them(
    db: None, sign_in: SignIn
) -> None:
    customer = make_customer()
    number = make_order(customer, [("BOLT", 1)], submit=False).order.number
    revise_draft(number, request_for(customer, [("BOLT", 5)], submit=False), actor=owner())
    fields = {"country": "CN", "region": "浙江省", "city": "杭州市", "district": "西湖区", "postcode": "310012",
              "line": "文三路9号", "name": "李雷", "phone": "13800000000", "base_revision": "1"}  # fmt: skip
    page = sign_in("sales").post(f"/orders/{number}/address/", fields).content.decode()
    assert "changed this draft" in page
    assert re.search(r"BOLT</span>\s+1 → 5", page)
    assert 'form="address-form"' in page


def test_remarks_comments_tags_and_owner_are_entered_on_the_page(firm: Firm, sign_in: SignIn) -> None:
    browser, path = sign_in("sales"), f"/orders/{firm.number}"
    form = {
        "text": "Call first",
        "audience": "logistics",
        "stage": "shipping",
        "blocking": "on",
        "due": "2999-01-31",
    }
    assert "Gift wrap" in browser.get(f"{path}/remark/").content.decode()
    assert browser.post(f"{path}/remark/", form).status_code == 302
    assert Instruction.objects.get(audience="logistics").due == date(2999, 1, 31)
    browser.post(f"{path}/comment/", {"text": "@Wang Fang look <b>here</b>"})
    assert Comment.objects.get().mentions == [firm.person.pk]
    browser.post(f"{path}/tags/", {"add": "urgent，gift"})
    browser.post(f"{path}/tags/", {"remove": "gift"})
    assert list(Tagging.objects.values_list("tag_id", flat=True)) == ["urgent"]
    browser.post(f"{path}/assign/", {"owner": str(firm.person.pk)})
    browser.post(f"{path}/follow/", {"follows": "0"})
    page = browser.get(f"{path}/").content.decode()
    for text in ("Call first", "look &lt;b&gt;here&lt;/b&gt;", "urgent", "Wang Fang"):
        assert text in page, text
    assert "Assign" in browser.get(f"{path}/people/").content.decode()


def test_older_events_follow_on_demand(firm: Firm, sign_in: SignIn) -> None:
    for count in range(35):
        comment_on(firm.number, f"Comment {count:02d}.", actor=owner())
    browser = sign_in("sales")
    page = browser.get(f"/orders/{firm.number}/").content.decode()
    assert "Comment 34." in page
    assert "Comment 04." not in page
    more = re.search(r'hx-get="([^"]+timeline/[^"]+)"', page)
    assert more
    rest = browser.get(more[1]).content.decode()
    assert "Comment 04." in rest
    assert "entered order" in rest


@pytest.fixture
def packer(db: None, sign_in: SignIn) -> Client:
    return sign_in("warehouse")


def rows(html: str) -> list[str]:
    return re.findall(r'class="remark-text">([^<]+)<', html)


def test_the_inbox_has_what_waits_for_my_roles_first_what_is_due_first(firm: Firm, sign_in: SignIn) -> None:
    customer = make_customer("Other")
    days = [None, date(2999, 3, 1), date(2999, 1, 1)]
    for day in days:
        remark = NewInstruction(f"By {day}", "warehouse", "packing", due=day)
        make_order(customer, instructions=(remark, NewInstruction("Not mine", "finance", "payment")))
    browser = sign_in("warehouse")
    assert rows(browser.get("/inbox/").content.decode()) == [
        "By 2999-01-01",
        "By 2999-03-01",
        "Mind the glass",
        "By None",
    ]
    object.__setattr__(INBOX, "size", 3)
    try:
        first = browser.get("/inbox/").content.decode()
        following = re.search(r'rel="next"\s+href="([^"]+)"', first)
        assert following
        assert rows(browser.get("/inbox/" + following[1]).content.decode()) == ["By None"]
    finally:
        object.__setattr__(INBOX, "size", 50)
    assert rows(browser.get("/inbox/?stage=shipping").content.decode()) == []
    assert "Not mine" in sign_in("sales_manager").get("/inbox/").content.decode()


def test_a_remark_is_answered_with_a_click_in_the_inbox(firm: Firm, sign_in: SignIn) -> None:
    browser = sign_in("warehouse")
    page = browser.get("/inbox/").content.decode()
    assert '<span class="menu-badge">1</span>' in page
    acknowledge = re.search(r'hx-post="([^"]+/acknowledge/)"', page)
    assert acknowledge
    row = browser.post(acknowledge[1], headers={"HX-Request": "true"}).content.decode()
    assert row.lstrip().startswith("<tr")
    assert "Confirmed" in row
    assert Order.objects.get(number=firm.number).open_holds == 0
    refused = browser.post(acknowledge[1], headers={"HX-Request": "true"})
    assert refused.status_code == 409
    assert "This remark is already “Confirmed”." in refused.content.decode()
    done = browser.post(acknowledge[1].replace("acknowledge", "done"), headers={"HX-Request": "true"})
    assert "/withdraw/" not in done.content.decode()
    assert "menu-badge" not in browser.get("/inbox/").content.decode()
    assert browser.post(acknowledge[1].replace("acknowledge", "nothing")).status_code == 404


def test_a_remark_that_is_not_possible_says_why(firm: Firm, sign_in: SignIn) -> None:
    browser, remark = sign_in("warehouse"), Instruction.objects.get()
    path = f"/orders/{firm.number}/remarks/{remark.pk}/not-possible/"
    assert "Say why it is not possible." in browser.post(path, {"answer": ""}, follow=True).content.decode()
    page = browser.post(path, {"answer": "No paper"}, follow=True).content.decode()
    assert "No paper" in page
    assert "Not possible" in page


def test_the_cost_of_the_inbox_does_not_grow_with_it(
    firm: Firm, sign_in: SignIn, django_assert_num_queries: object
) -> None:
    for _ in range(4):
        make_order(instructions=(REMARK,))
    browser = sign_in("warehouse")
    browser.get("/inbox/")
    # Session, person, roles; all roles, the page.
    with django_assert_num_queries(5):  # type: ignore[operator]
        browser.get("/inbox/")


def test_ready_remarks_are_kept(firm: Firm, sign_in: SignIn) -> None:
    browser = sign_in("sales_manager")
    form = {"text": "Two boxes", "text_zh": "分两箱", "audience": "warehouse", "stage": "packing"}
    assert browser.post("/phrases/", form | {"text": ""}).status_code == 422
    assert browser.post("/phrases/", form).status_code == 302
    made = Phrase.objects.get(text="Two boxes")
    assert browser.post(f"/phrases/{made.pk}/", form | {"blocking": "on"}).status_code == 302
    assert Phrase.objects.get(pk=made.pk).blocking
    assert (
        "分两箱"
        in sign_in("sales", language="zh-hans").get(f"/orders/{firm.number}/remark/").content.decode()
    )
    browser.post(f"/phrases/{made.pk}/remove/")
    assert not Phrase.objects.filter(pk=made.pk).exists()
