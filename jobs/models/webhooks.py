"""What webhooks are signed with."""

from django.conf import settings
from django.db import models
from django.utils import timezone


class WebhookSecret(models.Model):
    """A person's one secret, as they got it: `whsec_` and base64, see Standard Webhooks."""

    owner = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="webhook_secret"
    )
    secret = models.CharField(max_length=80)
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        """Without the secret: for logs."""
        return f"webhook secret of user {self.owner_id}"
