import time

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from comments.big.building import Size, build_big_site, is_empty


class Command(BaseCommand):
    help = _("Fill an empty site with as many made-up articles and comments as you want to measure with.")

    def add_arguments(self, parser):
        parser.add_argument("--articles", type=int, default=20_000, help=_("how many (20,000; at least 4)"))
        parser.add_argument("--comments", type=int, default=1_000_000, help=_("how many (1,000,000; at least 40)"))
        parser.add_argument("--seed", type=int, default=35, help=_("another one makes another site (35)"))
        parser.add_argument("--without-search", action="store_true", help=_("leave the search index to tick"))
        parser.add_argument("--add", action="store_true", help=_("add to what is there; nobody may write meanwhile"))

    def handle(self, *, articles, comments, seed, without_search, add, **options):
        if articles < 4 or comments < 40:
            raise CommandError(_("The least are 4 articles and 40 comments."))
        if not add and not is_empty():
            raise CommandError(_("The site is not empty. --add fills it all the same."))
        self.begin = time.monotonic()
        size = Size(articles, comments, seed, with_search=not without_search)
        particular = build_big_site(size, timezone.now(), self.tell)
        for article in particular.values():
            told = {"comments": article.last_comment_number, "address": article.get_absolute_url()}
            self.stdout.write(_("%(comments)d comments: %(address)s") % told)
        self.tell(_("comments in all"), comments)

    def tell(self, what: str, count: int) -> None:
        seconds = time.monotonic() - self.begin
        told = {"what": what, "count": f"{count:,}", "seconds": f"{seconds:.0f}", "rate": f"{count / seconds:,.0f}"}
        self.stdout.write(_("%(count)s %(what)s after %(seconds)s s (%(rate)s a second)") % told)
