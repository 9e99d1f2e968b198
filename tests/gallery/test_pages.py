"""The gallery's pages, as a person without JavaScript uses them."""

import io
import re
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from accounts.forms import ProfileForm
from accounts.models import Token, User
from colorize.service import Options
from gallery.models import Album, Picture, Review, ShareLink, Version, Visibility
from gallery.services import albums, bin, pictures, sharing
from jobs import worker
from tests.cast import PASSWORD, grey, name_publicly, picture, public_picture

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("network")]


def upload(**fields: str) -> dict[str, Any]:
    return {"image": SimpleUploadedFile("Grandma.png", grey())} | fields


def text(response: Any) -> str:
    page = response.content.decode()
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def hidden_fields(page: str) -> dict[str, list[str]]:
    """What the first form in the middle of the page sends unseen."""
    main = page[page.index("<main") : page.index("</main>")]
    form = main[main.index("<form") : main.index("</form>")]
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'type="hidden"\s+name="(\w+)"\s+value="([^"]*)"', form):
        found.setdefault(name, []).append(value)
    return found


def body(response: Any) -> bytes:
    return b"".join(response.streaming_content)


def test_colorizing_while_logged_in_saves_and_shows_the_picture(home: Client) -> None:
    response = home.post("/", upload(save="true"), follow=True)
    saved = Picture.objects.get()
    assert response.redirect_chain == [(f"/pictures/{saved.pk}", 302)]
    assert "Saved in your gallery." in text(response)


def test_a_photo_that_comes_again_with_other_options_can_have_them_as_a_version(
    home: Client,
) -> None:
    home.post("/", upload(save="true", vividness="0.2"))
    again = home.post("/", upload(save="true", vividness="0.9", keep_metadata="false"), follow=True)
    assert "is already in your gallery with other options" in text(again)
    assert "Already in your gallery." not in text(again)  # once is enough
    shown = Picture.objects.get()
    home.post(f"/pictures/{shown.pk}/recolor", hidden_fields(again.content.decode()))
    shown.refresh_from_db()
    assert (shown.shown.made_with.vividness, shown.shown.made_with.keep_metadata) == (0.9, False)
    assert shown.versions.count() == 2
    same = home.post("/", upload(save="true", vividness="0.9", keep_metadata="false"), follow=True)
    assert "is already in your gallery with other options" not in text(same)


def test_the_scripts_offer_other_options_themselves_and_no_later_page_does(home: Client) -> None:
    home.post("/colorize", upload(vividness="0.2"))
    assert home.post("/colorize", upload(vividness="0.9")).json()["saved_before"]
    assert "already in your gallery" not in text(home.get("/about"))


def test_the_colours_that_a_picture_has_are_no_new_version(home: Client) -> None:
    home.post("/", upload(save="true", vividness="0.2"))
    address = f"{Picture.objects.get().get_absolute_url()}/recolor"
    assert "New version saved" in text(home.post(address, {"vividness": "0.9"}, follow=True))
    again = text(home.post(address, {"vividness": "0.9"}, follow=True))
    assert "already has these colours" in again and "New version" not in again


@pytest.mark.parametrize("way", ["/", "/colorize"])
def test_a_photo_that_lay_in_the_bin_is_back_and_that_is_said(
    way: str, home: Client, owner: User
) -> None:
    kept = picture(owner)
    bin.move_to_bin(Picture.objects.all())
    home.post(way, upload(save="true"))
    page = text(home.get(kept.get_absolute_url()))
    assert "This photo was in your bin. It is back in your gallery, as private." in page


def test_the_switch_is_remembered(home: Client, owner: User) -> None:
    assert "data:image/jpeg" in home.post("/", upload(save="false")).content.decode()
    assert not Picture.objects.exists()
    box = re.search(r'<input type="checkbox"[^>]*name="save"[^>]*>', home.get("/").content.decode())
    assert box and "checked" not in box[0]
    home.post("/colorize", upload())
    assert not Picture.objects.exists()
    home.post("/colorize", upload(save="once"))
    assert Picture.objects.exists() and not User.objects.get().saves


def test_what_an_anonymous_visitor_colorizes_is_never_stored(client: Client, media: Any) -> None:
    for path in ("/", "/colorize"):
        assert client.post(path, upload(save="true")).status_code == 200
    assert not Picture.objects.exists() and media() == []


def test_the_endpoint_says_where_the_picture_was_saved(home: Client) -> None:
    first = home.post("/colorize", upload()).json()
    again = home.post("/colorize", upload()).json()
    assert first["saved"] == again["saved"] == Picture.objects.get().get_absolute_url()
    assert (first["saved_before"], again["saved_before"]) == (False, True)


def test_over_quota_the_result_is_still_given_and_the_reason_said(
    home: Client, settings: Any
) -> None:
    settings.QUOTA_BYTES = 100
    answer = home.post("/colorize", upload()).json()
    assert answer["image"] and answer["not_saved"]["error"] == "over_quota"
    page = home.post("/", upload())
    assert 'href="/gallery/bin"' in page.content.decode().split("</nav>")[-1]
    assert "Your gallery is full" in text(page) and "data:image/jpeg" in page.content.decode()


def test_another_sites_form_cannot_save_for_somebody(owner: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(owner)
    answer = strict.post("/colorize", upload())
    assert (answer.status_code, answer.json()["error"]) == (403, "form_expired")
    assert not Picture.objects.exists()


def test_an_empty_gallery_says_what_to_do(home: Client) -> None:
    for path, words in (
        ("/gallery", "No pictures yet"),
        ("/gallery/bin", "Your bin is empty"),
        ("/gallery/albums", "No albums yet"),
        ("/public", "No public pictures yet"),
        ("/gallery?q=nothing", "No matches"),
    ):
        assert words in text(home.get(path))
    assert "Search titles" not in text(home.get("/gallery"))
    assert "Search titles" in text(home.get("/gallery?q=nothing"))


def test_an_album_has_its_name_on_it_also_where_it_is_empty(home: Client, owner: User) -> None:
    farm = Album.objects.create(owner=owner, name="Farm")
    picture(owner)
    for path in ("/gallery", "/gallery?album=none"):
        assert "<h1>Your gallery</h1>" in home.get(path).content.decode()
    page = home.get(f"/gallery?album={farm.pk}")
    assert "<h1>Farm</h1>" in page.content.decode()
    assert "No pictures in this album yet" in text(page)
    assert "No matches" in text(home.get(f"/gallery?album={farm.pk}&q=cow"))
    albums.move(Picture.objects.all(), farm)
    page = home.get(f"/gallery?album={farm.pk}")
    assert "Farm 1 picture" in text(page) and titles(page) == ["Grandma"]


def test_how_many_there_are_is_said_and_counting_ends(
    home: Client, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gallery.views.pictures.PAGE_SIZE", 2)
    for shade in range(4):
        public_picture(owner, f"Number {shade}", shade)
    name_publicly(owner, "anna")
    for path in ("/gallery", "/public", "/people/anna"):
        assert "4 pictures" in text(home.get(path)), path
    assert "1 picture " in text(home.get("/gallery?q=3"))
    monkeypatch.setattr("gallery.paging.COUNTED", 3)
    page = text(home.get("/gallery"))
    assert "More than 3 pictures" in page
    following = home.get("/gallery").context["next"]
    assert "More than" not in text(home.get(following))


def test_the_gallery_needs_an_account(client: Client) -> None:
    for path in ("/gallery", "/gallery/bin", "/gallery/albums", "/profile"):
        response = client.get(path)
        assert response.status_code == 302 and "/accounts/login/" in response.headers["Location"]


def titles(response: Any) -> list[str]:
    return re.findall(r'picture-title">\s*(.*?)\s*</span>', response.content.decode())


def three(owner: User) -> list[Picture]:
    made = [picture(owner, name, shade) for shade, name in enumerate(("Bridge", "Alps", "Cow"))]
    for days, one in enumerate(made):
        Picture.objects.filter(pk=one.pk).update(created_at=timezone.now() - timedelta(days=days))
    return made


def test_search_filter_and_sort(home: Client, owner: User, stranger: User) -> None:
    bridge, _alps, cow = three(owner)
    picture(stranger, "Not mine", 77)
    album = Album.objects.create(owner=owner, name="Farm")
    albums.move(Picture.objects.filter(pk=cow.pk), album)
    pictures.describe(bridge, note="The old one over the Thames")
    today = timezone.now().date()
    for query, expected in (
        ("", ["Bridge", "Alps", "Cow"]),
        ("?order=oldest", ["Cow", "Alps", "Bridge"]),
        ("?order=title", ["Alps", "Bridge", "Cow"]),
        ("?q=thames+old", ["Bridge"]),
        (f"?album={album.pk}", ["Cow"]),
        ("?album=none&order=title", ["Alps", "Bridge"]),
        ("?visibility=public", []),
        (f"?since={today}", ["Bridge"]),
        (f"?until={today - timedelta(days=1)}", ["Alps", "Cow"]),
        ("?since=0001-01-01&until=9999-12-31&order=title", ["Alps", "Bridge", "Cow"]),
        ("?since=nonsense&order=upside-down", ["Bridge", "Alps", "Cow"]),
    ):
        assert titles(home.get(f"/gallery{query}")) == expected, query


def test_page_by_page_every_picture_comes_once(
    home: Client, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gallery.views.pictures.PAGE_SIZE", 2)
    for shade in range(5):
        picture(owner, "The same", shade)
    for order in ("newest", "oldest", "title"):
        seen: list[str] = []
        place: str | None = f"/gallery?order={order}"
        while place:
            page = home.get(place).content.decode()
            seen += re.findall(r'name="pictures"\s+value="([^"]+)"', page)
            following = re.search(r'href="([^"]+)"\s+data-more', page)
            place = following[1].replace("&amp;", "&") if following else None
        assert len(seen) == len(set(seen)) == 5
    assert home.get("/gallery?cursor=nonsense").status_code == 404


def test_a_full_page_costs_as_many_queries_as_one_picture(
    home: Client, owner: User, django_assert_max_num_queries: Any
) -> None:
    for shade in range(12):
        picture(owner, f"Number {shade}", shade)
    with django_assert_max_num_queries(5):
        assert len(titles(home.get("/gallery"))) == 12


def test_many_at_once(home: Client, owner: User, stranger: User) -> None:
    bridge, alps, cow = three(owner)
    foreign = picture(stranger, "Not mine", 77)
    keys = [bridge.pk, cow.pk, foreign.pk]
    album = Album.objects.create(owner=owner, name="Farm")
    for one in (bridge, foreign):
        sharing.share(one)
    home.post("/gallery/many", {"pictures": keys, "do": "move", "album": album.pk})
    home.post("/gallery/many", {"pictures": keys, "do": "private"})
    assert {one.title for one in album.pictures.all()} == {"Bridge", "Cow"}
    assert [link.picture for link in ShareLink.objects.all()] == [foreign]
    archive = zipfile.ZipFile(io.BytesIO(body(home.post("/gallery/download", {"pictures": keys}))))
    assert sorted(archive.namelist()) == ["Bridge.jpg", "Cow.jpg"]
    home.post("/gallery/many", {"pictures": keys, "do": "delete"})
    assert list(Picture.objects.owned_by(owner).present()) == [alps]
    assert Picture.objects.owned_by(stranger).present().count() == 1
    home.post("/gallery/bin/many", {"pictures": [bridge.pk], "do": "restore"})
    home.post("/gallery/bin/many", {"do": "empty", "sure": "yes"})
    assert set(Picture.objects.owned_by(owner)) == {bridge, alps}


def test_nothing_ticked_is_said_and_a_strangers_album_is_not_found(
    home: Client, stranger: User, owner: User
) -> None:
    assert "Nothing selected" in text(home.post("/gallery/many", {"do": "delete"}, follow=True))
    foreign = Album.objects.create(owner=stranger, name="Theirs")
    mine = picture(owner)
    move = {"pictures": [mine.pk], "do": "move", "album": foreign.pk}
    assert home.post("/gallery/many", move).status_code == 404


def test_albums_are_made_renamed_and_deleted_without_their_pictures(
    home: Client, owner: User
) -> None:
    home.post("/gallery/albums", {"name": "Farm"})
    assert home.post("/gallery/albums", {"name": "Farm"}).status_code == 422
    album = Album.objects.get()
    kept = picture(owner)
    albums.move(Picture.objects.all(), album)
    home.post(f"/gallery/albums/{album.pk}", {"name": "Village"})
    assert "Village" in text(home.get("/gallery/albums"))
    asked = home.post(f"/gallery/albums/{album.pk}", {"do": "delete"})
    assert "Delete album “Village”? Its 1 picture stays in your gallery" in text(asked)
    assert Album.objects.exists()
    home.post(f"/gallery/albums/{album.pk}", hidden_fields(asked.content.decode()))
    assert Picture.objects.get() == kept and not Album.objects.exists()


def test_an_album_is_not_deleted_by_another_nor_by_looking(
    home: Client, owner: User, stranger: User
) -> None:
    album = Album.objects.create(owner=owner, name="Farm")
    theirs = Album.objects.create(owner=stranger, name="Theirs")
    sure = {"do": "delete", "sure": "yes"}
    assert home.post(f"/gallery/albums/{theirs.pk}", {"do": "delete"}).status_code == 404
    assert home.post(f"/gallery/albums/{theirs.pk}", sure).status_code == 404
    assert home.get(f"/gallery/albums/{album.pk}", sure)["Location"] == "/gallery/albums"
    assert Album.objects.count() == 2


def test_who_can_read_the_note_is_said_at_its_field(home: Client, owner: User) -> None:
    page = home.get(picture(owner).get_absolute_url()).content.decode()
    assert re.search(r'<textarea[^>]*aria-describedby="id_note_helptext"', page)
    assert "Anyone who can see the picture can read this, including anyone with its link." in page


def test_from_a_picture_one_gets_to_the_next_and_back_without_the_gallery(
    home: Client, owner: User, stranger: User, django_assert_max_num_queries: Any
) -> None:
    bridge, alps, cow = three(owner)
    picture(stranger, "Not mine", 77)
    bin.move_to_bin(Picture.objects.filter(pk=picture(owner, "In the bin", 78).pk))
    for shown, before, after in ((bridge, None, alps), (alps, bridge, cow), (cow, alps, None)):
        page = home.get(shown.get_absolute_url()).content.decode()
        for rel, other in (("prev", before), ("next", after)):
            links = re.findall(rf'rel="{rel}" href="([^"]+)"', " ".join(page.split()))
            assert links == ([other.get_absolute_url()] if other else []), (shown, rel)
    with django_assert_max_num_queries(9):
        home.get(alps.get_absolute_url())


def test_a_picture_is_described_coloured_again_and_moved_to_the_bin(
    home: Client, owner: User
) -> None:
    kept = picture(owner, vividness=0.2)
    home.post(f"/pictures/{kept.pk}/describe", {"title": "Aunt Mary", "note": "1931"})
    assert home.post(f"/pictures/{kept.pk}/describe", {"title": ""}).status_code == 422
    home.post(f"/pictures/{kept.pk}/recolor", {"vividness": "0.9"})
    first = kept.versions.get(options__vividness=0.2)
    assert "Aunt Mary" in text(home.get(f"/pictures/{kept.pk}"))
    home.post(f"/pictures/{kept.pk}/versions/{first.pk}/use")
    kept.refresh_from_db()
    assert kept.current == first
    refused = home.post(f"/pictures/{kept.pk}/versions/{first.pk}/delete")
    assert refused.status_code == 403 and "is the current version" in text(refused)
    home.post(f"/pictures/{kept.pk}/delete")
    assert "In the bin" in text(home.get(f"/pictures/{kept.pk}"))
    home.post(f"/pictures/{kept.pk}/restore")
    assert Picture.objects.present().get() == kept


def test_a_picture_says_what_made_it_as_the_start_page_does(home: Client, owner: User) -> None:
    kept = picture(owner, vividness=0.25)
    Version.objects.update(options=Options(0.25, "colornet").as_dict())
    page = " ".join(home.get(kept.get_absolute_url()).content.decode().split())
    assert "vividness 25%." in page and "Confidence 75%." in page
    assert "Coloured by ColorNet (built in)" in page
    Version.objects.update(options=Options(network="gone").as_dict())
    assert "Coloured by gone." in home.get(kept.get_absolute_url()).content.decode()


@pytest.mark.parametrize(("days", "lasts"), [("1", 1), ("7", 7), ("30", 30), ("", None)])
def test_a_link_shows_the_picture_to_anyone_until_it_ends(
    days: str, lasts: int | None, home: Client, owner: User, client: Client, time_machine: Any
) -> None:
    kept = picture(owner)
    home.post(f"/pictures/{kept.pk}/share", {"visibility": "unlisted", "days": days})
    address = ShareLink.objects.get().get_absolute_url()
    page = client.get(address)
    assert "Grandma" in text(page) and page.headers["X-Robots-Tag"] == "noindex"
    assert body(client.get(f"{address}/result")).startswith(b"\xff\xd8")
    assert client.get(f"{address}/original").status_code == 404
    assert client.get(kept.get_absolute_url()).status_code == 404
    if lasts:
        time_machine(timedelta(days=lasts) - timedelta(minutes=1))
        assert client.get(address).status_code == 200
        time_machine(timedelta(days=lasts) + timedelta(minutes=1))
        assert client.get(address).status_code == 404
        assert client.get(f"{address}/result").status_code == 404
    else:
        time_machine(timedelta(days=20_000))
        assert client.get(address).status_code == 200


@pytest.fixture
def time_machine(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Moves the clock that links look at."""
    now = timezone.now()

    def travel(later: timedelta) -> None:
        monkeypatch.setattr("gallery.models.sharing.timezone.now", lambda: now + later)

    return travel


def test_a_link_is_taken_back_and_a_new_one_ends_the_old(
    home: Client, owner: User, client: Client
) -> None:
    kept = picture(owner)
    old = sharing.share(kept).get_absolute_url()
    home.post(f"/pictures/{kept.pk}/share", {"visibility": "unlisted", "days": "7"})
    new = ShareLink.objects.get().get_absolute_url()
    assert client.get(old).status_code == 404 and client.get(new).status_code == 200
    home.post(f"/pictures/{kept.pk}/share", {"visibility": "private"})
    assert client.get(new).status_code == 404
    sharing.share(kept)
    bin.move_to_bin(Picture.objects.all())
    assert client.get(ShareLink.objects.get().get_absolute_url()).status_code == 404


def test_a_link_without_a_picture_says_so_and_nothing_more(owner: User, client: Client) -> None:
    ended, revoked = picture(owner), picture(owner, "Cow", 3)
    links = [sharing.share(each).token for each in (ended, revoked)]
    sharing.make_private(Picture.objects.filter(pk=revoked.pk))
    ShareLink.objects.update(expires_at=timezone.now())
    told = set()
    for token in (*links, "x" * 32):
        for path in (f"/s/{token}", f"/s/{token}/result"):
            page = client.get(path)
            assert page.status_code == 404
            told.add(page.content.decode().replace(path, "").replace(token, ""))
            assert "expired or been revoked. Ask the person who sent it for a new one." in text(
                page
            )
    assert len(told) == 1


def test_a_link_that_has_expired_is_made_again_by_the_same_form(
    home: Client, owner: User, client: Client
) -> None:
    kept = picture(owner)
    sharing.share(kept)
    ShareLink.objects.update(expires_at=timezone.now())
    home.post(f"/pictures/{kept.pk}/share", {"visibility": "unlisted"})
    link = ShareLink.objects.get()
    assert link.expires_at and not link.is_expired
    assert client.get(link.get_absolute_url()).status_code == 200


def test_sharing_again_starts_from_how_it_is_shared_and_tells_of_links_that_were(
    home: Client, owner: User
) -> None:
    kept = picture(owner)
    for days in ("30", ""):
        share = {"visibility": "unlisted", "days": days}
        page = home.post(f"/pictures/{kept.pk}/share", share, follow=True)
        assert f'<option value="{days}" selected>' in page.content.decode()
        assert ("earlier link no longer works" in text(page)) == (days == "")


def test_private_again_tells_of_a_link_only_where_there_was_one(home: Client, owner: User) -> None:
    kept = picture(owner)
    for shared in (["unlisted"], ["public"], ["unlisted", "public"]):
        for choice in (*shared, "private"):
            page = home.post(f"/pictures/{kept.pk}/share", {"visibility": choice}, follow=True)
        assert ("The link no longer works." in text(page)) == (shared == ["unlisted"])


def test_public_waits_for_review_then_everybody_sees_it(
    home: Client, owner: User, client: Client
) -> None:
    kept = picture(owner)
    home.post(f"/pictures/{kept.pk}/share", {"visibility": "public"})
    assert "Waiting for review" in text(home.get(kept.get_absolute_url()))
    assert client.get(kept.get_absolute_url()).status_code == 404
    Picture.objects.update(review=Review.APPROVED, published_at=timezone.now())
    name_publicly(owner, "anna")
    assert titles(client.get("/public")) == titles(client.get("/people/anna")) == ["Grandma"]
    assert "By anna" in text(client.get(kept.get_absolute_url()))
    owner.is_active = False
    owner.save()
    assert titles(client.get("/public")) == []
    assert client.get("/people/anna").status_code == 404


@pytest.mark.parametrize(
    ("review_for", "trusted", "shown"),
    [
        ("EVERYBODY", True, False),
        ("UNTRUSTED", True, True),
        ("UNTRUSTED", False, False),
        ("NOBODY", False, True),
    ],
)
def test_a_setting_lets_trusted_people_or_everybody_skip_the_review(
    review_for: str, trusted: bool, shown: bool, owner: User, settings: Any
) -> None:
    settings.REVIEW_FOR = review_for
    User.objects.update(trusted=trusted)
    owner.refresh_from_db()
    sharing.publish(picture(owner))
    assert Picture.objects.public().exists() is shown


def test_files_come_with_what_keeps_them_from_being_anything_else(
    home: Client, owner: User, client: Client
) -> None:
    kept = picture(owner)
    address = f"/pictures/{kept.pk}/files"
    original = home.get(f"{address}/original?download")
    assert original.headers["Content-Type"] == "image/png"
    assert original.headers["X-Content-Type-Options"] == "nosniff"
    assert original.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert original.headers["Cache-Control"] == "private, no-cache"
    assert "attachment" in original.headers["Content-Disposition"]
    assert "Grandma.png" in original.headers["Content-Disposition"]
    assert body(original) == grey()
    same = home.get(f"{address}/result", headers={"If-None-Match": "*"})
    assert same.status_code == 304
    assert client.get(f"{address}/result").status_code == 404
    assert home.get(f"{address}/shown").status_code == 404


@pytest.mark.parametrize(
    ("title", "kind", "name"),
    [
        ("Oma, 12/05/1934", "result", "Oma, 12-05-1934-colorized.jpg"),
        ("a\\b v1.2", "result-small", "a-b v1.2-colorized.jpg"),
        ("Grandma", "original-medium", "Grandma-original-medium.jpg"),
        ("Oma, 12/05/1934", "original", "scan.png"),
    ],
)
def test_a_download_is_called_by_the_whole_title(
    title: str, kind: str, name: str, home: Client, owner: User
) -> None:
    kept = picture(owner, "scan")
    pictures.describe(kept, title)
    sent = home.get(f"/pictures/{kept.pk}/files/{kind}?download")
    assert sent.headers["Content-Disposition"] == f'attachment; filename="{name}"'


def test_a_public_pictures_original_is_for_its_owner_only(
    home: Client, owner: User, client: Client
) -> None:
    address = f"/pictures/{public_picture(owner).pk}/files"
    assert client.get(f"{address}/original").status_code == 404
    before = client.get(f"{address}/original-medium")
    assert before.headers["Cache-Control"] == "public, max-age=300"
    assert home.get(f"{address}/original").headers["Cache-Control"] == "private, no-cache"


def test_nginx_may_send_the_files(home: Client, owner: User, settings: Any) -> None:
    settings.ACCEL_REDIRECT = "/protected/"
    kept = picture(owner)
    response = home.get(f"/pictures/{kept.pk}/files/result")
    assert response.headers["X-Accel-Redirect"] == f"/protected/{kept.shown.result.name}"
    assert response.headers["Content-Type"] == "image/jpeg" and response.content == b""


def test_a_lost_file_is_not_found_rather_than_a_failure(home: Client, owner: User) -> None:
    kept = picture(owner)
    kept.shown.result.delete(save=False)
    assert home.get(f"/pictures/{kept.pk}/files/result").status_code == 404


def test_the_profile_shows_space_and_takes_a_public_name(
    home: Client, owner: User, stranger: User
) -> None:
    picture(owner)
    name_publicly(stranger, "anna")
    assert "1 of 10,000" in text(home.get("/profile"))
    for name, status in (("a/b", 422), ("anna", 422), ("berta", 302), ("", 302)):
        answer = home.post("/profile", {"public_name": name, "saves": "on"})
        assert answer.status_code == status, name
    assert User.objects.get(pk=owner.pk).public_name is None


def test_a_token_is_shown_once_and_taken_back(home: Client, owner: User) -> None:
    asked = {"name": "script", "scope": "read", "days": "30"}
    page = home.post("/profile/tokens", asked, follow=True)
    assert page.redirect_chain == [("/profile/tokens", 302)]
    secret = re.findall(r"imc_\w+", page.content.decode())[0]
    token = Token.objects.get()
    assert (token.name, token.scope, token.user) == ("script", "read", owner)
    assert token.expiry and token.expiry - timezone.now() > timedelta(days=29)
    again = home.get("/profile/tokens", follow=True)
    assert again.redirect_chain == [("/profile", 302)] and Token.objects.count() == 1
    assert secret not in str(dict(home.session))
    listed = home.get("/profile").content.decode()
    assert "script" in listed and secret not in listed and secret not in str(token.__dict__)
    home.post(f"/profile/tokens/{token.token_key}/revoke")
    assert not Token.objects.exists()


def test_signs_that_nobody_sees_are_left_out_of_names(home: Client, owner: User) -> None:
    kept, unseen = picture(owner), "\u202eGrand\u2066ma\x1b"
    home.post(f"/pictures/{kept.pk}/describe", {"title": unseen})
    home.post("/gallery/albums", {"name": unseen})
    home.post("/profile/tokens", {"name": unseen, "scope": "read", "days": "30"})
    kept.refresh_from_db()
    assert {kept.title, Album.objects.get().name, Token.objects.get().name} == {"Grandma"}
    assert home.post("/profile", {"public_name": "\u202eanna"}).status_code == 422


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"name": ""}, "Give the token a name, so that you recognise it later."),
        ({"name": "x" * 101}, "at most 100 characters (it has 101)"),
        ({"days": "0"}, "0 is not one of the available choices"),
        ({"days": "x"}, "x is not one of the available choices"),
        ({"scope": "all"}, "all is not one of the available choices"),
    ],
)
def test_what_is_wrong_with_a_token_is_said_beside_it(
    home: Client, wrong: dict[str, str], told: str
) -> None:
    asked = {"name": "script", "scope": "read", "days": "30"} | wrong
    page = home.post("/profile/tokens", asked)
    assert page.status_code == 422 and told in text(page)
    assert not Token.objects.exists()


def test_what_is_wrong_with_sharing_is_said(home: Client, owner: User) -> None:
    path = f"/pictures/{picture(owner).pk}/share"
    for wrong in ({"visibility": "x"}, {"visibility": "unlisted", "days": "x"}):
        page = home.post(path, wrong)
        assert page.status_code == 400 and "x is not one of the available choices" in text(page)


def test_the_account_is_exported_and_deleted_with_everything_in_it(
    home: Client, owner: User, media: Any, django_capture_on_commit_callbacks: Any
) -> None:
    picture(owner)
    archive = zipfile.ZipFile(io.BytesIO(body(home.post("/profile/export"))))
    assert archive.read("originals/Grandma.png") == grey()
    assert "results/Grandma.jpg" in archive.namelist()
    assert b'"title": "Grandma"' in archive.read("data.json")
    assert b"owner@example.org" in archive.read("data.json")
    assert home.post("/profile/delete").status_code == 422
    with django_capture_on_commit_callbacks(execute=True):
        home.post("/profile/delete", {"sure": "on"})
        assert worker.do_next()
    assert mail.outbox[-1].to == ["owner@example.org"]
    assert "Your account owner on Image Colorizer was deleted" in mail.outbox[-1].body
    assert media() == [] and not User.objects.exists() and not Picture.objects.exists()
    assert home.get("/gallery").status_code == 302


@pytest.mark.parametrize("path", ["/profile/delete", "/profile/export", "/profile/tokens"])
def test_who_logged_in_long_ago_proves_who_they_are_before_what_cannot_be_taken_back(
    path: str, home: Client, settings: Any
) -> None:
    asked = {"name": "script", "scope": "read", "days": "30"}
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 0
    for answer in (home.post(path, asked), home.get(path)):
        assert answer.headers["Location"].startswith("/accounts/reauthenticate/?next=")
    assert not Token.objects.exists()
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
    home.post("/accounts/reauthenticate/", {"password": PASSWORD, "next": path})
    assert home.get(path, follow=True).status_code == 200


def test_visibility_of_a_moderated_picture_is_told_to_its_owner(home: Client, owner: User) -> None:
    kept = public_picture(owner)
    Picture.objects.update(review=Review.REJECTED, review_reason="Not your photo.")
    page = text(home.get(kept.get_absolute_url()))
    assert "Rejected by a moderator" in page and "Not your photo." in page
    assert Picture.objects.get().visibility == Visibility.PUBLIC


def test_a_binned_picture_is_put_back_before_it_is_changed(home: Client, owner: User) -> None:
    kept = picture(owner)
    bin.move_to_bin(Picture.objects.all())
    for verb in ("recolor", "share", "describe", "delete"):
        assert home.post(f"/pictures/{kept.pk}/{verb}", {"visibility": "public"}).status_code == 404
    assert home.post(f"/pictures/{kept.pk}/restore").status_code == 302


def test_an_earlier_version_is_never_for_everybodys_cache(home: Client, owner: User) -> None:
    shown = public_picture(owner)
    address = f"/pictures/{shown.pk}/files/result"
    assert home.get(address).headers["Cache-Control"] == "public, max-age=300"
    version = home.get(f"{address}?version={shown.current_id}")
    assert version.headers["Cache-Control"] == "private, no-cache"


def test_settings_are_saved_without_touching_trust(
    home: Client, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An administrator removes trust between loading and saving."""
    User.objects.update(trusted=True)
    is_valid = ProfileForm.is_valid

    def untrusted_meanwhile(form: ProfileForm) -> bool:
        User.objects.update(trusted=False)
        return is_valid(form)

    monkeypatch.setattr(ProfileForm, "is_valid", untrusted_meanwhile)
    home.post("/profile", {"public_name": "anna", "saves": "on"})
    owner.refresh_from_db()
    assert (owner.public_name, owner.trusted) == ("anna", False)


def test_coloured_again_too_often_says_when_to_come_back(
    home: Client, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("colorize.web.ratelimit.PhotoThrottle.rate", "1/min", raising=False)
    kept = picture(owner)
    answers = [home.post(f"/pictures/{kept.pk}/recolor", {"vividness": "0.5"}) for _ in range(2)]
    assert answers[1].status_code == 429 and int(answers[1].headers["Retry-After"]) > 0
