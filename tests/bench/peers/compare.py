"""The program and its peers at the same work, in turn on this machine; a Markdown table of ratios. See README.md."""
import argparse
import importlib.util
import json
import os
import pathlib
import platform
import shutil
import subprocess
import sys

from comparisons import COMPARISONS
from measure import Failure, Worker, alternate, number, quantity, say
from program import Program

HERE = pathlib.Path(__file__).resolve().parent


class Bench:
    """What the comparisons share: sizes, data, the program, the peers' processes."""

    def __init__(self, arguments):
        self.quick = arguments.quick
        self.rows = arguments.rows or (20_000 if self.quick else 1_000_000)
        self.images = 2_000 if self.quick else 60_000
        self.repetitions = arguments.repetitions or (1 if self.quick else 5)
        self.cores = len(os.sched_getaffinity(0))
        self.folder = arguments.work / f"data-{self.rows}-{self.images}"
        self.program = Program(arguments.lookahead, arguments.work / "runs")
        self.workers = {}
        self.optimum = None

    def make_data(self):
        command = [sys.executable, HERE / "data.py", self.folder, str(self.rows), str(self.images)]
        if shutil.which("liblinear-train"):
            command.append("--libsvm")
        say(f"data in {self.folder}")
        subprocess.run(command, check=True)
        facts = json.loads((self.folder / "facts.json").read_text(encoding="ascii"))
        self.optimum = facts["optimum"]
        say(f"the least loss of logistic regression on it is {self.optimum:.6g}")

    def require(self, module):
        if importlib.util.find_spec(module) is None:
            raise Failure(f"python3-{module} is not installed")

    def refuse(self, reason):
        def run():
            raise Failure(reason)

        return run

    def worker(self, peer, variables):
        """The process of a peer with these variables; it stays for later work."""
        self.require(peer)
        key = peer, *variables.items()
        if key not in self.workers:
            self.workers[key] = Worker(peer, self.folder, variables)
        return self.workers[key]

    def versions(self):
        return list(dict.fromkeys(worker.version for worker in self.workers.values()))

    def close(self):
        for worker in self.workers.values():
            worker.close()


def value_of(file, key, separator):
    """The value of a line `key separator value`."""
    try:
        lines = pathlib.Path(file).read_text(encoding="utf-8").splitlines()
    except OSError:
        return ""
    values = [line.partition(separator)[2] for line in lines if line.partition(separator)[0].strip() == key]
    return values[0].strip(' \t"') if values else ""


def machine(bench):
    """The machine and what else it did, in a line."""
    processor = value_of("/proc/cpuinfo", "model name", ":") or platform.machine()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    system = value_of("/etc/os-release", "PRETTY_NAME", "=")
    facts = [f"{bench.cores} cores of {processor}", f"{memory:.0f} GiB", system, f"load {os.getloadavg()[0]:.1f}"]
    return ", ".join(fact for fact in facts if fact)


def figures(side):
    return f"{quantity(side.least)} ({quantity(side.median)})"


def ratio(peer, us, statistic):
    over, under = (us, peer.side) if peer.bound else (peer.side, us)
    return getattr(over, statistic) / getattr(under, statistic)


def met(peer, us):
    """Whether the target is met by the least times."""
    if not peer.target:
        return True
    relation, value = peer.target.split()
    reached = ratio(peer, us, "least")
    return reached <= float(value) if relation == "<=" else reached >= float(value)


def rows_of(group, failed):
    """Lines of the table; those without figures say why."""
    us = group.ours
    setting = f", {us.best}" if us.seconds and len(us.settings) > 1 else ""
    head = f"{group.work} | {failed.get(us.name) or figures(us) + setting}"
    for peer in group.peers:
        side = peer.side
        if us.name in failed or side.name in failed:
            yield f"| {head} | {side.name} | {failed.get(side.name, '')} | | {peer.target} |"
        else:
            name = side.title(side.best) + ", ours / theirs" * peer.bound
            ratios = f"{number(ratio(peer, us, 'least'))} ({number(ratio(peer, us, 'median'))})"
            yield f"| {head} | {name} | {figures(side)} | {ratios} | {peer.target} |"
            if not met(peer, us):
                say(f"    not reached: {peer.target} against {side.name}")
        head = " | "


def run(bench, names):
    """All comparisons in turn; the lines of the table."""
    lines = []
    try:
        for name in names:
            for group in COMPARISONS[name](bench):
                say(f"{name}: {group.work}")
                failed = alternate([group.ours, *(peer.side for peer in group.peers)], bench.repetitions, bench.quick)
                lines.extend(rows_of(group, failed))
    except KeyboardInterrupt:
        say("interrupted; the table holds what was measured so far")
    return lines


def read_arguments():
    parser = argparse.ArgumentParser(prog="run.sh", description=__doc__)
    parser.add_argument("--lookahead", type=pathlib.Path, required=True, help="the program")
    parser.add_argument("--compiler", default="", help="what it was built with, for the heading")
    parser.add_argument("--work", type=pathlib.Path, required=True, help="folder for data and runs")
    parser.add_argument("--quick", action="store_true", help="little data, one repetition: shows that all parts work")
    parser.add_argument("--rows", type=int, help="of the logistic problem (1,000,000)")
    parser.add_argument("--repetitions", type=int, help="of everything (5)")
    parser.add_argument("--only", action="append", choices=COMPARISONS, help="this comparison; may be repeated")
    return parser.parse_args()


def main():
    arguments = read_arguments()
    bench = Bench(arguments)
    if importlib.util.find_spec("numpy") is None:
        say("python3-numpy is not installed, and the data is made with it")
        return 69
    about = machine(bench)
    bench.make_data()
    names = [name for name in COMPARISONS if name in (arguments.only or COMPARISONS)]
    lines = run(bench, names)
    versions = [bench.program.version(), arguments.compiler, f"Python {platform.python_version()}", *bench.versions()]
    bench.close()
    print(about + "; " + ", ".join(version for version in versions if version) + ".")
    print(f"Least (median) of {bench.repetitions}, all sides in turn; ratio: time of the peer / ours.\n")
    print("| work | lookahead | peer | time of the peer | ratio | target |\n|---|---|---|---|---|---|")
    print("\n".join(lines))
    return 0


if __name__ == "__main__":
    sys.exit(main())
