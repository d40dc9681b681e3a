"""The mail server from one address in the environment."""

import pytest

from openoms.config.environment import ConfigurationError, mail_settings, read_environment


def test_a_mail_server_is_one_address() -> None:
    found = mail_settings("smtp://oms%40firm.example:p%3Aw@mail.example")
    assert found["EMAIL_HOST"] == "mail.example"
    assert (found["EMAIL_PORT"], found["EMAIL_USE_TLS"], found["EMAIL_USE_SSL"]) == (587, True, False)
    assert (found["EMAIL_HOST_USER"], found["EMAIL_HOST_PASSWORD"]) == ("oms@firm.example", "p:w")
    found = mail_settings("smtps://mail.example:4650")
    assert (found["EMAIL_PORT"], found["EMAIL_USE_TLS"], found["EMAIL_USE_SSL"]) == (4650, False, True)
    found = mail_settings("smtp+plain://relay")
    assert (found["EMAIL_PORT"], found["EMAIL_USE_TLS"], found["EMAIL_USE_SSL"]) == (25, False, False)
    assert mail_settings("console:")["EMAIL_BACKEND"].endswith("ConsoleBackend")


@pytest.mark.parametrize("url", ["", "mail.example", "http://mail.example", "smtp://", "smtp:mail.example"])
def test_what_is_no_mail_server_stops_the_start_with_a_sentence(
    monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("OPENOMS_EMAIL_URL", url)
    with pytest.raises(ConfigurationError, match="OPENOMS_EMAIL_URL"):
        read_environment()


def test_a_sender_without_an_address_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENOMS_EMAIL_FROM", "Firm")
    with pytest.raises(ConfigurationError, match="OPENOMS_EMAIL_FROM"):
        read_environment()
