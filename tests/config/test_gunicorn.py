import gc
import runpy

import pytest


@pytest.fixture
def collector():
    yield
    gc.unfreeze()


def test_a_worker_does_not_look_for_garbage_in_what_was_loaded(collector):
    runpy.run_path("config/gunicorn.py")["post_worker_init"](None)
    assert gc.get_freeze_count() > len(gc.get_objects())
