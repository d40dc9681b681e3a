"""People, roles and API keys."""

import re
from datetime import timedelta

from django.test import Client
from django.utils import timezone

from openoms.domains.events.models import Event
from openoms.domains.identity.models import ApiKey, Role, User
from tests.factories import PASSWORD, make_user
from tests.web.conftest import SignIn


def test_somebody_is_added_and_can_sign_in(sign_in: SignIn, client: Client) -> None:
    fields = {"name": "Wang Fang", "email": "Wang@Example.com", "password": PASSWORD, "roles": ["sales"]}
    assert sign_in("administrator").post("/people/new/", fields)["Location"] == "/people/"
    client.post("/accounts/login/", {"login": "wang@example.com", "password": PASSWORD})
    assert client.get("/orders/").status_code == 200


def test_a_weak_password_or_a_known_address_is_refused(sign_in: SignIn) -> None:
    make_user(email="a@example.com")
    browser = sign_in("administrator")
    people = User.objects.count()
    fields = {"name": "A", "email": "a@example.com", "password": "password12", "roles": ["sales"]}
    assert "too common" in browser.post("/people/new/", fields).content.decode()
    answer = browser.post("/people/new/", {**fields, "password": PASSWORD})
    assert "Somebody with this e-mail address exists already." in answer.content.decode()
    assert User.objects.count() == people


def test_roles_are_changed_and_accounts_closed(sign_in: SignIn) -> None:
    person = make_user("sales", name="Wang Fang")
    browser = sign_in("administrator")
    browser.post(f"/people/{person.pk}/", {"name": "Wang F.", "roles": ["finance"]})
    person.refresh_from_db()
    assert (person.name, person.is_active) == ("Wang F.", False)
    assert [role.code for role in person.roles.all()] == ["finance"]


def test_the_last_administrator_stays_one(sign_in: SignIn) -> None:
    admin = make_user("administrator", name="Grace")
    answer = sign_in(person=admin).post(f"/people/{admin.pk}/", {"name": "Grace", "roles": ["sales"]})
    assert answer.status_code == 422
    assert "The last administrator must stay one." in answer.content.decode()
    assert [role.code for role in admin.roles.all()] == ["administrator"]


def test_nobody_gives_more_than_they_may_do(sign_in: SignIn) -> None:
    person = make_user(name="Clerk")
    person.roles.set([Role.objects.create(code="hr", name="HR", grants=["user.manage"])])
    fields = {"name": "X", "email": "x@example.com", "password": PASSWORD, "roles": ["administrator"]}
    answer = sign_in(person=person).post("/people/new/", fields)
    assert answer.status_code == 403
    assert "You cannot give the role “administrator”" in answer.content.decode()
    assert not User.objects.filter(email="x@example.com").exists()


def ticks(html: str) -> dict[str, list[str]]:
    """The ticks as the page shows them: what a browser would send back."""
    found: dict[str, list[str]] = {}
    for tag in re.findall(r"<input[^>]*type=\"checkbox\"[^>]*>", html):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]+)"', tag)
        if name and value and "checked" in tag:
            found.setdefault(name[1], []).append(value[1])
    return found


def test_only_roles_whose_ticks_changed_are_saved(sign_in: SignIn) -> None:
    browser = sign_in("administrator")
    sent = ticks(browser.get("/roles/").content.decode())
    events = Event.objects.count()
    browser.post("/roles/", sent)
    assert Event.objects.count() == events
    sent["grants-warehouse"] = ["order.view"]
    browser.post("/roles/", sent)
    assert Role.objects.get(code="warehouse").grants == ["order.view"]
    assert Event.objects.count() == events + 1
    assert sign_in("warehouse").get("/products/").status_code == 403


def test_the_administrator_cannot_be_cut_down(sign_in: SignIn) -> None:
    browser = sign_in("administrator")
    assert 'name="grants-administrator"' not in browser.get("/roles/").content.decode()
    browser.post("/roles/", {"grants-administrator": []})
    assert browser.get("/roles/").status_code == 200


def test_a_key_is_shown_once_works_and_is_revoked(sign_in: SignIn, client: Client) -> None:
    admin = make_user("administrator")
    browser = sign_in(person=admin)
    until = timezone.localdate() + timedelta(days=30)
    fields = {
        "name": "Shop",
        "user": str(admin.pk),
        "expires_on": until.isoformat(),
        "scopes": ["order.view"],
    }
    page = browser.post("/api-keys/new/", fields).content.decode()
    found = re.search(r'value="(oms_[^"]+)"', page)
    assert found
    secret = found[1]
    assert secret not in browser.get("/api-keys/").content.decode()
    key = ApiKey.objects.get()
    assert (key.scopes, key.user) == (["order.view"], admin)
    browser.post(f"/api-keys/{key.pk}/revoke/")
    key.refresh_from_db()
    assert key.revoked_at is not None
    assert "Revoked" in browser.get("/api-keys/").content.decode()


def test_a_key_that_would_have_ended_already_is_refused(sign_in: SignIn) -> None:
    admin = make_user("administrator")
    fields = {"name": "Shop", "user": str(admin.pk), "expires_on": "2020-01-01"}
    answer = sign_in(person=admin).post("/api-keys/new/", fields)
    assert "The key would have expired already." in answer.content.decode()
    assert ApiKey.objects.count() == 0
