"""A person's jobs: begin, follow, cancel, repeat and fetch them."""

from typing import Any
from uuid import UUID

from django.http import HttpResponseBase, HttpResponseNotModified
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from gallery.api.conditions import is_known
from gallery.api.idempotency import repeatable
from gallery.api.parsers import JsonParser
from gallery.api.permissions import HasScope, may_write
from gallery.errors import BadField
from gallery.paging import BadCursorError, page_of
from gallery.services.zips import zip_response
from jobs.api.asked import Asked
from jobs.api.base import JobView, pause
from jobs.api.serializers import (
    BatchOptionsSerializer,
    ForgetSerializer,
    ItemsQuestionsSerializer,
    JobFormSerializer,
    JobSerializer,
    JobsQuestionsSerializer,
    JobsSerializer,
    JobWordsSerializer,
    NewJobSerializer,
    RetrySerializer,
    WholeJobSerializer,
)
from jobs.describe import as_list, overview
from jobs.forms import BatchOptionsForm
from jobs.models import ItemState
from jobs.services import batches, jobs, removal, zips
from jobs.views.files import zip_file

FILES = "images"


class Jobs(JobView):
    parser_classes = [JsonParser, MultiPartParser]

    @extend_schema(
        operation_id="list_jobs",
        summary="List your jobs, newest first",
        parameters=[JobsQuestionsSerializer],
        responses=JobsSerializer,
    )
    def get(self, request: Request) -> Response:
        asked = self.asked(JobsQuestionsSerializer).validated_data
        cursor, limit = asked.get("cursor", ""), asked["limit"]
        try:
            page = page_of(self.jobs(), "newest", cursor, limit)
        except BadCursorError as problem:
            reason = "copy it from “next” in the previous page of the list."
            raise BadField(name="cursor", reason=reason) from problem
        here = request.build_absolute_uri()
        following = replace_query_param(here, "cursor", page.next) if page.next else None
        told = [self.job_told(facts) for facts in as_list(page.rows)]
        return Response({"next": following, "results": JobSerializer(told, many=True).data})

    @extend_schema(
        operation_id="create_job",
        summary="Colour many photos, as a job",
        description="With photos in the request the job starts at once (202). Without, it is open "
        "(201): add files to it, then start it.",
        request={"multipart/form-data": JobFormSerializer, "application/json": NewJobSerializer},
        responses={201: WholeJobSerializer, 202: WholeJobSerializer},
    )
    @repeatable()
    def post(self, request: Request) -> Response:
        asked = Asked(BatchOptionsForm, BatchOptionsSerializer, JobWordsSerializer, FILES)
        options, words = asked.of(request)
        begun = self.begun(words) | {"options": options}
        files = [(file.name or "", file.size or 0, file) for file in request.FILES.getlist(FILES)]
        if not files:
            return self.answer(batches.begin(**begun), 201)
        return self.answer(batches.start(files=files, **begun), 202)


class OneJob(JobView):
    @extend_schema(
        operation_id="get_job",
        summary="Get a job: how far it is, and its items",
        description="While it is not finished, `Retry-After` says when it is worth asking again; "
        "with `If-None-Match` that costs nothing as long as nothing has changed.",
        parameters=[ItemsQuestionsSerializer],
        responses=WholeJobSerializer,
    )
    def get(self, request: Request, pk: UUID) -> HttpResponseBase:
        portion, seen = self.portion(), overview(self.find(pk))
        etag = seen.etag(portion)
        response: HttpResponseBase
        if is_known(request, etag):
            response = HttpResponseNotModified(headers={"ETag": etag})
        else:
            response = self.describe(seen, portion)
        if not seen.job.is_finished:
            response["Retry-After"] = str(pause(jobs.seconds_left(seen.job, seen.counts)))
        return response

    @extend_schema(
        operation_id="cancel_job",
        summary="Cancel a job",
        description="What is done stays in your gallery. A job that is finished stays as it is.",
        parameters=[ForgetSerializer],
        responses={204: None},
    )
    def delete(self, request: Request, pk: UUID) -> Response:
        job = self.find(pk)
        if self.asked(ForgetSerializer).validated_data["forget"]:
            removal.delete(job)
        else:
            jobs.cancel(job)
        return Response(status=204)


class Start(JobView):
    @extend_schema(
        operation_id="start_job",
        summary="Say that no more files will come",
        description="Work on the files has begun already; the job ends when all are done.",
        request=None,
        responses={202: WholeJobSerializer},
    )
    @repeatable()
    def post(self, request: Request, pk: UUID) -> Response:
        job = self.find(pk)
        jobs.close(job)
        return self.answer(job, 202)


class Retry(JobView):
    @extend_schema(
        operation_id="retry_job",
        summary="Try again what failed or was cancelled, all of it or one item",
        request=RetrySerializer,
        responses={202: WholeJobSerializer},
    )
    @repeatable()
    def post(self, request: Request, pk: UUID) -> Response:
        job = self.find(pk)
        jobs.retry(job, self.sent(RetrySerializer).validated_data.get("item"))
        return self.answer(job, 202)


class Zip(JobView):
    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        """Ignore Accept: the file has only one type."""
        return super().perform_content_negotiation(request, force=True)

    @extend_schema(
        operation_id="get_job_zip",
        summary="Download all results that are there, as a ZIP file",
        description="If it is large, another job makes it first (202): wait for that one at "
        "`Location`, and download its `zip`. A token that can only read starts no such job (403).",
        responses={
            (200, "application/zip"): OpenApiTypes.BINARY,
            (202, "application/json"): WholeJobSerializer,
        },
    )
    def get(self, request: Request, pk: UUID) -> HttpResponseBase:
        job = self.find(pk)
        if job.kind == zips.ZIP:
            return zip_file(get_object_or_404(job.items, state=ItemState.DONE))
        zips.check_has_photos(job)
        if zips.is_large(job):
            if not may_write(request):
                self.permission_denied(request, HasScope.message)
            return self.answer(zips.zip_job_of(job), 202)
        return zip_response("photos", zips.zip_of(job))
