"""Static files under names that carry their digest, so that browsers may keep them for good."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class Statics(CompressedManifestStaticFilesStorage):
    """As WhiteNoise's, and our modules import each other by such names too.

    So an update never runs a new module with an old one out of a cache, and a page that a browser keeps for a day
    without a server (未送出) finds its modules there as well.
    """

    support_js_module_import_aggregation = True
    # Ours only: what others wrote mentions in its comments files that nobody has.
    _js_module_import_aggregation_patterns = (
        "js/*.js",
        CompressedManifestStaticFilesStorage._js_module_import_aggregation_patterns[1],
    )
