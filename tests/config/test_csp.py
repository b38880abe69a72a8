"""What pages may load, and that the policy which is made once is the one that django-csp makes each time."""

import re

import pytest
from csp.exceptions import CSPNonceError
from csp.middleware import CSPMiddleware
from django.http import HttpResponse

from config.csp import ContentSecurityPolicyMiddleware

HEADER = "Content-Security-Policy"


def with_nonce(request):
    return HttpResponse(f'<script nonce="{request.csp_nonce}"></script>')


def with_more(request):
    response = HttpResponse()
    response._csp_update = {"img-src": ["https://example.com"]}
    return response


def of_its_own(request):
    return HttpResponse(headers={HEADER: "default-src 'self'"})


def policies(view, rf):
    """Ours and django-csp's, the nonces made alike."""
    answers = [middleware(view)(rf.get("/")) for middleware in (ContentSecurityPolicyMiddleware, CSPMiddleware)]
    return [re.sub(r"'nonce-[^']+'", "'nonce'", answer.get(HEADER, "")) for answer in answers]


@pytest.mark.parametrize("view", [lambda request: HttpResponse(), with_nonce, with_more, of_its_own])
def test_it_is_the_policy_that_django_csp_makes(view, rf):
    ours, theirs = policies(view, rf)
    assert ours == theirs != ""


def test_pages_without_scripts_of_their_own_allow_none(rf):
    assert "nonce" not in policies(lambda request: HttpResponse(), rf)[0]
    assert "nonce" in policies(with_nonce, rf)[0]


def test_a_nonce_that_comes_too_late_is_an_error(rf):
    request = rf.get("/")
    ContentSecurityPolicyMiddleware(lambda request: HttpResponse())(request)
    with pytest.raises(CSPNonceError):
        str(request.csp_nonce)
