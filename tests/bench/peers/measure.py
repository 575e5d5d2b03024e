"""Two sides of a comparison: each at its best setting, both in turn."""
import dataclasses
import json
import math
import pathlib
import statistics
import subprocess
import sys
import time

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
        self.process.terminate()
        self.process.wait()


@dataclasses.dataclass
class Side:
    """One program at one task.

    settings: what it is called -> a function that does the work once and returns (seconds, loss or None); --quick takes
    the first. accepts: whether a loss is what the work should come to.
    """

    name: str
    settings: dict
    accepts: object = lambda loss: True
    seconds: dict = dataclasses.field(default_factory=dict)  # of the settings that are measured

    def run(self, setting):
        seconds, loss = self.settings[setting]()
        good = loss is None or (math.isfinite(loss) and self.accepts(loss))
        told = "" if loss is None else f", loss {loss:.6g}" + ", not what the work should come to" * (not good)
        say(f"    {self.title(setting)}: {quantity(seconds)}{told}")
        return seconds, good

    def choose(self):
        """Tries every setting, three times where that is done in a second. Those that do the work and come near the
        fastest are measured, three at most: one try is not enough to tell them apart."""
        least = {}
        for setting in self.settings:
            begin = time.monotonic()
            tries = [self.run(setting)]
            while len(tries) < 3 and time.monotonic() - begin < 1:
                tries.append(self.run(setting))
            if all(good for _, good in tries):
                least[setting] = min(seconds for seconds, _ in tries)
        if not least:
            raise Failure(f"no setting of {self.name} does the work")
        near = [setting for setting in least if least[setting] < 1.3 * min(least.values())]
        self.seconds = {setting: [] for setting in sorted(near, key=least.get)[:3]}

    def measure(self):
        for setting, seconds in self.seconds.items():
            seconds.append(self.run(setting)[0])

    def title(self, setting):
        """With the setting, where there is a choice."""
        return self.name + (f" ({setting})" if len(self.settings) > 1 else "")

    @property
    def best(self):
        """The setting with the least time."""
        return min(self.seconds, key=lambda setting: min(self.seconds[setting]))

    @property
    def least(self):
        return min(self.seconds[self.best])

    @property
    def median(self):
        return statistics.median(self.seconds[self.best])


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
        if quick:
            side.seconds = {next(iter(side.settings)): []}
        else:
            attempt(side, side.choose)
    for _ in range(repetitions):
        for side in sides:
            attempt(side, side.measure)
    return failed


def number(value):
    """Three digits at least, no exponent."""
    return f"{value:,.{max(0, 2 - math.floor(math.log10(value)))}f}"


def quantity(seconds):
    """With a unit between seconds and nanoseconds."""
    scales = ((1, "s"), (1e-3, "ms"), (1e-6, "µs"), (1e-9, "ns"))
    scale, unit = next((pair for pair in scales if seconds >= pair[0]), scales[-1])
    return f"{number(seconds / scale)} {unit}"
