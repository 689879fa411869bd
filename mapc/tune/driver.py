"""The loop: observe the application, propose, check, build, run, tell, and compare at the end.

The only loop of the whole data flow, and it is closed by policy text. Everything paid for is in the
journal before the next thing is paid for.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace

from mapc.graph.machine import Machine
from mapc.graph.observe import from_records
from mapc.graph.taskgraph import TaskGraph
from mapc.legion.app_build import BuiltApplication
from mapc.legion.application import ScoreTable
from mapc.legion.launchers import LOCAL, Launcher
from mapc.legion.runtime import LegionRuntime
from mapc.paths import write_atomic
from mapc.text import Diagnostic, ExitCode, MapcError, Severity, codes
from mapc.tune.budget import Budget
from mapc.tune.closing import ROUNDS, choose_contenders, measure, winner
from mapc.tune.evaluate import CHECK, Checked, Evaluator, Verdict
from mapc.tune.journal import Journal, is_same_run
from mapc.tune.knobs import Base, make_space
from mapc.tune.optimizers.base import Optimizer, Problem, Proposal, make_optimizer
from mapc.tune.progress import Progress
from mapc.tune.runs import Run, next_run, numbered
from mapc.tune.trial import Trial, best_trial, better

_FINALISTS = 3
_MOST_REPEATS = 50
_GIVE_UP = 3.0
_START_UP = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a run is about; two calls with equal settings are one run, unless `fresh`."""

    application: BuiltApplication
    runtime: LegionRuntime
    machine: Machine
    preset: str
    arguments: tuple[str, ...]
    timeout: float
    optimizer: str = "guided"
    seed: int = 0
    bases: tuple[Base, ...] = ()
    expert: str | None = None
    fresh: bool = False
    launcher: Launcher = LOCAL

    @property
    def stem(self) -> str:
        """The name of the run, without the number of fresh starts."""
        parts = (
            self.application.app.name,
            self.machine.name,
            self.preset,
            self.optimizer,
            f"s{self.seed}",
        )
        return "-".join(parts)

    @property
    def score(self) -> ScoreTable:
        """The figure of merit; raises MapcError for an application without one."""
        score = self.application.app.file.score
        if score is None:
            raise MapcError(
                Diagnostic(
                    code=codes.BAD_APPLICATION,
                    severity=Severity.ERROR,
                    message=f"`{self.application.app.name}` has no figure of merit to tune for",
                    help="add a [score] table with a pattern to its app.toml",
                ),
                exit_code=ExitCode.USAGE,
            )
        return score

    def _modelled(self) -> dict[str, object]:
        """Return what makes times of an emulated machine comparable; nothing for a real one."""
        if self.machine.emulation is None:
            return {}
        return {
            "modelled": self.machine.kind_of_time,
            "emulation": asdict(self.machine.emulation),
        }

    def header(self) -> dict[str, object]:
        """Return what must be the same for a run to go on."""
        return {
            "application": self.application.app.name,
            "build": self.application.hash,
            "machine": self.machine.name,
            **self._modelled(),
            "processors": {kind.value: count for kind, count in self.machine.procs},
            "preset": self.preset,
            "arguments": list(self.arguments),
            "optimizer": self.optimizer,
            "seed": self.seed,
            "bases": [asdict(base) for base in self.bases],
            "legion": self.runtime.version,
            "unit": self.score.unit,
            "better": self.score.better,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What a call of the tuner ends with; `exhausted` when nothing was left to try."""

    run: Run
    exhausted: bool


def open_run(settings: Settings) -> tuple[Run, Journal]:
    """Return the run to work on: the latest with equal settings, else a new one."""
    earlier = [] if settings.fresh else numbered(settings.stem)
    header = settings.header()
    for run in reversed(earlier):
        if is_same_run(run.contents().header, header):
            return run, Journal.open(run.journal, header)
    run = next_run(settings.stem)
    return run, Journal.open(run.journal, header)


def tune(settings: Settings, budget: Budget) -> Result:
    """Run the tuner until the budget is spent or nothing is left to try.

    Raises MapcError when the application does not run under the default mapper.
    """
    run, journal = open_run(settings)
    score = settings.score
    try:
        with Progress(unit=score.unit, direction=score.better, budget=budget) as progress:
            return _Session(settings, budget, run, journal, progress).work()
    finally:
        journal.close()


class _Session:
    """One call of the tuner on one run."""

    def __init__(
        self, settings: Settings, budget: Budget, run: Run, journal: Journal, progress: Progress
    ) -> None:
        self._settings = settings
        self._budget = budget
        self._run = run
        self._journal = journal
        self._progress = progress
        self._direction = settings.score.better
        self._evaluator = self._make_evaluator(None)
        self._paid: dict[str, Trial] = {}

    @property
    def _trials(self) -> tuple[Trial, ...]:
        return self._journal.contents.trials

    def work(self) -> Result:
        """Search, then compare; an interrupt ends the search, not the comparison's journal."""
        resumed = len(self._trials)
        if resumed:
            self._progress.note(f"run {self._run.name}: going on after {resumed} trials")
        else:
            self._progress.note(f"run {self._run.name}: starting")
        graph = self._observe()
        self._evaluator = self._make_evaluator(graph)
        space = make_space(
            graph,
            self._settings.machine,
            self._settings.bases,
            self._settings.score.tasks,
        )
        problem = Problem(space=space, better=self._direction, seed=self._settings.seed)
        optimizer = make_optimizer(self._settings.optimizer, problem)
        for trial in self._trials:
            self._remember(trial)
            optimizer.tell(trial)
            self._progress.count(trial)
        first = Proposal(policy="", reason="Legion's default mapper", candidate=space.default)
        exhausted = self._search(optimizer, first)
        return self._compare(exhausted)

    def _make_evaluator(self, graph: TaskGraph | None) -> Evaluator:
        return Evaluator(
            application=self._settings.application,
            runtime=self._settings.runtime,
            machine=self._settings.machine,
            arguments=self._settings.arguments,
            graph=graph,
            launcher=self._settings.launcher,
        )

    def _observe(self) -> TaskGraph:
        """Return the application's task graph, from the journal or from one profiled run."""
        name = self._settings.application.app.name
        if not self._journal.contents.observation:
            self._progress.say(f"observing {name} under the default mapper")
            evaluator = self._evaluator
            prepared = evaluator.prepare(evaluator.check(""))
            verdict = evaluator.run(prepared, observe=True)
            if verdict.outcome_class != "ok":
                raise MapcError(*_explained(verdict, name))
            kept = tuple(r for r in verdict.records if r.get("event") in {"seen", "timing"})
            self._journal.add_observation(kept)
        return from_records(name, self._journal.contents.observation)

    def _search(self, optimizer: Optimizer, first: Proposal) -> bool:
        """Run trials until the budget is spent; return whether nothing was left to try."""
        proposals = self._proposals(optimizer, first)
        while not self._budget.spent(len(self._trials), reserve=self._closing_seconds()):
            found = next(proposals, None)
            if found is None:
                return True
            proposal, checked = found
            number = len(self._trials)
            self._progress.working(f"trial {number}: {proposal.reason}")
            trial = self._pay(number, proposal, checked)
            self._journal.add_trial(trial)
            self._remember(trial)
            self._progress.finished(trial)
            optimizer.tell(trial)
        return False

    def _proposals(
        self, optimizer: Optimizer, first: Proposal
    ) -> Iterator[tuple[Proposal, Checked]]:
        """Yield proposals that deserve a run.

        What decides the same as a paid trial, and what the static checks reject, is told to the
        optimizer for free.
        """
        free = 0
        if not self._trials:
            yield first, self._evaluator.check(first.policy)
        while free < _MOST_REPEATS:
            proposal = optimizer.ask()
            if proposal is None:
                return
            checked = self._evaluator.check(proposal.policy)
            known = self._paid.get(checked.signature)
            if known is None and not checked.failed:
                free = 0
                yield proposal, checked
                continue
            free += 1
            optimizer.tell(_as_proposed(known or self._rejected(checked), proposal))

    def _rejected(self, checked: Checked) -> Trial:
        """Return what an optimizer is told about a policy that never ran."""
        return Trial(
            number=-1,
            policy=checked.text,
            signature=checked.signature,
            reason="",
            seed=self._settings.seed,
            outcome_class=CHECK,
            advice=tuple(d.code.id for d in checked.diagnostics),
        )

    def _pay(self, number: int, proposal: Proposal, checked: Checked) -> Trial:
        """Build and run one candidate; a promising one twice, so that luck alone does not win."""
        prepared = self._evaluator.prepare(checked)
        verdict = self._evaluator.run(prepared, timeout=self._timeout())
        samples = [verdict.score] if verdict.score is not None else []
        seconds = verdict.seconds
        best = best_trial(self._trials, self._direction)
        if samples and (
            best is None or best.score is None or better(samples[0], best.score, self._direction)
        ):
            verdict = self._evaluator.run(prepared, timeout=self._timeout())
            seconds += verdict.seconds
            samples = [*samples, verdict.score] if verdict.score is not None else []
        return Trial(
            number=number,
            policy=proposal.policy,
            signature=checked.signature,
            reason=proposal.reason,
            seed=self._settings.seed,
            outcome_class=verdict.outcome_class,
            samples=tuple(samples),
            seconds=round(seconds, 3),
            build_seconds=round(prepared.build.seconds, 3) if prepared.build else 0.0,
            candidate=proposal.candidate,
            diagnostics=tuple(d.to_json() for d in verdict.diagnostics),
            advice=tuple(d.code.id for d in (*verdict.diagnostics, *verdict.bottlenecks)),
            versions=self._evaluator.versions,
        )

    def _timeout(self) -> float:
        """Return the limit of one run: give up on what is several times slower than the best."""
        most = self._settings.timeout
        seconds = [t.seconds / max(1, len(t.samples)) for t in self._trials if t.score is not None]
        return min([most, *(_START_UP + _GIVE_UP * s for s in seconds)])

    def _closing_seconds(self) -> float:
        """Return how long the closing comparison will take, from the runs so far."""
        runs = [t.seconds / len(t.samples) for t in self._trials if t.samples]
        baselines = 2 if self._settings.expert is not None else 1
        return ROUNDS * (_FINALISTS + baselines) * max(runs[:1], default=0.0)

    def _remember(self, trial: Trial) -> None:
        if trial.signature:
            self._paid.setdefault(trial.signature, trial)

    def _compare(self, exhausted: bool) -> Result:
        contenders = choose_contenders(
            self._trials, self._direction, expert=self._settings.expert, most=_FINALISTS
        )
        table = measure(contenders, self._evaluator, self._journal, say=self._progress.say)
        best = winner(table, self._direction)
        if best is not None:
            write_atomic(self._run.best, best.contender.policy)
        return Result(run=self._run, exhausted=exhausted)


def _as_proposed(known: Trial, proposal: Proposal) -> Trial:
    """Return a paid trial as the answer to another text that decides the same."""
    return replace(
        known,
        policy=proposal.policy,
        reason=proposal.reason,
        candidate=proposal.candidate,
    )


def _explained(verdict: Verdict, name: str) -> tuple[Diagnostic, ...]:
    first = Diagnostic(
        code=codes.BAD_APPLICATION,
        severity=Severity.ERROR,
        message=f"`{name}` does not run under Legion's default mapper ({verdict.outcome_class})",
        help="make the application run and pass its own check first, then tune it",
    )
    return (first, *verdict.diagnostics)
