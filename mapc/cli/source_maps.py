"""The source map of a policy's mapper, for `mapc build --source-map` and `mapc guide`."""

from pathlib import PurePath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mapc.guide.sourcemap import SourceMap
    from mapc.policy.model import Policy


def source_map_of(policy: "Policy", file: str = "") -> "SourceMap":
    """Return which line of the policy each line of the generated file belongs to.

    The lines are the same whatever the mapper is called. Without `file`, the name of the generated
    file is not known.
    """
    from mapc.codegen.generate import generate
    from mapc.guide.sourcemap import SourceMap

    return SourceMap(
        file=PurePath(file).name,
        policy=PurePath(policy.source.name).name,
        digest=policy.digest,
        pairs=generate(policy, name="mapper").lines,
    )
