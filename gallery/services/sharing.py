"""Visibility of pictures: private, by link, or public after review."""

from datetime import timedelta
from typing import assert_never

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from gallery.errors import NotFound
from gallery.models import Picture, Review, ShareLink, Visibility
from gallery.models.pictures import PictureQuerySet

# Days that a link can last; None, for ever, is never the default.
LASTING = (1, 7, 30, None)
USUAL_DAYS = 7
# Reviews that keep a picture from being shown.
REFUSED = (Review.REJECTED, Review.HIDDEN)
# Reviews after which a picture may be published without a new review.
CLEAN = (Review.NONE, Review.APPROVED)


def show_to(picture: Picture, whom: Visibility, days: int | None = USUAL_DAYS) -> None:
    """Change a picture's visibility, as its owner. `days`: of the new link, see `share`.

    Raises NotFound if the picture was deleted in the meantime.
    """
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
    """Revoke links and withdraw pictures from the public. Reviews stay. Returns their number."""
    with transaction.atomic():
        keys = pictures.lock()
        ShareLink.objects.filter(picture__in=keys).delete()
        rows = Picture.objects.filter(pk__in=keys)
        return rows.update(visibility=Visibility.PRIVATE, updated_at=timezone.now())


def share(picture: Picture, days: int | None = USUAL_DAYS) -> ShareLink:
    """Create a share link, which revokes the earlier one. `days`: one of LASTING."""
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
    """The link of a picture that is shared by link, expired or not."""
    link: ShareLink | None = getattr(picture, "link", None)
    return link if picture.visibility == Visibility.UNLISTED else None


def publish(picture: Picture) -> None:
    """Make a picture public. It waits for review, unless the settings trust its owner and no
    moderator has refused it before."""
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
    """Lock a picture for the transaction and read its current review. Raises NotFound."""
    rows = Picture.objects.select_for_update()
    try:
        picture.refresh_from_db(fields=["visibility", "review"], from_queryset=rows)
    except Picture.DoesNotExist as problem:
        raise NotFound() from problem


def first_state(picture: Picture) -> Review:
    skips = picture.review in CLEAN and skips_review(picture)
    return Review.APPROVED if skips else Review.WAITING


def skips_review(picture: Picture) -> bool:
    """Whether REVIEW_FOR lets the owner publish without review."""
    match settings.REVIEW_FOR:
        case "NOBODY":
            return True
        case "UNTRUSTED":
            return picture.owner.trusted
    return False


def look_again(picture: Picture) -> None:
    """An approved picture has changed, so it waits for review again. Checks the database, because
    the approval may be newer than `picture`."""
    if skips_review(picture):
        return
    approved = Picture.objects.filter(pk=picture.pk, review=Review.APPROVED)
    approved.filter(visibility=Visibility.PUBLIC).update(review=Review.WAITING)
    approved.update(review=Review.NONE)
    picture.refresh_from_db(fields=["review"])
