import gc
import runpy

import pytest


@pytest.fixture
def collector():
    thresholds = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*thresholds)


def test_a_worker_looks_for_garbage_seldom_and_never_at_what_was_loaded(collector):
    before = gc.get_threshold()[0]
    runpy.run_path("config/gunicorn.py")["post_worker_init"](None)
    assert gc.get_threshold()[0] > before
    assert gc.get_freeze_count() > len(gc.get_objects())
