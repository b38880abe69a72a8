from django.db import models


class Citation(models.Model):
    """One comment names another of its article by `>>12`; the other shows the way back."""

    source = models.ForeignKey("comments.Comment", models.CASCADE, db_index=False, related_name="citations")
    target = models.ForeignKey("comments.Comment", models.CASCADE, related_name="cited_by")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "target"], name="citation_once")]

    def __str__(self) -> str:
        return f"{self.source_id} → {self.target_id}"
