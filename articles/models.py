import secrets
from collections.abc import Iterable
from datetime import datetime
from itertools import chain
from typing import Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import FileExtensionValidator, MaxLengthValidator
from django.db import connection, models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from mptt.managers import TreeManager
from mptt.models import MPTTModel, TreeForeignKey

from articles import body as html

# Japanese slugs travel percent-encoded (nine bytes a character), so that
# what is stored can be read and what is sent is ASCII.
SLUG_LENGTH = 200

# What an article keeps of its discussion.
DISCUSSION_FIELDS = {"comment_count", "last_comment_number", "discussion_version"}

# Nothing was published on the web before, but archives may be older.
FIRST_YEAR = 1600


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


class Picture(models.Model):
    """A picture with what the law and good manners want said beside it."""

    file = models.ImageField(
        _("file"),
        upload_to="pictures/%Y/%m/",
        width_field="width",
        height_field="height",
        validators=[FileExtensionValidator(["jpg", "jpeg", "png", "webp", "gif"])],
    )
    width = models.PositiveIntegerField(editable=False)
    height = models.PositiveIntegerField(editable=False)
    alt = models.CharField(
        _("alternative text"), max_length=300, help_text=_("What a reader who cannot see the picture should know.")
    )
    caption = models.CharField(_("caption"), max_length=300, blank=True)
    author = models.CharField(_("author"), max_length=200, blank=True)
    licence = models.CharField(_("licence"), max_length=100, blank=True, help_text=_("For example CC BY-SA 4.0."))
    link = models.URLField(_("link to the original"), max_length=1000, blank=True)
    created_at = models.DateTimeField(_("added"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.alt or str(self.file)

    @property
    def credit(self) -> str:
        """Author and licence in one line, "" when neither is known."""
        return " / ".join(filter(None, [self.author, self.licence]))

    @property
    def caption_with_credit(self) -> str:
        """What stands below the picture inside an article."""
        credit = _("Source: %(credit)s") % {"credit": self.credit} if self.credit else ""
        return " ".join(filter(None, [self.caption, credit]))


class ArticleQuerySet(models.QuerySet["Article"]):
    def published(self) -> Self:
        """What a reader may see now: articles and pages, neither drafts nor scheduled ones."""
        return self.filter(status=Article.Status.PUBLISHED, published_at__lte=timezone.now())

    def listed(self) -> Self:
        """Articles proper: a page has its own address and is in no list or feed."""
        return self.filter(kind=Article.Kind.ARTICLE)

    def newest_first(self) -> Self:
        return self.order_by("-published_at", "-pk")

    def in_category(self, category: Category) -> Self:
        """Of the category and all below it."""
        return self.filter(category__in=category.get_descendants(include_self=True))

    def for_lists(self) -> Self:
        """With what a line of a list shows, in two queries however many there are, without the bodies."""
        return self.select_related("category", "eye_catch").defer("body", "body_source")

    def with_all(self) -> Self:
        """With what the page of an article shows."""
        return self.select_related("category", "eye_catch", "author").prefetch_related("tags", "sources", "addenda")

    def popular(self, limit: int) -> Self:
        """The most talked about of the newest 200, so that the cost stays the same as the site grows."""
        recent = self.published().listed().newest_first().values("pk")[:200]
        ranked = self.filter(pk__in=list(recent.values_list("pk", flat=True)))
        return ranked.order_by("-comment_count", "-published_at", "-pk")[:limit]

    def months(self) -> models.QuerySet:
        """The months in which something was published, newest first, as datetimes in the site's zone."""
        return self.datetimes("published_at", "month", order="DESC")

    def lock(self, pk: int) -> "Article":
        """The article, its row locked until the end of the transaction.

        Whoever changes the discussion of an article takes this lock first and
        reads the comments after it. NO KEY UPDATE does not hold up the
        foreign-key checks of other inserts; SQLite has one writer anyway.
        Raises Article.DoesNotExist.
        """
        return self.select_for_update(no_key=True).defer("body", "body_source").get(pk=pk)


class Article(models.Model):
    class Kind(models.TextChoices):
        ARTICLE = "article", _("article")
        PAGE = "page", _("page")

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        PUBLISHED = "published", _("published")

    class Comments(models.TextChoices):
        OPEN = "open", _("open, as on the whole site")
        AT_ONCE = "at_once", _("shown at once")
        FIRST = "first", _("a visitor's first comments after approval")
        LINKS = "links", _("comments with links after approval")
        MODERATED = "moderated", _("all after approval")
        CLOSED = "closed", _("closed")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.ARTICLE)
    title = models.CharField(_("title"), max_length=300)
    slug = models.SlugField(
        _("slug"),
        max_length=SLUG_LENGTH,
        allow_unicode=True,
        unique=True,
        blank=True,
        help_text=_("The last part of the address. Left empty, it is made from the title."),
    )
    category = TreeForeignKey(
        Category, models.PROTECT, null=True, blank=True, related_name="articles", verbose_name=_("category")
    )
    tags = models.ManyToManyField(Tag, blank=True, related_name="articles", verbose_name=_("tags"))
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, verbose_name=_("author")
    )
    lead = models.TextField(_("lead"), blank=True, help_text=_("Shown above the article and in lists."))
    body = models.TextField(_("body"), blank=True, validators=[MaxLengthValidator(html.MAX_LENGTH)])
    body_source = models.TextField(
        _("original"), blank=True, editable=False, help_text=_("The text as it was imported or typed.")
    )
    eye_catch = models.ForeignKey(
        Picture, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("eye-catch picture")
    )
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.DRAFT)
    published_at = models.DateTimeField(
        _("published"), null=True, blank=True, help_text=_("A moment in the future schedules the article.")
    )
    updated_at = models.DateTimeField(_("changed"), auto_now=True)
    comments = models.CharField(_("comments"), max_length=10, choices=Comments, default=Comments.OPEN)
    comments_close_at = models.DateTimeField(_("comments close"), null=True, blank=True)
    import_ref = models.CharField(max_length=200, null=True, unique=True, editable=False)

    # What this app needs to know of the discussion; written only under the lock.
    comment_count = models.PositiveIntegerField(_("comments shown"), default=0, editable=False)
    last_comment_number = models.PositiveIntegerField(default=0, editable=False)
    discussion_version = models.PositiveBigIntegerField(default=0, editable=False)

    objects = ArticleQuerySet.as_manager()

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")
        indexes = [
            models.Index(fields=["kind", "status", "-published_at", "-id"], name="article_newest"),
            models.Index(fields=["category", "status", "-published_at"], name="article_in_category"),
        ]
        constraints = [
            models.CheckConstraint(
                name="article_published_has_moment",
                condition=Q(status="draft") | Q(published_at__isnull=False),
                violation_error_message=_("A published article needs the moment of its publication."),
            ),
        ]

    def __str__(self) -> str:
        return self.title or str(_("(untitled)"))

    def clean(self):
        self._publish_now_if_no_moment_is_given()
        refuse_before_print(published_at=self.published_at, comments_close_at=self.comments_close_at)

    def save(self, *args, **kwargs):
        self._publish_now_if_no_moment_is_given()
        if not self.slug:
            self.slug = self.free_slug(self.title)
        # The only door: editor, importer and shell all pass it.
        self.body = html.clean(self.body)
        if not self._state.adding:
            # Somebody may have commented since this row was read.
            kwargs.setdefault("update_fields", self._own_fields())
        super().save(*args, **kwargs)

    def _own_fields(self) -> set[str]:
        """The fields that are loaded and are not the discussion's, which are written only under its lock."""
        loaded = {field.name for field in self._meta.concrete_fields if field.attname in self.__dict__}
        return loaded - DISCUSSION_FIELDS - {"id"}

    def get_absolute_url(self) -> str:
        return reverse(f"articles:{self.kind}", args=[self.slug])

    def _publish_now_if_no_moment_is_given(self) -> None:
        if self.status == self.Status.PUBLISHED and self.published_at is None:
            self.published_at = timezone.now()

    def save_discussion(self) -> None:
        """Write what this row keeps of the discussion; the caller holds the lock (`ArticleQuerySet.lock`)."""
        models.Model.save(self, update_fields=DISCUSSION_FIELDS, force_update=True)

    @staticmethod
    def free_slug(text: str) -> str:
        """A slug made from the text that no other article has; the unique constraint has the last word."""
        stem = slugify(text, allow_unicode=True)[:60].strip("-_") or timezone.localdate().strftime("%Y%m%d")
        if not Article.objects.filter(slug=stem).exists():
            return stem
        return f"{stem}-{secrets.token_hex(4)}"

    @property
    def is_public(self) -> bool:
        return (
            self.status == self.Status.PUBLISHED
            and self.published_at is not None
            and self.published_at <= timezone.now()
        )

    @property
    def summary(self) -> str:
        """The lead, or else the beginning of the body, at most 120 characters."""
        text = self.lead or html.plain_text(self.body[:4000])
        return text if len(text) <= 120 else text[:119] + "…"

    def newer(self) -> "Article | None":
        if not self._has_neighbours:
            return None
        after = Q(published_at__gt=self.published_at) | Q(published_at=self.published_at, pk__gt=self.pk)
        return Article.objects.published().listed().for_lists().filter(after).order_by("published_at", "pk").first()

    def older(self) -> "Article | None":
        if not self._has_neighbours:
            return None
        before = Q(published_at__lt=self.published_at) | Q(published_at=self.published_at, pk__lt=self.pk)
        return Article.objects.published().listed().for_lists().filter(before).newest_first().first()

    @property
    def _has_neighbours(self) -> bool:
        return self.kind == self.Kind.ARTICLE and self.published_at is not None

    def related(self, limit: int = 6) -> list["RelatedLink"]:
        """The owner's choice in the owner's order, topped up to `limit`.

        What is added is the newest with a tag in common, then the newest of
        the same category, then the newest of all: never left to chance.
        """
        chosen = [link for link in self.related_links.for_readers() if link.is_shown]
        seen = {self.pk, *(link.target_id for link in chosen)}
        for article in self._related_candidates(limit):
            if len(chosen) >= limit:
                break
            if article.pk not in seen:
                seen.add(article.pk)
                chosen.append(RelatedLink(article=self, target=article))
        return chosen

    def _related_candidates(self, limit: int) -> Iterable["Article"]:
        # Lazy: a group is only asked for when the ones before were not enough.
        newest = Article.objects.published().listed().for_lists().exclude(pk=self.pk).newest_first()
        by_tag = newest.filter(pk__in=Article.objects.filter(tags__in=self.tags.all()).values("pk"))
        by_category = newest.filter(category=self.category_id)
        return chain.from_iterable(group[: limit * 2] for group in (by_tag, by_category, newest))


class Source(models.Model):
    """参考: what an article rests on."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="sources")
    title = models.CharField(_("title"), max_length=300)
    publisher = models.CharField(_("publisher"), max_length=200, blank=True)
    url = models.URLField(_("address"), max_length=1000)
    seen_on = models.DateField(_("seen on"), null=True, blank=True)
    position = models.PositiveIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.title


def refuse_before_print(**moments: datetime | None) -> None:
    """Raise ValidationError for a moment so long ago that another time zone would put it before the year 1."""
    wrong = [name for name, moment in moments.items() if moment and moment.year < FIRST_YEAR]
    if wrong:
        raise ValidationError(dict.fromkeys(wrong, _("This is too long ago; was it a slip?")), code="too_early")


class Addendum(models.Model):
    """追記: what was added later, with its own time and its own place to link to."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="addenda")
    added_at = models.DateTimeField(_("added"), default=timezone.now)
    body = models.TextField(_("body"), validators=[MaxLengthValidator(html.MAX_LENGTH)])

    class Meta:
        verbose_name = _("addendum")
        verbose_name_plural = _("addenda")
        ordering = ["added_at", "pk"]

    def __str__(self) -> str:
        return html.plain_text(self.body)[:60]

    def clean(self):
        refuse_before_print(added_at=self.added_at)

    def save(self, *args, **kwargs):
        self.body = html.clean(self.body)
        super().save(*args, **kwargs)

    @property
    def anchor(self) -> str:
        return f"addendum-{self.pk}"


class RelatedLinkQuerySet(models.QuerySet["RelatedLink"]):
    def for_readers(self) -> Self:
        return self.select_related("target__category", "target__eye_catch")


class RelatedLink(models.Model):
    """From an article to another article, or to an outside page with a title."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="related_links")
    target = models.ForeignKey(
        Article, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("article of this site")
    )
    url = models.URLField(_("outside address"), max_length=1000, blank=True)
    title = models.CharField(_("title of the outside page"), max_length=300, blank=True)
    position = models.PositiveIntegerField(_("position"), default=0)

    objects = RelatedLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("related link")
        verbose_name_plural = _("related links")
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                name="related_link_one_target",
                condition=Q(target__isnull=False, url="") | (Q(target__isnull=True) & ~Q(url="") & ~Q(title="")),
                violation_error_message=_("Choose an article, or give an outside address with its title."),
            ),
            models.CheckConstraint(
                name="related_link_not_itself",
                condition=Q(target__isnull=True) | ~Q(target=models.F("article")),
                violation_error_message=_("An article is not related to itself."),
            ),
        ]

    def __str__(self) -> str:
        return self.title or str(self.target)

    @property
    def is_shown(self) -> bool:
        """A chosen article that is not, or no longer, public is left out."""
        return self.target is None or self.target.is_public

    def get_absolute_url(self) -> str:
        return self.target.get_absolute_url() if self.target else self.url
