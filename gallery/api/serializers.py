"""Serializers of everything but pictures."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.reverse import reverse

from accounts.models import TOKEN_NAME_LENGTH, USERNAME_LENGTH, Scope, Token, User
from accounts.tokens import USUAL_DAYS
from gallery.api.fields import Days, Name, Strict, Text, Word
from gallery.models import Album
from gallery.models.albums import ALBUM_NAME_LENGTH
from gallery.services.quota import Usage


class AlbumSerializer(serializers.ModelSerializer[Album]):
    url = serializers.HyperlinkedIdentityField(view_name="api-album")
    size = serializers.IntegerField(
        read_only=True, help_text="Number of pictures, without those in the bin."
    )

    class Meta:
        model = Album
        fields = ["id", "url", "name", "created_at", "size"]


class AlbumsSerializer(serializers.Serializer[Any]):
    results = AlbumSerializer(many=True)


class AlbumNameSerializer(Strict):
    name = Name(max_length=ALBUM_NAME_LENGTH)


class QuotaSerializer(serializers.Serializer[Usage]):
    pictures = serializers.IntegerField()
    bytes = serializers.IntegerField()
    max_pictures = serializers.IntegerField()
    max_bytes = serializers.IntegerField()


class TokenSerializer(serializers.ModelSerializer[Token]):
    key = serializers.CharField(source="token_key", help_text="The first characters of the token.")
    url = serializers.HyperlinkedIdentityField(
        view_name="api-token", lookup_field="token_key", lookup_url_kwarg="key"
    )
    created_at = serializers.DateTimeField(source="created")
    expires_at = serializers.DateTimeField(source="expiry", allow_null=True)

    class Meta:
        model = Token
        fields = ["key", "url", "name", "scope", "created_at", "expires_at", "last_used_at"]


class TokensSerializer(serializers.Serializer[Any]):
    results = TokenSerializer(many=True)


class MadeTokenSerializer(TokenSerializer):
    token = serializers.SerializerMethodField(help_text="The secret. You will not see it again.")

    class Meta(TokenSerializer.Meta):
        fields = [*TokenSerializer.Meta.fields, "token"]

    @extend_schema_field(str)
    def get_token(self, token: Token) -> Any:
        return self.context["secret"]


class NewTokenSerializer(Strict):
    username = Text(max_length=USERNAME_LENGTH)
    password = Text(max_length=1000, trim_whitespace=False)
    name = Name(max_length=TOKEN_NAME_LENGTH, help_text="To recognise it later.")
    scope = Word(choices=Scope.choices, default=Scope.READ)
    days = Days(
        min_value=1,
        max_value=365,
        default=USUAL_DAYS,
        help_text="Days until it expires; null for never.",
    )


class ProfileSerializer(serializers.ModelSerializer[User]):
    quota = serializers.SerializerMethodField()
    token = serializers.SerializerMethodField()

    class Meta:
        model = User
        fields = ["username", "public_name", "saves", "quota", "token"]

    @extend_schema_field(QuotaSerializer)
    def get_quota(self, user: User) -> Any:
        return QuotaSerializer(self.context["usage"]).data

    @extend_schema_field(TokenSerializer)
    def get_token(self, user: User) -> Any:
        return TokenSerializer(self.context["request"].auth, context=self.context).data


class RootSerializer(serializers.Serializer[Any]):
    """The entry point of the API."""

    pictures = serializers.URLField()
    albums = serializers.URLField()
    jobs = serializers.URLField()
    me = serializers.URLField()
    tokens = serializers.URLField()
    colorize = serializers.URLField()
    schema = serializers.URLField()
    docs = serializers.URLField()

    @classmethod
    def addresses(cls, request: Any) -> dict[str, str]:
        names = list(cls().get_fields())
        return {name: reverse(f"api-{name}", request=request) for name in names}
