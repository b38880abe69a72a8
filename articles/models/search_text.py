"""The side tables that searching reads: of each document its folded text and the tokens by which it is found.

Beside the rows themselves, so that no other change of them touches the index.
The index is a migration's: GIN on PostgreSQL; on SQLite an FTS5 table that
triggers keep, and that has to be made again when a migration remakes its table.
"""

from collections.abc import Iterable
from typing import Any, Self, TypeVar

from django.db import connection, models, transaction
from django.db.models.expressions import RawSQL
from django.db.models.functions import StrIndex
from django.db.models.lookups import Exact, GreaterThan

from articles import body as html
from articles import search
from articles.models.article import Article

# Rows in one statement: SQLite takes 999 parameters in its oldest builds.
BATCH = 200

# On SQLite, of the documents that a word is in, the last made are looked at.
# PostgreSQL needs no such bound: it knows how often a token is met, and walks from the newest where it is everywhere.
MOST_FOUND = 20_000

KEYS_ON_SQLITE = "SELECT rowid FROM {table}_fts WHERE {table}_fts MATCH %s ORDER BY rowid DESC LIMIT {most}"
# PostgreSQL does not know that looking into each row costs as much as reading a whole
# text does (TOAST). OFFSET 0 keeps the question to the index apart from the rest.
KEYS_ON_POSTGRESQL = "SELECT {key} FROM {table} WHERE tokens @@ %s::tsquery OFFSET 0"

Rows = TypeVar("Rows", bound=models.QuerySet)


class TokensField(models.Field):
    """Written only: the tokens of a document, as a list."""

    def db_type(self, connection) -> str:
        return "tsvector" if connection.vendor == "postgresql" else "text"

    def get_placeholder(self, value, compiler, connection) -> str:
        return "array_to_tsvector(%s::text[])" if connection.vendor == "postgresql" else "%s"

    def get_db_prep_value(self, value, connection, prepared=False):
        return list(value) if connection.vendor == "postgresql" else search.fts_document(value)


@TokensField.register_lookup
class HasAll(models.Lookup):
    """`tokens__has_all=[Needle, …]`, which looks into each row. See `SearchText.has_all`."""

    lookup_name = "has_all"
    prepare_rhs = False

    def get_db_prep_lookup(self, value, connection):
        return "%s", [value]

    def as_postgresql(self, compiler, connection):
        column, params = self.process_lhs(compiler, connection)
        return f"{column} @@ %s::tsquery", [*params, search.tsquery(self.rhs)]


class SearchTextQuerySet(models.QuerySet[Any]):
    def put(self, documents: Iterable["SearchText"]) -> None:
        """Write these, whether they are there or not; the caller holds a lock on what they were made of."""
        rows: list[Any] = list(documents)
        for row in rows:
            row.tokens = search.tokens(row.head, row.text)
        key = self.model._meta.pk.name
        fields = ["head", "text", "tokens"]
        self.bulk_create(rows, BATCH, update_conflicts=True, unique_fields=[key], update_fields=fields)


class SearchText(models.Model):
    # Folded (`search.searchable`): the title of an article, the name of a comment's author.
    head = models.TextField()
    # Folded, in lines between which no word is found.
    text = models.TextField()
    tokens = TokensField()

    # Whether its rows are too long to be looked into one after the other.
    has_long_texts = False

    class Meta:
        abstract = True

    @classmethod
    def has_all(cls, wanted: list[search.Needle]) -> models.Q:
        """Of what has a `search_text`: whether that has all these tokens."""
        if connection.vendor != "sqlite" and not cls.has_long_texts:
            return models.Q(search_text__tokens__has_all=wanted)
        asked, tokens = cls.keys_with(wanted)
        return models.Q(pk__in=RawSQL(asked, [tokens]))  # noqa: S611

    @classmethod
    def keys_with(cls, wanted: list[search.Needle]) -> tuple[str, str]:
        """A statement for the keys of what has all these tokens, and its value."""
        table, key = cls._meta.db_table, cls._meta.pk.column
        if connection.vendor == "sqlite":
            return KEYS_ON_SQLITE.format(table=table, most=MOST_FOUND), search.fts_query(wanted)
        return KEYS_ON_POSTGRESQL.format(table=table, key=key), search.tsquery(wanted)

    @classmethod
    def first_keys(cls, rows: str, values: list[Any], wanted: list[str], unwanted: list[str], most: int) -> list[int]:
        """Of the rows of a statement with its values, in their order, those in whose texts the wanted words stand and
        the unwanted do not: at most so many keys.

        A database would read the texts of all rows before it sorts them. Here they are read in the order of the
        rows, and none after the last that is asked for: neither database pulls the conditions into a query
        that has an OFFSET, and what only leaves out rows keeps their order.
        """
        wanted = [word for word in wanted if is_looked_for(word)]
        if wanted or unwanted:
            place, all_rows = ("strpos", "") if connection.vendor == "postgresql" else ("instr", "LIMIT -1")
            stands = [f"{place}(text, %s) > 0"] * len(wanted) + [f"{place}(text, %s) = 0"] * len(unwanted)
            right = f"SELECT {' AND '.join(stands)} FROM {cls._meta.db_table} WHERE {cls._meta.pk.column} = found.id"  # noqa: S608
            rows = f"SELECT id FROM ({rows} {all_rows} OFFSET 0) AS found WHERE ({right})"  # noqa: S608
        with connection.cursor() as cursor:
            cursor.execute(f"{rows} LIMIT %s", [*values, *wanted, *unwanted, most])
            return [pk for (pk,) in cursor.fetchall()]


class ArticleTextQuerySet(SearchTextQuerySet):
    def write_missing(self) -> None:
        """Of all that has none: what was there before it could be searched, and what a restored copy left out."""
        rows = Article.objects.filter(search_text=None).order_by("pk").values_list("pk", flat=True)
        last = 0
        while pks := list(rows.filter(pk__gt=last)[:BATCH]):
            with transaction.atomic():
                self.write(pks)
            last = pks[-1]

    def write(self, pks: Iterable[int]) -> None:
        """Of articles with these keys. Locks their rows, so that of two who change one the last writes all that is there."""
        rows = Article.objects.filter(pk__in=list(pks)).order_by("pk").select_for_update(no_key=True, of=("self",))
        rows = rows.only("title", "lead", "body").prefetch_related("addenda")
        self.put(self.model.of(article) for article in rows)


class ArticleText(SearchText):
    """Of an article or page: its title, its lead, its body and what was added to it."""

    article = models.OneToOneField(Article, models.CASCADE, primary_key=True, related_name="search_text")

    has_long_texts = True

    objects = ArticleTextQuerySet.as_manager()

    def __str__(self) -> str:
        return self.head

    @classmethod
    def of(cls, article: Article) -> Self:
        parts = [search.searchable(part) for part in parts_of(article)]
        return cls(article=article, head=parts[0], text="\n".join(filter(None, parts)))


def parts_of(article: Article) -> list[str]:
    """What of an article is searched in, the title first, as plain text."""
    bodies = [article.body, *(addendum.body for addendum in article.addenda.all())]
    return [article.title, article.lead, *map(html.plain_text, bodies)]


def texts_of(queryset: models.QuerySet) -> type[SearchText]:
    return queryset.model._meta.get_field("search_text").related_model


def with_tokens(queryset: Rows, words: Iterable[str], where: str = search.TEXT) -> Rows:
    """Of rows with a `search_text` all in which these folded words stand, and others with the same pairs of characters."""
    wanted = search.needles(words, where)
    return queryset.filter(texts_of(queryset).has_all(wanted)) if wanted else queryset


def with_words(queryset: Rows, words: Iterable[str]) -> Rows:
    """Of rows with a `search_text` those in whose text all these folded words stand."""
    words = list(words)
    queryset = with_tokens(queryset, words)
    for word in filter(is_looked_for, words):
        queryset = queryset.filter(GreaterThan(StrIndex("search_text__text", models.Value(word)), 0))
    return queryset


def without_words(queryset: Rows, words: Iterable[str]) -> Rows:
    """Of rows with a `search_text` those in whose text none of these folded words stands."""
    for word in words:
        queryset = queryset.filter(Exact(StrIndex("search_text__text", models.Value(word)), 0))
    return queryset


def is_looked_for(word: str) -> bool:
    """A pair of characters is a token itself: where it is found, it stands."""
    return len(word) > 2
