from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStaticFiles(CompressedManifestStaticFilesStorage):
    # Our modules and the editor's import each other by name; without this the
    # names inside them would not be the hashed ones.
    support_js_module_import_aggregation = True
