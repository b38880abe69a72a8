import pytest
from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils import translation

from articles.marking import with_commas


@pytest.mark.parametrize("language", ["ja", "en", "de"])
@pytest.mark.parametrize("number", [0, 7, 999, 1_000, 12_345, 1_234_567, -999, -1_000])
def test_commas_are_those_of_the_filter(language, number):
    with translation.override(language):
        assert with_commas(number) == intcomma(number)
