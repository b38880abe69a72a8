from pathlib import Path

from whitenoise.storage import CompressedManifestStaticFilesStorage

from config.bundles import bundle

# What every page of a reader loads.
BUNDLES = ("css/site.css", "js/site.js", "js/article.js")


class HashedStaticFiles(CompressedManifestStaticFilesStorage):
    # Our modules and the editor's import each other by name; without this the
    # names inside them would not be the hashed ones.
    support_js_module_import_aggregation = True

    def post_process(self, paths, dry_run=False, **options):
        if not dry_run:
            bundles = {name: bundle(name, lambda part: _read(paths, part)) for name in BUNDLES}
            for name, text in bundles.items():
                Path(self.path(name)).write_text(text, encoding="utf-8")
                # From here on the file is what was just written, not its source.
                paths[name] = (self, name)
        yield from super().post_process(paths, dry_run, **options)


def _read(paths: dict, name: str) -> str:
    storage, path = paths[name]
    with storage.open(path) as file:
        return file.read().decode()
