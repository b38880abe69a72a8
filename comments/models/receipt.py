import hashlib
import secrets

from django.db import models


class Receipt(models.Model):
    """The private link with which an author may edit, withdraw, move or follow their own comment.

    Only a hash of its secret is kept. The secret has 128 random bits, so a
    plain hash suffices: there is nothing to guess from.
    """

    comment = models.OneToOneField("comments.Comment", models.CASCADE, related_name="receipt")
    secret_hash = models.CharField(max_length=64, unique=True)

    def __str__(self) -> str:
        return f"→ {self.comment_id}"

    @staticmethod
    def new_secret() -> str:
        return secrets.token_urlsafe(16)

    @staticmethod
    def hash_of(secret: str) -> str:
        return hashlib.sha256(secret.encode()).hexdigest()
