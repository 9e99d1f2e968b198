"""What moderators decide holds: asked as an anonymous visitor, and written down for good."""

from typing import Any

import pytest
from auditlog.models import LogEntry
from django.contrib.auth.models import AnonymousUser, Group, Permission
from django.contrib.sessions.models import Session
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts.models import Token, User
from gallery.errors import BadField, NotAllowed
from gallery.models import Picture, Report, Review, ShareLink
from gallery.services import moderation, pictures, sharing
from tests.cast import PASSWORD, make_moderator, person, picture, public_picture

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("network")]
NOBODY = AnonymousUser()


@pytest.fixture
def now(django_capture_on_commit_callbacks: Any) -> Any:
    """What happens after the commit happens at once."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


def waiting(owner: User, title: str = "Harbour", shade: int = 99) -> Picture:
    kept = picture(owner, title, shade)
    sharing.publish(kept)
    return kept


def visible(what: Picture) -> bool:
    """To an anonymous visitor, whichever way is asked."""
    seen = Picture.objects.visible_to(NOBODY).filter(pk=what.pk).exists()
    assert seen == Picture.objects.public().filter(pk=what.pk).exists()
    return seen


def log() -> LogEntry:
    return LogEntry.objects.order_by("-pk")[0]


def test_approved_is_shown(owner: User, moderator: User) -> None:
    kept = waiting(owner)
    assert not visible(kept)
    decided = moderation.approve(moderator, Picture.objects.all())
    assert decided.done == [kept] and visible(kept)
    kept.refresh_from_db()
    assert kept.published_at and kept.published_at <= timezone.now()


@pytest.mark.parametrize("verb", ["reject", "hide"])
def test_refused_is_not_shown_and_its_owner_reads_why(
    verb: str, owner: User, moderator: User, now: Any
) -> None:
    kept = public_picture(owner)
    assert visible(kept)
    with now():
        getattr(moderation, verb)(moderator, Picture.objects.all(), "It shows a <name> & address")
    assert not visible(kept)
    kept.refresh_from_db()
    assert kept.review_reason == "It shows a <name> & address"
    [message] = mail.outbox
    assert message.to == ["owner@example.org"]
    assert "It shows a <name> & address" in message.body and "“Harbour”" in message.body


def test_an_approval_is_told_only_to_whom_a_refusal_was_told(
    owner: User, moderator: User, now: Any
) -> None:
    kept = waiting(owner)
    with now():
        moderation.approve(moderator, Picture.objects.all())
    assert mail.outbox == []
    with now():
        moderation.hide(moderator, Picture.objects.all())
        moderation.approve(moderator, Picture.objects.all())
    assert [("approved" in message.body) for message in mail.outbox] == [False, True]
    kept.refresh_from_db()
    assert visible(kept) and kept.review_reason == ""


def test_many_at_once_are_one_mail_a_person(
    owner: User, stranger: User, moderator: User, now: Any
) -> None:
    for shade in (1, 2, 3):
        waiting(owner, f"Mine {shade}", shade)
    waiting(stranger, "Hers", 4)
    with now():
        moderation.reject(moderator, Picture.objects.all(), "No")
    assert sorted(message.to[0] for message in mail.outbox) == [owner.email, stranger.email]
    assert LogEntry.objects.count() == 4


def test_a_reason_is_needed_to_reject(owner: User, moderator: User) -> None:
    kept = public_picture(owner)
    with pytest.raises(BadField):
        moderation.reject(moderator, Picture.objects.all(), "  ")
    assert visible(kept)


def test_every_decision_says_who_when_and_why(owner: User, moderator: User) -> None:
    kept = waiting(owner)
    moderation.reject(moderator, Picture.objects.all(), "Blurred")
    entry = log()
    assert entry.actor == moderator and entry.actor_email == moderator.email
    assert entry.object_pk == str(kept.pk) and entry.changes == {"review": ["waiting", "rejected"]}
    assert entry.additional_data == {"verb": "reject", "by": "moderator", "reason": "Blurred"}
    moderator.delete()
    entry.refresh_from_db()
    assert entry.actor is None and entry.additional_data["by"] == "moderator"
    assert entry.actor_email == "moderator@example.org"


def test_a_moderator_approves_what_they_saw(owner: User, moderator: User) -> None:
    kept, other = waiting(owner), waiting(owner, "Other", 5)
    seen = {str(row.pk): moderation.stamp(row) for row in Picture.objects.all()}
    pictures.describe(kept, title="Something else by now")
    decided = moderation.approve(moderator, Picture.objects.all(), seen)
    assert (decided.done, decided.unseen) == ([other], [kept])
    assert not visible(kept) and visible(other)
    assert moderation.approve(moderator, Picture.objects.all(), {}).done == []


def test_what_is_private_is_nobodys_business(owner: User, moderator: User) -> None:
    kept = picture(owner)
    for decided in (
        moderation.approve(moderator, Picture.objects.all()),
        moderation.hide(moderator, Picture.objects.all()),
    ):
        assert decided.done == []
    kept.refresh_from_db()
    assert kept.review == Review.NONE and not LogEntry.objects.exists()


def test_only_moderators_decide(owner: User, stranger: User) -> None:
    waiting(owner)
    clerk = person("clerk", is_staff=True)
    left = make_moderator("left")
    left.is_active = False
    for somebody in (owner, stranger, clerk, left):
        with pytest.raises(NotAllowed):
            moderation.approve(somebody, Picture.objects.all())
        for verb in (moderation.suspend, moderation.reinstate, moderation.trust):
            with pytest.raises(NotAllowed):
                verb(somebody, stranger, "Because")
    assert not LogEntry.objects.exists()


def test_a_decision_resolves_the_reports(
    owner: User, stranger: User, moderator: User, now: Any
) -> None:
    kept = public_picture(owner)
    report = Report.objects.create(picture=kept, reporter=stranger, reason="rights")
    with now():
        moderation.approve(moderator, Picture.objects.all())
    report.refresh_from_db()
    assert report.state == Report.State.RESOLVED and report.assignee == moderator
    [message] = mail.outbox
    assert message.to == [stranger.email] and moderation.LEFT in message.body


def test_the_suspended_are_logged_out_and_what_they_shared_is_not_shown(
    owner: User, moderator: User, now: Any
) -> None:
    kept, by_link = public_picture(owner), picture(owner, "By link", 7)
    link = sharing.share(by_link)
    Token.objects.create(user=owner, name="script")
    client, other = Client(), Client()
    client.login(username="owner", password=PASSWORD)
    other.force_login(moderator)
    with now():
        moderation.suspend(moderator, owner, "Spam")
    assert not visible(kept) and not ShareLink.objects.live().filter(pk=link.pk)
    assert not Token.objects.exists() and Picture.objects.owned_by(owner).count() == 2
    assert [row.get_decoded()["_auth_user_id"] for row in Session.objects.all()] == [
        str(moderator.pk)
    ]
    assert not Client().login(username="owner", password=PASSWORD)
    assert mail.outbox[0].to == [owner.email] and "Spam" in mail.outbox[0].body
    assert log().changes == {"is_active": ["True", "False"]} and log().actor == moderator


def test_the_reinstated_have_what_they_had_but_log_in_again(owner: User, moderator: User) -> None:
    kept = public_picture(owner)
    moderation.suspend(moderator, owner, "Spam")
    client = Client()
    client.force_login(owner)  # one that was on its way
    moderation.reinstate(moderator, owner, "A mistake")
    assert visible(kept) and not Session.objects.exists()
    assert Client().login(username="owner", password=PASSWORD)
    assert log().additional_data["reason"] == "A mistake"


def test_whom_nobody_suspends(moderator: User) -> None:
    admin = User.objects.create_superuser("admin", "admin@example.org", PASSWORD)
    colleague = make_moderator("colleague")
    for somebody in (moderator, admin, colleague):
        with pytest.raises(NotAllowed):
            moderation.suspend(moderator, somebody, "Because")
    with pytest.raises(NotAllowed):
        moderation.suspend(admin, admin, "Because")
    moderation.suspend(admin, colleague, "Because")
    with pytest.raises(NotAllowed):
        moderation.reinstate(moderator, colleague, "Because")
    with pytest.raises(NotAllowed, match="already been done"):
        moderation.suspend(admin, colleague, "Again")


def test_trust_is_an_administrators_to_give(owner: User, moderator: User) -> None:
    admin = User.objects.create_superuser("admin", "admin@example.org", PASSWORD)
    with pytest.raises(NotAllowed):
        moderation.trust(moderator, owner, "Good pictures")
    moderation.trust(admin, owner, "Good pictures")
    assert User.objects.get(pk=owner.pk).trusted
    moderation.trust(admin, owner, "No longer", trusted=False)
    assert not User.objects.get(pk=owner.pk).trusted
    assert log().additional_data["verb"] == "remove trust"
    with pytest.raises(NotAllowed, match="already been done"):
        moderation.trust(admin, owner, "Still not", trusted=False)
    assert log().additional_data["reason"] == "No longer"


def test_only_superusers_trust_themselves(moderator: User) -> None:
    may_trust = Permission.objects.get(codename="trust_person")
    Group.objects.get(name="Moderators").permissions.add(may_trust)
    for trusted in (True, False):
        with pytest.raises(NotAllowed, match="your own account"):
            moderation.trust(moderator, moderator, "Good pictures", trusted=trusted)
    assert not User.objects.get(pk=moderator.pk).trusted
    moderation.trust(make_moderator("colleague"), moderator, "Good pictures")
    assert User.objects.get(pk=moderator.pk).trusted
    admin = User.objects.create_superuser("admin", "admin@example.org", PASSWORD)
    moderation.trust(admin, admin, "Nobody else is here")
    assert User.objects.get(pk=admin.pk).trusted


def test_of_ones_own_picture_somebody_else_decides(owner: User, moderator: User) -> None:
    mine, other = waiting(moderator, "Mine", 1), waiting(owner, "Other", 2)
    decided = moderation.approve(moderator, Picture.objects.all())
    assert (decided.done, decided.own) == ([other], [mine])
    assert not visible(mine) and visible(other)
    moderation.approve(make_moderator("colleague"), Picture.objects.all())
    assert visible(mine)


def test_an_administrator_may_have_nobody_else() -> None:
    admin = User.objects.create_superuser("admin", "admin@example.org", PASSWORD)
    mine = waiting(admin)
    moderation.approve(admin, Picture.objects.all())
    assert visible(mine)
