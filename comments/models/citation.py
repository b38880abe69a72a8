from django.db import models

from comments import text as comment_text


class CitationQuerySet(models.QuerySet["Citation"]):
    def write(self, source) -> None:
        """Keep whom a new comment names, as far as they exist in its article.

        The caller holds the lock on the article.
        """
        numbers = comment_text.cited_numbers(source.text)
        if numbers:
            targets = source.article.discussion.filter(number__in=numbers).exclude(pk=source.pk)
            self.bulk_create([self.model(source=source, target=target) for target in targets.only("pk")])

    def rewrite(self, source) -> None:
        """The same for a comment whose text has changed."""
        self.filter(source=source).delete()
        self.write(source)


class Citation(models.Model):
    """One comment names another of its article by `>>12`; the other shows the way back."""

    source = models.ForeignKey("comments.Comment", models.CASCADE, db_index=False, related_name="citations")
    target = models.ForeignKey("comments.Comment", models.CASCADE, related_name="cited_by")

    objects = CitationQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "target"], name="citation_once")]

    def __str__(self) -> str:
        return f"{self.source_id} → {self.target_id}"
