from django.db import connection, models
from django.utils.translation import gettext_lazy as _

from articles.models.article import DISCUSSION_FIELDS


class PageVersionManager(models.Manager):
    def of_lists(self) -> tuple[int, int]:
        """The version of what all pages show, and of all discussions together. One query."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT coalesce(sum(CASE WHEN id = 0 THEN version END), 0),"
                " coalesce(sum(CASE WHEN id > 0 THEN version END), 0) FROM articles_pageversion"
            )
            site, discussions = cursor.fetchone()
        return int(site), int(discussions)

    def of_article(self, pk: int) -> tuple[tuple[int, int], dict[str, int]]:
        """The version of what all pages show, and of the article's own discussion; -1 when it is gone. One query.

        With what the article keeps of its discussion (DISCUSSION_FIELDS), whose version that is.
        """
        names = sorted(DISCUSSION_FIELDS)
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT coalesce((SELECT version FROM articles_pageversion WHERE id = 0), 0), {', '.join(names)}"  # noqa: S608
                " FROM (SELECT 1) one LEFT JOIN articles_article ON id = %s",
                [pk],
            )
            site, *found = cursor.fetchone()
        discussion = dict(zip(names, found, strict=True))
        if discussion["discussion_version"] is None:
            return (site, -1), {}
        return (site, discussion["discussion_version"]), discussion


class PageVersion(models.Model):
    """Numbers that grow with whatever readers can see, by which a page that was kept is known to be still right.

    Row 0 counts the changes of what pages show beside discussions; the other
    rows together count those of all discussions, each of them written by some of the database's connections,
    so that people who write under different articles do not wait for each other.

    Only the triggers of `articles/triggers.py` write them, in the transaction of the change itself.
    """

    SITE = 0
    # PostgreSQL's connections are spread over so many rows.
    SHARDS = 32

    id = models.PositiveSmallIntegerField(primary_key=True)
    version = models.BigIntegerField()

    objects = PageVersionManager()

    class Meta:
        verbose_name = _("version of pages")

    def __str__(self) -> str:
        return f"{self.pk}: {self.version}"
