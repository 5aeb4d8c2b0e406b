"""Coverage-guided fuzzing of one target: `python -m tests.fuzz folder -max_total_time=60`.

The options are libFuzzer's. What crashes is written to the working directory; put it into
tests/fuzz/crashers as TARGET.what-is-wrong when it is mended.
"""

import sys
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import atheris

with atheris.instrument_imports(include=["vpcproof"]):
    from tests.fuzz.targets import TARGETS

from tests.fuzz.mutations import mutated


def main() -> None:
    """Fuzz from the seeds of the target, changing documents as documents half of the time."""
    name, *options = sys.argv[1:]
    target = TARGETS[name]

    def change(content: bytes, most: int, seed: int) -> bytes:
        if seed % 2:
            return mutated(content, Random(seed))[:most]
        return atheris.Mutate(content, len(content))

    with TemporaryDirectory() as corpus:
        for number, seed in enumerate(target.seeds()):
            (Path(corpus) / f"{number}").write_bytes(seed)
        arguments = [sys.argv[0], corpus, "-max_len=300000", "-rss_limit_mb=2048", "-timeout=20"]
        atheris.Setup([*arguments, *options], target, custom_mutator=change)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
