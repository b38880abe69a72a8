"""Which saves of an article make a revision (django-simple-history writes it).

A save that changes nothing makes none. What is stored gets its own revision
first where it has none, as after an import, so that there is always a way back
to it. Revisions are only ever added: two saves at once can at worst make the
same one twice, and the admin saves under the article's lock.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.utils import timezone


def tracked(row) -> list[str]:
    """The columns of which an article, or a revision of one, keeps what they were."""
    return [field.attname for field in getattr(row, "tracked_fields", None) or row.revisions.model.tracked_fields]


@contextmanager
def made_when_changed(article) -> Iterator[None]:
    """Around the save of an article."""
    stored = None if article._state.adding else type(article)._base_manager.filter(pk=article.pk).first()
    if stored is None or hasattr(article, "skip_history_when_saving"):
        yield
        return
    keep(stored)
    if differs(stored, article):
        yield
        return
    with without_revision(article):
        yield


@contextmanager
def without_revision(article) -> Iterator[None]:
    """Around a save that is no change of the article's own."""
    article.skip_history_when_saving = True
    try:
        yield
    finally:
        del article.skip_history_when_saving


def differs(stored, article) -> bool:
    # A column that was not loaded was not changed either.
    return any(getattr(stored, name) != article.__dict__.get(name, getattr(stored, name)) for name in tracked(stored))


def keep(stored) -> None:
    """Make a revision of the row as it is stored, unless the last one says the same."""
    last = stored.revisions.first()
    if last is None or any(getattr(last, name) != getattr(stored, name) for name in tracked(stored)):
        # With a revision before it, nobody knows when the row was changed past `save`.
        moment = timezone.now() if last else stored.updated_at
        type(stored).revisions.bulk_history_create([stored], update=True, default_date=moment)
