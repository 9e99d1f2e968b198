"""The secret that webhooks are signed with."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from gallery.api.base import ApiView
from jobs.api.serializers import WebhookSecretSerializer
from jobs.services import webhooks


class Secret(ApiView):
    @extend_schema(
        operation_id="make_webhook_secret",
        summary="Make the secret that your webhooks are signed with",
        description="It takes the place of an earlier one at once.",
        request=None,
        responses={201: WebhookSecretSerializer},
    )
    def post(self, request: Request) -> Response:
        secret = webhooks.make_secret(self.person)
        return Response({"secret": secret}, 201, headers={"Cache-Control": "no-store"})
