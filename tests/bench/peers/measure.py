"""Two sides of a comparison: each at its best setting, both in turn."""
import dataclasses
import json
import math
import pathlib
import statistics
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent


class Failure(Exception):
    """A side could not do its work; says why."""


def say(text):
    print(text, file=sys.stderr, flush=True)


class Worker:
    """A process that runs one of the peer_*.py and carries out its tasks."""

    def __init__(self, peer, folder, threads):
        variables = {"PATH": "/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE": "1", **threads}
        self.process = subprocess.Popen(
            [sys.executable, HERE / f"peer_{peer}.py", folder],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=variables,
            text=True,
        )
        self.peer = peer
        self.version = self.answer()

    def answer(self):
        line = self.process.stdout.readline()
        if not line:
            raise Failure(f"the process of {self.peer} ended with status {self.process.wait()}")
        return json.loads(line)

    def __call__(self, task, **arguments):
        try:
            print(json.dumps([task, arguments]), file=self.process.stdin, flush=True)
        except BrokenPipeError as error:
            raise Failure(f"the process of {self.peer} has ended") from error
        return self.answer()

    def close(self):
        self.process.stdin.close()
        self.process.wait()


@dataclasses.dataclass
class Side:
    """One program at one task. settings: what it says in the log -> a function that does the work once and returns
    (seconds, loss or None); the first setting is the one that --quick takes. accepts: whether a loss is good enough."""

    name: str
    settings: dict
    accepts: object = lambda loss: True
    chosen: str = ""
    seconds: list = dataclasses.field(default_factory=list)

    def run(self, setting):
        seconds, loss = self.settings[setting]()
        good = loss is None or (math.isfinite(loss) and self.accepts(loss))
        told = "" if loss is None else f", loss {loss:.6g}" + ", not what the work should come to" * (not good)
        say(f"    {self.name}{self.with_(setting)}: {quantity(seconds)}{told}")
        return seconds, good

    def choose(self):
        """Tries every setting, the short ones three times; keeps the fastest that does the work."""
        best = math.inf
        for setting in self.settings:
            tries = [self.run(setting)]
            while len(tries) < 3 and sum(seconds for seconds, _ in tries) < 1:
                tries.append(self.run(setting))
            least = min(seconds for seconds, _ in tries)
            if all(good for _, good in tries) and least < best:
                best, self.chosen = least, setting
        if not self.chosen:
            raise Failure(f"no setting of {self.name} does the work")

    def measure(self):
        self.seconds.append(self.run(self.chosen)[0])

    def with_(self, setting):
        """The setting in words, where there is a choice."""
        return f" ({setting})" if len(self.settings) > 1 else ""

    @property
    def least(self):
        return min(self.seconds)

    @property
    def median(self):
        return statistics.median(self.seconds)


def alternate(sides, repetitions, quick):
    """Runs all sides in turn, so that whatever else the machine does meets all of them. Returns those that fail, by
    name, with the reason; where the first side fails, the others have nothing to be compared with and rest."""
    failed = {}

    def attempt(side, work):
        if side.name in failed or sides[0].name in failed:
            return
        try:
            work()
        except Failure as failure:
            say(f"    {side.name}: {failure}")
            failed[side.name] = str(failure)

    for side in sides:
        side.chosen = next(iter(side.settings))
        if not quick:
            attempt(side, side.choose)
    for _ in range(repetitions):
        for side in sides:
            attempt(side, side.measure)
    return failed


def quantity(seconds):
    """Three digits and a unit."""
    for scale, unit in ((1, "s"), (1e-3, "ms"), (1e-6, "µs"), (1e-9, "ns")):
        if seconds >= scale or unit == "ns":
            value = seconds / scale
            digits = max(0, 2 - math.floor(math.log10(value))) if value > 0 else 0
            return f"{value:,.{digits}f} {unit}"
    raise AssertionError
