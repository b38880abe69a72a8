import pytest

from tests.reader import Reader


@pytest.fixture
def client() -> Reader:
    return Reader()


@pytest.fixture
def reader() -> Reader:
    """A browser that sends forms from this site's pages, as readers' browsers do."""
    return Reader(headers={"Sec-Fetch-Site": "same-origin"})


@pytest.fixture
def script() -> Reader:
    """The same, when our scripts send the form."""
    return Reader(headers={"Sec-Fetch-Site": "same-origin", "X-Requested-With": "fetch"})
