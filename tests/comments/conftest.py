import pytest
from django.test import Client


@pytest.fixture
def reader() -> Client:
    """A browser that sends forms from this site's pages, as readers' browsers do."""
    return Client(headers={"Sec-Fetch-Site": "same-origin"})


@pytest.fixture
def script() -> Client:
    """The same, when our scripts send the form."""
    return Client(headers={"Sec-Fetch-Site": "same-origin", "X-Requested-With": "fetch"})
