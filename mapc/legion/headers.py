"""mapc's own C++: where its headers and sources are, and the options that go with them."""

from pathlib import Path

from mapc.legion.build_cache import digest_of
from mapc.resources import resource

MAPPER_HEADER = "mapc/mapper.h"


def include_folder() -> Path:
    """Return the folder of the headers that generated mappers include."""
    return resource("backends", "legion", "include")


def headers_digest() -> str:
    """Return a hash over all headers that a generated mapper can include."""
    return digest_of(path for path in include_folder().rglob("*") if path.is_file())


def support_source() -> Path | None:
    """Return the source of the support library, where the headers leave definitions to one."""
    path = resource("backends", "legion", "src", "support.cc")
    return path if path.is_file() else None
