from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from articles.wxr import WxrError
from comments.wordpress import import_export

# Items between two signs of life.
STEP_ON_SCREEN = 200
STEP_IN_LOG = 1_000


class Command(BaseCommand):
    help = _("Take in articles, pages, comments and trackbacks from a WordPress export (WXR).")

    def add_arguments(self, parser):
        parser.add_argument("file", metavar="FILE", help=_("the XML file that WordPress made under Tools, Export"))

    def handle(self, *args, **options):
        try:
            sheet = import_export(options["file"], self.show_progress)
        except WxrError as error:
            self.end_progress()
            nothing = _("Nothing was imported.")
            raise CommandError(f"{error} {nothing}") from error
        self.end_progress()
        for line in sheet.lines():
            self.stdout.write(line)

    def show_progress(self, items: int) -> None:
        text = _("%(items)d items read") % {"items": items}
        if self.stderr.isatty():
            if items % STEP_ON_SCREEN == 0:
                self.stderr.write(f"\r{text}", style_func=str, ending="")
                self.stderr.flush()
        elif items % STEP_IN_LOG == 0:
            self.stderr.write(text, style_func=str)

    def end_progress(self) -> None:
        if self.stderr.isatty():
            self.stderr.write("\r\033[K", style_func=str, ending="")
