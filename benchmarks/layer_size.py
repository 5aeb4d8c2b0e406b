"""The size of the built layer, packed and unpacked, against Lambda's limit for both.

Needs the build output of `make build`.
"""

from __future__ import annotations

import io
import sys
import zipfile
from pathlib import Path

BUILT = Path(__file__).parents[1] / ".aws-sam" / "build" / "CoreLayer"
# https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
LIMIT = 250 * 1024 * 1024


def main() -> None:
    """Print the sizes of the layer by top-level package."""
    if not BUILT.is_dir():
        sys.exit(f"{BUILT} is not there: run `make build` first")
    files = [path for path in sorted(BUILT.rglob("*")) if path.is_file()]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in files:
            archive.write(path, path.relative_to(BUILT))
    sizes: dict[str, int] = {}
    for path in files:
        package = path.relative_to(BUILT).parts[1]
        sizes[package] = sizes.get(package, 0) + path.stat().st_size
    total = sum(sizes.values())
    print("| package | KiB |\n|---|---:|")
    for package, size in sorted(sizes.items(), key=lambda each: -each[1]):
        print(f"| {package} | {size / 1024:,.0f} |")
    print(f"| **unpacked** | **{total / 1024:,.0f}** ({total / LIMIT:.1%} of Lambda's limit) |")
    print(f"| **packed** | **{len(packed.getvalue()) / 1024:,.0f}** |")


if __name__ == "__main__":
    main()
