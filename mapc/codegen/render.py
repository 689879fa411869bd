"""The one environment in which templates are rendered."""

from functools import cache

from jinja2 import Environment, FunctionLoader, StrictUndefined

from mapc.codegen.cxx import cxx_comment, cxx_string
from mapc.resources import resource


@cache
def environment() -> Environment:
    """Return the environment: undefined names are errors, filters know C++."""
    result = Environment(
        loader=FunctionLoader(
            lambda name: resource("backends", "legion", "templates", name).read_text("utf-8")
        ),
        undefined=StrictUndefined,
        autoescape=False,  # the output is C++
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    result.filters["cxx_string"] = cxx_string
    result.filters["cxx_comment"] = cxx_comment
    return result


def render(template: str, **values: object) -> str:
    """Return one template's text."""
    return environment().get_template(template).render(**values)
