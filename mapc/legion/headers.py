"""mapc's own C++: where its headers and sources are, and the options that go with them."""

from pathlib import Path

from mapc.legion.build_cache import digest_of
from mapc.resources import resource

# What generated files include; with MAPC_PREBUILT nothing of Legion is below it.
_MAPPER_HEADERS = ("mapc/generated.h",)


def include_folder() -> Path:
    """Return the folder of the headers that generated mappers include."""
    return resource("backends", "legion", "include")


def mapper_headers() -> tuple[str, ...]:
    """Return the headers that generated files include, as they name them."""
    return tuple(name for name in _MAPPER_HEADERS if (include_folder() / name).is_file())


def headers_digest() -> str:
    """Return a hash over all headers that a generated mapper can include."""
    return digest_of(path for path in include_folder().rglob("*") if path.is_file())


def support_source() -> Path | None:
    """Return the source of the support library, where the headers leave definitions to one."""
    path = resource("backends", "legion", "src", "support.cc")
    return path if path.is_file() else None
