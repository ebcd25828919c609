"""What commands say beside their results goes to stderr, so that stdout can be piped on."""

import sys


def tell(line: str) -> None:
    print(line, file=sys.stderr)
