"""Who may see a picture: private, by link, or public after review."""

from datetime import timedelta
from typing import assert_never

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from gallery.errors import NotFound
from gallery.models import Picture, Review, ShareLink, Visibility
from gallery.models.pictures import PictureQuerySet

# Days that a link can last; None is for ever, never chosen for anybody.
LASTING = (1, 7, 30, None)
USUAL_DAYS = 7
# What moderators hold against a picture.
REFUSED = (Review.REJECTED, Review.HIDDEN)
# Where a picture stands whose next publication may skip the review: nothing is held against it.
CLEAN = (Review.NONE, Review.APPROVED)


def show_to(picture: Picture, whom: Visibility, days: int | None = USUAL_DAYS) -> None:
    """The one way in which an owner shows a picture to more or fewer people. `days`: of the new
    link, see `share`. Raises NotFound where the picture has gone meanwhile."""
    match whom:
        case Visibility.PRIVATE:
            make_private(Picture.objects.filter(pk=picture.pk))
        case Visibility.UNLISTED:
            share(picture, days)
        case Visibility.PUBLIC:
            publish(picture)
        case _:
            assert_never(whom)


def make_private(pictures: PictureQuerySet) -> int:
    """Takes links back and withdraws from the public; what was decided stays on record."""
    with transaction.atomic():
        keys = pictures.lock()
        ShareLink.objects.filter(picture__in=keys).delete()
        rows = Picture.objects.filter(pk__in=keys)
        return rows.update(visibility=Visibility.PRIVATE, updated_at=timezone.now())


def share(picture: Picture, days: int | None = USUAL_DAYS) -> ShareLink:
    """A new link; the one before ends. `days`: one of LASTING."""
    expires_at = timezone.now() + timedelta(days=days) if days else None
    with transaction.atomic():
        hold(picture)
        ShareLink.objects.filter(picture=picture).delete()
        picture.visibility = Visibility.UNLISTED
        picture.save(update_fields=["visibility", "updated_at"])
        return ShareLink.objects.create(picture=picture, expires_at=expires_at)


def has_lasting_link(picture: Picture) -> bool:
    link = link_of(picture)
    return link is not None and not link.is_expired


def link_of(picture: Picture) -> ShareLink | None:
    """By which it is shared now, ended or not."""
    link: ShareLink | None = getattr(picture, "link", None)
    return link if picture.visibility == Visibility.UNLISTED else None


def publish(picture: Picture) -> None:
    """Offer it to the public; shown at once only where the settings trust this person and no
    moderator has refused this picture."""
    with transaction.atomic():
        hold(picture)
        if picture.visibility == Visibility.PUBLIC:
            return
        ShareLink.objects.filter(picture=picture).delete()
        picture.visibility = Visibility.PUBLIC
        picture.review, picture.review_reason = first_state(picture), ""
        if picture.review == Review.APPROVED:
            picture.published_at = timezone.now()
        picture.save(
            update_fields=["visibility", "review", "review_reason", "published_at", "updated_at"]
        )


def hold(picture: Picture) -> None:
    """Until the end of the transaction nobody else decides of it; what others decided before is
    seen. Raises NotFound."""
    rows = Picture.objects.select_for_update()
    try:
        picture.refresh_from_db(fields=["visibility", "review"], from_queryset=rows)
    except Picture.DoesNotExist as problem:
        raise NotFound() from problem


def first_state(picture: Picture) -> Review:
    skips = picture.review in CLEAN and skips_review(picture)
    return Review.APPROVED if skips else Review.WAITING


def skips_review(picture: Picture) -> bool:
    """REVIEW_FOR: everyone, all but trusted people, or nobody is reviewed first."""
    match settings.REVIEW_FOR:
        case "NOBODY":
            return True
        case "UNTRUSTED":
            return picture.owner.trusted
    return False


def look_again(picture: Picture) -> None:
    """What a moderator approved has changed: it waits for review anew. Asked of the database, for
    the approval may be younger than `picture`."""
    if skips_review(picture):
        return
    approved = Picture.objects.filter(pk=picture.pk, review=Review.APPROVED)
    approved.filter(visibility=Visibility.PUBLIC).update(review=Review.WAITING)
    approved.update(review=Review.NONE)
    picture.refresh_from_db(fields=["review"])
