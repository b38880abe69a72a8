import hashlib
import secrets

from django.db import models


def new_secret() -> str:
    return secrets.token_urlsafe(16)


class ReceiptQuerySet(models.QuerySet["Receipt"]):
    def issue(self, comment) -> str:
        """The secret of a new receipt; one that the comment had before is worth nothing from now on.

        The unique key on the comment makes two at once one row.
        """
        secret = new_secret()
        self.update_or_create(comment=comment, defaults={"secret_hash": Receipt.hash_of(secret)})
        return secret

    def of_secret(self, secret: str) -> "Receipt | None":
        return self.select_related("comment__article").filter(secret_hash=Receipt.hash_of(secret)).first()


class Receipt(models.Model):
    """The private link with which an author may edit, withdraw, move or follow their own comment.

    Only a hash of its secret is kept. The secret has 128 random bits, so a
    plain hash suffices: there is nothing to guess from.
    """

    comment = models.OneToOneField("comments.Comment", models.CASCADE, related_name="receipt")
    secret_hash = models.CharField(max_length=64, unique=True)

    objects = ReceiptQuerySet.as_manager()

    def __str__(self) -> str:
        return f"→ {self.comment_id}"

    @staticmethod
    def hash_of(secret: str) -> str:
        return hashlib.sha256(secret.encode()).hexdigest()
