from django.http import HttpResponse
from django.test import RequestFactory

from comments import identity


def request_with(cookie=None):
    request = RequestFactory().get("/")
    if cookie is not None:
        request.COOKIES[identity.COOKIE] = cookie
    return request


def remembered(token):
    return identity.remember(HttpResponse(), token).cookies[identity.COOKIE]


def test_it_knows_a_visitor_again():
    token, key = identity.identify(request_with())
    assert identity.identify(request_with(remembered(token).value)) == (token, key)


def test_it_takes_an_altered_cookie_for_none():
    token, _key = identity.identify(request_with())
    cookie = remembered(token).value
    assert identity.token_of(request_with("x" + cookie)) == ""
    assert identity.token_of(request_with("")) == ""


def test_the_key_does_not_hold_the_token():
    token, key = identity.identify(request_with())
    assert len(key) == 32
    assert token not in key


def test_scripts_and_other_sites_do_not_get_the_cookie():
    cookie = remembered("token")
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


def test_the_cookie_is_secure_where_there_is_tls(settings):
    settings.HAS_TLS = True
    assert remembered("token")["secure"]


def network_of(address):
    return identity.network_key_of(RequestFactory().get("/", REMOTE_ADDR=address))


def test_neighbours_share_a_network_key():
    assert network_of("192.0.2.1") == network_of("192.0.2.254") == network_of("::ffff:192.0.2.7")
    assert network_of("2001:db8:1:2::1") == network_of("2001:db8:1:ffff::1")


def test_other_networks_have_other_keys():
    keys = {network_of(address) for address in ("192.0.2.1", "192.0.3.1", "2001:db8:1::1", "2001:db8:2::1", "")}
    assert len(keys) == 5
    assert all(len(key) == 32 for key in keys)
