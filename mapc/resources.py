"""Locate the declarative files that ship beside the code: grammar, templates, headers, rules.

The only way to these files. They lie inside the wheel under `mapc/_data`, and in a checkout where
their folders are; `mapc/_data` never exists in a checkout.
"""

from pathlib import Path

_PACKAGED = Path(__file__).resolve().parent / "_data"
_CHECKOUT = Path(__file__).resolve().parent.parent
_CHECKOUT_NAMES = {"errors": "docs/errors"}


def resource(area: str, *parts: str) -> Path:
    """Return the path of one file or folder of `area`, from the wheel or from a checkout.

    A real path, not a `Traversable`: compilers and the lark cache want file names, and mapc is
    never run from a zip file.
    """
    if _PACKAGED.is_dir():
        return _PACKAGED.joinpath(area, *parts)
    return _CHECKOUT.joinpath(_CHECKOUT_NAMES.get(area, area), *parts)


def applications() -> Path | None:
    """Return the folder of the applications that come with a checkout, if this is one."""
    folder = _CHECKOUT / "apps"
    return folder if folder.is_dir() and not _PACKAGED.is_dir() else None
