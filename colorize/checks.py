"""What `manage.py check` says about the networks on disk."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from colorize.networks.manifest import (
    Entry,
    ManifestError,
    WeightsAlteredError,
    WeightsMissingError,
    read_manifest,
)

REPAIR = "Take it from the project's repository again: git checkout -- models"
FETCH = "Fetch it again: manage.py fetch_network {name}"


@register("networks")
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
        for problem in check_weights(entry)
    ]


def check_weights(entry: Entry) -> list[CheckMessage]:
    hint = FETCH.format(name=entry.name) if entry.downloads else REPAIR
    try:
        entry.verify()
    except WeightsMissingError as problem:
        return [Error(str(problem), hint=hint, id="colorize.E001")]
    except WeightsAlteredError as problem:
        return [Error(str(problem), hint=hint, id="colorize.E002")]
    return []
