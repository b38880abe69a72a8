"""What reading, posting and voting ask of the database, written out.

The ORM makes each statement anew, which costs several times what the database
needs to answer it. Elsewhere that is no matter; these few are sent for
everybody who reads or writes. Each brings all that is known at its moment, because a
round trip costs as much as an answer.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import cache, partial
from itertools import islice
from typing import Any, NamedTuple

from django.db import DEFAULT_DB_ALIAS, connection, connections, models
from django.db.models import Value
from django.utils import timezone

from articles.models import Article
from articles.models.article import DISCUSSION_FIELDS
from comments.models.policy import Policy
from comments.models.shown import COLUMNS, CommentRow

Row = Sequence[Any]


class Part:
    """Columns of one table in a statement, and the instance that is made of them; the others stay deferred."""

    def __init__(self, model: type[models.Model], alias: str, *names: str):
        wanted = [field for field in model._meta.concrete_fields if not names or field.name in names]
        self.model = model
        self.names = [field.attname for field in wanted]
        self.columns = ", ".join(f'{alias}."{field.column}"' for field in wanted)
        converters = [
            [*connection.ops.get_db_converters(field.cached_col), *field.get_db_converters(connection)]
            for field in wanted
        ]
        self.converted = [
            (place, field.cached_col, converts)
            for place, (field, converts) in enumerate(zip(wanted, converters, strict=True))
            if converts
        ]

    def take(self, row: Iterator[Any]) -> Any:
        """The instance in the next values of a row, None where an outer join found no row."""
        values = list(islice(row, len(self.names)))
        if values[0] is None:
            return None
        for place, column, converts in self.converted:
            for convert in converts:
                values[place] = convert(values[place], column, connection)
        return self.model.from_db(connection.alias, self.names, values)


def ask(statement: str, values: dict[str, Any]) -> Row:
    """The first row of the answer, empty when there is none."""
    return next(iter(ask_all(statement, values)), ())


def ask_all(statement: str, values: dict[str, Any]) -> list[Any]:
    with _cursor() as cursor:
        cursor.execute(statement, adapted(values))
        return cursor.fetchall()


def adapted(values: dict[str, Any]) -> dict[str, Any]:
    """As the database's driver takes them. psycopg takes them as they are."""
    if is_postgresql():
        return values
    adapt = connection.ops.adapt_datetimefield_value
    return {name: adapt(value) if isinstance(value, datetime) else value for name, value in values.items()}


@cache
def is_postgresql() -> bool:
    return connection.vendor == "postgresql"


def _cursor() -> Any:
    """PostgreSQL's plans a statement once for each connection; the long ones here take longer to plan than to answer."""
    # Once: `connection` looks each time for the one of its thread.
    database: Any = connections[DEFAULT_DB_ALIAS]
    if not is_postgresql():
        return database.cursor()
    database.ensure_connection()
    cursor: Any = server_cursor()(database.connection)
    # Django's own, in Python, would take a third of the time that a page's comments take.
    cursor.adapters.register_loader("timestamptz", moments())
    return database._prepare_cursor(cursor)


@cache
def server_cursor() -> Any:
    from django.db.backends.postgresql.base import ServerBindingCursor

    return ServerBindingCursor


@cache
def moments() -> Any:
    from psycopg.types.datetime import TimestamptzLoader

    return TimestamptzLoader


def change(parts: tuple[str, ...], values: dict[str, Any]) -> None:
    """Several changes, none of which needs to see another.

    One statement where the database takes several as one (PostgreSQL, 7.8.2); there all see the rows as they were before it.
    """
    with _cursor() as cursor:
        for statement in [_as_one(parts)] if is_postgresql() else parts:
            cursor.execute(statement, adapted(values))


def insertion(row: models.Model, usual: tuple[str, ...] = ()) -> tuple[str, dict[str, Any]]:
    """The change that writes a new row as `save` would, without setting its key, and its values.

    `usual`: fields that have their defaults. psycopg takes apart each time what has more than 50 values, or 4,096 characters.
    """
    plain, others, statement = _insertion(type(row), row.pk is not None, usual)
    values = {mark: getattr(row, name) for mark, name in plain.items()}
    for mark, field in others.items():
        values[mark] = field.get_db_prep_save(getattr(row, field.attname), connection)
    return statement, values


# psycopg writes the values of these by itself.
PLAIN: tuple[type[models.Field], ...] = (
    *(models.AutoField, models.IntegerField, models.FloatField, models.BooleanField, models.ForeignKey),
    *(models.CharField, models.TextField, models.DateTimeField),
)


@cache
def _insertion(
    model: type[models.Model], has_key: bool, usual: tuple[str, ...]
) -> tuple[dict[str, str], dict[str, models.Field], str]:
    """The marks of what is written as it is, by attribute, those of the other fields, and the statement."""
    fields = [field for field in model._meta.concrete_fields if has_key or not isinstance(field, models.AutoField)]
    marked = {f"{model.__name__}{n}": field for n, field in enumerate(fields) if field.name not in usual}
    written = {field.column: f"%({mark})s" for mark, field in marked.items()}
    for field in marked.values():
        if hasattr(field, "get_placeholder"):
            written[field.column] = field.get_placeholder([], None, connection) % written[field.column]
    written |= {field.column: _literal(field.get_default()) for field in fields if field.name in usual}
    columns = ", ".join(f'"{column}"' for column in written)
    plain = {mark: field.attname for mark, field in marked.items() if isinstance(field, PLAIN) and is_postgresql()}
    others = {mark: field for mark, field in marked.items() if mark not in plain}
    return plain, others, f"INSERT INTO {model._meta.db_table} ({columns}) VALUES ({', '.join(written.values())})"  # noqa: S608


def _literal(value: bool | int | float | str | None) -> str:
    """A default as SQL writes it."""
    if value is None:
        return "NULL"
    return "''" if value == "" else str(value).upper()


@cache
def _as_one(parts: tuple[str, ...]) -> str:
    # In one line: no part holds a text with white space in it.
    *others, last = parts
    named = ", ".join(f"part{n} AS ({part})" for n, part in enumerate(others))
    return " ".join((f"WITH {named} {last}" if named else last).split())


def for_update_of(alias: str) -> str:
    return f"FOR NO KEY UPDATE OF {alias}" if connection.features.has_select_for_update else ""


# The article, the policy, and the comment that is answered

ARTICLE_FIELDS = (
    *("id", "kind", "title", "slug", "status", "published_at"),
    *("comments", "comments_close_at", "last_addendum_at", *DISCUSSION_FIELDS),
)
PARENT_FIELDS = ("id", "article", "parent", "number", "status", "tree_id", "lft", "rght", "level", "public_id")


@cache
def article_part() -> Part:
    return Part(Article, "article", *ARTICLE_FIELDS)


@cache
def policy_part() -> Part:
    return Part(Policy, "policy")


@cache
def comment_part() -> Part:
    from comments.models.comment import Comment

    return Part(Comment, "parent", *PARENT_FIELDS)


# The first comment of a thread spans all of it.
PARENT_STATE = """
    EXISTS (
        SELECT 1 FROM comments_comment above
        WHERE above.tree_id = parent.tree_id AND above.is_locked AND above.lft <= parent.lft AND above.rght >= parent.rght
    ),
    (
        SELECT root.rght / 2 FROM comments_comment root
        WHERE root.article_id = parent.article_id AND root.tree_id = parent.tree_id AND root.parent_id IS NULL LIMIT 1
    )
"""


class Answered(NamedTuple):
    """The comment that is answered, as it is at the moment of the statement."""

    comment: Any
    is_locked: bool
    thread_size: int

    @classmethod
    def take(cls, row: Iterator[Any]) -> "Answered | None":
        comment, is_locked, size = comment_part().take(row), next(row), next(row)
        return cls(comment, bool(is_locked), size) if comment else None


class Known(NamedTuple):
    """What is there before a comment is taken in, without a lock."""

    article: Article
    policy: Policy
    answered: Answered | None
    # Of the rules in force, by which `RuleManager.rule_set` sees others.
    rules_state: tuple
    # Something of this visitor was published here and still is.
    has_published: bool
    repeats: int
    is_banned: bool
    # So much was written lately that the valve must count.
    is_lively: bool
    # One more comment is too many under one of the limits.
    is_limited: bool


@cache
def _known(limited: str) -> str:
    return f"""
        SELECT {article_part().columns}, {policy_part().columns}, {comment_part().columns}, {PARENT_STATE},
            rules.number, rules.keys, rules.changed_at,
            EXISTS (
                SELECT 1 FROM comments_comment WHERE visitor_key = %(visitor)s AND visitor_key <> '' AND status = 'published'
            ),
            (
                SELECT count(*) FROM (
                    SELECT 1 FROM comments_comment
                    WHERE fingerprint = %(fingerprint)s AND fingerprint <> '' AND created_at >= %(repeated_since)s
                        AND status <> 'withdrawn'
                        AND NOT (
                            article_id = article.id AND visitor_key = %(visitor)s
                            AND (parent_id = CAST(%(parent)s AS bigint) OR (parent_id IS NULL AND CAST(%(parent)s AS bigint) IS NULL))
                        )
                    LIMIT CAST(%(most_repeats)s AS bigint)
                ) repeated
            ),
            EXISTS (
                SELECT 1 FROM comments_ban
                WHERE ended_at IS NULL AND (expires_at IS NULL OR expires_at > %(now)s)
                    AND ((visitor_key = %(visitor)s AND visitor_key <> '') OR (network_key = %(network)s AND network_key <> ''))
            ),
            EXISTS (
                SELECT 1 FROM comments_comment WHERE created_at > %(lively_since)s
                ORDER BY created_at DESC, id DESC LIMIT 1 OFFSET CAST(%(lively)s AS bigint)
            ),
            EXISTS (SELECT 1 FROM comments_ratelimit WHERE {limited})
        FROM articles_article article
        CROSS JOIN (
            SELECT count(*) AS number, sum(id) AS keys, max(changed_at) AS changed_at
            FROM comments_rule WHERE expires_at IS NULL OR expires_at > %(now)s
        ) rules
        LEFT JOIN comments_policy policy ON policy.id = 1
        LEFT JOIN comments_comment parent ON parent.id = CAST(%(parent)s AS bigint) AND parent.article_id = article.id
        WHERE article.slug = %(slug)s AND article.status = 'published' AND article.published_at <= %(now)s
    """  # noqa: S608 the columns of models


def known(slug: str, limited: str, **values: Any) -> Known | None:
    """None when there is no such article for readers; `limited` is the condition of limits that are reached, with its own values.

    Values: parent, visitor, network, fingerprint, repeated_since, most_repeats, lively_since, lively.
    """
    row = ask(_known(limited), {"slug": slug, "now": timezone.now(), **values})
    if not row:
        return None
    rest = iter(row)
    article, policy = article_part().take(rest), policy_part().take(rest) or Policy(pk=1)
    answered = Answered.take(rest)
    rules_state = (next(rest), next(rest), next(rest))
    has_published, repeats, *others = rest
    return Known(article, policy, answered, rules_state, bool(has_published), repeats, *map(bool, others))


@cache
def _lock() -> str:
    return f"SELECT {article_part().columns} FROM articles_article article WHERE id = CAST(%(pk)s AS bigint) {for_update_of('article')}"  # noqa: S608


def lock(pk: int) -> Article:
    """As `ArticleQuerySet.lock`, with what an act of a reader needs of the article. Raises Article.DoesNotExist."""
    row = ask(_lock(), {"pk": pk})
    if not row:
        raise Article.DoesNotExist
    return article_part().take(iter(row))


class Place(NamedTuple):
    """Where a comment is to go, read under the lock; `repeated` is the key of the one that it repeats."""

    article: Article
    policy: Policy
    answered: Answered | None
    repeated: int | None
    # Of the new comment, and of the thread that it begins.
    pk: int
    tree_id: int | None
    # One more comment is too many under one of the limits.
    is_limited: bool


# The next numbers. django-mptt takes max + 1 over the whole table on PostgreSQL too, where the lock is only on one article.
NEXT = {
    "postgresql": """
        nextval(pg_get_serial_sequence('comments_comment', 'id')),
        CASE WHEN CAST(%(parent)s AS bigint) IS NULL THEN nextval('comments_comment_tree_id') END
    """,
    "sqlite": """
        (SELECT coalesce(max(seq), 0) + 1 FROM sqlite_sequence WHERE name = 'comments_comment'),
        (SELECT coalesce(max(tree_id), 0) + 1 FROM comments_comment)
    """,
}


@cache
def _place(limited: str, known: str) -> str:
    return f"""
        SELECT {policy_part().columns}, {comment_part().columns}, {PARENT_STATE},
            (
                SELECT id FROM comments_comment
                WHERE visitor_key = %(visitor)s {known} AND article_id = CAST(%(article)s AS bigint) AND created_at >= %(since)s
                    AND (parent_id = CAST(%(parent)s AS bigint) OR (parent_id IS NULL AND CAST(%(parent)s AS bigint) IS NULL))
                    AND status IN ('pending', 'published') AND text = %(text)s
                ORDER BY number LIMIT 1
            ),
            {NEXT[connection.vendor]},
            EXISTS (SELECT 1 FROM comments_ratelimit WHERE {limited})
        FROM (SELECT 1 AS one) here
        LEFT JOIN comments_policy policy ON policy.id = 1
        LEFT JOIN comments_comment parent ON parent.id = CAST(%(parent)s AS bigint) AND parent.article_id = CAST(%(article)s AS bigint)
    """  # noqa: S608


def place(
    article_pk: int, limited: str, *, parent: int | None, visitor: str, text: str, since: datetime, **values: Any
) -> Place:
    """Locks the article. `since`: from when on the same words of the same visitor in the same place are a repetition.

    `limited` is the condition of limits that are reached, with its own values.

    Raises Article.DoesNotExist.
    """
    article = lock(article_pk)
    # The condition of the index on it.
    statement = _place(limited, "AND visitor_key <> ''" if visitor else "")
    values |= {"article": article_pk, "parent": parent, "visitor": visitor, "text": text, "since": since}
    rest = iter(ask(statement, values))
    return Place(article, policy_part().take(rest) or Policy(pk=1), Answered.take(rest), *rest)


# Pages of readers

JOINED = {"postgresql": "string_agg(CAST({} AS text), ' ')", "sqlite": "group_concat({}, ' ')"}
# In one text: psycopg looks at each of a list before it sends it.
AMONG = {"postgresql": "= ANY(CAST(%(keys)s AS bigint[]))", "sqlite": "IN (SELECT value FROM json_each(%(keys)s))"}


def keys(given: Sequence[int]) -> Any:
    """As the condition AMONG takes them."""
    texts = map(str, given)
    return f"{{{','.join(texts)}}}" if is_postgresql() else f"[{','.join(texts)}]"


@cache
def _rows(among: str) -> str:
    columns = ", ".join(f"comment.{name}" for name in COLUMNS)
    # Each in a query of its own, which costs nothing for the many comments that were never moved or named.
    citer = "(SELECT number FROM comments_comment source WHERE source.id = citation.source_id AND source.status = 'published')"
    return f"""
        SELECT {columns},
            CASE WHEN comment.moved_from_id IS NOT NULL
                THEN (SELECT number FROM comments_comment above WHERE above.id = comment.moved_from_id)
            END,
            (
                SELECT {JOINED[connection.vendor].format(citer)}
                FROM comments_citation citation WHERE citation.target_id = comment.id
            )
        FROM comments_comment comment
        WHERE comment.{among}
        ORDER BY comment.number
    """  # noqa: S608 names of columns


def rows_under(article_pk: int) -> list[CommentRow]:
    """What a page of readers needs of an article's comments, by number."""
    # Equality, by which PostgreSQL finds them in order.
    return _taken(ask_all(_rows("article_id = CAST(%(article)s AS bigint)"), {"article": article_pk}))


def rows_in(tree_ids: Sequence[int]) -> list[CommentRow]:
    """The same of the comments of these threads."""
    return _taken(ask_all(_rows(f"tree_id {AMONG[connection.vendor]}"), {"keys": keys(tree_ids)}))


def _taken(found: list[Any]) -> list[CommentRow]:
    rows = list(map(partial(tuple.__new__, CommentRow), found))
    return rows if is_postgresql() else list(map(_with_moments, rows))


def threads(article_pk: int, order: str) -> list[tuple[int, int, bool]]:
    """The tree_id of each thread of an article and how many comments it has, in an order of columns of its first comment.

    With each: whether anything under the article is pinned, which is not worth a question of its own.
    """
    statement = f"""
        SELECT tree_id, (rght - lft + 1) / 2,
            EXISTS (SELECT 1 FROM comments_comment WHERE article_id = CAST(%(article)s AS bigint) AND pinned_at IS NOT NULL)
        FROM comments_comment
        WHERE article_id = CAST(%(article)s AS bigint) AND parent_id IS NULL ORDER BY {order}
    """  # noqa: S608 one of a few
    return ask_all(statement, {"article": article_pk})


@cache
def _latest() -> tuple[Part, Part, str]:
    from comments.models.comment import Comment

    comment = Part(Comment, "comment", "id", "article", "text", "author_name")
    article = Part(Article, "article", "id", "kind", "title", "slug")
    statement = f"""
        SELECT {comment.columns}, {article.columns}
        FROM comments_comment comment JOIN articles_article article ON article.id = comment.article_id
        WHERE comment.status = 'published' AND article.status = 'published' AND article.published_at <= %(now)s
        ORDER BY comment.created_at DESC, comment.id DESC LIMIT CAST(%(limit)s AS bigint)
    """  # noqa: S608
    return comment, article, statement


def latest(limit: int) -> list[Row]:
    """What `said` makes the comments of that readers could see last."""
    return ask_all(_latest()[-1], {"now": timezone.now(), "limit": limit})


def said(rows: Sequence[Row]) -> list[Any]:
    """The comments, each with its article, as far as a line about them needs it."""
    comment_part, article_part, _statement = _latest()
    found = []
    for row in map(iter, rows):
        comment = comment_part.take(row)
        comment.article = article_part.take(row)
        found.append(comment)
    return found


def _with_moments(row: CommentRow) -> CommentRow:
    """SQLite's moments are texts."""
    moment = Value(None, output_field=models.DateTimeField())
    moments = {name: getattr(row, name) for name in ("created_at", "edited_at", "moved_at", "pinned_at")}
    for convert in connection.ops.get_db_converters(moment):
        moments = {name: convert(value, moment, connection) for name, value in moments.items()}
    return row._replace(**moments)
