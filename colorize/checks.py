"""System checks of the networks on disk."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register

from colorize.engine.networks.manifest import (
    Entry,
    ManifestError,
    RuntimeMissingError,
    WeightsAlteredError,
    WeightsMissingError,
    read_manifest,
)

NETWORKS = "networks"
REPAIR = "Restore it from the repository: git checkout -- models"
FETCH = "Download it again: manage.py fetch_network {name}"


@register(NETWORKS)
def check_networks(**kwargs: Any) -> list[CheckMessage]:
    try:
        entries = read_manifest(settings.MODELS_DIR)
    except ManifestError as problem:
        return [Error(str(problem), hint=REPAIR, id="colorize.E003")]
    if settings.NETWORK not in entries:
        names = ", ".join(entries)
        hint = f"Set NETWORK to one of: {names}."
        return [Error(f"There is no network “{settings.NETWORK}”.", hint=hint, id="colorize.E004")]
    return [
        problem
        for entry in entries.values()
        if entry.present or entry.name == settings.NETWORK
        for problem in [*check_weights(entry), *check_runtime(entry)]
    ]


def check_runtime(entry: Entry) -> list[CheckMessage]:
    """An error for the default network; a warning for others, since the site works without."""
    try:
        entry.require_runtime()
    except RuntimeMissingError as problem:
        message = str(problem)
        if entry.name == settings.NETWORK:
            return [Error(message, id="colorize.E005")]
        return [Warning(message, id="colorize.W001")]
    return []


def check_weights(entry: Entry) -> list[CheckMessage]:
    hint = FETCH.format(name=entry.name) if entry.downloads else REPAIR
    try:
        entry.verify()
    except WeightsMissingError as problem:
        return [Error(str(problem), hint=hint, id="colorize.E001")]
    except WeightsAlteredError as problem:
        return [Error(str(problem), hint=hint, id="colorize.E002")]
    return []
