"""Storage of static files."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Compresses files and names them by their content, so that browsers can keep them for ever.

    This includes the imports in scripts, so that no browser mixes old and new modules after an
    upgrade.
    """

    support_js_module_import_aggregation = True
    # Each pass names one more row of modules that import each other; it ends when nothing changes.
    max_post_process_passes = 20
