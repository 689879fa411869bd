"""Where names are looked up while a function is interpreted."""

from dataclasses import dataclass, field

from mapc.analyze.values import Cell, Obj, Value


@dataclass(slots=True, eq=False)
class Scope:
    """The variables of one call, by USR; `this` and the template arguments of the call.

    A lambda's scope lies in that of the function around it.
    """

    file: str = ""
    cells: dict[str, Cell] = field(default_factory=dict)
    this: Value = None
    types: dict[str, Value] = field(default_factory=dict)
    around: "Scope | None" = None
    owner: str = ""  # qualified name of the class or namespace that the function belongs to

    def find(self, ref: str) -> Cell | None:
        """Return the variable with a USR, here or around."""
        scope: Scope | None = self
        while scope is not None:
            if ref in scope.cells:
                return scope.cells[ref]
            scope = scope.around
        return None

    def type_of(self, name: str) -> Value:
        """Return what a template parameter stands for in this call; `None` for other names."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope.types:
                return scope.types[name]
            scope = scope.around
        return None

    def all_types(self) -> dict[str, Value]:
        """Return what all template parameters stand for, here and around."""
        around = self.around.all_types() if self.around is not None else {}
        return {**around, **self.types}

    @property
    def object(self) -> Obj | None:
        """The object that a member function works on."""
        scope: Scope | None = self
        while scope is not None:
            if isinstance(scope.this, Obj):
                return scope.this
            scope = scope.around
        return None
