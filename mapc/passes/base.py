"""What a pass is: a frozen record with a name that turns a mapping into the next one."""

from typing import ClassVar, Protocol

from mapc.graph.mapping import Mapping
from mapc.text import Reporter


class Pass(Protocol):
    """One step of the pipeline; it reports findings and goes on, it never raises for them."""

    name: ClassVar[str]

    def run(self, mapping: Mapping, report: Reporter) -> Mapping:
        """Return the mapping after this step."""
        ...
