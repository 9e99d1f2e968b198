"""How static files are stored."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Compressed, and named by their content, so that browsers may keep them for ever.

    The names in the scripts' own imports too: after an upgrade no browser mixes old modules with
    new ones.
    """

    support_js_module_import_aggregation = True
