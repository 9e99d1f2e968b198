"""All that is kept of a person: given to them, or deleted."""

import json
from collections.abc import Iterator
from typing import Any

from django.contrib.auth.models import User
from django.core.serializers.json import DjangoJSONEncoder

from gallery import service
from gallery.models import Album, Picture, Profile, Report, Token
from gallery.zips import PictureZip, in_portions


def export(user: User) -> Iterator[bytes]:
    """A ZIP of originals, results (all versions) and a JSON of the rest, made while it is sent."""
    archive = PictureZip()
    pictures = Picture.objects.of(user)
    for picture in in_portions(pictures):
        folder = f"pictures/{picture.pk}"
        yield from archive.file(picture.original.name, f"{folder}/{picture.original_name}")
        for version in picture.versions.all():
            yield from archive.file(version.result.name, f"{folder}/results/{version.pk}.jpg")
        yield from archive.text(as_json(describe(picture)), f"{folder}/picture.json")
    yield from archive.text(as_json(describe_person(user)), "account.json")
    yield from archive.end()


def delete_account(user: User) -> None:
    """The person and everything in their gallery; their reports stay, without their name."""
    service.purge(Picture.objects.of(user))
    user.delete()


def as_json(facts: dict[str, Any]) -> str:
    return json.dumps(facts, cls=DjangoJSONEncoder, indent=2, ensure_ascii=False)


def describe(picture: Picture) -> dict[str, Any]:
    fields = (
        "id title note visibility review review_reason published original_name original_type "
        "sha256 width height bytes created changed deleted_at"
    )
    return {
        **{name: getattr(picture, name) for name in fields.split()},
        "album": picture.album_id,
        "current": picture.current_id,
        "versions": [
            {**version.made_with(), "id": version.pk, "confidence": version.confidence}
            | {"created": version.created}
            for version in picture.versions.all()
        ],
    }


def describe_person(user: User) -> dict[str, Any]:
    profile = Profile.objects.of(user)
    return {
        "name": user.get_username(),
        "email": user.email,
        "joined": user.date_joined,
        "last_login": user.last_login,
        "public_name": profile.public_name,
        "saves": profile.saves,
        "trusted": profile.trusted,
        "albums": list(Album.objects.of(user).values("id", "name", "created")),
        "tokens": list(
            Token.objects.filter(user=user).values(
                "name", "scope", "created", "expiry", "last_used"
            )
        ),
        "reports": list(
            Report.objects.by(user).values("picture", "reason", "words", "created", "outcome")
        ),
    }
