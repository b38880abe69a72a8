from collections.abc import Iterator
from itertools import islice

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from comments.models import Comment
from comments.nested_sets import Row, violations


class Command(BaseCommand):
    help = _("Prove the nested sets of all comments against their parent links.")

    def add_arguments(self, parser):
        parser.add_argument("--limit", type=int, default=50, help=_("how many faults to print at most (50)"))

    def handle(self, *args, **options):
        self.comments = self.threads = 0
        found = violations(self.rows())
        printed = 0
        for violation in islice(found, max(options["limit"], 0)):
            self.stdout.write(str(violation))
            printed += 1
        more = sum(1 for _violation in found)
        if more:
            self.stdout.write(_("… and %(more)d more") % {"more": more})
        counts = {"comments": self.comments, "threads": self.threads, "faults": printed + more}
        if printed + more:
            raise CommandError(_("%(comments)d comments in %(threads)d threads: %(faults)d faults") % counts)
        self.stdout.write(_("%(comments)d comments in %(threads)d threads: all trees are whole") % counts)

    def rows(self) -> Iterator[Row]:
        """All comments in one SELECT, which is one snapshot even while readers write."""
        fields = ("pk", "parent_id", "tree_id", "lft", "rght", "level", "article_id")
        rows = Comment.objects.order_by("tree_id", "lft", "pk").values_list(*fields)
        tree_id = None
        for row in map(Row._make, rows.iterator(chunk_size=5_000)):
            self.comments += 1
            self.threads += row.tree_id != tree_id
            tree_id = row.tree_id
            yield row
