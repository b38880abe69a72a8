from django.db import connection, models, transaction
from django.db.models import OuterRef, Subquery
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from mptt.managers import TreeManager
from mptt.models import MPTTModel, TreeForeignKey

# Japanese slugs travel percent-encoded (nine bytes a character), so that
# what is stored can be read and what is sent is ASCII.
SLUG_LENGTH = 200


class Category(MPTTModel):
    name = models.CharField(_("name"), max_length=100)
    slug = models.SlugField(_("slug"), max_length=SLUG_LENGTH, allow_unicode=True, unique=True)
    parent = TreeForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("parent category")
    )
    description = models.TextField(_("description"), blank=True)
    position = models.PositiveIntegerField(
        _("position"), default=0, help_text=_("Smaller numbers come first among categories of the same parent.")
    )
    import_ref = models.CharField(max_length=200, null=True, unique=True, editable=False)

    objects = TreeManager()

    class MPTTMeta:
        # It renumbers all rows behind a new one, of which there are a few dozen.
        order_insertion_by = ["position", "name"]

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        # Without a declared list django-mptt's own index is missing from migrations.
        indexes: list[models.Index] = []

    def __str__(self) -> str:
        return self.name

    @transaction.atomic
    def save(self, *args, **kwargs):
        self._lock_tree()
        super().save(*args, **kwargs)

    @transaction.atomic
    def delete(self, *args, **kwargs):
        self._lock_tree()
        return super().delete(*args, **kwargs)

    def _lock_tree(self) -> None:
        """Wait until nobody else changes the tree, and then see it as it is.

        django-mptt renumbers other rows and locks none. The whole table, not
        its rows, because two first categories have no row to lock; reading
        goes on. SQLite has one writer anyway.
        """
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("LOCK TABLE articles_category IN SHARE ROW EXCLUSIVE MODE")
        if not self._state.adding:
            self.refresh_from_db(fields=["lft", "rght", "tree_id", "level"])
        if self.parent_id and self.parent:
            self.parent.refresh_from_db(fields=["lft", "rght", "tree_id", "level"])

    def children_with_newest(self) -> list["Category"]:
        """The categories right below, each with the `newest` article of all that is below it, or None.

        Each category is asked for its own newest, which its index knows.
        """
        public = self.articles.model.objects.published().listed()
        newest = public.filter(category=OuterRef("pk")).newest_first().values("pk")[:1]
        below = list(self.get_descendants().annotate(newest_pk=Subquery(newest)))
        articles = public.for_lists().in_bulk([category.newest_pk for category in below if category.newest_pk])
        children = [category for category in below if category.parent_id == self.pk]
        for child in children:
            found = (articles.get(category.newest_pk) for category in below if child.lft <= category.lft <= child.rght)
            child.newest = max(filter(None, found), key=lambda article: article.published_at, default=None)
        return children

    def get_absolute_url(self) -> str:
        return reverse("articles:category", args=[self.slug])


class Tag(models.Model):
    name = models.CharField(_("name"), max_length=100)
    slug = models.SlugField(_("slug"), max_length=SLUG_LENGTH, allow_unicode=True, unique=True)
    import_ref = models.CharField(max_length=200, null=True, unique=True, editable=False)

    class Meta:
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("articles:tag", args=[self.slug])
