from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import F
from django.utils import timezone

from articles import article_search, body, rendering
from articles.models import Article, ArticleText, Picture, RelatedArticle
from articles.search_query import parse
from articles.slugs import fold_title
from comments import comment_search, ranking
from comments import text as comment_text
from comments.big import building, loading, words
from comments.models import Citation, Comment, CommentText, HourlyCount, Receipt, Vote
from tests.factories import make_article, make_comment, make_owner, make_tag
from tests.wordpress import in_english as in_english

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def small_and_inside_a_transaction(monkeypatch):
    monkeypatch.setattr(words, "PIECES", 3_000)
    monkeypatch.setattr(loading, "tidy", lambda: None)


def make(*, articles: int = 40, comments: int = 600, **options) -> str:
    out = StringIO()
    call_command("make_big_site", articles=articles, comments=comments, stdout=out, **options)
    return out.getvalue()


def test_there_is_as_much_as_was_asked_for():
    said = make()
    assert (Article.objects.published().count(), Comment.objects.count()) == (40, 600)
    assert "600 comments in all after" in said
    # Large, in one thread, and as usual.
    assert [f"{n} comments: /articles/big-" in said for n in (150, 60)] == [True, True]


def test_all_trees_are_whole_and_all_that_answers_came_later():
    make()
    call_command("check_trees", stdout=StringIO())
    assert not Comment.objects.filter(parent__number__gte=F("number")).exists()
    assert not Comment.objects.filter(parent__created_at__gt=F("created_at")).exists()
    assert not Comment.objects.exclude(parent=None).exclude(parent__article=F("article")).exists()
    assert not Comment.objects.filter(created_at__gt=timezone.now()).exists()


def test_one_article_is_one_thread():
    make()
    trees = Comment.objects.order_by().values_list("article", "tree_id").distinct()
    whole = [a for a in Article.objects.filter(last_comment_number=60) if trees.filter(article=a).count() == 1]
    assert whole


def test_articles_know_what_is_said_about_them():
    make()
    for article in Article.objects.all():
        discussion = article.discussion.all()
        numbers = sorted(discussion.values_list("number", flat=True))
        assert numbers == list(range(1, article.last_comment_number + 1))
        assert article.comment_count == discussion.filter(status=Comment.Status.PUBLISHED).count()


def test_articles_are_as_the_editor_would_have_made_them():
    make()
    for article in Article.objects.all()[:5]:
        made = rendering.render(article.body)
        assert (article.html, article.headings, article.characters) == (made.html, made.headings, made.characters)
        assert body.clean(article.body) == article.body
        assert article.title_key == fold_title(article.title)


def test_comments_are_as_if_they_were_posted():
    make()
    for comment in Comment.objects.select_related("search_text")[:200]:
        assert comment.text == comment_text.normalise(comment.text)
        assert comment.html == comment_text.render(comment.text, comment.article_id)
        assert comment.fingerprint == comment_text.fingerprint(comment.text)
        assert comment.rank == pytest.approx(ranking.lower_bound(comment.upvotes, comment.downvotes))
        searched = CommentText.of(comment)
        assert (comment.search_text.head, comment.search_text.text) == (searched.head, searched.text)
        targets = Citation.objects.filter(source=comment).values_list("target__number", flat=True)
        assert list(targets) == comment_text.cited_numbers(comment.text)


def test_articles_are_found_by_what_they_say():
    make()
    for article in Article.objects.select_related("search_text")[:20]:
        searched = ArticleText.of(article)
        assert (article.search_text.head, article.search_text.text) == (searched.head, searched.text)


def test_votes_agree_with_the_counts():
    make()
    voted = Comment.objects.filter(imported_upvotes=0, imported_downvotes=0)
    assert Vote.objects.exists()
    for comment in voted:
        counts = Vote.objects.filter(comment=comment).counts()
        assert (counts.up, counts.down, comment.score) == (comment.upvotes, comment.downvotes, counts.up - counts.down)
        assert (counts.up_weight, counts.down_weight) == (counts.up, counts.down)
        assert (comment.upvote_weight, comment.downvote_weight) == (counts.up, counts.down)


@pytest.mark.parametrize("word", words.TOPICS[:3])
def test_what_was_written_is_found(word):
    make()
    query = parse(word)
    scanned = set(Comment.objects.visible().filter(search_text__text__contains=query.words()[0]))
    assert scanned
    assert set(comment_search.matching(query)) == scanned
    read = Article.objects.filter(search_text__text__contains=query.words()[0])
    assert set(article_search.matching(query)) == set(read)


def test_the_index_can_be_left_to_tick():
    make(without_search=True)
    assert not CommentText.objects.exists()
    assert not ArticleText.objects.exists()


def test_what_comes_next_has_keys_and_trees_of_its_own():
    make()
    article = make_article(tags=[make_tag()])
    comment = make_comment(article=article)
    comment.cast_vote("somebody", 1, network_key="n")
    make_comment(parent=Comment.objects.filter(status=Comment.Status.PUBLISHED).order_by("pk").first())
    assert Comment.objects.filter(tree_id=comment.tree_id).count() == 1
    assert Receipt.objects.filter(comment=comment).count() <= 1
    call_command("check_trees", stdout=StringIO())


def test_all_indexes_are_there_afterwards():
    def indexes() -> dict:
        with connection.cursor() as cursor:
            tables = (Comment, Vote, CommentText, ArticleText)
            return {model: connection.introspection.get_constraints(cursor, model._meta.db_table) for model in tables}

    before = indexes()
    make()
    assert indexes() == before


def test_what_tick_keeps_is_there():
    make()
    assert HourlyCount.objects.exists()
    assert RelatedArticle.objects.exists()
    assert not Article.objects.filter(related_at=None).exists()


def test_a_site_with_anything_is_left_alone(in_english):
    make_article()
    with pytest.raises(CommandError, match="not empty"):
        make()
    assert Article.objects.count() == 1


def test_the_same_seed_makes_the_same_and_another_does_not():
    def said(after: int) -> list:
        rows = Comment.objects.filter(pk__gt=after).order_by("article", "number")
        return [(row.text.partition("\n")[2] or row.text, row.score, row.lft) for row in rows]

    def last() -> int:
        return Comment.objects.order_by("-pk").values_list("pk", flat=True).first() or 0

    make()
    first, place = said(0), last()
    make(add=True)
    second, place = said(place), last()
    make(add=True, seed=36)
    assert first == second
    assert said(place) != first
    call_command("check_trees", stdout=StringIO())


def test_a_failure_leaves_nothing(monkeypatch):
    def broken(self):
        raise OSError("no space left")

    monkeypatch.setattr(building._BigSite, "count", broken)
    with pytest.raises(OSError, match="no space"):
        make()
    assert not (Article.objects.exists() or Comment.objects.exists() or Picture.objects.exists())


def test_too_little_is_refused(in_english):
    with pytest.raises(CommandError, match="The least"):
        make(articles=3)


def test_readers_and_the_owner_get_their_pages(client):
    make()
    large = Article.objects.order_by("-last_comment_number").first()
    for address in ("/", "/popular/week/", "/archive/", large.get_absolute_url(), f"{large.get_absolute_url()}?page=2"):
        assert client.get(address).status_code == 200, address
    client.force_login(make_owner())
    for address in ("/admin/", "/admin/desk/reported/", "/admin/articles/article/", "/admin/comments/comment/"):
        assert client.get(address).status_code == 200, address


@pytest.mark.django_db(transaction=True)
def test_plans_are_made_by_the_figures_of_the_new_tables(monkeypatch):
    monkeypatch.undo()
    monkeypatch.setattr(words, "PIECES", 3_000)
    make()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT reltuples FROM pg_class WHERE relname = 'comments_comment'")
            assert cursor.fetchone() == (600,)
