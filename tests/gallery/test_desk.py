"""The moderators' desk in the admin: who may open it, and that its buttons really decide."""

import re
from typing import Any

import pytest
from auditlog.models import LogEntry
from django.contrib.admin import site
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from accounts.models import Person, User
from gallery.models import Picture, Report, Review
from gallery.services import moderation, pictures, reports, sharing
from tests.cast import PASSWORD, make_moderator, name_publicly, person, picture, public_picture
from tests.conftest import ROOT

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("network")]
PICTURES = "/admin/gallery/picture/"
QUEUE = f"{PICTURES}queue/"
PEOPLE = "/admin/accounts/person/"
REPORTS = "/admin/gallery/report/"
LOG = "/admin/auditlog/logentry/"
CHECKBOX = "_selected_action"


@pytest.fixture
def admin(db: None) -> User:
    return User.objects.create_superuser("admin", "admin@example.org", PASSWORD)


@pytest.fixture
def desk(moderator: User) -> Client:
    return logged_in(moderator)


def logged_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def waiting(owner: User, title: str = "Harbour", shade: int = 99) -> Picture:
    kept = picture(owner, title, shade)
    sharing.publish(kept)
    return kept


def seen(row: Picture) -> str:
    row.refresh_from_db()
    return f"{row.pk} {moderation.stamp(row)}"


def visible(row: Picture) -> bool:
    """To an anonymous visitor, by the page that is for public pictures only."""
    return Client().get(f"/pictures/{row.pk}/report").status_code == 200


def text(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def every_address(row: Picture, report: Report, entry: LogEntry) -> list[str]:
    return [
        PICTURES,
        QUEUE,
        f"{PICTURES}{row.pk}/change/",
        f"{PICTURES}{row.pk}/files/result-small",
        PEOPLE,
        f"{PEOPLE}{row.owner_id}/change/",
        REPORTS,
        f"{REPORTS}{report.pk}/change/",
        LOG,
        f"{LOG}{entry.pk}/change/",
    ]


@pytest.fixture
def addresses(owner: User, stranger: User, moderator: User) -> list[str]:
    row = public_picture(owner)
    moderation.approve(moderator, Picture.objects.all())
    report = Report.objects.create(picture=row, reporter=stranger, reason="rights", words="Look")
    return every_address(row, report, LogEntry.objects.all()[0])


def test_the_desk_opens_for_moderators_only(
    addresses: list[str], owner: User, stranger: User, moderator: User, admin: User
) -> None:
    clerk = person("clerk", is_staff=True)
    for address in addresses:
        for somebody in (Client(), logged_in(owner), logged_in(stranger)):
            for answer in (somebody.get(address), somebody.post(address, {"decision": "hide"})):
                assert answer.status_code == 302 and "/login/" in answer["Location"], address
        assert logged_in(clerk).get(address).status_code == 403, address
        assert logged_in(clerk).post(address, {"decision": "hide"}).status_code == 403, address
        for somebody in (logged_in(moderator), logged_in(admin)):
            assert somebody.get(address).status_code == 200, address
    assert Picture.objects.public()


def test_styles_of_the_lists_name_columns_that_there_are() -> None:
    desks = [site._registry[model] for model in (Picture, Person, Report, LogEntry)]
    columns = {str(column) for desk in desks for column in desk.list_display}
    styles = (ROOT / "static/css/desk-lists.css").read_text()
    assert set(re.findall(r"td\.field-(\w+)", styles)) <= columns


@pytest.mark.parametrize("address", ["/admin/", PICTURES, QUEUE, PEOPLE, REPORTS, LOG])
def test_styles_come_with_the_tokens_that_they_are_made_of(address: str, desk: Client) -> None:
    page = desk.get(address).content.decode()
    assert "css/desk" in page and "css/tokens" in page


def test_the_group_has_exactly_these_rights() -> None:
    rights = Group.objects.get(name="Moderators").permissions
    assert sorted(rights.values_list("content_type__app_label", "codename")) == [
        ("accounts", "suspend_person"),
        ("accounts", "view_person"),
        ("auditlog", "view_logentry"),
        ("gallery", "change_report"),
        ("gallery", "review_picture"),
        ("gallery", "view_picture"),
        ("gallery", "view_report"),
    ]


def test_what_is_private_is_not_there_for_administrators_either(
    owner: User, moderator: User, admin: User
) -> None:
    row = picture(owner, "Private letter")
    sharing.share(row)
    for user in (moderator, admin):
        client = logged_in(user)
        for part in ("change/", "delete/", "history/", "files/result-small"):
            answer = client.get(f"{PICTURES}{row.pk}/{part}", follow=True)
            assert answer.status_code in (403, 404), part
        for address in (PICTURES, QUEUE, f"{PICTURES}?q=letter", "/admin/"):
            assert "Private letter" not in text(client, address)
        client.post(QUEUE, {CHECKBOX: str(row.pk), "decision": "reject", "reason": "No"})
    row.refresh_from_db()
    assert row.review == Review.NONE


def test_nobody_edits_rows(addresses: list[str], admin: User) -> None:
    client = logged_in(admin)
    before = list(Picture.objects.values()), list(Report.objects.values())
    for address in (PICTURES, PEOPLE, REPORTS):
        assert client.get(f"{address}add/").status_code == 403
    for address in addresses:
        if address.endswith("change/"):
            answer = client.post(address, {"title": "Mine", "words": "Nothing", "review": "x"})
            assert answer.status_code == 403, address
            assert (
                client.post(address.replace("change", "delete"), {"post": "yes"}).status_code == 403
            )
    assert before == (list(Picture.objects.values()), list(Report.objects.values()))


@pytest.mark.parametrize("name", ["approve", "reject", "hide"])
def test_a_button_of_the_queue_decides(name: str, owner: User, desk: Client) -> None:
    row = waiting(owner) if name == "approve" else public_picture(owner)
    assert visible(row) == (name != "approve")
    answer = desk.post(
        QUEUE, {CHECKBOX: row.pk, "seen": seen(row), "decision": name, "reason": "Because"}
    )
    assert answer.status_code == 302 and ": 1 picture." in text(desk, QUEUE)
    assert visible(row) == (name == "approve")
    assert LogEntry.objects.get().additional_data["verb"] == name


def test_the_queue_shows_what_waits_and_what_is_reported(
    owner: User, stranger: User, desk: Client
) -> None:
    reported, new = public_picture(owner, "Reported", 1), waiting(owner, "New", 2)
    public_picture(owner, "Undisputed", 3)
    Report.objects.create(picture=reported, reporter=stranger, reason="rights", words="I took it")
    page = text(desk, QUEUE)
    assert page.count('value="approve"') == 3 and page.count('name="reason"') == 3
    assert page.index("Reported") < page.index("I took it") < page.index("New")
    assert "Undisputed" not in page
    for row in (reported, new):
        for kind in ("before", "result-medium"):
            address = reverse("admin:gallery_picture_file", args=[row.pk, kind])
            assert address in page
            answer = desk.get(address)
            assert answer.status_code == 200 and answer["Content-Type"] == "image/jpeg"
    desk.post(
        QUEUE,
        {
            CHECKBOX: [reported.pk, new.pk],
            "seen": [seen(reported), seen(new)],
            "decision": "approve",
        },
    )
    assert "No pictures to review" in text(desk, QUEUE)
    assert visible(reported) and visible(new)


def test_a_decision_about_no_picture_says_what_to_do(owner: User, desk: Client) -> None:
    row = waiting(owner)
    answer = desk.post(QUEUE, {"decision": "approve"}, follow=True)
    assert "Nothing selected. Select some pictures first." in answer.content.decode()
    assert not visible(row)


def test_the_queue_comes_back_at_the_card_that_followed(owner: User, desk: Client) -> None:
    first, second = waiting(owner, "First", 1), waiting(owner, "Second", 2)
    fields = {CHECKBOX: first.pk, "seen": seen(first), "decision": "approve"}
    answer = desk.post(f"{QUEUE}?page=1", fields | {"next": second.pk})
    assert answer["Location"] == f"{QUEUE}?page=1#card-{second.pk}"
    answer = desk.post(QUEUE, fields | {"next": "//example.org"})
    assert answer["Location"] == QUEUE


def test_what_changed_meanwhile_is_to_be_looked_at_again(owner: User, desk: Client) -> None:
    row = waiting(owner)
    old = seen(row)
    pictures.describe(row, title="Something else")
    fields = {CHECKBOX: row.pk, "seen": old, "decision": "approve"}
    page = desk.post(QUEUE, fields, follow=True).content.decode()
    assert "has changed since you opened it" in page and not visible(row)
    for address in (f"{PICTURES}{row.pk}/change/", QUEUE):
        desk.post(address, {CHECKBOX: row.pk, "decision": "approve"})
    assert not visible(row)


@pytest.mark.parametrize("name", ["reject", "hide"])
def test_a_colleagues_decision_is_not_overridden_unseen(
    name: str, owner: User, desk: Client
) -> None:
    row = waiting(owner)
    fields = {CHECKBOX: row.pk, "seen": seen(row), "decision": name, "reason": "Blurred"}
    moderation.approve(make_moderator("colleague"), Picture.objects.all())
    page = desk.post(QUEUE, fields, follow=True).content.decode()
    assert "has changed since you opened it" in page and visible(row)


def test_a_colleagues_decision_stands_while_the_reason_is_written(
    owner: User, desk: Client
) -> None:
    row = waiting(owner)
    fields: dict[str, Any] = {"action": "hide", CHECKBOX: row.pk, "seen": seen(row), "index": 0}
    moderation.approve(make_moderator("colleague"), Picture.objects.all())
    page = desk.post(PICTURES, fields).content.decode()
    fields["seen"] = re.findall(r'name="seen" value="([^"]*)"', page)
    page = desk.post(PICTURES, fields | {"reason": "x"}, follow=True).content.decode()
    assert "has changed since you opened it" in page and visible(row)


def test_what_was_withdrawn_meanwhile_is_told(owner: User, desk: Client) -> None:
    row, other = waiting(owner, "One", 1), waiting(owner, "Two", 2)
    fields = {
        CHECKBOX: [row.pk, other.pk],
        "seen": [seen(row), seen(other)],
        "decision": "approve",
        "action": "approve",
        "index": 0,
    }
    sharing.make_private(Picture.objects.filter(pk=row.pk))
    for address in (QUEUE, PICTURES):
        page = desk.post(address, fields, follow=True).content.decode()
        assert "withdrawn or deleted in the meantime: 1." in page, address
    assert visible(other)
    page = desk.post(f"{PICTURES}{row.pk}/change/", fields, follow=True).content.decode()
    assert "withdrawn or deleted in the meantime" in page and "0 of 1 selected" in page


def test_a_rejection_without_a_reason_is_none(owner: User, desk: Client) -> None:
    row = public_picture(owner)
    fields = {CHECKBOX: row.pk, "seen": seen(row), "decision": "reject", "reason": ""}
    assert "give a reason" in desk.post(QUEUE, fields, follow=True).content.decode()
    assert visible(row)


def test_the_queue_takes_any_nonsense(desk: Client) -> None:
    assert desk.post(QUEUE, {"decision": "burn"}).status_code == 403
    answer = desk.post(QUEUE, {"decision": "approve", CHECKBOX: "x", "seen": "x"})
    assert answer.status_code == 302


@pytest.mark.parametrize("address", [QUEUE, PICTURES])
def test_many_cards_take_as_many_queries_as_few(
    address: str, owner: User, desk: Client, django_assert_max_num_queries: Any
) -> None:
    visitors = [person(f"visitor{number}") for number in range(3)]
    for shade in range(8):
        row = waiting(owner, f"Picture {shade}", shade)
        for visitor in visitors:
            Report.objects.create(picture=row, reporter=visitor, reason="rights")
    with django_assert_max_num_queries(9):
        assert text(desk, address).count("Picture ") >= 8


def test_actions_of_the_list_ask_for_the_reason(owner: User, desk: Client) -> None:
    rows = [public_picture(owner, f"Picture {shade}", shade) for shade in (1, 2)]
    fields: dict[str, Any] = {"action": "reject", CHECKBOX: [row.pk for row in rows]}
    page = desk.post(PICTURES, fields | {"index": 0}).content.decode()
    assert "Picture 1" in page and 'name="reason"' in page
    assert all(map(visible, rows))
    fields["seen"] = re.findall(r'name="seen" value="([^"]*)"', page)
    desk.post(PICTURES, fields | {"reason": "No names"})
    assert not any(map(visible, rows))
    assert set(Picture.objects.values_list("review_reason", flat=True)) == {"No names"}
    fields["action"], fields["seen"] = "approve", [seen(row) for row in rows[:1]]
    desk.post(PICTURES, fields | {"index": 0})
    assert list(map(visible, rows)) == [True, False]


def test_the_list_is_filtered_by_state_reports_and_person(
    owner: User, stranger: User, desk: Client
) -> None:
    mine, hers = waiting(owner, "Mine", 1), public_picture(stranger, "Hers", 2)
    Report.objects.create(picture=hers, reporter=owner, reason="rights")
    page = text(desk, PICTURES)
    assert page.index("Hers") < page.index("Mine")
    for query, row in {
        "review__exact=waiting": mine,
        "reports=open": hers,
        "reports=none": mine,
        f"person={stranger.pk}": hers,
        "q=owner": mine,
        "q=Hers": hers,
    }.items():
        page = text(desk, f"{PICTURES}?{query}")
        shown = [one for one in (mine, hers) if str(one.pk) in page]
        assert shown == [row], query
    assert str(mine.pk) not in text(desk, f"{PICTURES}?person=x")


def test_the_page_of_a_picture_tells_its_history(owner: User, desk: Client) -> None:
    row = public_picture(owner)
    address = f"{PICTURES}{row.pk}/change/"
    desk.post(address, {"decision": "hide", "reason": "For now", "seen": seen(row)})
    assert not visible(row)
    page = text(desk, address)
    assert ">Decisions</h2>" in page and "For now" in page and "moderator" in page


def test_suspending_a_person_and_letting_them_in_again(
    owner: User, moderator: User, desk: Client
) -> None:
    row = public_picture(owner)
    theirs = logged_in(owner)
    address = f"{PEOPLE}{owner.pk}/change/"
    assert 'value="trust"' not in text(desk, address)
    desk.post(address, {"decision": "suspend", "reason": "Spam"})
    assert not visible(row)
    assert "_auth_user_id" not in theirs.session
    page = text(desk, PEOPLE)
    assert "owner" in page and "moderator" in page
    desk.post(PEOPLE, {"action": "reinstate", CHECKBOX: [owner.pk], "reason": "A mistake"})
    assert visible(row)
    page = desk.post(
        PEOPLE, {"action": "suspend", CHECKBOX: [moderator.pk], "reason": "Tired"}, follow=True
    ).content.decode()
    assert "this is your own account" in page
    assert User.objects.get(pk=moderator.pk).is_active


def test_only_administrators_trust(owner: User, admin: User, desk: Client) -> None:
    address = f"{PEOPLE}{owner.pk}/change/"
    assert desk.post(address, {"decision": "trust", "reason": "x"}).status_code == 403
    logged_in(admin).post(address, {"decision": "trust", "reason": "Long known"})
    assert User.objects.get(pk=owner.pk).trusted


def test_moderators_find_no_buttons_on_their_own_account(
    moderator: User, admin: User, desk: Client
) -> None:
    page = text(desk, f"{PEOPLE}{moderator.pk}/change/")
    assert "your own account: another moderator has to decide" in page
    assert 'name="decision"' not in page
    page = text(logged_in(admin), f"{PEOPLE}{admin.pk}/change/")
    assert 'value="trust"' in page and 'value="suspend"' not in page


def test_people_are_listed_with_what_they_take(owner: User, stranger: User, desk: Client) -> None:
    picture(owner, "One", 1)
    name_publicly(owner, "grandchild")
    page = text(desk, PEOPLE)
    assert "grandchild" in page and "stranger" in page
    assert re.search(r"[\d.]+\s(kB|bytes)", page)
    assert "stranger" not in text(desk, f"{PEOPLE}?q=grandchild")
    assert "@example.org" not in page
    moderation.trust(User.objects.create_superuser("admin"), owner, "Long known")
    for query, names in {
        "trusted__exact=1": ["owner"],
        "trusted__exact=0": ["stranger", "admin"],
    }.items():
        rows = text(desk, f"{PEOPLE}?{query}").partition('id="result_list"')[2]
        shown = [name for name in ("owner", "stranger", "admin") if f">{name}</a>" in rows]
        assert shown == names


def test_reports_are_taken_resolved_and_opened_again(
    owner: User, stranger: User, moderator: User, desk: Client
) -> None:
    row = public_picture(owner)
    report = Report.objects.create(picture=row, reporter=stranger, reason="rights", words="Mine!")
    address = f"{REPORTS}{report.pk}/change/"
    states = []
    for name, reason in (("assign", ""), ("resolve", "Taken down"), ("reopen", "New facts")):
        desk.post(address, {"decision": name, "reason": reason})
        states.append(Report.objects.get().state.value)
    assert states == ["assigned", "resolved", "open"]
    assert "Mine!" in text(desk, f"{REPORTS}?state=open")
    assert "Mine!" not in text(desk, f"{REPORTS}?state=resolved")
    assert "Mine!" in text(desk, f"{REPORTS}?picture={row.pk}")
    desk.post(REPORTS, {"action": "assign", CHECKBOX: [report.pk], "index": 0})
    assert Report.objects.get().assignee == moderator
    sharing.make_private(Picture.objects.all())
    for page in (text(desk, REPORTS), text(desk, address)):
        assert "withdrawn by its owner" in page


def test_the_log_is_read_and_nothing_else(addresses: list[str], desk: Client, admin: User) -> None:
    entry = LogEntry.objects.get()
    before = LogEntry.objects.values().get()
    assert "approve" in text(desk, LOG) and "approve" in text(desk, f"{LOG}{entry.pk}/change/")
    for client in (desk, logged_in(admin)):
        for part in ("add/", f"{entry.pk}/delete/"):
            for answer in (client.get(LOG + part), client.post(LOG + part, {"post": "yes"})):
                assert answer.status_code == 403, part
        changed = client.post(f"{LOG}{entry.pk}/change/", {"additional_data": "{}"})
        assert changed.status_code == 403
        client.post(LOG, {"action": "delete_selected", CHECKBOX: [entry.pk], "post": "yes"})
    assert LogEntry.objects.values().get() == before
    found = text(desk, f"{LOG}?q=moderator")
    assert entry.object_pk in found


@pytest.mark.django_db(transaction=True)
def test_deleting_an_account_deletes_its_files_and_leaves_the_log(media: Any) -> None:
    admin = User.objects.create_superuser("admin", "admin@example.org", PASSWORD)
    client, owner, other = logged_in(admin), person("owner"), person("other")
    for user in (owner, other):
        public_picture(user, f"Harbour of {user}")
        moderation.hide(admin, Picture.objects.owned_by(user), "Because")
    address = f"/admin/accounts/user/{owner.pk}/delete/"
    assert "Harbour" not in text(client, address)
    client.post(address, {"post": "yes"})
    assert not User.objects.filter(pk=owner.pk).exists() and len(media()) == 6
    fields = {"action": "delete_selected", CHECKBOX: [other.pk], "post": "yes"}
    client.post("/admin/accounts/user/", fields)
    assert media() == [] and not Picture.objects.exists()
    assert LogEntry.objects.count() == 2


def test_the_front_page_tells_the_figures_and_the_last_decisions(
    owner: User, stranger: User, moderator: User, desk: Client
) -> None:
    waiting(owner, "One", 1)
    row = public_picture(owner, "Two", 2)
    picture(owner, "Three", 3)
    Report.objects.create(picture=row, reporter=stranger, reason="rights")
    page = text(desk, "/admin/")
    figures = page[page.index("desk-figures") : page.index("desk-start")]
    words = re.sub(r"<[^>]*>|\s+", " ", figures)
    for words_of in ("1 +Waiting", "1 +Reported", "3 +Pictures stored", "3 +Coloured and saved"):
        assert re.search(words_of, words), words
    assert re.search(r"\d\s(kB|bytes) +Storage used", words)
    assert QUEUE in page and "No decisions yet" in page
    moderation.hide(moderator, Picture.objects.filter(pk=row.pk), "Blurred")
    page = text(desk, "/admin/")
    assert "Latest decisions" in page and "Blurred" in page and "Recent actions" not in page
    clerk = person("clerk", is_staff=True)
    assert "desk-figures" not in text(logged_in(clerk), "/admin/")


def test_a_suspended_moderators_desk_is_closed(owner: User, admin: User) -> None:
    colleague = make_moderator("colleague")
    client = logged_in(colleague)
    moderation.suspend(admin, colleague, "Left")
    assert client.get(QUEUE).status_code == 302


@pytest.mark.parametrize(
    "question",
    [
        "accounts/person/?password__startswith=m",
        "accounts/person/?email__startswith=o",
        "gallery/picture/?owner__email__startswith=o",
        "gallery/report/?email__startswith=o",
    ],
)
def test_nothing_that_the_desk_does_not_show_can_be_asked_for(question: str, desk: Client) -> None:
    assert desk.get(f"/admin/{question}").status_code == 400


def test_the_desk_leaves_ones_own_picture_to_somebody_else(
    stranger: User, moderator: User, desk: Client
) -> None:
    mine = public_picture(moderator, "Mine")
    report = reports.report(mine, stranger, "", "rights", "I took it")
    pages = [
        QUEUE,
        f"{PICTURES}{mine.pk}/change/",
        f"{REPORTS}{report.pk}/change/",
    ]
    for address in pages:
        page = text(desk, address)
        assert "Your own picture: another moderator has to decide" in page, address
        assert f'id="reason-{mine.pk}"' not in page and 'id="reason-row"' not in page, address
        assert "stranger" not in page, address
        fields = {CHECKBOX: mine.pk, "seen": seen(mine), "decision": "hide", "reason": "x"}
        fields["decision"] = "resolve" if "report" in address else "hide"
        told = desk.post(address, fields, follow=True).content.decode()
        assert (
            "your own" in told or "is your own picture: another moderator has to decide" in told
        ), address
    assert visible(mine) and Report.objects.unresolved().get() == report


@pytest.mark.parametrize("number", ["9" * 20, "9" * 5000], ids=["long", "endless"])
def test_an_id_that_no_database_holds_is_nobodys(number: str, owner: User, desk: Client) -> None:
    row = waiting(owner)
    for query in (f"person={number}", f"person={number}&_facets=True"):
        assert str(row.pk) not in text(desk, f"{PICTURES}?{query}")
    for address in (f"{LOG}?timestamp__year={number}", f"/admin/r/1/{number}/"):
        assert desk.get(address).status_code in (302, 404), address[:60]


@pytest.mark.parametrize(
    ("address", "name"), [(PEOPLE, "suspend"), (PICTURES, "hide"), (REPORTS, "assign")]
)
def test_nor_is_anything_decided_of_it(address: str, name: str, desk: Client) -> None:
    fields = {"action": name, CHECKBOX: "9" * 20, "reason": "x", "index": 0}
    assert desk.post(address, fields).status_code in (302, 404)


def test_times_are_written_one_way(addresses: list[str], desk: Client) -> None:
    for address in addresses:
        if "/files/" not in address:
            page = text(desk, address)
            assert not re.search(r"\d [ap]\.m\.|noon|midnight|\+00:00<", page), address


def test_the_log_names_pictures_by_their_title_while_they_are_public(
    addresses: list[str], desk: Client
) -> None:
    row, entry = Picture.objects.get(), LogEntry.objects.get()
    for page in (LOG, f"{LOG}{entry.pk}/change/"):
        assert f">{row.title}</a>" in text(desk, page)
        sharing.make_private(Picture.objects.all())
        assert row.title not in text(desk, page)
        assert f">{str(row.pk)[:8]}</a>" in text(desk, page)
        sharing.publish(row)


def test_nobody_is_crossed_out_for_not_being_trusted(owner: User, desk: Client) -> None:
    assert "icon-no" not in text(desk, PEOPLE)
    User.objects.filter(pk=owner.pk).update(trusted=True)
    assert '<td class="field-is_trusted">yes</td>' in text(desk, PEOPLE)
