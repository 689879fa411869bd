"""A mapping as one page for a browser that needs nothing else."""

from mapc.graph.inspect_view import lines_of, task_views
from mapc.graph.mapping import Mapping
from mapc.resources import resource


def as_html(mapping: Mapping) -> str:
    """Return the page: the policy at the left, decisions at the right, each beside its lines."""
    from jinja2 import Environment, StrictUndefined  # takes longer to load than a check

    environment = Environment(
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    text = resource("backends", "reports", "inspect.html.j2").read_text("utf-8")
    return environment.from_string(text).render(
        title=mapping.policy.source.name,
        subtitle=_subtitle(mapping),
        lines=lines_of(mapping),
        tasks=task_views(mapping),
        idle=mapping.idle or (),
    )


def _subtitle(mapping: Mapping) -> str:
    """Return what the policy was held against."""
    known = []
    if mapping.graph.application:
        known.append(f"application {mapping.graph.application}")
    if mapping.machine is not None:
        known.append(f"machine {mapping.machine.name}")
    return " on ".join(known) or "for any application that has the tasks it names"
