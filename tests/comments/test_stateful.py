"""Whatever readers, authors and the owner do, in whatever order, the discussion stays whole.

Hypothesis thinks up sequences of acts and plays each against the database and
against a model in plain Python that knows nothing of trees: one dictionary by
number. A failing sequence is shrunk to the shortest that fails.
"""

from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, multiple, rule, run_state_machine_as_test

from articles.models import Article
from comments import threads
from comments.models import Comment, Refusal
from comments.nested_sets import Row, violations
from tests.factories import make_article, make_comment

SHOWN = {"pending", "published"}

# verb: the statuses that it acts on, and what it makes of them
VERBS = {
    "approve": ({"pending", "spam"}, "published"),
    "remove": ({"pending", "published"}, "removed"),
    "restore": ({"removed"}, "published"),
    "mark_spam": ({"pending", "published", "removed"}, "spam"),
}


@dataclass
class Known:
    """What the model knows of one comment."""

    pk: int
    parent: int | None
    text: str
    status: str
    votes: dict[str, int]


class Discussion(RuleBasedStateMachine):
    numbers = Bundle("numbers")

    def __init__(self):
        super().__init__()
        self.known: dict[int, Known] = {}
        self.article = make_article()
        # Another article's threads are never touched.
        self.bystander = make_comment(parent=make_comment())

    def stored(self, number: int) -> Comment:
        return Comment.objects.get(article=self.article, number=number)

    def takes(self, allowed: bool, act, *args):
        """Whether the act was taken; it must be so exactly when the model allows it."""
        try:
            act(*args)
        except Refusal:
            assert not allowed
            return False
        assert allowed
        return True

    def is_below(self, number: int | None, above: int) -> bool:
        while number is not None and number != above:
            number = self.known[number].parent
        return number == above

    def has_replies(self, number: int) -> bool:
        return any(known.parent == number for known in self.known.values())

    def post(self, parent: int | None, moderated: bool = False) -> int:
        Article.objects.filter(pk=self.article.pk).update(comments="moderated" if moderated else "open")
        number = len(self.known) + 1
        above = self.known[parent].pk if parent else None
        comment = Comment.objects.post(self.article.pk, text=str(number), visitor_key="writer", parent_id=above)
        assert comment.number == number
        self.known[number] = Known(comment.pk, parent, str(number), comment.status, {})
        return number

    @rule(target=numbers, moderated=st.booleans())
    def begin(self, moderated):
        return self.post(None, moderated)

    @rule(target=numbers, parent=numbers)
    def reply(self, parent):
        if self.known[parent].status == "published":
            return self.post(parent)
        with pytest.raises(Refusal):
            self.post(parent)
        return multiple()

    @rule(number=numbers, text=st.sampled_from("あいう"))
    def edit(self, number, text):
        known = self.known[number]
        allowed = known.status in SHOWN and not self.has_replies(number)
        if self.takes(allowed, self.stored(number).edit, text):
            known.text = text

    @rule(number=numbers)
    def withdraw(self, number):
        if self.takes(self.known[number].status in SHOWN, self.stored(number).withdraw):
            self.known[number].status = "withdrawn"

    @rule(number=numbers, parent=st.none() | numbers)
    def move(self, number, parent):
        known = self.known[number]
        allowed = known.status in SHOWN
        if parent is not None:
            allowed &= self.known[parent].status == "published" and not self.is_below(parent, number)
        if self.takes(allowed, self.stored(number).move_to, self.stored(parent) if parent else None):
            known.parent = parent

    @rule(number=numbers, verb=st.sampled_from(sorted(VERBS)))
    def decide(self, number, verb):
        known, (before, after) = self.known[number], VERBS[verb]
        assert getattr(self.stored(number), verb)(by=None) is (known.status in before)
        if known.status in before:
            known.status = after

    @rule(number=numbers, visitor=st.sampled_from("abc"), value=st.sampled_from([0, 1, -1]))
    def vote(self, number, visitor, value):
        known = self.known[number]
        if self.takes(known.status == "published", self.stored(number).cast_vote, visitor, value):
            known.votes[visitor] = value

    @invariant()
    def the_database_says_what_the_model_says(self):
        rows = Comment.objects.filter(article=self.article).order_by("number").select_related("parent")
        found = {
            row.number: (row.pk, row.parent and row.parent.number, row.text, row.status, row.score) for row in rows
        }
        assert found == {
            number: (known.pk, known.parent, known.text, known.status, sum(known.votes.values()))
            for number, known in self.known.items()
        }

    @invariant()
    def the_trees_are_whole(self):
        fields = ("pk", "parent_id", "tree_id", "lft", "rght", "level", "article_id")
        rows = Comment.objects.order_by("tree_id", "lft", "pk").values_list(*fields)
        assert not list(violations(map(Row._make, rows)))

    @invariant()
    def the_counts_are_right(self):
        article = Article.objects.get(pk=self.article.pk)
        published = sum(known.status == "published" for known in self.known.values())
        assert (article.comment_count, article.last_comment_number) == (published, len(self.known))

    @invariant()
    def no_reply_stands_without_what_it_answers(self):
        rows = threads.arrange(Comment.objects.filter(article=self.article).order_by("number"))
        seen: set[int] = set()
        for row in rows:
            parent = self.known[row.comment.number].parent
            assert parent is None or parent in seen
            assert row.is_placeholder == (self.known[row.comment.number].status != "published")
            seen.add(row.comment.number)
        assert {number for number, known in self.known.items() if known.status == "published"} <= seen


@pytest.mark.django_db
def test_a_discussion_stays_whole_whatever_is_done_to_it():
    run_state_machine_as_test(
        Discussion,
        settings=settings(
            max_examples=20,
            stateful_step_count=25,
            deadline=None,
            # The same acts in every run: a fault that comes and goes would be nobody's.
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
