"""Email addresses, as a mail server gets them."""

from email.errors import MessageError
from email.headerregistry import Address

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator, validate_email
from django.utils.encoding import punycode


def mailbox(address: str) -> str:
    """The one way to write an address that Django finds valid: its host in small ASCII letters, and
    quotes only where it needs some. Raises ValueError if nothing can be sent there, because its
    host cannot be written in ASCII."""
    try:
        parts = Address(addr_spec=address)
        host = punycode(parts.domain).lower()
        return Address(username=parts.username, domain=host).addr_spec
    except (MessageError, IndexError) as problem:
        raise ValueError(address) from problem


def check_mailbox(address: str) -> None:
    """Raises ValidationError."""
    validate_email(address)
    try:
        mailbox(address)
    except ValueError as problem:
        raise ValidationError(EmailValidator.message, EmailValidator.code) from problem


class MailboxField(forms.EmailField):
    """An address to which an email can be sent."""

    default_validators = [check_mailbox]
