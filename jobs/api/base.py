"""Finds and describes a person's jobs. Another person's give 404 for every method."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.utils.urls import replace_query_param

from gallery.api.base import ApiView
from gallery.api.picture_serializers import file_address
from gallery.models import Album
from jobs.api.serializers import ItemsQuestionsSerializer, WholeItemSerializer, WholeJobSerializer
from jobs.describe import Overview, Portion, describe, item_facts, overview, still_there
from jobs.models import Item, Job
from jobs.models.jobs import JobQuerySet
from jobs.registry import listed
from jobs.services import notify, webhooks
from jobs.services.jobs import lane_of
from jobs.services.reading import received

# How soon to ask again for a job that is not finished, in seconds.
SOONEST, LATEST = 1, 30


class JobView(ApiView):
    def jobs(self) -> JobQuerySet:
        return Job.objects.owned_by(self.person).filter(kind__in=listed())

    def find(self, pk: UUID) -> Job:
        """Raises Http404."""
        return get_object_or_404(self.jobs(), pk=pk)

    def find_item(self, pk: UUID, item: int) -> Item:
        """Raises Http404."""
        return get_object_or_404(self.find(pk).items.select_related("job"), pk=item)

    def absolute(self, name: str, *key: Any) -> str:
        return str(reverse(f"api-{name}", key, request=self.request))

    def begun(self, words: dict[str, Any]) -> dict[str, Any]:
        """The fields of a new job. Raises Http404, or like `notify.wish` and `webhooks.wish`."""
        fields = {"title": words.get("title", "")}
        if album := words.get("album"):
            fields["album"] = get_object_or_404(Album.objects.owned_by(self.person), pk=album)
        if words.get("notify"):
            fields |= notify.wish(self.request._request, self.person)
        if url := words.get("callback_url"):
            fields |= webhooks.wish(self.person, url)
        return fields | {"owner": self.person, "lane": lane_of(self.person, "")}

    def portion(self) -> Portion:
        asked = self.asked(ItemsQuestionsSerializer).validated_data
        return Portion(asked["after"], asked["limit"])

    def answer(self, job: Job, status: int = 200) -> Response:
        return self.describe(overview(job), Portion(), status)

    def describe(self, seen: Overview, portion: Portion, status: int = 200) -> Response:
        told = describe(seen, portion)
        if told["next"] is not None:
            here = self.absolute("job", seen.job.pk)
            place = replace_query_param(here, "after", str(told["next"]))
            told["next"] = replace_query_param(place, "limit", str(portion.size))
        told["items"] = [self.item_told(seen.job.pk, item) for item in told["items"]]
        told["film"] = told["film"] and self.film_told(seen.job.pk, told["film"])
        response = Response(WholeJobSerializer(self.job_told(told)).data, status)
        response["ETag"] = seen.etag(portion)
        response["Location"] = self.absolute("job", seen.job.pk)
        return response

    def job_told(self, told: Mapping[str, Any]) -> dict[str, Any]:
        return as_told(told, self.request.build_absolute_uri)

    def item_told(self, job: UUID, told: Mapping[str, Any]) -> dict[str, Any]:
        url = self.absolute("job-item", job, told["id"])
        return {**told, **self.addresses(told["picture_id"]), "url": url}

    def film_told(self, job: UUID, told: Mapping[str, Any]) -> dict[str, Any]:
        pieces = [
            {**piece, "result": self.absolute("job-piece", job, piece["item"])}
            for piece in told["pieces"]
        ]
        return {**told, **self.addresses(told["picture_id"]), "pieces": pieces}

    def addresses(self, picture: Any) -> dict[str, str | None]:
        """Of a picture in the gallery, None without one."""
        if not picture:
            return dict.fromkeys(("picture", "result", "thumbnail"))
        files = {
            name: file_address(self.request, picture, name) for name in ("result", "thumbnail")
        }
        return {"picture": self.absolute("picture", picture), **files}

    def whole_item(self, item: Item) -> dict[str, Any]:
        told = self.item_told(item.job_id, item_facts(item, still_there([item])))
        return dict(WholeItemSerializer(told | {"received": received(item)}).data)


def as_told(told: Mapping[str, Any], absolute: Callable[[str], str]) -> dict[str, Any]:
    """A job with its addresses. `absolute`: makes a whole address of a path."""
    address = absolute(reverse("api-job", [told["id"]]))
    return {**told, "url": address, "page": absolute(told["url"])}


def pause(seconds_left: float | None) -> int:
    """After how many seconds it is worth asking again."""
    return round(min(max((seconds_left or 0) / 10, SOONEST), LATEST))
