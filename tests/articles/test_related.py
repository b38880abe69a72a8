from datetime import timedelta

import pytest
from django.utils import timezone

from articles import likeness, related
from articles.models import Article, RelatedArticle, Series
from tests.factories import make_article, make_category, make_owner, make_tag

pytestmark = pytest.mark.django_db


def targets(article):
    return [link.target or link.url for link in article.related()]


def test_the_owners_choice_comes_first_in_the_owners_order():
    article, first, second = make_article(), make_article(), make_article()
    article.related_links.create(target=second, position=2)
    article.related_links.create(url="https://example.com/", title="外のページ", position=1)
    article.related_links.create(target=first, position=3)
    assert targets(article)[:3] == ["https://example.com/", second, first]


def test_it_is_topped_up_to_six_by_tag_then_category_then_age():
    tag, category = make_tag(), make_category()
    article = make_article(tags=[tag], category=category)
    tagged = make_article(tags=[tag])
    sibling = make_article(category=category)
    others = [make_article() for _ in range(8)]
    assert targets(article) == [tagged, sibling, *others[:-5:-1]]


def test_a_chosen_article_is_not_repeated():
    tag = make_tag()
    article, other = make_article(tags=[tag]), make_article(tags=[tag])
    article.related_links.create(target=other)
    assert targets(article) == [other]


def test_more_than_six_chosen_ones_all_stay():
    article = make_article()
    for _ in range(7):
        article.related_links.create(target=make_article())
    assert len(article.related()) == 7


def test_a_chosen_draft_is_left_out():
    article = make_article()
    article.related_links.create(target=make_article(status=Article.Status.DRAFT))
    assert targets(article) == []


# What `tick` finds


def article(days_ago=0, body="<p>本文です。</p>", **kwargs):
    return make_article(published_at=timezone.now() - timedelta(days=days_ago), body=body, **kwargs)


def reasons(found) -> dict:
    return {row.target: set(row.reasons) for row in found.found_related.all()}


def test_it_finds_by_tags_then_series_then_category_then_text():
    tag, category, series = make_tag(), make_category(), Series.objects.create(title="橋", slug="bridge")
    text = "<p>湖の郵便船が電動の船に替わる。船長は汽笛を付け替える。</p>"
    about = article(1, text, tags=[tag], category=category, series=series, title="郵便船")
    alike = article(9, text, title="郵便船の汽笛")
    sibling = article(8, "<p>畑のこと。</p>", category=category, title="畑")
    chained = article(7, "<p>橋のこと。</p>", series=series, title="橋")
    tagged = article(10, "<p>星図のこと。</p>", tags=[tag], title="星")
    others = [article(n, "<p>別。</p>", title=str(n)) for n in (2, 3, 4)]
    related.find_due()
    assert targets(about) == [tagged, chained, sibling, alike, *others[:2]]
    assert reasons(about)[tagged] == {"tags"}
    assert reasons(about)[alike] == {"text"}
    assert reasons(about)[others[0]] == {"newest"}


def test_the_same_is_found_every_time():
    # Titles that share nothing: numbers may be alike.
    about, *_others = [article(n, title=title) for n, title in enumerate("いろはにほへとちり")]
    related.find(about_with_texts(about))
    first = targets(about)
    related.find(about_with_texts(about))
    assert targets(about) == first == list(Article.objects.newest_first()[1:7])


def about_with_texts(about):
    return related.with_texts(Article.objects.filter(pk=about.pk)).get()


def test_the_owners_choice_still_comes_first():
    about, chosen, tag = article(), article(90), make_tag()
    for each in (about, article(1)):
        each.tags.add(tag)
    about.related_links.create(target=chosen)
    related.find_due()
    assert targets(about)[0] == chosen
    assert targets(about).count(chosen) == 1


def test_only_what_readers_may_see_is_found_and_shown():
    tag = make_tag()
    about, seen = article(tags=[tag]), article(1, tags=[tag])
    article(tags=[tag], status=Article.Status.DRAFT)
    article(-1, tags=[tag])
    make_article(kind=Article.Kind.PAGE).tags.add(tag)
    related.find_due()
    assert [row.target for row in about.found_related.all()] == [seen]
    Article.objects.filter(pk=seen.pk).update(status=Article.Status.DRAFT)
    assert targets(about) == []


def test_a_save_has_it_looked_for_again():
    tag = make_tag()
    about, other = article(), article(1, tags=[tag])
    related.find_due()
    assert Article.objects.filter(related_at=None).count() == 0
    about.tags.add(tag)
    Article.objects.get(pk=about.pk).save()
    related.find_due()
    assert reasons(about)[other] >= {"tags"}


def test_older_articles_see_a_new_one_at_the_next_tick():
    tag = make_tag()
    old = article(1, tags=[tag])
    related.find_due()
    new = article(tags=[tag])
    related.find_due()
    related.find_due()
    assert list(reasons(old)) == [new]


def test_what_was_not_looked_at_for_a_week_is_looked_at_again():
    about = article(30)
    related.find_due()
    Article.objects.update(related_at=timezone.now() - timedelta(days=6, hours=23))
    assert related.due(timezone.now() - related.FRESH) == []
    Article.objects.update(related_at=timezone.now() - timedelta(days=7))
    assert related.due(timezone.now() - related.FRESH) == [about]


def test_an_article_saved_meanwhile_is_left_for_the_next_tick():
    about = article()
    read = about_with_texts(about)
    about.save()
    related.find(read)
    assert Article.objects.get(pk=about.pk).related_at is None


def test_a_tick_looks_at_a_bounded_number(monkeypatch):
    for _ in range(5):
        article(tags=[make_tag()])
    monkeypatch.setattr(related, "AT_ONCE", 2)
    monkeypatch.setattr(related, "CANDIDATES", 2)
    related.find_due()
    assert Article.objects.exclude(related_at=None).count() == 2
    assert RelatedArticle.objects.count() == 4


def test_the_page_asks_for_all_of_it_in_two_queries(django_assert_num_queries):
    tag = make_tag()
    about, *_others = [article(tags=[tag]) for _ in range(9)]
    related.find_due()
    about = Article.objects.get(pk=about.pk)
    with django_assert_num_queries(2):
        assert len([str(link.target.category) for link in about.related()]) == 6


def test_the_owner_sees_why(client):
    about, other = article(tags=[tag := make_tag()]), article(1, tags=[tag], title="灯台の日誌")
    related.find_due()
    client.force_login(make_owner())
    page = client.get(f"/admin/articles/article/{about.pk}/change/").content.decode()
    assert f'<a href="/admin/articles/article/{other.pk}/change/">灯台の日誌</a> (タグ 4.0' in page


def test_texts_are_alike_by_what_is_rare_in_them():
    texts = ["湖の郵便船が電動の船に替わります。", "郵便船の船長は湖で待ちます。", "畑で野菜を量り売りします。", ""]
    first, *others = map(likeness.pairs, texts)
    same, alike, unlike, empty = likeness.compare(first, [first, *others])
    assert same == pytest.approx(1)
    assert same > alike > unlike >= empty == 0
