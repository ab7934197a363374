"""The process that parses one PDF, DOCX or HTML file: bytes on standard input, JSON on standard output.

`python -m index.formats.worker pdf|docx|html MEMORY_MB MOST_CHARACTERS`. It dies where a parser fails.
"""

from __future__ import annotations

import json
import logging
import sys
from contextlib import suppress
from dataclasses import asdict

from index.errors import RefusedError
from index.formats.extract import Extract


def limit_memory(megabytes: int) -> None:
    """Cap the address space of this process, where the platform can."""
    with suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (megabytes * 1_000_000, megabytes * 1_000_000))


def parse(kind: str, data: bytes) -> Extract:
    """The extract of a file of the given kind; only that kind's parser is imported."""
    if kind == "pdf":
        from index.formats.pdf import read_pdf

        return read_pdf(data)
    if kind == "html":
        from index.formats.webpage import read_webpage

        return read_webpage(data)
    from index.formats.word import read_word

    return read_word(data)


def main(kind: str, megabytes: int, most_characters: int) -> dict[str, object]:
    """What goes back: the extract's fields, or `{"refused": reason}`."""
    logging.disable(logging.CRITICAL)
    limit_memory(megabytes)
    try:
        extract = parse(kind, sys.stdin.buffer.read())
        if len(extract.text) > most_characters:
            raise RefusedError(f"holds {len(extract.text)} characters of text, more than {most_characters}: split it")
        return asdict(extract)
    except RefusedError as error:
        return {"refused": str(error)}
    except MemoryError:
        return {"refused": f"needs more than {megabytes} MB of memory (QUOTH_PARSE_MEGABYTES)"}


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))))
