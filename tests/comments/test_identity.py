import re
from datetime import timedelta
from ipaddress import ip_network

import pytest
import time_machine
from django.http import HttpResponse
from django.test import RequestFactory

from comments import identity


def request_with(cookie=None):
    request = RequestFactory().get("/")
    if cookie is not None:
        request.COOKIES[identity.COOKIE] = cookie
    return request


def remembered(visitor):
    return identity.remember(HttpResponse(), visitor).cookies[identity.COOKIE]


def request_of(visitor):
    return request_with(remembered(visitor).value)


def test_it_knows_a_visitor_again():
    visitor = identity.identify(request_with())
    assert identity.identify(request_of(visitor)) == identity.recognise(request_of(visitor)) == visitor


def test_it_takes_an_altered_cookie_for_none():
    cookie = remembered(identity.identify(request_with())).value
    assert identity.recognise(request_with("x" + cookie)) is None
    assert identity.recognise(request_with("")) is None


def test_the_key_does_not_hold_the_token():
    visitor = identity.identify(request_with())
    assert len(visitor.key) == 32
    assert visitor.token not in visitor.key


def test_scripts_and_other_sites_do_not_get_the_cookie():
    cookie = remembered(identity.identify(request_with()))
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


def test_the_cookie_is_secure_where_there_is_tls(settings):
    settings.HAS_TLS = True
    assert remembered(identity.identify(request_with()))["secure"]


def network_of(address):
    return identity.network_key_of(RequestFactory().get("/", REMOTE_ADDR=address))


def test_neighbours_share_a_network_key():
    assert network_of("192.0.2.1") == network_of("192.0.2.254") == network_of("::ffff:192.0.2.7")
    assert network_of("2001:db8:1:2::1") == network_of("2001:db8:1:ffff::1")


def test_other_networks_have_other_keys():
    keys = {network_of(address) for address in ("192.0.2.1", "192.0.3.1", "2001:db8:1::1", "2001:db8:2::1", "")}
    assert len(keys) == 5
    assert all(len(key) == 32 for key in keys)


# Keys that are changed

OLD, NEW = "o" * 40, "n" * 40


def test_a_visitor_stays_the_same_while_the_old_key_is_kept(settings):
    settings.IDENTITY_KEYS = [OLD]
    visitor = identity.identify(request_with())
    settings.IDENTITY_KEYS = [NEW, OLD]
    again = identity.recognise(request_of(visitor))
    assert (again.key, again.public_id(1)) == (visitor.key, visitor.public_id(1))
    assert again.network_key != visitor.network_key


def test_a_visitor_is_a_new_one_when_the_old_key_is_gone(settings):
    settings.IDENTITY_KEYS = [OLD]
    cookie = remembered(identity.identify(request_with())).value
    settings.IDENTITY_KEYS = [NEW]
    assert identity.recognise(request_with(cookie)) is None


def test_a_trip_stays_when_a_new_key_is_put_in_front(settings):
    settings.IDENTITY_KEYS = [OLD]
    trip = identity.trip_of("himitsu")
    settings.IDENTITY_KEYS = [NEW, OLD]
    assert identity.trip_of("himitsu") == trip


def test_keys_depend_on_the_identity_key_and_not_on_the_secret_key(settings):
    before = network_of("192.0.2.1")
    settings.SECRET_KEY = "s" * 40
    assert network_of("192.0.2.1") == before
    settings.IDENTITY_KEYS = [NEW]
    assert network_of("192.0.2.1") != before


# What others see


def test_an_id_is_the_same_under_one_article_and_another_under_another():
    visitor, other = identity.identify(request_with()), identity.identify(request_with())
    assert identity.identify(request_of(visitor)).public_id(1) == visitor.public_id(1)
    assert len({visitor.public_id(1), visitor.public_id(2), other.public_id(1)}) == 3
    assert len(visitor.public_id(1)) == 8


def test_a_site_may_show_no_ids(settings):
    settings.PUBLIC_IDS = False
    assert identity.identify(request_with()).public_id(1) == ""


def test_a_visitor_is_new_for_an_hour():
    with time_machine.travel("2026-11-22 12:00+09:00", tick=False) as clock:
        visitor = identity.identify(request_with())
        assert visitor.is_new
        clock.shift(timedelta(minutes=59))
        assert identity.recognise(request_of(visitor)).is_new
        clock.shift(timedelta(minutes=1))
        assert not identity.recognise(request_of(visitor)).is_new


# Proxies

PROXIES = [ip_network("10.0.0.0/8"), ip_network("2001:db8:ff::/48")]

# what stands in X-Forwarded-For, and whose address it gives when 10.0.0.1 asks
FORWARDED = [
    ("", "10.0.0.1"),
    ("192.0.2.7", "192.0.2.7"),
    ("203.0.113.9, 192.0.2.7", "192.0.2.7"),  # the left one was sent by the client
    ("192.0.2.7, 10.1.1.1", "192.0.2.7"),  # two proxies of ours
    ("10.2.2.2, 10.1.1.1", "10.2.2.2"),
    ("192.0.2.7:4711", "192.0.2.7"),
    ("[2001:db8::7]:4711", "2001:db8::7"),
    ("2001:db8::7", "2001:db8::7"),
    ("192.0.2.7, 2001:db8:ff::1", "192.0.2.7"),
    ("::ffff:192.0.2.7", "192.0.2.7"),
    ("fe80::1%eth0", "fe80::1"),
    ("nonsense", "10.0.0.1"),
    ("192.0.2.7, nonsense", "10.0.0.1"),
    ("192.0.2.7,", "10.0.0.1"),
    ("192.0.2.7, \x00", "10.0.0.1"),
]


@pytest.mark.parametrize(("forwarded", "address"), FORWARDED)
def test_a_named_proxy_says_for_whom_it_asks(settings, forwarded, address):
    settings.TRUSTED_PROXIES = PROXIES
    request = RequestFactory().get("/", REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR=forwarded)
    assert identity.address_of(request) == address


def test_nobody_else_says_for_whom_they_ask(settings):
    headers = {"X-Forwarded-For": "203.0.113.9", "X-Real-IP": "203.0.113.9", "Forwarded": "for=203.0.113.9"}
    request = RequestFactory().get("/", REMOTE_ADDR="192.0.2.7", headers=headers)
    assert identity.address_of(request) == "192.0.2.7"
    settings.TRUSTED_PROXIES = PROXIES
    assert identity.address_of(request) == "192.0.2.7"


def test_of_a_named_proxy_only_one_header_counts(settings):
    settings.TRUSTED_PROXIES = PROXIES
    headers = {"X-Real-IP": "203.0.113.9", "Forwarded": "for=203.0.113.9"}
    assert identity.address_of(RequestFactory().get("/", REMOTE_ADDR="10.0.0.1", headers=headers)) == "10.0.0.1"


def test_no_address_is_taken_where_none_is_kept(settings):
    assert identity.identify(request_with()).address == "127.0.0.1"
    settings.ADDRESS_RETENTION = timedelta(0)
    assert identity.identify(request_with()).address is None


def test_an_ID_can_stand_in_an_address():
    visitor = identity.identify(request_with())
    ids = [visitor.public_id(article) for article in range(50)]
    assert len(set(ids)) == 50
    assert all(re.fullmatch("[A-Za-z0-9_-]{8}", public_id) for public_id in ids)
