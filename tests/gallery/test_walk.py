"""Every address of the project, asked by everybody: nobody finds another's private picture."""

import re
from collections.abc import Iterator
from copy import copy
from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.test import Client
from django.urls import Resolver404, URLPattern, URLResolver, get_resolver, resolve

from accounts import tokens
from accounts.models import User
from colorize.service import Options
from colorize.web.methods import methods_of
from gallery.models import Album, Picture
from gallery.services import albums, pictures, sharing, versions
from tests.cast import grey, name_publicly, person, picture
from tests.fakes import FakeNetwork

# A visitor goes everywhere within a minute.
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("network", "unlimited", "unlogged"),
]

SECRET = "The secret of Aunt Mary"
ROLES = ["owner", "stranger", "anonymous", "moderator", "suspended", "staff"]
# Two of them ask the database whatever the others do: as people, and in the admin.
OTHERS = [
    pytest.param(role, marks=pytest.mark.database) if role in ("stranger", "moderator") else role
    for role in ROLES
    if role != "owner"
]
METHODS = ("GET", "POST", "PATCH", "DELETE")
# Files of the site itself.
LEFT_OUT = r"^static"


def addresses(found: URLResolver, prefix: str = "") -> Iterator[str]:
    """The routes as they are written: pictures/<uuid:pk>/share."""
    for entry in found.url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from addresses(entry, route)
        elif isinstance(entry, URLPattern):
            yield route


ROUTES = sorted({route for route in addresses(get_resolver()) if not re.match(LEFT_OUT, route)})


@pytest.fixture
def secret(owner: User, network: FakeNetwork) -> Picture:
    """A private picture in an album, with two versions."""
    kept = picture(owner, SECRET, vividness=0.2)
    versions.recolor(kept, Options(vividness=0.9))
    albums.move(Picture.objects.all(), Album.objects.create(owner=owner, name="Mine alone"))
    kept.refresh_from_db()
    return kept


@pytest.fixture
def clients(
    owner: User, stranger: User, moderator: User, suspended: User
) -> dict[str, tuple[Client, dict[str, str]]]:
    """Role -> its browser, logged in, and the headers of its token, with the right to write.
    `staff` is given no rights."""
    people = {"owner": owner, "stranger": stranger, "moderator": moderator, "suspended": suspended}
    people["staff"] = person("staff", is_staff=True)
    made: dict[str, tuple[Client, dict[str, str]]] = {"anonymous": (Client(), {})}
    for role, user in people.items():
        client = Client()
        client.force_login(user)
        _, key = tokens.make(user, "walk", "write", 1)
        made[role] = (client, {"Authorization": f"Bearer {key}"})
    return made


def fill(route: str, secret: Picture) -> str:
    """The address of the secret's, whatever the route calls it."""
    assert secret.album_id and secret.current_id
    values = {
        "pk": secret.album_id if "album" in route else secret.pk,
        "id": secret.owner_id,
        "album": secret.album_id,
        "version": secret.current_id,
        "object_id": secret.pk if "gallery/picture" in route else "1",
        "kind": "result",
        "token": "no-such-token",
        "name": "nobody",
        "key": "0" * 15,
        "format": "json",
        "path": "css/base.css",
    }
    path = re.sub(r"<(?:\w+:)?(\w+)>", lambda found: str(values.get(found[1], "1")), route)
    path = re.sub(r"\(\?P<(\w+)>[^)]*\)", lambda found: str(values.get(found[1], "1")), path)
    return "/" + re.sub(r"[\^$\\]|\(\?:.*?\)\?|\?", "", path)


def methods_for(path: str) -> list[str]:
    """Those that the address takes, or all where its view does not say. That it refuses the others
    before it looks anything up is seen in tests/web/test_methods.py."""
    try:
        taken = methods_of(resolve(path).func)
    except Resolver404:
        taken = None
    return [method for method in METHODS if not taken or method in taken]


def names_the_secret(path: str, secret: Picture) -> bool:
    return str(secret.pk) in path or str(secret.album_id) in path


def ask(client: Client, headers: dict[str, str], method: str, path: str) -> Any:
    headers = headers if path.startswith("/api/") else {}
    # Without its place a piece of a file is refused before anything is looked up.
    return getattr(client, method.lower())(path, headers=headers | {"Upload-Offset": "0"})


def told(response: Any) -> str:
    """The page, and where it leads."""
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return str(content.decode("utf-8", "replace")) + str(response.headers.get("Location", ""))


def is_closed(response: Any, path: str) -> bool:
    """Not there; or, before anything is looked up, the way to the log-in, to the page that a form
    stands on or, in the admin, to the change form or the list, which are walked too."""
    place = response.headers.get("Location", "")
    elsewhere = "login" in place or place.endswith("/change/") or place in ("..", "../..")
    elsewhere |= bool(place) and path.startswith(f"{place}/")
    return response.status_code in (401, 404, 405) or elsewhere


@pytest.mark.slow
@pytest.mark.parametrize("role", OTHERS)
def test_another_persons_private_picture_is_nowhere(
    role: str, secret: Picture, clients: Any
) -> None:
    client, headers = clients[role]
    for route in ROUTES:
        path = fill(route, secret)
        for method in methods_for(path):
            if "logout" in path and method == "POST":
                continue
            response = ask(client, headers, method, path)
            assert response.status_code < 500, (method, path)
            assert SECRET not in told(response), (method, path)
            assert str(secret.current_id) not in told(response), (method, path)
            if names_the_secret(path, secret):
                # Who may do nothing there is told so whatever the key, and nobody deletes in the
                # desk: this is said before a row is looked up.
                refused = path.endswith("/delete/") or (role == "staff" and "/admin/" in path)
                refused &= response.status_code == 403
                assert is_closed(response, path) or refused, (method, path, response.status_code)
    fresh = Picture.objects.get(pk=secret.pk)
    assert (fresh.updated_at, fresh.deleted_at, fresh.album_id) == (
        secret.updated_at,
        None,
        secret.album_id,
    )


@pytest.mark.slow
@pytest.mark.database
def test_its_owner_gets_to_it(secret: Picture, clients: Any) -> None:
    """By at least one method; what each of them does is undone before the next."""
    client, headers = clients["owner"]
    for route in ROUTES:
        path = fill(route, secret)
        answers = {method: undone(client, headers, method, path) for method in methods_for(path)}
        assert max(answers.values()) < 500, (path, answers)
        # Nobody reports a private picture, finds one in the admin, or a job by its ID.
        if names_the_secret(path, secret) and not re.search("admin/|report|jobs/", path):
            assert set(answers.values()) - {401, 403, 404, 405}, (path, answers)


def undone(client: Client, headers: dict[str, str], method: str, path: str) -> int:
    """The status."""
    cookies = copy(client.cookies)
    with transaction.atomic():
        response = ask(client, headers, method, path)
        transaction.set_rollback(True)
    client.cookies = cookies
    return int(response.status_code)


def test_the_walk_goes_everywhere() -> None:
    """The figures of the report: routes and pairs of route and role."""
    print(f"\n{len(ROUTES)} routes, {len(ROUTES) * len(ROLES)} pairs of route and role")
    assert any("pictures/<uuid:pk>/files" in route for route in ROUTES)
    assert not [route for route in ROUTES if "<" in fill_blindly(route)]


def fill_blindly(route: str) -> str:
    return re.sub(r"<(?:\w+:)?\w+>|\(\?P<\w+>", "x", route)


def test_a_shared_picture_is_found_by_its_link_only(secret: Picture, clients: Any) -> None:
    link = sharing.share(secret).get_absolute_url()
    for role in ROLES:
        client, _ = clients[role]
        assert SECRET in told(client.get(link))
        if role != "owner":
            assert client.get(secret.get_absolute_url()).status_code == 404


@pytest.mark.parametrize("role", ROLES)
def test_nobody_gets_an_address_by_counting(role: str, secret: Picture, clients: Any) -> None:
    """By Django's “view on site”: kinds and rows are numbered."""
    link = sharing.share(secret)
    client, _ = clients[role]
    for kind in ContentType.objects.all():
        for row in (link.pk, secret.pk):
            response = client.get(f"/admin/r/{kind.pk}/{row}/")
            assert response.status_code == 404 and link.token not in told(response)


def test_staff_without_rights_learn_of_no_row(clients: Any, owner: User) -> None:
    client, _ = clients["staff"]
    for model in ("accounts/user", "account/emailaddress", "mfa/authenticator", "accounts/person"):
        for page in ("history", "change", "delete"):
            answers = [client.get(f"/admin/{model}/{pk}/{page}/") for pk in (owner.pk, 999_999)]
            assert [answer.status_code for answer in answers] == [403, 403], (model, page)


def test_a_suspended_persons_pictures_are_gone_for_everybody(
    owner: User, clients: Any, settings: Any
) -> None:
    settings.REVIEW_FOR = "NOBODY"
    shown = pictures.colorize_and_save(owner, grey(9), Options(), "a.png").picture
    sharing.publish(shown)
    name_publicly(owner, "anna")
    anonymous, _ = clients["anonymous"]
    assert anonymous.get(shown.get_absolute_url()).status_code == 200
    User.objects.filter(pk=owner.pk).update(is_active=False)
    for path in (shown.get_absolute_url(), f"{shown.get_absolute_url()}/files/result"):
        assert anonymous.get(path).status_code == 404
        assert clients["owner"][0].get(path).status_code == 404
    assert anonymous.get("/people/anna").status_code == 404
