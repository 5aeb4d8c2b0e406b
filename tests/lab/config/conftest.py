"""Places of AWS Config to test in."""

import pytest

from tests.lab.config.world import World


@pytest.fixture
def bare() -> World:
    """A place where nobody has set up AWS Config."""
    return World()


@pytest.fixture
def world(bare: World) -> World:
    """A place whose recorder runs."""
    bare.start_recording()
    return bare
