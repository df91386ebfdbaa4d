"""`python -m submissions.reader --read FILE` (or `--ole FILE`): the child's work, for its parent alone."""

import sys

from submissions.reader.child import main

if __name__ == "__main__":
    main(*sys.argv[1:3])
