"""Signing in, the lock after wrong passwords, one's own settings, language and theme."""

import pytest
from django.test import Client

from openoms.domains.identity.models import User
from tests.factories import PASSWORD, make_user
from tests.web.conftest import SignIn

LOGIN = "/accounts/login/"


def test_the_right_password_leads_to_where_one_wanted_to_go(db: None, client: Client) -> None:
    make_user("sales", email="a@example.com")
    answer = client.post(f"{LOGIN}?next=/customers/", {"login": "A@example.com", "password": PASSWORD})
    assert answer["Location"] == "/customers/"


def test_a_wrong_password_says_so_and_keeps_the_address(db: None, client: Client) -> None:
    make_user("sales", email="a@example.com")
    page = client.post(LOGIN, {"login": "a@example.com", "password": "wrong"}).content.decode()
    assert 'role="alert"' in page
    assert 'value="a@example.com"' in page


def test_ten_wrong_passwords_lock_and_the_page_says_for_how_long(db: None, client: Client) -> None:
    make_user("sales", email="a@example.com")
    for _ in range(10):
        answer = client.post(LOGIN, {"login": "a@example.com", "password": "wrong"})
    assert answer.status_code == 429
    assert "quarter of an hour" in answer.content.decode()
    answer = client.post(LOGIN, {"login": "a@example.com", "password": PASSWORD})
    assert answer.status_code == 429


def test_a_closed_account_cannot_sign_in(db: None, client: Client) -> None:
    person = make_user("sales", email="a@example.com")
    User.objects.filter(pk=person.pk).update(is_active=False)
    client.post(LOGIN, {"login": "a@example.com", "password": PASSWORD})
    assert client.get("/orders/").status_code == 302


@pytest.mark.parametrize("path", ["signup/", "password/reset/", "email/", "password/set/", "confirm-email/"])
def test_what_the_program_does_not_offer_is_not_there(sign_in: SignIn, client: Client, path: str) -> None:
    assert client.get(f"/accounts/{path}").status_code == 404
    assert sign_in("administrator").get(f"/accounts/{path}").status_code == 404


def test_signing_out_needs_a_post_and_ends_the_session(sign_in: SignIn) -> None:
    browser = sign_in("sales")
    assert browser.get("/accounts/logout/").status_code == 200
    browser.post("/accounts/logout/")
    assert browser.get("/orders/").status_code == 302


def test_the_browser_decides_the_language_until_one_chooses(db: None, client: Client) -> None:
    assert "登录" in client.get(LOGIN, headers={"Accept-Language": "zh-CN,zh;q=0.9"}).content.decode()
    assert "Sign in" in client.get(LOGIN, headers={"Accept-Language": "de"}).content.decode()
    answer = client.post("/me/language/", {"language": "zh-hans", "next": LOGIN})
    assert answer["Location"] == LOGIN
    assert "登录" in client.get(LOGIN, headers={"Accept-Language": "en"}).content.decode()


def test_a_chosen_language_stays_with_the_person(sign_in: SignIn) -> None:
    person = make_user("sales")
    sign_in(person=person).post("/me/language/", {"language": "zh-hans"})
    person.refresh_from_db()
    assert person.language == "zh-hans"
    page = sign_in(person=person).get("/orders/", headers={"Accept-Language": "en"})
    assert "新建订单" in page.content.decode()
    assert page["Content-Language"] == "zh-hans"


@pytest.mark.parametrize("bad", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_switching_never_leads_elsewhere(db: None, client: Client, bad: str) -> None:
    assert client.post("/me/language/", {"language": "en", "next": bad})["Location"] == "/"


def test_an_unknown_language_or_theme_changes_nothing(sign_in: SignIn) -> None:
    person = make_user("sales")
    browser = sign_in(person=person)
    browser.post("/me/language/", {"language": "xx"})
    browser.post("/me/theme/", {"theme": "pink"})
    person.refresh_from_db()
    assert (person.language, person.theme) == ("", "")


def test_the_theme_is_applied_by_the_server(sign_in: SignIn) -> None:
    person = make_user("sales")
    browser = sign_in(person=person)
    assert 'data-bs-theme="light"' in browser.get("/orders/").content.decode()
    assert browser.post("/me/theme/", {"theme": "dark"}, headers={"HX-Request": "true"}).status_code == 204
    assert 'data-bs-theme="dark"' in sign_in(person=person).get("/orders/").content.decode()
    browser.post("/accounts/logout/")
    assert 'data-bs-theme="dark"' in browser.get(LOGIN).content.decode()


def test_ones_own_settings_are_kept_and_times_follow_the_zone(sign_in: SignIn) -> None:
    person = make_user("sales")
    browser = sign_in(person=person)
    answer = browser.post("/me/", {"language": "en", "timezone": "America/New_York", "theme": "light"})
    assert answer.status_code == 302
    person.refresh_from_db()
    assert person.timezone == "America/New_York"
    assert browser.post("/me/", {"timezone": "Mars/Olympus", "theme": "light"}).status_code == 422


def test_the_password_can_be_changed_with_the_present_one(sign_in: SignIn) -> None:
    person = make_user("sales")
    browser = sign_in(person=person)
    new = "another horse battery"
    page = browser.post(
        "/accounts/password/change/", {"oldpassword": "wrong", "password1": new, "password2": new}
    )
    assert page.status_code == 200
    done = browser.post(
        "/accounts/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new}
    )
    assert done["Location"] == "/me/"
    person.refresh_from_db()
    assert person.check_password(new)
