"""Loads networks for commands, with errors that say how to get a missing one."""

from django.conf import settings
from django.core.management.base import CommandError

from colorize import service
from colorize.engine import networks
from colorize.engine.errors import BadOption, UserError


def present() -> list[networks.Entry]:
    """The networks on disk. Raises CommandError."""
    try:
        return networks.present(settings.MODELS_DIR)
    except networks.NetworkError as problem:
        raise CommandError(str(problem)) from problem


def load_network(name: str) -> networks.Network:
    """Like the service's, but raises CommandError."""
    try:
        return service.load_network(name)
    except BadOption as problem:
        raise CommandError(problem.message + way_to(name)) from problem
    except UserError as problem:
        raise CommandError(problem.message) from problem


def way_to(name: str) -> str:
    """A sentence for a network that can be fetched; empty for any other."""
    entry = networks.read_manifest(settings.MODELS_DIR).get(name)
    if entry is None or not entry.downloads:
        return ""
    return f" To download it: manage.py fetch_network {name}"
