"""Readers and writers in any order: nobody sees less than what was committed a second before."""

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.extra.django import TransactionTestCase
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from time_machine import travel

from articles.models import Article, Category
from comments.models import Comment, Policy
from config import page_cache, page_store
from tests.factories import make_article, make_category, make_comment

WORKERS = 2
SECONDS = st.sampled_from([0, 0.3, 0.6, 0.99, 1.1, 1.5])
ENCODINGS = st.sampled_from(["", "gzip"])


class Site(RuleBasedStateMachine):
    """Some processes with a store each, a clock for all of them, and what each page looked like at what time."""

    def __init__(self):
        super().__init__()
        self.patch = pytest.MonkeyPatch()
        self.patch.setattr(page_cache, "monotonic", lambda: self.now)
        self.patch.setattr(page_store, "monotonic", lambda: self.now)
        self.now = 1_000.0
        self.stores = [page_store.Store() for _ in range(WORKERS)]
        # The form's stamp is the only thing on a page that time alone changes.
        self.still = travel(timezone.now(), tick=False)
        self.still.start()

    @initialize()
    def begin(self):
        Policy.objects.update_or_create(pk=1, defaults={"is_closed": False})
        self.is_closed = False
        self.articles = [make_article(category=make_category()) for _ in range(2)]
        self.paths = ["/", *(article.get_absolute_url() for article in self.articles)]
        self.paths.append(self.articles[0].category.get_absolute_url())
        # For each page: since when it looks like that.
        self.past = {path: [(self.now, self.fresh(path))] for path in self.paths}

    def fresh(self, path):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(page_cache.settings, "PAGE_CACHE_BYTES", 0)
            return Client().get(path).content

    def written(self):
        for path in self.paths:
            self.past[path].append((self.now, self.fresh(path)))

    def allowed(self, path, oldest):
        """What the page looked like at some time since `oldest`."""
        past = self.past[path]
        ends = [moment for moment, _body in past[1:]] + [float("inf")]
        return [body for (_begin, body), end in zip(past, ends, strict=True) if end >= oldest]

    @rule(worker=st.integers(0, WORKERS - 1), place=st.integers(0, 3), seconds=SECONDS, encoding=ENCODINGS)
    def read(self, worker, place, seconds, encoding):
        self.now += seconds
        self.patch.setattr(page_cache, "STORE", self.stores[worker])
        answer = Client().get(self.paths[place], headers={"Accept-Encoding": encoding})
        body = page_store.DECOMPRESS[answer.get("Content-Encoding", "")](answer.content)
        assert body in self.allowed(self.paths[place], self.now - 1.0)

    @rule(worker=st.integers(0, WORKERS - 1), place=st.integers(0, 3), seconds=SECONDS)
    def read_before_and_after_a_change(self, worker, place, seconds):
        self.read(worker, place, 0, "")
        self.now += 0.01
        self.retitle(0)
        self.read(worker, place, seconds, "")

    @rule(worker=st.integers(0, WORKERS - 1), place=st.integers(0, 3))
    def read_what_one_has_just_written(self, worker, place):
        self.patch.setattr(page_cache, "STORE", self.stores[worker])
        answer = Client(headers={"Cookie": "wrote=1"}).get(self.paths[place])
        assert answer.content == self.past[self.paths[place]][-1][1]

    @precondition(lambda self: not self.is_closed)
    @rule(which=st.integers(0, 1))
    def comment(self, which):
        make_comment(article=self.articles[which], text=f"言葉 {self.now}")
        self.written()

    @rule(which=st.integers(0, 1))
    def vote(self, which):
        comment = self.articles[which].discussion.filter(status=Comment.Status.PUBLISHED).first()
        if comment is not None:
            comment.cast_vote(str(self.now), 1, network_key="net")
            self.written()

    @rule(which=st.integers(0, 1))
    def withdraw(self, which):
        comment = self.articles[which].discussion.filter(status=Comment.Status.PUBLISHED).first()
        if comment is not None:
            comment.withdraw()
            self.written()

    @rule(which=st.integers(0, 1))
    def retitle(self, which):
        Article.objects.filter(pk=self.articles[which].pk).update(title=f"題 {self.now}")
        self.written()

    @rule()
    def rename_a_category(self):
        Category.objects.filter(pk=self.articles[0].category_id).update(name=f"分類 {self.now}")
        self.written()

    @rule(closed=st.booleans())
    def close_or_open_the_site(self, closed):
        Policy.objects.update_or_create(pk=1, defaults={"is_closed": closed})
        self.is_closed = closed
        self.written()

    @invariant()
    def nobody_is_left_waiting(self):
        assert not any(store.turns for store in self.stores)

    def teardown(self):
        self.still.stop()
        self.patch.undo()


class FreshnessTests(TransactionTestCase):
    def test_no_reader_sees_less_than_a_second_ago_and_no_writer_less_than_their_own_act(self):
        with self.settings(PAGE_CACHE_BYTES=200_000):
            run_state_machine_as_test(
                Site, settings=hypothesis_settings(max_examples=8, stateful_step_count=30, deadline=None)
            )
