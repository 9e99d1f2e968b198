"""Public names: nobody takes one that would be read as somebody else's."""

from typing import Any

import pytest
from django.test import Client
from django.utils.html import escape

from accounts.models import User
from accounts.names import ONE_SCRIPT, TAKEN

pytestmark = pytest.mark.django_db


def choose(user: User, name: str) -> Any:
    client = Client()
    client.force_login(user)
    return client.post("/profile", {"public_name": name, "saves": "on"})


@pytest.mark.parametrize(
    "name",
    [
        "Anna_P",
        "ANNA_P",
        "anna_p",
        pytest.param("\uff21nna_P", id="fullwidth"),
        pytest.param("\u0391\u039d\u039d\u0391_\u03a1", id="all Greek"),
        pytest.param("\u0251nna_P", id="Latin alpha"),
    ],
)
def test_a_name_that_looks_like_anothers_is_taken(name: str, owner: User, stranger: User) -> None:
    assert choose(owner, "Anna_P").status_code == 302
    answer = choose(stranger, name)
    assert answer.status_code == 422 and TAKEN in answer.content.decode()
    assert "/people/" not in answer.content.decode()


def test_a_whole_cyrillic_lookalike_is_taken(owner: User, stranger: User) -> None:
    choose(owner, "Oscar")
    answer = choose(stranger, "\u041e\u0455\u0441\u0430\u0433")
    assert answer.status_code == 422 and TAKEN in answer.content.decode()


@pytest.mark.parametrize("letter", ["\u0410", "\u0391"], ids=["Cyrillic", "Greek"])
def test_letters_of_two_scripts_are_refused(letter: str, owner: User) -> None:
    answer = choose(owner, f"{letter}nna_P")
    assert answer.status_code == 422 and ONE_SCRIPT in answer.content.decode()


@pytest.mark.parametrize(
    "name", ["Jürgen-1931", "Łódź", "Éloïse", "Ирина_2", "Ελένη", "山田たろう"]
)
def test_names_of_one_script_are_welcome(name: str, owner: User) -> None:
    assert choose(owner, name).status_code == 302
    assert User.objects.get(pk=owner.pk).public_name == name
    assert Client().get(f"/people/{name}").status_code == 200


@pytest.mark.parametrize(
    ("name", "address"),
    [("Anna  Berg", "Anna-Berg"), ("O'Neil no.", "O-Neil-no"), ("Ирина П.", "Ирина-П")],
)
def test_a_name_may_have_spaces_and_a_short_address_leads_to_it(
    name: str, address: str, owner: User
) -> None:
    assert choose(owner, name).status_code == 302
    owner.refresh_from_db()
    assert owner.public_name == " ".join(name.split()) and owner.public_address == address
    for way in (address, address.lower(), owner.public_name):
        page = Client().get(f"/people/{way}")
        assert page.status_code == 200 and escape(owner.public_name) in page.content.decode()


@pytest.mark.parametrize(
    "name", ["a", "ab", "-anna", " - ", "_anna", "anna/b", "x" * 41, "a\u202eb"]
)
def test_other_names_are_refused_with_the_rule(name: str, owner: User) -> None:
    answer = choose(owner, name)
    assert answer.status_code == 422
    assert User.objects.get(pk=owner.pk).public_name is None


def test_accents_written_apart_are_written_together(owner: User) -> None:
    choose(owner, "Zoe\u0308")
    assert User.objects.get(pk=owner.pk).public_name == "Zoë"


def test_ones_own_name_can_be_written_otherwise_and_given_up(owner: User, stranger: User) -> None:
    assert [choose(owner, name).status_code for name in ("Anna_P", "ANNA_P", "")] == [302] * 3
    assert choose(stranger, "anna_p").status_code == 302
