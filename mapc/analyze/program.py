"""The whole application: its translation units put together, as a linker would."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from mapc.analyze.ir import Class, Function, Unit, Variable


class Program:
    """Functions, classes, variables and enumerators of all units, by USR and by name."""

    def __init__(self, units: Iterable[Unit]) -> None:
        self.functions: dict[str, Function] = {}
        self.classes: dict[str, Class] = {}
        self.variables: dict[str, Variable] = {}
        self.enumerators: dict[str, int] = {}
        for unit in units:
            self.functions.update(unit.functions)
            self.classes.update(unit.classes)
            self.enumerators.update(unit.enumerators)
            for ref, variable in unit.variables.items():
                if ref not in self.variables or variable.init is not None:
                    self.variables[ref] = variable
        for name, number in list(self.enumerators.items()):
            # An enumerator is known in the scope of its enumeration, too.
            scope, _, own = name.rpartition("::")
            outer = scope.rpartition("::")[0]
            self.enumerators.setdefault(f"{outer}::{own}" if outer else own, number)
        self._functions_by_name: dict[str, list[Function]] = defaultdict(list)
        for function in self.functions.values():
            self._functions_by_name[function.name].append(function)
        self._classes_by_name = {bare(c.name): c for c in self.classes.values()}
        self.variables_by_name = {self._full_name(v): v for v in self.variables.values()}

    def named(self, name: str) -> list[Function]:
        """Return the functions with a qualified name; all overloads."""
        return self._functions_by_name.get(name, [])

    def class_named(self, name: str) -> Class | None:
        """Return a class by qualified name; of an instance of a template, the template."""
        return self._classes_by_name.get(bare(name))

    def bases(self, name: str) -> Iterator[str]:
        """Yield the qualified names of a class and of all its bases, nearest first."""
        seen = {name}
        queue = [name]
        while queue:
            current = queue.pop(0)
            yield current
            found = self.class_named(current)
            for _, base in found.bases if found is not None else ():
                if base not in seen:
                    seen.add(base)
                    queue.append(base)

    def method(self, cls: str, name: str, arguments: int) -> Function | None:
        """Return the member function that a call finds: of the class, or of its nearest base."""
        for owner in self.bases(cls):
            found = self.named(f"{bare(owner)}::{name}")
            fitting = [f for f in found if takes(f, arguments)]
            if fitting or found:
                return (fitting or found)[0]
        return None

    def constructor(self, cls: str, ref: str, arguments: int) -> Function | None:
        """Return a constructor of the application, by USR or by how many arguments it takes."""
        if ref in self.functions:
            return self.functions[ref]
        plain = bare(cls)
        found = self.named(f"{plain}::{plain.rpartition('::')[2]}")
        fitting = [f for f in found if takes(f, arguments)]
        return fitting[0] if fitting else None

    @staticmethod
    def _full_name(variable: Variable) -> str:
        return variable.qualified or variable.name


def takes(function: Function, arguments: int) -> bool:
    """Whether a function can be called with so many arguments."""
    needed = sum(param.default is None for param in function.params)
    return needed <= arguments <= len(function.params)


def bare(name: str) -> str:
    """Return a class name without template arguments."""
    kept, depth = [], 0
    for letter in name:
        depth += letter == "<"
        if not depth:
            kept.append(letter)
        depth -= letter == ">"
    return "".join(kept)
