from unittest.mock import patch

import pytest

from articles.models import Article
from comments.models import Comment, MisplacementReport, ModerationEvent, Refusal
from comments.nested_sets import Row, violations
from tests.factories import make_article, make_comment, make_owner

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def trees_are_whole_afterwards():
    yield
    fields = ("pk", "parent_id", "tree_id", "lft", "rght", "level", "article_id")
    rows = Comment.objects.order_by("tree_id", "lft", "pk").values_list(*fields)
    assert not list(violations(map(Row._make, rows)))


def parent_of(comment):
    return Comment.objects.get(pk=comment.pk).parent


def test_it_takes_its_replies_and_votes_along():
    root = make_comment()
    other = make_comment(article=root.article)
    moved = make_comment(parent=root)
    reply = make_comment(parent=moved)
    moved.cast_vote("somebody", 1)
    assert moved.move_to(other)
    moved.refresh_from_db()
    reply.refresh_from_db()
    assert (moved.parent, reply.parent) == (other, moved)
    assert {moved.tree_id, reply.tree_id} == {other.tree_id}
    assert (moved.score, moved.votes.count(), moved.number) == (1, 1, 3)


def test_it_remembers_where_it_stood():
    root = make_comment()
    moved = make_comment(parent=root)
    moved.move_to(None)
    moved.refresh_from_db()
    assert moved.moved_from == root
    assert moved.moved_at


def test_a_reply_becomes_a_thread_and_a_thread_a_reply():
    root = make_comment()
    moved = make_comment(parent=root)
    moved.move_to(None)
    assert parent_of(moved) is None
    assert Comment.objects.get(pk=moved.pk).tree_id != root.tree_id
    root.move_to(moved)
    assert parent_of(root) == moved


def test_new_threads_never_share_a_tree_with_another_article():
    first, second = make_comment(), make_comment()
    moved = [make_comment(parent=first), make_comment(parent=second)]
    for comment in moved:
        comment.move_to(None)
    make_comment(article=first.article)
    trees = list(Comment.objects.filter(parent=None).values_list("tree_id", flat=True))
    assert len(trees) == len(set(trees)) == 5


def test_the_old_address_leads_to_the_new_place(client):
    root = make_comment()
    moved = make_comment(parent=root)
    moved.move_to(None)
    response = client.get(f"/comments/{moved.pk}/")
    assert response["Location"] == f"/articles/{root.article.slug}/#c2"


def test_it_stays_where_it_stands_already():
    root = make_comment()
    reply = make_comment(parent=root)
    assert not reply.move_to(root)
    assert not root.move_to(None)
    assert not Comment.objects.exclude(moved_at=None).exists()


def test_readers_get_a_new_page():
    comment = make_comment()
    reply = make_comment(parent=comment)
    version = Article.objects.get().discussion_version
    reply.move_to(None)
    assert Article.objects.get().discussion_version == version + 1


def test_it_settles_what_readers_reported():
    root = make_comment()
    reply = make_comment(parent=root)
    MisplacementReport.objects.create(comment=reply, visitor_key="somebody")
    reply.move_to(None)
    assert not MisplacementReport.objects.exists()


def test_only_a_move_of_the_owner_is_a_decision():
    owner, root = make_owner(), make_comment()
    reply = make_comment(parent=root)
    reply.move_to(None)
    assert not ModerationEvent.objects.exists()
    reply.move_to(root, by=owner)
    event = ModerationEvent.objects.get()
    assert (event.comment, event.moderator, event.action) == (reply, owner, "move")


def test_it_refuses_a_loop():
    root = make_comment()
    reply = make_comment(parent=make_comment(parent=root))
    for target in (root, reply):
        with pytest.raises(Refusal, match=Refusal.LOOP):
            root.move_to(target)


def test_it_sees_a_loop_that_came_after_it_was_read():
    article = make_article()
    first, second = make_comment(article=article), make_comment(article=article)
    stale = Comment.objects.get(pk=first.pk)
    second.move_to(first)
    with pytest.raises(Refusal, match=Refusal.LOOP):
        stale.move_to(second)


def test_it_refuses_a_target_of_another_article():
    with pytest.raises(Refusal, match=Refusal.PARENT_MISSING):
        make_comment().move_to(make_comment())


@pytest.mark.parametrize("status", [status for status in Comment.Status.values if status != "published"])
def test_it_refuses_a_target_that_is_not_shown(status):
    target = make_comment()
    comment = make_comment(article=target.article)
    Comment.objects.filter(pk=target.pk).update(status=status)
    for by in (None, make_owner()):
        with pytest.raises(Refusal, match=Refusal.PARENT_REMOVED):
            comment.move_to(target, by=by)


@pytest.mark.parametrize("status", [Comment.Status.REMOVED, Comment.Status.SPAM, Comment.Status.WITHDRAWN])
def test_it_refuses_the_author_of_what_is_hidden(status):
    root = make_comment()
    comment = make_comment(parent=root, status=status)
    with pytest.raises(Refusal, match=Refusal.HIDDEN):
        comment.move_to(None)
    assert comment.move_to(None, by=make_owner())


def test_it_refuses_the_author_in_a_closed_discussion():
    root = make_comment()
    reply = make_comment(parent=root)
    Article.objects.update(comments=Article.Comments.CLOSED)
    with pytest.raises(Refusal, match=Refusal.CLOSED):
        reply.move_to(None)
    assert reply.move_to(None, by=make_owner())


def test_it_refuses_when_the_thread_would_be_too_full():
    target = make_comment()
    comment = make_comment(article=target.article)
    make_comment(parent=comment)
    with patch("comments.models.queries.MAX_THREAD", 2), pytest.raises(Refusal, match=Refusal.THREAD_FULL):
        comment.move_to(target)
    with patch("comments.models.queries.MAX_THREAD", 3):
        assert comment.move_to(target)


def test_within_a_full_thread_a_reply_can_move():
    root = make_comment()
    first, second = make_comment(parent=root), make_comment(parent=root)
    with patch("comments.models.queries.MAX_THREAD", 3):
        assert second.move_to(first)
