"""Where one gets to when a page cannot be shown: nobody meets the browser's own bare error."""

from uuid import UUID

import pytest
from django.test import Client

from accounts.models import User
from tests.cast import PASSWORD, picture
from tests.gallery.test_pages import text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("network")]

# Fixed, for tests on several cores must have the same names.
SOME = UUID(int=7)
PICTURE = f"/pictures/{SOME}"
# What a form is sent to, and the page that it stands on.
ACTIONS = {
    "/gallery/many": "/gallery",
    "/gallery/undo": "/gallery",
    "/gallery/bin/many": "/gallery/bin",
    f"/gallery/albums/{SOME}": "/gallery/albums",
    "/profile/tokens/0000/revoke": "/profile",
    f"{PICTURE}/describe": PICTURE,
    f"{PICTURE}/share": PICTURE,
    f"{PICTURE}/recolor": PICTURE,
    f"{PICTURE}/delete": PICTURE,
    f"{PICTURE}/restore": PICTURE,
    f"{PICTURE}/versions/{SOME}/use": PICTURE,
    f"{PICTURE}/versions/{SOME}/delete": PICTURE,
}


@pytest.mark.parametrize(("action", "page"), ACTIONS.items())
def test_a_form_sent_after_the_session_has_expired_leads_to_the_log_in_and_back(
    action: str, page: str, client: Client
) -> None:
    assert client.post(action).headers["Location"] == f"/accounts/login/?next={page}"


def test_after_logging_in_one_is_on_the_page_whose_form_one_sent(
    owner: User, client: Client
) -> None:
    kept = picture(owner)
    login = client.post(f"{kept.get_absolute_url()}/describe", {"title": "Aunt"}, follow=True)
    form = {"login": "owner", "password": PASSWORD, "next": kept.get_absolute_url()}
    assert kept.get_absolute_url() in login.content.decode()
    assert "Grandma" in text(client.post("/accounts/login/", form, follow=True))


@pytest.mark.parametrize(("action", "page"), ACTIONS.items())
def test_a_form_that_is_reloaded_by_its_address_leads_to_its_page(
    action: str, page: str, home: Client
) -> None:
    assert home.get(action).headers["Location"] == page


def test_what_an_address_does_not_do_is_said_on_a_page(home: Client) -> None:
    for action in ("/gallery", "/accounts/inactive/", *ACTIONS):
        answer = home.put(action)
        assert answer.status_code == 405 and answer.headers["Allow"]
        assert "This page does not accept forms" in text(answer)
