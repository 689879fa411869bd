"""What templates are given: text that is decided already, with the policy line it comes from."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of C++; `source` is its line in the policy."""

    text: str
    source: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementView:
    """One statement of a function; `mark` tells the run where it is."""

    mark: str
    text: str
    source: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TableView:
    """One member of `Rules`, with its rows in columns under a heading."""

    member: str
    row_type: str
    heading: str
    rows: tuple[Line, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionView:
    """One placement function; `title` is how the policy writes its head."""

    title: str
    head: str
    source: int
    body: tuple[StatementView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgramView:
    """The class of the placement program."""

    class_name: str
    start: tuple[StatementView, ...]
    members: tuple[str, ...]
    functions: tuple[FunctionView, ...]
    entries: tuple[Line, ...]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to evaluate."""
        return not (self.start or self.functions)

    @property
    def used_class(self) -> str:
        """The class to make: the header's own where there is nothing to evaluate."""
        return "EmptyProgram" if self.is_empty else self.class_name


@dataclass(frozen=True, slots=True, kw_only=True)
class MapperView:
    """One generated file."""

    name: str  # an identifier
    policy: str
    digest: str
    where: str  # the policy's name as comments write it
    tables: tuple[TableView, ...]
    program: ProgramView
