"""Templates: each says at its head what it takes, and takes nothing else."""

import re

import pytest
from jinja2 import UndefinedError, meta

from mapc.codegen.render import environment, render
from mapc.resources import resource

FOLDER = resource("backends", "legion", "templates")
TEMPLATES = sorted(path.name for path in FOLDER.glob("*.j2"))


@pytest.mark.parametrize("name", TEMPLATES)
def test_variables_are_those_of_the_head(name: str) -> None:
    text = (FOLDER / name).read_text("utf-8")
    head = re.match(r"\{#-(.*?)-#\}", text, re.DOTALL)
    assert head, "no comment at the head"
    takes = re.search(r"Takes: (.*?)\.\s*$", head[1], re.DOTALL)
    assert takes, "no line `Takes: name (type), ...`"
    said = set(re.findall(r"(\w+) \(", takes[1]))
    assert said == meta.find_undeclared_variables(environment().parse(text))


def test_an_undefined_name_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        render("mapper.cc.j2")
