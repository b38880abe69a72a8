import pytest
from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils import translation

from tests.factories import make_article

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("language", ["ja", "en"])
def test_numbers_are_grouped_in_each_language(language):
    with translation.override(language):
        assert intcomma(1234567) == "1,234,567"


def test_counts_are_grouped_and_keys_are_not(client):
    article = make_article(slug="kiji", comment_count=1234, last_comment_number=4321)
    text = client.get("/").text
    assert "コメント1,234件" in text
    assert 'data-last-number="4321"' in text
    assert "1,234" in client.get(article.get_absolute_url()).text
