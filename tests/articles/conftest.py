import pytest

from tests.factories import make_owner


@pytest.fixture
def owner(client, db):
    """The owner, as whom `client` is signed in."""
    user = make_owner()
    client.force_login(user)
    return user
