import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from itertools import chain
from math import ceil
from types import MappingProxyType
from typing import TYPE_CHECKING, Self

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db import connection, models, transaction
from django.db.models import Count, F, Prefetch, Q, Subquery
from django.db.models.functions import Coalesce, Greatest, TruncMonth
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from mptt.models import TreeForeignKey
from simple_history.models import HistoricalRecords

from articles import body as html
from articles import rendering, revising
from articles.models.picture import Picture
from articles.models.series import Place, Series
from articles.models.taxonomy import SLUG_LENGTH, Category, Tag
from articles.slugs import fold_title

if TYPE_CHECKING:
    from articles.models.addendum import Addendum

# What an article keeps of its discussion.
DISCUSSION_FIELDS = {"comment_count", "last_comment_number", "discussion_version", "vote_changes"}
# Written out: everybody who writes or votes comes here, and making the statement costs more than sending it.
SAVE_DISCUSSION = (
    "UPDATE articles_article SET comment_count = %s, last_comment_number = %s, discussion_version = %s WHERE id = %s"
)

# What an article keeps of its addenda, written only under its lock.
ADDENDA_FIELDS = {"lifted_at", "last_addendum_at"}

# What is made of the body and of the rest at the save, and belongs to no revision.
DERIVED_FIELDS = {
    "title_key",
    "html",
    "headings",
    "characters",
    "rendering_version",
    "lifted_at",
    "last_addendum_at",
    "related_at",
}

# Those of its own fields by which it is found.
SEARCHED_FIELDS = {"title", "lead", "body"}

# Characters a minute: what Discourse counts for Japanese (discourse/discourse: config/site_settings.yml, `ja`).
READING_SPEED = 350

# Headings, from which a text has a table of contents.
CONTENTS_FROM = 3

# So long a list says that something was added.
FRESH = timedelta(days=7)

# Nothing was published on the web before, but archives may be older.
FIRST_YEAR = 1600


def refuse_before_print(**moments: datetime | None) -> None:
    """Raise ValidationError for a moment so long ago that another time zone would put it before the year 1."""
    wrong = [name for name, moment in moments.items() if moment and moment.year < FIRST_YEAR]
    if wrong:
        raise ValidationError(dict.fromkeys(wrong, _("This is too long ago; was it a slip?")), code="too_early")


# Long columns that lists have no use for.
TEXTS = ("body", "body_source", "html", "headings")


def discussions_of(pks: list[int]) -> dict[int, dict[str, int]]:
    """DISCUSSION_FIELDS of these articles by key; written out, because every page that is made asks it."""
    names, marks = sorted(DISCUSSION_FIELDS), ", ".join(["%s"] * len(pks))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id, {', '.join(names)} FROM articles_article WHERE id IN ({marks})", pks)  # noqa: S608
        return {pk: dict(zip(names, values, strict=True)) for pk, *values in cursor.fetchall()}


class ArticleQuerySet(models.QuerySet["Article"]):
    def published(self) -> Self:
        """What a reader may see now: articles and pages, neither drafts nor scheduled ones."""
        return self.filter(status=Article.Status.PUBLISHED, published_at__lte=timezone.now())

    def scheduled(self) -> Self:
        """What readers will see by itself, articles and pages."""
        ahead = {"status": Article.Status.PUBLISHED, "published_at__gt": timezone.now()}
        # The kinds are named for the index, which begins with them.
        return self.filter(kind__in=Article.Kind.values, **ahead)

    def next_to_appear(self) -> datetime | None:
        """When the next scheduled one appears."""
        return self.scheduled().order_by("published_at").values_list("published_at", flat=True).first()

    def drafts(self) -> Self:
        return self.filter(kind__in=Article.Kind.values, status=Article.Status.DRAFT)

    def listed(self) -> Self:
        """Articles proper: a page has its own address and is in no list or feed."""
        return self.filter(kind=Article.Kind.ARTICLE)

    def newest_first(self) -> Self:
        return self.order_by("-published_at", "-pk")

    def lifted_first(self) -> Self:
        """What was published or added to last comes first, as on home and in feeds."""
        return self.order_by("-lifted_at", "-pk")

    def titled_like(self, title: str) -> Self:
        """With a title that readers would take for the same, by an index."""
        return self.filter(title_key=fold_title(title)).exclude(title_key="")

    def in_category(self, category: Category) -> Self:
        """Of the category and all below it."""
        below = category.get_descendants(include_self=True).values_list("pk", flat=True)
        # As numbers, by whose shares of all articles the plan is made: of a large category the newest are near.
        return self.filter(category__in=list(below))

    def for_lists(self) -> Self:
        """With what a line of a list shows, in two queries however many there are, without the bodies."""
        return self.select_related("category", "eye_catch").defer(*TEXTS)

    def with_all(self) -> Self:
        """With what the page of an article shows."""
        return self.select_related("category", "eye_catch", "author", "series").prefetch_related(
            "tags", "sources", "addenda"
        )

    def with_addenda(self) -> Self:
        """With what a list tells of what was added lately, in one query, without the texts."""
        addenda = self.model.addenda.rel.related_model._default_manager.defer("body", "html")
        return self.prefetch_related(Prefetch("addenda", queryset=addenda))

    def with_discussions(
        self, articles: "Iterable[Article]", known: Mapping[int, dict[str, int]] = MappingProxyType({})
    ) -> "list[Article]":
        """Copies with what the rows keep of the discussions now, or did when that became `known`. Those that are gone are left out."""
        pks = [article.pk for article in articles if article.pk not in known]
        now = {**known, **discussions_of(pks)} if pks else known
        return [article.copy_with(**now[article.pk]) for article in articles if article.pk in now]

    def in_series_order(self) -> Self:
        """As the parts of a series follow each other."""
        return self.order_by("series_position", "published_at", "pk")

    def serial(self) -> Self:
        """The parts of series, what was lifted last first."""
        return self.filter(series__isnull=False).select_related("series").lifted_first()

    def most_popular_first(self, window: str) -> Self:
        """What readers did something under lately, by one of the windows of Popularity: day, week, month."""
        measure = f"popularity__{window}"
        return self.published().listed().filter(**{f"{measure}__gt": 0}).order_by(f"-{measure}", "-pk")

    def popular(self, limit: int, window: str = "week") -> Self:
        """The most popular; on a site where readers have done nothing yet, the newest."""
        ranked = self.most_popular_first(window)[:limit]
        return ranked if ranked else self.published().listed().newest_first()[:limit]

    def rendered_before(self, version: int) -> Self:
        """What an older version than this of `rendering` has made, in the order of the index."""
        old = self.filter(rendering_version__lt=version).order_by("rendering_version", "pk")
        return old.only("body", "rendering_version")

    def months(self) -> models.QuerySet:
        """The months in which something was published, newest first, in the site's zone: {"month", "articles"}."""
        by_month = self.order_by().annotate(month=TruncMonth("published_at")).values("month")
        return by_month.annotate(articles=Count("pk")).order_by("-month")

    def lock(self, pk: int) -> "Article":
        """The article, its row locked until the end of the transaction.

        Whoever changes the discussion of an article takes this lock first and
        reads the comments after it. NO KEY UPDATE does not hold up the
        foreign-key checks of other inserts; SQLite has one writer anyway.
        Raises Article.DoesNotExist.
        """
        return self.select_for_update(no_key=True).defer(*TEXTS).get(pk=pk)

    def lock_all(self, pks: Iterable[int]) -> "dict[int, Article]":
        """The same of several, by key, in one statement. Raises Article.DoesNotExist."""
        # In one order, so that two who lock several do not wait for each other.
        wanted = set(pks)
        locked = self.select_for_update(no_key=True).defer(*TEXTS).filter(pk__in=wanted).order_by("pk")
        by_pk: dict[int, Article] = {article.pk: article for article in locked}
        if len(by_pk) < len(wanted):
            raise self.model.DoesNotExist
        return by_pk


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
    title_key = models.CharField(
        max_length=300, editable=False, blank=True, db_index=True, help_text="Equal where readers see the same title."
    )
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
    html = models.TextField(editable=False, blank=True, help_text="The body as readers get it, made by rendering.py.")
    headings = models.JSONField(editable=False, default=list, blank=True)
    characters = models.PositiveIntegerField(editable=False, default=0)
    rendering_version = models.PositiveSmallIntegerField(editable=False, default=0)
    body_source = models.TextField(
        _("original"), blank=True, editable=False, help_text=_("The text as it was imported or typed.")
    )
    eye_catch = models.ForeignKey(
        Picture, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("eye-catch picture")
    )
    series = models.ForeignKey(
        Series, models.SET_NULL, null=True, blank=True, related_name="articles", verbose_name=_("series")
    )
    series_position = models.PositiveIntegerField(
        _("place in the series"), default=0, help_text=_("Smaller numbers come first, equal ones by date.")
    )
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.DRAFT)
    published_at = models.DateTimeField(
        _("published"), null=True, blank=True, help_text=_("A moment in the future schedules the article.")
    )
    lifted_at = models.DateTimeField(
        null=True, editable=False, help_text="When it was published or last added to, whichever is later."
    )
    last_addendum_at = models.DateTimeField(null=True, editable=False)
    related_at = models.DateTimeField(null=True, editable=False, help_text="When its related articles were found.")
    # Whoever has it may read the draft; empty: nobody may.
    preview_secret = models.CharField(max_length=43, blank=True, editable=False, db_index=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)
    comments = models.CharField(_("comments"), max_length=10, choices=Comments, default=Comments.OPEN)
    comments_close_at = models.DateTimeField(_("comments close"), null=True, blank=True)
    import_ref = models.CharField(max_length=200, null=True, unique=True, editable=False)

    # What this app needs to know of the discussion; written only under the lock.
    comment_count = models.PositiveIntegerField(_("comments shown"), default=0, editable=False)
    last_comment_number = models.PositiveIntegerField(default=0, editable=False)
    discussion_version = models.PositiveBigIntegerField(default=0, editable=False)
    # Of the changes that the version counts so many were votes.
    vote_changes = models.PositiveBigIntegerField(db_default=0, default=0, editable=False)

    objects = ArticleQuerySet.as_manager()
    revisions = HistoricalRecords(
        excluded_fields=[
            *DERIVED_FIELDS,
            *DISCUSSION_FIELDS,
            "body_source",
            "preview_secret",
            "import_ref",
            "updated_at",
        ],
        history_change_reason_field=models.CharField(max_length=200, blank=True, null=True),
    )

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")
        indexes = [
            models.Index(fields=["kind", "status", "-published_at", "-id"], name="article_newest"),
            # With the moment that readers wait for: later pages of home pass over the others without a look at the rows.
            models.Index(fields=["kind", "status", "-lifted_at", "-id", "published_at"], name="article_lifted"),
            models.Index(
                fields=["kind", "status", "-lifted_at", "-id"],
                condition=Q(series__isnull=False),
                name="article_serial",
            ),
            # With all that a list asks for, so that it is counted without a look at the rows.
            models.Index(fields=["category", "kind", "status", "-published_at", "-id"], name="article_in_category"),
            models.Index(fields=["author", "kind", "status", "-published_at", "-id"], name="article_of_author"),
            # For the owner, who sees all of them.
            models.Index(fields=["-published_at", "-id"], name="article_by_moment"),
            models.Index(fields=["series", "series_position", "published_at"], name="article_in_series"),
            models.Index(fields=["rendering_version", "id"], name="article_rendering"),
            models.Index(fields=["related_at"], name="article_related"),
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

    @transaction.atomic
    def save(self, *args, with_words: bool = True, **kwargs):
        """`with_words=False` leaves it to `tick` to make it searchable."""
        self.complete()
        if not (is_new := self._state.adding):
            # Somebody may have commented since this row was read.
            kwargs.setdefault("update_fields", self._own_fields())
        with revising.made_when_changed(self):
            super().save(*args, **kwargs)
        if not is_new:
            self._lift()
        if with_words and SEARCHED_FIELDS & set(kwargs.get("update_fields") or SEARCHED_FIELDS):
            self.note_words()

    def complete(self) -> None:
        """Make of what was written all that is stored with it; the caller saves.

        The only door: editor, importer and shell all pass it.
        """
        self._publish_now_if_no_moment_is_given()
        if not self.slug:
            self.slug = self.free_slug(self.title)
        self.title_key = fold_title(self.title)
        self.body = html.clean(self.body)
        self.render()
        self.related_at = None
        if self._state.adding:
            # It has no addenda yet.
            self.lifted_at = self.published_at

    def render(self) -> None:
        """Make of the body what readers get of it; the caller saves."""
        made = rendering.render(self.body)
        self.html, self.headings, self.characters = made.html, made.headings, made.characters
        self.rendering_version = rendering.VERSION

    def render_again(self) -> None:
        """Make it and its addenda anew of what they are; unless somebody saves it meanwhile, which does the same.

        Each statement asks itself whether what it was made of is still there, so nothing is locked.
        """
        read_version = self.rendering_version
        for addendum in self.addenda.all():
            same = self.addenda.filter(pk=addendum.pk, body=addendum.body)
            same.update(html=rendering.render_part(addendum.body))
        self.render()
        made = {field: getattr(self, field) for field in ("html", "headings", "characters", "rendering_version")}
        Article.objects.filter(pk=self.pk, rendering_version=read_version).update(**made)

    def note_words(self) -> None:
        """Keep what it is found by."""
        apps.get_model("articles", "ArticleText").objects.write([self.pk])

    @transaction.atomic
    def note_addenda(self) -> None:
        """Keep the moment of the last addendum, by which home and feeds lift the article.

        Only under the lock does a statement see the addendum of somebody who
        came at the same time. The comments change with it: those before it say so.
        """
        Article.objects.lock(self.pk)
        Article.objects.filter(pk=self.pk).update(
            last_addendum_at=Subquery(self.addenda.order_by("-added_at").values("added_at")[:1]),
            discussion_version=F("discussion_version") + 1,
            updated_at=timezone.now(),
        )
        self._lift()

    def _lift(self) -> None:
        """Derive the moment by which home and feeds order; the caller has written this row, and so holds it."""
        last = Coalesce("last_addendum_at", "published_at")
        Article.objects.filter(pk=self.pk).update(lifted_at=Greatest(Coalesce("published_at", last), last))
        self.refresh_from_db(fields=list(ADDENDA_FIELDS))

    def _own_fields(self) -> set[str]:
        """The fields that are loaded and are not the discussion's or the addenda's, which are written only under the lock."""
        loaded = {field.name for field in self._meta.concrete_fields if field.attname in self.__dict__}
        return loaded - DISCUSSION_FIELDS - ADDENDA_FIELDS - {"id"}

    def get_absolute_url(self) -> str:
        return reverse(f"articles:{self.kind}", args=[self.slug])

    def _publish_now_if_no_moment_is_given(self) -> None:
        if self.status == self.Status.PUBLISHED and self.published_at is None:
            self.published_at = timezone.now()

    def save_discussion(self) -> None:
        """Write what this row keeps of the discussion; the caller holds the lock (`ArticleQuerySet.lock`)."""
        with connection.cursor() as cursor:
            cursor.execute(SAVE_DISCUSSION, self._discussion())

    @staticmethod
    def save_discussions(articles: "Iterable[Article]") -> None:
        """The same of several."""
        with connection.cursor() as cursor:
            cursor.executemany(SAVE_DISCUSSION, [article._discussion() for article in articles])

    @property
    def threads_version(self) -> int:
        """Changes with whatever changes the discussion but for votes: they leave all in its place."""
        return self.discussion_version - self.vote_changes

    def _discussion(self) -> list[int]:
        return [self.comment_count, self.last_comment_number, self.discussion_version, self.pk]

    def go_back_to(self, revision) -> None:
        """Make the texts of an older revision the newest one; the caller holds the row's lock.

        Address, status and moments stay: readers must not lose the page because
        its text was a draft then.
        """
        for name in ("title", "lead", "body"):
            setattr(self, name, getattr(revision, name))
        # Nothing keeps a category or a picture that only a revision names from being deleted.
        named: dict[str, type[models.Model]] = {"category_id": Category, "eye_catch_id": Picture}
        for name, model in named.items():
            if model._default_manager.filter(pk=getattr(revision, name)).exists():
                setattr(self, name, getattr(revision, name))
        if not self.import_ref:
            self.body_source = self.body
        moment = timezone.localtime(revision.history_date).strftime("%Y-%m-%d %H:%M")
        self._change_reason = _("Back to the text of %(moment)s") % {"moment": moment}
        self.save()

    def share_preview(self) -> None:
        """Make the secret link, or another in place of the one there was. One statement, so no lock is needed."""
        self._set_preview_secret(secrets.token_urlsafe(32))

    def stop_sharing_preview(self) -> None:
        self._set_preview_secret("")

    def _set_preview_secret(self, secret: str) -> None:
        self.preview_secret = secret
        Article.objects.filter(pk=self.pk).update(preview_secret=secret)

    @property
    def preview_address(self) -> str:
        return reverse("articles:preview", args=[self.preview_secret])

    @staticmethod
    def free_slug(text: str) -> str:
        """A slug made from the text that no other article has; the unique constraint has the last word."""
        stem = slugify(text, allow_unicode=True)[:60].strip("-_") or timezone.localdate().strftime("%Y%m%d")
        if not Article.objects.filter(slug=stem).exists():
            return stem
        return f"{stem}-{secrets.token_hex(4)}"

    def copy_with(self, **values: int) -> "Article":
        """One that differs in these fields, to be shown and not to be saved. `copy` takes ten times as long."""
        made = Article.__new__(Article)
        made.__dict__.update(self.__dict__, **values)
        return made

    @property
    def is_public(self) -> bool:
        return (
            self.status == self.Status.PUBLISHED
            and self.published_at is not None
            and self.published_at <= timezone.now()
        )

    @cached_property
    def last_addendum(self) -> "Addendum | None":
        """The addendum or correction of the last moment. One query at most, and none where there is nothing."""
        if self.last_addendum_at is None:
            return None
        return max(self.addenda.all(), key=lambda addendum: (addendum.added_at, addendum.pk), default=None)

    @property
    def has_embeds(self) -> bool:
        """Whether a card on the page (`embeds`) needs its style and its script."""
        return any('class="embed' in part for part in [self.html, *(addendum.html for addendum in self.addenda.all())])

    @property
    def fresh_addendum(self) -> "Addendum | None":
        """The last addendum, as long as lists tell of it; they read it `with_addenda`."""
        if self.last_addendum_at is None or self.last_addendum_at < timezone.now() - FRESH:
            return None
        return self.last_addendum

    @cached_property
    def category_path(self) -> list[Category]:
        """The category and those above it, the topmost first."""
        return list(self.category.get_ancestors(include_self=True)) if self.category else []

    @cached_property
    def place_in_series(self) -> Place | None:
        """Where it stands in its series; None outside of one."""
        return self.series.place_of(self) if self.series else None

    @property
    def contents(self) -> list[dict]:
        """The table of contents; a text with fewer headings needs none."""
        return self.headings if len(self.headings) >= CONTENTS_FROM else []

    @property
    def reading_minutes(self) -> int:
        """At READING_SPEED, at least one."""
        return max(1, ceil(self.characters / READING_SPEED))

    @property
    def summary(self) -> str:
        """The lead, or else the beginning of the body, at most 120 characters."""
        text = self.lead or html.plain_text(self.body[:4000])
        return text if len(text) <= 120 else text[:119] + "…"

    def newer(self) -> "Article | None":
        if not self._has_neighbours:
            return None
        after = Q(published_at__gt=self.published_at) | Q(published_at=self.published_at, pk__gt=self.pk)
        # An index begins at the moment itself, and not at one of two conditions.
        from_here = Article.objects.published().listed().for_lists().filter(published_at__gte=self.published_at)
        return from_here.filter(after).order_by("published_at", "pk").first()

    def older(self) -> "Article | None":
        if not self._has_neighbours:
            return None
        before = Q(published_at__lt=self.published_at) | Q(published_at=self.published_at, pk__lt=self.pk)
        to_here = Article.objects.published().listed().for_lists().filter(published_at__lte=self.published_at)
        return to_here.filter(before).newest_first().first()

    @property
    def _has_neighbours(self) -> bool:
        return self.kind == self.Kind.ARTICLE and self.published_at is not None

    def related(self, limit: int = 6) -> list:
        """The owner's choice in the owner's order, topped up to `limit` with what `articles.related` has found.

        Until it has looked, what is added is the newest with a tag in common,
        then the newest of the same category, then the newest of all.
        """
        chosen = [link for link in self.related_links.for_readers() if link.is_shown]
        seen = {self.pk, *(link.target_id for link in chosen)}
        for article in self._found_related(limit) if len(chosen) < limit else []:
            if len(chosen) >= limit:
                break
            if article.pk not in seen:
                seen.add(article.pk)
                chosen.append(self.related_links.model(article=self, target=article))
        return chosen

    def _found_related(self, limit: int) -> Iterable["Article"]:
        found = [row.target for row in self.found_related.for_readers()]
        return found or self._related_candidates(limit)

    def _related_candidates(self, limit: int) -> Iterable["Article"]:
        # Lazy: a group is only asked for when the ones before were not enough.
        newest = Article.objects.published().listed().for_lists().exclude(pk=self.pk).newest_first()
        by_tag = newest.filter(pk__in=Article.objects.filter(tags__in=self.tags.all()).values("pk"))
        by_category = newest.filter(category=self.category_id)
        return chain.from_iterable(group[: limit * 2] for group in (by_tag, by_category, newest))
