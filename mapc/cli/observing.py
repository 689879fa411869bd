"""One run of an application under the default mapper, for what the mapper sees of it."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from mapc.cli.output import say

if TYPE_CHECKING:
    from mapc.legion.application import Application


def observed(
    application: "Application", machine: str, preset: str | None
) -> tuple[Mapping[str, Any], ...]:
    """Return the records of one run; raises MapcError if it does not end well."""
    from mapc.cli.modelled import scaled
    from mapc.legion.app_build import build_application
    from mapc.legion.app_file import find_preset, preset_name
    from mapc.legion.emulator import require_emulation
    from mapc.legion.machines import find_site
    from mapc.legion.ranks import require_ranks
    from mapc.legion.runtime import find_runtime
    from mapc.text import MapcError
    from mapc.tune.evaluate import Evaluator

    site = find_site(machine, None, application)
    name = preset_name(application, site.machine, preset)
    chosen = find_preset(application, name)
    target = scaled(site.machine, chosen, None, None)
    runtime = find_runtime(say)
    require_emulation(runtime, target)
    require_ranks(runtime, target, site.launcher)
    evaluator = Evaluator(
        application=build_application(application, runtime),
        runtime=runtime,
        machine=target,
        arguments=tuple(chosen.args),
        launcher=site.launcher,
    )
    say(f"running {application.name} on {target.name}, preset {name}")
    prepared = evaluator.prepare(evaluator.check(""))
    verdict = evaluator.run(prepared, timeout=chosen.timeout, observe=True)
    if verdict.outcome_class != "ok":
        raise MapcError(*verdict.diagnostics)
    return verdict.records
