"""Whatever is handed over, only documented errors come out; `make fuzz` looks for more."""

from pathlib import Path
from random import Random

import pytest

from tests.fuzz.mutations import mutated
from tests.fuzz.targets import TARGETS

CRASHERS = Path(__file__).parent / "crashers"
MUTANTS_OF_EACH_SEED = 6


@pytest.mark.parametrize("name", TARGETS)
def test_hostile_input_ends_in_documented_errors(name):
    target = TARGETS[name]
    for seed in target.seeds():
        target(seed)
        random = Random(name)
        for _ in range(MUTANTS_OF_EACH_SEED):
            target(mutated(seed, random))


@pytest.mark.parametrize("file", sorted(CRASHERS.iterdir()), ids=lambda file: file.name)
def test_what_once_crashed_does_so_no_more(file):
    """The name of a file begins with that of its target."""
    name = next(each for each in TARGETS if file.name.startswith(f"{each}."))
    TARGETS[name](file.read_bytes())
