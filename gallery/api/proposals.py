"""Other colours that a picture may well have, in the API."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from colorize.engine.data_urls import to_base64
from colorize.engine.proposal_pictures import SIDE
from colorize.engine.proposals import MOST_SEEDS
from gallery.api.fields import Strict
from gallery.api.hints import HintsField
from gallery.api.pictures import PictureView
from gallery.services import proposals


class SeedSerializer(Strict):
    seed = serializers.IntegerField(
        min_value=0,
        max_value=MOST_SEEDS,
        default=0,
        help_text="A different seed gives different proposals, the same seed the same.",
    )


class ProposalSerializer(serializers.Serializer[Any]):
    hints = HintsField(
        help_text="Those of the picture and those that make it: send them to `recolor`."
    )
    image = serializers.CharField(help_text=f"A JPEG of at most {SIDE} pixels a side, in base64.")


class ProposalsSerializer(serializers.Serializer[Any]):
    proposals = ProposalSerializer(many=True)


class Proposals(PictureView):
    @extend_schema(
        operation_id="propose_colours",
        summary="See other colours that a picture may well have",
        description="Small pictures, each with the colour hints that make it. Counts as a photo.",
        parameters=[SeedSerializer],
        responses=ProposalsSerializer,
    )
    def get(self, request: Request, pk: UUID) -> Response:
        picture = self.find(pk)
        asked = self.asked(SeedSerializer)
        found = [
            {"hints": each.hints, "image": to_base64(each.picture)}
            for each in proposals.proposed(picture, asked.validated_data["seed"])[1:]
        ]
        return Response(ProposalsSerializer({"proposals": found}).data)

    def counts_as_photo(self) -> bool:
        return self.request.method in ("GET", "HEAD")
