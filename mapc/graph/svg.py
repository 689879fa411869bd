"""Writes SVG elements as text, escaped, with short numbers."""

from xml.sax.saxutils import escape, quoteattr


def element(name: str, *children: str, **attributes: str | float) -> str:
    """Return an element around finished children; `stroke_width=2` is `stroke-width="2"`."""
    parts = [name]
    for key, value in attributes.items():
        text = value if isinstance(value, str) else number(value)
        parts.append(f"{key.rstrip('_').replace('_', '-')}={quoteattr(clean(text))}")
    if not children:
        return f"<{' '.join(parts)}/>"
    return f"<{' '.join(parts)}>{''.join(children)}</{name}>"


def label(text: str, x: float, y: float, **attributes: str | float) -> str:
    """Return a text element."""
    return element("text", content(text), x=x, y=y, **attributes)


def moved(drawing: str, x: float, y: float) -> str:
    """Return a drawing with its origin at a place."""
    return element("g", drawing, transform=f"translate({number(x)} {number(y)})")


def content(text: str) -> str:
    """Return text as it stands between tags."""
    return escape(clean(text))


def number(value: float) -> str:
    """Return a number with at most two decimals."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def clean(text: str) -> str:
    """Return text without the characters that XML does not have."""
    return "".join([c if c.isprintable() or c in "\t\n" else "\ufffd" for c in text])
