"""User names: nobody takes one that would be read as somebody else's, or is an address."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client

from accounts.models import User
from accounts.names import ONE_SCRIPT, TAKEN, USER_NAME
from tests.cast import PASSWORD, person
from tests.login import log_in

pytestmark = pytest.mark.django_db

LOOKALIKES = [
    pytest.param("ANNA", id="capitals"),
    pytest.param("aNna", id="one capital"),
    pytest.param("\uff41nna", id="full width"),
    pytest.param("\U0001d41anna", id="mathematical"),
    pytest.param("\u0251nna", id="Latin alpha"),
    pytest.param("\u0391\u039d\u039d\u0391", id="all Greek"),
]


def register(name: str, email: str = "new@example.org") -> Any:
    form = {"email": email, "username": name, "password1": PASSWORD, "password2": PASSWORD}
    return Client().post("/accounts/signup/", form)


def refused(answer: Any, why: str) -> bool:
    return answer.status_code == 200 and why in answer.content.decode()


@pytest.mark.parametrize("name", LOOKALIKES)
def test_a_name_that_looks_like_anothers_is_taken(name: str) -> None:
    person("anna")
    assert refused(register(name), TAKEN)
    assert User.objects.count() == 1


@pytest.mark.parametrize("name", LOOKALIKES)
def test_so_it_is_for_administrators_and_on_the_console(name: str, admin_client: Client) -> None:
    person("anna")
    bea = person("bea")
    new = {"username": name, "usable_password": "true", "password1": PASSWORD}
    answer = admin_client.post("/admin/accounts/user/add/", new | {"password2": PASSWORD})
    assert refused(answer, TAKEN)
    page = admin_client.post(f"/admin/accounts/user/{bea.pk}/change/", {"username": name})
    assert refused(page, TAKEN)
    with pytest.raises(CommandError, match="taken"):
        call_command("createsuperuser", interactive=False, username=name, email="x@example.org")
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create_user(name)
    assert set(User.objects.values_list("username", flat=True)) == {"admin", "anna", "bea"}


@pytest.mark.parametrize("letter", ["\u0430", "\u03b1"], ids=["Cyrillic", "Greek"])
def test_letters_of_two_scripts_are_refused(letter: str) -> None:
    assert refused(register(f"{letter}nna"), ONE_SCRIPT)


@pytest.mark.parametrize(
    "name", ["bob@example.org", "nobody@example.org", "a@b", "@anna", "bob\uff20example.org"]
)
def test_an_address_is_no_user_name(name: str, admin_client: Client) -> None:
    person("bob")
    assert refused(register(name), USER_NAME)
    new = {"username": name, "usable_password": "true", "password1": PASSWORD}
    answer = admin_client.post("/admin/accounts/user/add/", new | {"password2": PASSWORD})
    assert refused(answer, USER_NAME)


@pytest.mark.parametrize("name", ["jürgen.1931", "łódź", "Ирина_2", "山田たろう", "anna+b-c"])
def test_names_of_one_script_are_welcome(name: str) -> None:
    assert register(name).status_code == 302
    assert User.objects.get().username == name


def test_a_name_is_kept_and_typed_in_one_way() -> None:
    assert register("Zoe\u0308").status_code == 302
    user = User.objects.get()
    assert user.username == "Zoë"
    EmailAddress.objects.update(verified=True)
    assert "You are logged in as Zoë." in log_in(Client(), "zoe\u0308")
    assert "You are logged in as Zoë." in log_in(Client(), "\uff3aoë")


def test_a_name_is_free_again_when_its_person_has_gone(admin_client: Client) -> None:
    person("anna").delete()
    bea = person("anna")
    bea.username = "bea"
    bea.save()
    assert register("ANNA").status_code == 302


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_has_the_name() -> None:
    def at_once(number: int) -> int:
        try:
            return int(register(("anna", "ANNA")[number % 2], f"{number}@example.org").status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        assert sorted(pool.map(at_once, range(6))) == [200] * 5 + [302]
    assert User.objects.count() == 1


def test_registering_is_as_much_work_whether_the_address_is_known_or_not(
    hashed: list[str], django_assert_max_num_queries: Any, mailoutbox: Any
) -> None:
    person("bob")
    work = []
    for name in ("bob", "nobody"):
        hashed.clear()
        with django_assert_max_num_queries(100) as asked:
            answer = register(f"new-{name}", f"{name}@example.org")
        written = [each["sql"].split()[:3] for each in asked.captured_queries]
        inserts = [sql for sql in written if sql[0] == "INSERT" and "cache" not in sql[2]]
        work.append((answer.status_code, len(hashed), inserts, len(mailoutbox)))
    assert work[0][:3] == work[1][:3] and work[0][1] == 1
    assert (work[0][3], work[1][3]) == (1, 2)
    assert set(User.objects.values_list("username", flat=True)) == {"bob", "new-nobody"}


def test_asking_for_a_new_password_is_as_much_work_too(
    hashed: list[str], mailoutbox: Any, django_assert_max_num_queries: Any
) -> None:
    person("bob")
    hashed.clear()
    written = []
    for name in ("bob", "nobody"):
        with django_assert_max_num_queries(20) as asked:
            Client().post("/accounts/password/reset/", {"email": f"{name}@example.org"})
        sql = [each["sql"].split()[0] for each in asked.captured_queries]
        written.append([word for word in sql if word in ("INSERT", "UPDATE", "DELETE")])
    assert not hashed and len(mailoutbox) == 2 and written[0] == written[1]
