"""Customers over REST: made, changed, found, masked, refused, told of; addresses as each country writes them."""

from typing import Any

import pytest

from openoms.domains.customers.models import Address, Contact, Customer, CustomerTier
from openoms.domains.events.models import Event
from tests.factories import make_customer, make_sku

pytestmark = pytest.mark.django_db

LI_LEI = {
    "name": "李雷",
    "phone": "138 0000 0000",
    "email": "li.lei@Example.com",
    "title": "采购",
    "country": "CN",
}
WEST_LAKE = {
    "country": "CN", "region": "浙江省", "city": "杭州市", "district": "西湖区", "line": "文三路1号", "postcode": "310012",
    "name": "李雷", "phone": "13800000000",
}  # fmt: skip


def told(kind: str) -> list[dict[str, Any]]:
    return list(Event.objects.filter(kind=kind).order_by("id").values_list("data", flat=True))


def test_a_customer_is_made_with_its_contact_and_read_back(api: Any) -> None:
    made = api.post("/customers", {"name": "杭州五金有限公司", "notes": "VIP", "contact": LI_LEI})
    assert made.status_code == 201, made.content
    customer = made.json()
    assert customer["code"].startswith("C")
    assert customer["contacts"] == [
        {
            "id": customer["contacts"][0]["id"],
            "role": "buyer",
            "name": "李雷",
            "title": "采购",
            "phone": "+8613800000000",
            "email": "li.lei@example.com",
            "is_primary": True,
        }
    ]
    read = api.get(f"/customers/{customer['code']}").json()
    assert read.pop("credit")["owed"] == []
    assert read == customer
    assert told("customer.created") == [{"code": customer["code"]}]


def test_codes_are_the_firms_own_or_the_next_free_one(api: Any) -> None:
    assert api.post("/customers", {"name": "A", "code": "ACME"}).json()["code"] == "ACME"
    first = api.post("/customers", {"name": "B"}).json()["code"]
    taken = f"C{int(first[1:]) + 1:06d}"
    api.post("/customers", {"name": "C", "code": taken})
    assert api.post("/customers", {"name": "D"}).json()["code"] not in {first, taken}
    refused = api.post("/customers", {"name": "E", "code": "ACME"})
    assert (refused.status_code, refused.json()["errors"][0]["loc"]) == (422, ["code"])
    assert Customer.objects.count() == 4


def test_a_patch_changes_what_it_names_and_tells_which_fields_without_contact_data(api: Any) -> None:
    CustomerTier.objects.create(code="gold", name="Gold")
    make_customer("Acme", code="ACME")
    changed = api.patch("/customers/ACME", {"name": "Acme Ltd", "tier": "gold", "contact": LI_LEI}).json()
    assert (changed["name"], changed["tier"], changed["kind"]) == ("Acme Ltd", "gold", "company")
    assert [c["phone"] for c in changed["contacts"]] == ["+8613800000000"]
    assert told("customer.changed") == [
        {"code": "ACME", "fields": ["name", "tier"], "before": {"tier": None}, "after": {"tier": "gold"}}
    ]
    assert [sorted(data["fields"]) for data in told("customer.contact_changed")] == [
        ["email", "name", "phone", "title"]
    ]
    everything = str(list(Event.objects.values_list("data", flat=True)))
    assert "1380000" not in everything
    assert "li.lei" not in everything
    assert api.patch("/customers/ACME", {"tier": "", "is_active": False}).json()["tier"] is None
    events = Event.objects.count()
    assert api.patch("/customers/ACME", {"name": "Acme Ltd"}).status_code == 200
    assert Event.objects.count() == events, "nothing changed, nothing is told"


@pytest.mark.parametrize(
    ("change", "loc"),
    [
        ({"name": ""}, ["name"]),
        ({"name": "   "}, ["name"]),
        ({"name": "x" * 201}, ["name"]),
        ({"name": "a\0b"}, ["name"]),
        ({"kind": "robot"}, ["kind"]),
        ({"tier": "none"}, ["tier"]),
        ({"tax_exempt": "yes"}, ["tax_exempt"]),
        ({"contact": {"name": "x", "phone": "12"}}, ["contact", "phone"]),
        ({"contact": {"name": "x", "phone": "13800000000"}}, ["contact", "phone"]),
        ({"contact": {"name": "x", "email": "nobody"}}, ["contact", "email"]),
        ({"contact": {"name": "x", "country": "China"}}, ["contact", "country"]),
        ({"vat": "x"}, ["vat"]),
    ],
)
@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_a_customer_that_cannot_be_is_refused_by_name_and_nothing_changes(
    api: Any, change: dict[str, Any], loc: list[Any], method: str
) -> None:
    make_customer("Acme", code="ACME")
    before, events = _rows(), Event.objects.count()
    path, body = (
        ("/customers/ACME", change) if method == "PATCH" else ("/customers", {"name": "New"} | change)
    )
    refused = api.send(method, path, body)
    assert refused.status_code == 422, refused.content
    assert loc in [problem["loc"] for problem in refused.json()["errors"]]
    assert (_rows(), Event.objects.count()) == (before, events)


def _rows() -> list[Any]:
    return [list(model._default_manager.order_by("pk").values()) for model in (Customer, Contact, Address)]


def test_the_same_key_makes_a_customer_once(api: Any) -> None:
    first = api.post("/customers", {"name": "Acme"}, Idempotency_Key="k")
    again = api.post("/customers", {"name": "Acme"}, Idempotency_Key="k")
    assert (again.content, again["Idempotent-Replay"]) == (first.content, "true")
    assert Customer.objects.count() == 1


@pytest.mark.parametrize(
    ("place", "kept"),
    [
        (WEST_LAKE, {"region": "浙江省", "phone": "+8613800000000", "problems": []}),
        ({"country": "US", "region": "CA", "city": "Mountain View", "line": "1600 Amphitheatre Pkwy", "postcode": "94043"},
         {"region": "CA", "postcode": "94043"}),
        ({"country": "DE", "city": "Berlin", "line": "Unter den Linden 1", "postcode": "10117", "district": "Mitte"},
         {"city": "BERLIN", "district": "Mitte"}),
        ({"country": "HK", "region": "Kowloon", "city": "Mong Kok", "line": "1 Nathan Road"}, {"postcode": ""}),
        ({"country": "JP", "region": "東京都", "city": "千代田区", "line": "丸の内1-1", "postcode": "100-0005"},
         {"postcode": "100-0005"}),
    ],
    ids=["CN", "US", "DE", "HK", "JP"],
)  # fmt: skip
def test_an_address_is_kept_as_its_country_writes_it(
    api: Any, place: dict[str, Any], kept: dict[str, Any]
) -> None:
    make_customer("Acme", code="ACME", address=None)
    made = api.post("/customers/ACME/addresses", place)
    assert made.status_code == 201, made.content
    assert {name: made.json()[name] for name in kept} == kept
    assert told("customer.address_added") == [{"code": "ACME", "country": place["country"]}]


@pytest.mark.parametrize(
    ("place", "loc"),
    [
        ({**WEST_LAKE, "region": "加利福尼亚"}, ["region"]),
        ({**WEST_LAKE, "city": "巴黎"}, ["city"]),
        ({**WEST_LAKE, "postcode": "31001"}, ["postcode"]),
        ({**WEST_LAKE, "phone": "12"}, ["phone"]),
        ({"country": "US", "region": "CA", "line": "1600 Amphitheatre Pkwy", "postcode": "94043"}, ["city"]),
        (
            {"country": "US", "region": "CA", "city": "Mountain View", "line": "x", "postcode": "ABC"},
            ["postcode"],
        ),
        ({"country": "DE", "city": "Berlin", "line": "x"}, ["postcode"]),
        ({"country": "QQ", "line": "x"}, ["country"]),
        ({"country": "cn", "line": "x"}, ["country"]),
        ({"country": "CN"}, ["line"]),
    ],
)
def test_an_address_that_does_not_fit_its_country_is_refused_by_part(
    api: Any, place: dict[str, Any], loc: list[str]
) -> None:
    make_customer("Acme", code="ACME", address=None)
    events = Event.objects.count()
    refused = api.post("/customers/ACME/addresses", place)
    assert refused.status_code == 422, refused.content
    assert loc in [problem["loc"] for problem in refused.json()["errors"]], refused.content
    assert (Address.objects.count(), Event.objects.count()) == (0, events)


def test_the_first_address_is_the_default_and_one_that_asks_takes_its_place(api: Any) -> None:
    make_customer("Acme", code="ACME", address=None)
    first = api.post("/customers/ACME/addresses", WEST_LAKE).json()
    second = api.post("/customers/ACME/addresses", WEST_LAKE | {"label": "仓库"}).json()
    third = api.post("/customers/ACME/addresses", WEST_LAKE | {"is_default": True}).json()
    assert [a["is_default"] for a in (first, second, third)] == [True, False, True]
    kept = api.get("/customers/ACME").json()["addresses"]
    assert {a["id"]: a["is_default"] for a in kept} == {
        first["id"]: False,
        second["id"]: False,
        third["id"]: True,
    }
    again = [api.post("/customers/ACME/addresses", WEST_LAKE, Idempotency_Key="k").content for _ in range(2)]
    assert again[0] == again[1]
    assert Address.objects.count() == 4


def test_contact_data_is_masked_for_those_who_may_not_see_it(api: Any, api_as: Any) -> None:
    make_customer("Acme", code="ACME")
    seen = api_as("manager").get("/customers/ACME").json()
    assert (seen["contacts"][0]["phone"], seen["contacts"][0]["email"]) == ("+86****0000", "***")
    place = seen["addresses"][0]
    assert (place["line"], place["phone"], place["name"], place["city"]) == (
        "***",
        "+86****0000",
        "李**",
        "杭州市",
    )
    del seen["credit"]
    assert api_as("manager").get("/customers").json()["items"] == [seen]
    assert api.get("/customers/ACME").json()["contacts"][0]["phone"] == "+8613900000000"


def test_customers_are_found_by_code_name_and_the_end_of_a_phone_and_paged(api: Any) -> None:
    CustomerTier.objects.create(code="gold", name="Gold")
    for i in range(5):
        api.post("/customers", {"name": f"Firm {i}", "code": f"F{i}", "tier": "gold" if i == 0 else ""})
    api.post("/customers", {"name": "杭州五金", "code": "WJ", "contact": LI_LEI | {"phone": "13800004321"}})

    def codes(query: str) -> list[str]:
        return [row["code"] for row in api.get(f"/customers?{query}").json()["items"]]

    assert codes("q=五金") == codes("q=4321") == codes("q=wj") == ["WJ"]
    assert codes("q=firm") == ["F4", "F3", "F2", "F1", "F0"]
    assert codes("q=1380") == [], "only the end of a number is searched"
    assert codes("tier=gold") == ["F0"]
    page = api.get("/customers?limit=4").json()
    rest = api.get(f"/customers?limit=4&cursor={page['next_cursor']}").json()
    assert [row["code"] for row in page["items"] + rest["items"]] == ["WJ", "F4", "F3", "F2", "F1", "F0"]
    assert rest["next_cursor"] is None


def test_what_is_not_there_is_not_found(api: Any) -> None:
    for answer in (
        api.get("/customers/NONE"),
        api.patch("/customers/NONE", {"name": "x"}),
        api.post("/customers/NONE/addresses", WEST_LAKE),
    ):
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_a_customer_closed_for_orders_gets_none(api: Any) -> None:
    make_sku("BOLT")
    make_customer("Acme", code="ACME")
    api.patch("/customers/ACME", {"is_active": False})
    refused = api.post("/orders", {"customer": "ACME", "lines": [{"sku": "BOLT", "quantity": "1"}]})
    assert (refused.status_code, refused.json()["errors"][0]["loc"]) == (422, ["customer"])


def test_pasted_text_is_read_into_an_address(api: Any) -> None:
    answer = api.post(
        "/addresses/parse", {"text": "李雷 13800000000 浙江省杭州市西湖区文三路1号", "country": "CN"}
    )
    assert answer.status_code == 200, answer.content
    assert answer.json() == {
        "name": "李雷", "phone": "+8613800000000", "email": "", "country": "CN", "region": "浙江省", "city": "杭州市",
        "district": "西湖区", "line": "文三路1号", "postcode": "", "uncertain": [],
    }  # fmt: skip
    unsure = api.post("/addresses/parse", {"text": "朝阳区建国路1号 李雷 li@example.com"}).json()
    assert (unsure["email"], unsure["uncertain"]) == (
        "li@example.com",
        ["country", "region", "city", "district"],
    )


@pytest.mark.parametrize(
    "body", [{"text": "x" * 2001}, {"text": "a\0b"}, {}, {"text": "x", "country": "China"}, {"text": 1}]
)
def test_a_text_that_cannot_be_read_is_refused(api: Any, body: dict[str, Any]) -> None:
    assert api.post("/addresses/parse", body).status_code == 422


def test_reading_text_needs_the_permission_to_see_customers(api_as: Any) -> None:
    assert api_as("warehouse").post("/addresses/parse", {"text": "x"}).status_code == 403


def test_contacts_have_roles_and_are_added_changed_and_removed(api: Any) -> None:
    make_customer("Acme", code="ACME")
    made = api.post(
        "/customers/ACME/contacts", LI_LEI | {"role": "finance", "is_primary": True}, Idempotency_Key="k"
    )
    assert made.status_code == 201, made.content
    again = api.post(
        "/customers/ACME/contacts", LI_LEI | {"role": "finance", "is_primary": True}, Idempotency_Key="k"
    )
    assert again.content == made.content
    person = made.json()
    assert (person["role"], person["is_primary"]) == ("finance", True)
    listed = api.get("/customers/ACME/contacts").json()["items"]
    assert [row["is_primary"] for row in listed] == [True, False]
    path = f"/customers/ACME/contacts/{person['id']}"
    changed = api.patch(path, {"role": "receiving", "title": "Stores"}).json()
    assert (changed["role"], changed["title"], changed["phone"]) == ("receiving", "Stores", "+8613800000000")
    assert told("customer.contact_changed")[-1]["fields"] == ["title", "role"]
    assert api.patch(path, {"phone": "12"}).status_code == 422
    assert api.send("DELETE", path).status_code == 204
    assert api.send("DELETE", path).status_code == 404
    assert [row["is_primary"] for row in api.get("/customers/ACME/contacts").json()["items"]] == [True]


def test_places_have_purposes_and_are_changed_and_removed(api: Any) -> None:
    make_customer("Acme", code="ACME", address=None)
    first = api.post("/customers/ACME/addresses", WEST_LAKE | {"is_billing": True}).json()
    second = api.post("/customers/ACME/addresses", WEST_LAKE | {"line": "文三路2号"}).json()
    path = f"/customers/ACME/addresses/{second['id']}"
    changed = api.patch(path, {"is_billing": True, "label": "仓库"}).json()
    assert (changed["is_billing"], changed["label"], changed["line"]) == (True, "仓库", "文三路2号")
    kept = {row["id"]: row for row in api.get("/customers/ACME").json()["addresses"]}
    assert kept[first["id"]]["is_billing"] is False
    assert api.patch(path, {"city": "巴黎"}).status_code == 422
    assert api.send("DELETE", path).status_code == 204
    assert len(api.get("/customers/ACME").json()["addresses"]) == 1


def test_consent_is_noted_for_each_channel_with_its_history(api: Any) -> None:
    make_customer("Acme", code="ACME")
    put = api.send("PUT", "/customers/ACME/consents/email", {"state": "given", "source": "fair"})
    assert [(row["channel"], row["state"], row["source"]) for row in put.json()["items"]] == [
        ("email", "given", "fair")
    ]
    api.send("PUT", "/customers/ACME/consents/email", {"state": "withdrawn"})
    api.send("PUT", "/customers/ACME/consents/email", {"state": "withdrawn"})
    assert [(data["before"], data["after"]) for data in told("consent.changed")] == [
        ("", "given"),
        ("given", "withdrawn"),
    ]
    assert api.send("PUT", "/customers/ACME/consents/fax", {"state": "given"}).status_code == 422


def test_credit_is_for_those_who_may(api: Any, api_as: Any) -> None:
    make_customer("Acme", code="ACME")
    terms = {"payment_terms": "credit", "credit_limit": "5000", "credit_currency": "CNY", "credit_days": 30}
    kept = api_as("finance").send("PUT", "/customers/ACME/credit", terms).json()
    assert (kept["credit_limit"], kept["credit_days"]) == ("5000.00", 30)
    assert told("customer.changed")[-1]["after"]["credit_limit"] == "5000"
    assert api_as("sales").send("PUT", "/customers/ACME/credit", terms).status_code == 403
    refused = api.send("PUT", "/customers/ACME/credit", terms | {"credit_currency": ""})
    assert refused.status_code in {403, 422}


def test_merging_over_rest_answers_the_one_that_stays(api: Any) -> None:
    make_customer("Acme", code="ACME")
    make_customer("Acme Ltd", code="OLD")
    merged = api.post("/customers/OLD/merge", {"into": "ACME", "take": ["name"]})
    assert merged.status_code == 200, merged.content
    assert (merged.json()["code"], merged.json()["name"]) == ("ACME", "Acme Ltd")
    assert api.get("/customers/OLD").json()["code"] == "ACME"
    assert [row["code"] for row in api.get("/customers").json()["items"]] == ["ACME"]
    assert api.post("/customers/OLD/merge", {"into": "ACME"}).status_code == 409


def test_customers_are_found_by_initials_email_tag_kind_and_state(api: Any) -> None:
    api.post("/customers", {"name": "杭州五金", "code": "WJ", "contact": LI_LEI, "tags": ["Key"]})
    api.post("/customers", {"name": "Jane", "code": "JANE", "kind": "person"})
    api.patch("/customers/JANE", {"is_active": False})

    def codes(query: str) -> list[str]:
        return [row["code"] for row in api.get(f"/customers?{query}").json()["items"]]

    for query in ("q=hzwj", "q=hzw", "q=li.lei@example.com", "tag=KEY", "kind=company", "active=true"):
        assert codes(query) == ["WJ"], query
    assert codes("active=false") == codes("kind=person") == ["JANE"]
