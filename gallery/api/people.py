"""The entry point, your account and quota, and your tokens."""

from collections.abc import Sequence
from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.contrib.auth import authenticate
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework.authentication import BaseAuthentication
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import tokens
from accounts.guessing import Guess
from accounts.models import Token, User
from accounts.stages import must_confirm
from gallery.api.base import ApiView
from gallery.api.serializers import (
    MadeTokenSerializer,
    NewTokenSerializer,
    ProfileSerializer,
    RootSerializer,
    TokenSerializer,
    TokensSerializer,
)
from gallery.errors import NotAllowed, NotFound, WrongPassword
from gallery.services import quota


class Root(ApiView):
    permission_classes = [AllowAny]

    @extend_schema(
        operation_id="list_addresses",
        summary="Entry point: the addresses of the API",
        responses=RootSerializer,
        tags=["start"],
        auth=[],
    )
    def get(self, request: Request) -> Response:
        return Response(RootSerializer.addresses(request))


class Nowhere(ApiView):
    """404 for any other address under /api."""

    permission_classes = [AllowAny]
    schema = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        self.check_throttles(request)
        raise NotFound()


class Me(ApiView):
    @extend_schema(
        operation_id="get_me",
        summary="Your account and quota",
        responses=ProfileSerializer,
    )
    def get(self, request: Request) -> Response:
        context = {"request": request, "usage": quota.usage(self.person)}
        return Response(ProfileSerializer(self.person, context=context).data)


class Tokens(ApiView):
    def get_authenticators(self) -> list[BaseAuthentication]:
        """None for POST: someone who asks for a token has none yet, or an expired one."""
        made = self.request is not None and self.request.method == "POST"
        return [] if made else super().get_authenticators()

    def get_permissions(self) -> Sequence[Any]:
        return [AllowAny()] if self.request.method == "POST" else super().get_permissions()

    @extend_schema(
        operation_id="list_tokens",
        summary="List your tokens, without their secrets",
        responses=TokensSerializer,
    )
    def get(self, request: Request) -> Response:
        own = Token.objects.filter(user=self.person)
        return Response({"results": TokenSerializer(own, many=True, context=context_of(self)).data})

    @extend_schema(
        operation_id="create_token",
        summary="Create a token with username and password",
        description="Not for accounts with two-factor authentication: create their tokens on the "
        "profile page.",
        request=NewTokenSerializer,
        responses={201: MadeTokenSerializer},
        auth=[],
    )
    def post(self, request: Request) -> Response:
        wanted = self.sent(NewTokenSerializer)
        fields = wanted.validated_data
        user = self.who(request, fields.pop("username"), fields.pop("password"))
        token, secret = tokens.make(user, **fields)
        context = context_of(self) | {"secret": secret}
        body = MadeTokenSerializer(token, context=context).data
        headers = {"Location": str(body["url"]), "Cache-Control": "no-store"}
        return Response(body, 201, headers=headers)

    def who(self, request: Request, username: str, password: str) -> User:
        """Raises TooManyGuesses, WrongPassword, or NotAllowed where a password is not enough."""
        guess = Guess(request._request, username)
        self.throttles = [*guess.counts]
        guess.count()
        user = authenticate(request._request, username=username, password=password)
        if not isinstance(user, User):
            raise WrongPassword()
        guess.was_right()
        check_password_is_enough(user)
        return user


def check_password_is_enough(user: User) -> None:
    """Raises NotAllowed if the account needs more than a password."""
    if is_mfa_enabled(user):
        raise NotAllowed(
            reason="accounts with two-factor authentication need more than a password. Create a "
            "token on your profile page."
        )
    if must_confirm(user):
        raise NotAllowed(
            reason="your email address is not confirmed yet. Open the link in our email."
        )


class OneToken(ApiView):
    @extend_schema(operation_id="get_token", summary="Get a token", responses=TokenSerializer)
    def get(self, request: Request, key: str) -> Response:
        return Response(TokenSerializer(self.find(key), context=context_of(self)).data)

    @extend_schema(operation_id="revoke_token", summary="Revoke a token", responses={204: None})
    def delete(self, request: Request, key: str) -> Response:
        tokens.revoke(self.find(key))
        return Response(status=204)

    def find(self, key: str) -> Token:
        """Raises Http404."""
        return get_object_or_404(Token, user=self.person, token_key=key)


def context_of(view: ApiView) -> dict[str, Any]:
    return {"request": view.request}
