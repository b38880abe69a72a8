import re

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.utils import timezone

from comments.models import ModerationEvent, Vote, VoteExclusion
from tests.factories import make_article, make_comment, make_owner, make_user
from tests.reader import Reader

pytestmark = pytest.mark.django_db

PAGE = "/admin/comments/vote/"
LEAVE_OUT = f"{PAGE}leave-out/"


@pytest.fixture
def owner(client):
    user = make_owner()
    client.force_login(user)
    return user


@pytest.fixture
def comment():
    """With six votes from the network "n", one of them down, and one from elsewhere."""
    comment = make_comment()
    for n in range(6):
        comment.cast_vote(f"voter{n}", -1 if n == 5 else 1, network_key="n")
    comment.cast_vote("somebody", 1, network_key="elsewhere")
    return comment


def counts(comment):
    comment.refresh_from_db()
    return comment.upvotes, comment.downvotes


def post(client, address, fields=None):
    return client.post(address, fields or {}, follow=True)


def levels_of(response):
    return [message.level_tag for message in response.context["messages"]]


def buttons_of(page):
    """What the forms of the page would send: for each button its form's hidden fields and its own."""
    sent = []
    for address, form in re.findall(r'<form method="post" action="([^"]+)">(.*?)</form>', page, re.S):
        fields = dict(re.findall(r'type="hidden" name="(\w+_key)" value="([^"]+)"', form))
        for button in re.findall(r"<button ([^>]*)>", form):
            own = dict(re.findall(r'(\w+)="([^"]*)"', button))
            sent.append((address, fields | ({own["name"]: own["value"]} if "name" in own else {})))
    return [(address, fields) for address, fields in sent if address.startswith(PAGE)]


def test_it_shows_what_stands_out_and_why(client, owner, comment):
    page = client.get(PAGE).text
    assert f"/admin/desk/comments/{comment.pk}/" in page
    assert comment.article.get_absolute_url() in page
    assert comment.text in page
    assert re.search(r'role="img"\s+aria-label="[^"]+6[^"]+1[^"]+"', page)
    assert "style=" not in page
    assert "vote-chart__up" in page
    assert "vote-chart__down" in page


def test_it_says_when_nothing_stands_out(client, owner):
    make_comment().cast_vote("a", 1, network_key="n")
    page = client.get(PAGE).text
    assert "vote-case" not in page
    assert "vote-exclusion " not in page


def test_the_index_of_the_admin_leads_to_it(client, owner):
    assert f'href="{PAGE}"' in client.get("/admin/").text


def test_a_network_is_left_out_under_an_article_and_counted_again_by_buttons(client, owner, comment):
    assert counts(comment) == (6, 1)
    here, _everywhere = buttons_of(client.get(PAGE).text)
    response = post(client, *here)
    assert levels_of(response) == ["success"]
    assert counts(comment) == (1, 0)
    assert Vote.objects.count() == 7
    assert VoteExclusion.objects.get().article == comment.article

    (undo,) = buttons_of(response.text)
    assert levels_of(post(client, *undo)) == ["success"]
    assert counts(comment) == (6, 1)


def test_the_button_says_before_what_it_will_change(client, owner, comment):
    other = make_comment(article=comment.article)
    other.cast_vote("voter0", 1, network_key="n")
    make_comment().cast_vote("voter0", 1, network_key="n")
    page = client.get(PAGE).text
    here, everywhere = (" ".join(re.findall(r"\d+", button)) for button in re.findall(r"\(([^)]*)\)\s*</button>", page))
    assert sorted(here.split()) == ["2", "7"]
    assert sorted(everywhere.split()) == ["3", "8"]


def test_a_network_is_left_out_everywhere(client, owner, comment):
    other = make_comment()
    other.cast_vote("voter0", 1, network_key="n")
    _here, everywhere = buttons_of(client.get(PAGE).text)
    response = post(client, *everywhere)
    assert counts(comment) == (1, 0)
    assert counts(other) == (0, 0)
    text = str(next(iter(response.context["messages"])))
    assert sorted(re.findall(r"\d+", text)) == ["2", "7"]


def test_a_visitor_is_left_out(client, owner, comment):
    post(client, LEAVE_OUT, {"visitor_key": "voter0", "article": comment.article.pk})
    assert counts(comment) == (5, 1)


def test_one_person_who_drops_the_cookie_a_thousand_times_is_seen_and_left_out(client, owner):
    comment, *others = (make_comment(article=article) for article in [make_article()] * 10)
    address = f"/comments/{comment.pk}/vote/"
    for n, other in enumerate(others):
        Vote.objects.create(comment=other, visitor_key=f"honest{n}", network_key=f"home{n}", value=1)
    for _ in range(20):
        newcomer = Reader(headers={"Sec-Fetch-Site": "same-origin"})
        assert newcomer.post(address, {"value": 1}, REMOTE_ADDR="203.0.113.9").status_code == 303
    (network,) = Vote.objects.filter(comment=comment).values_list("network_key", flat=True).distinct()
    for n in range(980):
        comment.cast_vote(f"dropped{n}", 1, network_key=network, from_new_visitor=True)
    (case,) = client.get(PAGE).context["cases"]
    assert (case.comment, case.suspects[0].network_key, case.suspects[0].new) == (comment, network, 1000)
    assert case.comment.rank < 0.6
    post(client, LEAVE_OUT, {"network_key": network})
    assert counts(comment) == (0, 0)


def test_both_are_logged_and_shown_in_the_log(client, owner, comment):
    post(client, LEAVE_OUT, {"network_key": "n"})
    exclusion = VoteExclusion.objects.get()
    post(client, f"{PAGE}{exclusion.pk}/count-again/")
    events = list(ModerationEvent.objects.values_list("action", "moderator", "exclusion", "comment"))
    assert events == [("count", owner.pk, exclusion.pk, None), ("leave_out", owner.pk, exclusion.pk, None)]
    assert str(exclusion) in client.get("/admin/comments/moderationevent/").text
    event = ModerationEvent.objects.first()
    assert str(exclusion) in client.get(f"/admin/comments/moderationevent/{event.pk}/change/").text


def test_the_log_names_the_comment_where_that_was_decided_on(client, owner, comment):
    comment.remove(by=owner)
    assert str(comment) in client.get("/admin/comments/moderationevent/").text


def test_the_number_of_queries_of_the_log_does_not_grow(client, owner, django_assert_num_queries):
    for n in range(6):
        comment = make_comment()
        comment.cast_vote("a", 1, network_key=f"n{n}")
        comment.remove(by=make_owner())
        VoteExclusion.objects.leave_out(by=make_owner(), network_key=f"n{n}", article=comment.article)
        with django_assert_num_queries(5):
            client.get("/admin/comments/moderationevent/")


def test_the_second_of_two_owners_is_told_and_nothing_is_doubled(client, owner, comment):
    fields = {"network_key": "n", "article": comment.article.pk}
    post(client, LEAVE_OUT, fields)
    assert levels_of(post(client, LEAVE_OUT, fields)) == ["warning"]
    exclusion = VoteExclusion.objects.get()
    undo = f"{PAGE}{exclusion.pk}/count-again/"
    post(client, undo)
    assert levels_of(post(client, undo)) == ["warning"]
    assert ModerationEvent.objects.count() == 2


def test_what_is_left_out_here_can_still_be_left_out_everywhere(client, owner, comment):
    post(client, LEAVE_OUT, {"network_key": "n", "article": comment.article.pk})
    assert levels_of(post(client, LEAVE_OUT, {"network_key": "n"})) == ["success"]
    assert VoteExclusion.objects.in_force().count() == 2


@pytest.mark.parametrize(
    ("fields", "level"),
    [
        ({}, "error"),
        ({"network_key": "n", "visitor_key": "voter0"}, "error"),
        ({"network_key": "n" * 33}, "error"),
        ({"network_key": "n\0"}, "error"),
        ({"network_key": "n", "article": "x"}, "error"),
        ({"network_key": "n", "article": 10**9}, "error"),
        ({"network_key": "n", "article": 10**20}, "error"),
        ({"network_key": "unknown"}, "warning"),
        ({"visitor_key": "n"}, "warning"),
    ],
    ids=str,
)
def test_it_says_what_is_wrong_with_what_was_sent(client, owner, comment, fields, level):
    response = post(client, LEAVE_OUT, fields)
    assert (response.status_code, levels_of(response)) == (200, [level])
    assert not VoteExclusion.objects.exists()
    assert counts(comment) == (6, 1)


def test_a_network_without_votes_under_the_article_is_not_left_out_there(client, owner, comment):
    fields = {"network_key": "n", "article": make_article().pk}
    assert levels_of(post(client, LEAVE_OUT, fields)) == ["warning"]
    assert not VoteExclusion.objects.exists()


def test_looking_changes_nothing_and_an_unknown_exclusion_is_not_found(client, owner, comment):
    exclusion = VoteExclusion.objects.leave_out(by=owner, network_key="n")
    assert client.get(LEAVE_OUT).status_code == 405
    assert client.get(f"{PAGE}{exclusion.pk}/count-again/").status_code == 405
    assert client.post(PAGE).status_code == 405
    assert client.post(f"{PAGE}{10**9}/count-again/").status_code == 404
    assert client.post(f"{PAGE}{10**20}/count-again/").status_code == 404
    assert VoteExclusion.objects.in_force().exists()


def addresses(exclusion):
    return [("get", PAGE), ("post", LEAVE_OUT), ("post", f"{PAGE}{exclusion.pk}/count-again/")]


def test_it_refuses_staff_who_may_not_change_comments(client, comment):
    user = make_user(is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=["view_comment", "view_vote", "change_vote"]))
    client.force_login(user)
    exclusion = VoteExclusion.objects.leave_out(by=None, network_key="n")
    for method, address in addresses(exclusion):
        assert getattr(client, method)(address, {"visitor_key": "voter0"}).status_code == 403, address
    assert list(VoteExclusion.objects.in_force()) == [exclusion]
    assert PAGE not in client.get("/admin/").text


def test_it_lets_in_staff_who_may_change_comments(client, comment):
    user = make_user(is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename="change_comment"))
    client.force_login(user)
    assert client.get(PAGE).status_code == 200
    assert PAGE in client.get("/admin/").text
    assert levels_of(post(client, LEAVE_OUT, {"network_key": "n"})) == ["success"]


def test_it_refuses_a_visitor(client, comment):
    exclusion = VoteExclusion.objects.leave_out(by=None, network_key="n")
    for method, address in addresses(exclusion):
        assert "/admin/login/" in getattr(client, method)(address, {"visitor_key": "voter0"})["Location"]
    assert list(VoteExclusion.objects.in_force()) == [exclusion]


def test_a_form_without_djangos_token_is_refused(owner, comment):
    strict = Client(enforce_csrf_checks=True, headers={"Sec-Fetch-Site": "same-origin"})
    strict.force_login(owner)
    assert strict.post(LEAVE_OUT, {"network_key": "n"}).status_code == 403
    assert not VoteExclusion.objects.exists()


@pytest.mark.parametrize("address", ["add/", "1/change/", "1/delete/", "1/history/"])
def test_no_vote_is_looked_at_alone_or_written_by_hand(client, owner, comment, address):
    assert client.get(f"{PAGE}{address}").status_code == 404


def test_readers_are_told_nothing(client, owner, reader, comment):
    """A voter who is left out gets the same answers as one who is not."""
    other = make_comment(article=comment.article)
    address = f"/comments/{other.pk}/vote/"
    reader.post(address, {"value": 1})
    before = reader.get(address).content
    key = Vote.objects.get(comment=other).visitor_key
    VoteExclusion.objects.leave_out(by=owner, visitor_key=key)
    assert counts(other) == (0, 0)
    assert reader.get(address).content == before
    assert reader.post(address, {"value": 0}).status_code == 303
    assert reader.post(address, {"value": 1}).status_code == 303
    assert Vote.objects.get(comment=other).is_valid is False
    for page in (comment.article.get_absolute_url(), "/", address):
        assert key[:8] not in reader.get(page).text


def test_the_number_of_queries_does_not_grow(client, owner, comment, django_assert_num_queries):
    post(client, LEAVE_OUT, {"visitor_key": "voter0"})
    post(client, LEAVE_OUT, {"visitor_key": "voter1", "article": comment.article.pk})
    VoteExclusion.objects.first().end(by=owner)
    again = make_comment()
    for n in range(6):
        again.cast_vote(f"again{n}", 1, network_key="m")
    with django_assert_num_queries(14):
        client.get(PAGE)
    for n in range(8):
        more = make_comment()
        Vote.objects.bulk_create(
            Vote(comment=more, visitor_key=f"more{n}-{v}", network_key=f"m{n}", value=1, created_at=timezone.now())
            for v in range(8)
        )
        post(client, LEAVE_OUT, {"visitor_key": f"more{n}-0", "article": more.article.pk})
        VoteExclusion.objects.leave_out(by=make_owner(), visitor_key=f"more{n}-1").end(by=make_owner())
    with django_assert_num_queries(14):
        client.get(PAGE)
