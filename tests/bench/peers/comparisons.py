"""What is compared: the work on our side, the same work on the peers', and the ratios that are aimed at."""
import dataclasses
import math
import shutil
import subprocess
import sys
import time

from measure import Failure, Side


@dataclasses.dataclass
class Peer:
    side: Side
    target: str = ""  # for peer seconds / ours
    bound: bool = False  # a lower bound rather than a peer: the ratio is ours / bound


@dataclasses.dataclass
class Group:
    """One piece of work; ours is measured once beside all its peers."""

    work: str
    ours: Side
    peers: list


def lookahead(bench, name, problem, seconds, threads=None):
    """Our side: the problem solved with each number of threads; seconds: taken from run.json."""

    def solve(count):
        result = bench.program.solve(name, problem, count)
        return seconds(result), result["result"]["loss_slow"]

    counts = threads or [bench.cores, 1]
    return Side("lookahead", {f"threads {count}": lambda count=count: solve(count) for count in counts})


def peer(bench, name, script, task, threads, **variants):
    """A peer's side: the task with each setting of the threads' variables and each variant of its arguments."""
    settings = {}
    for variant, arguments in variants.items():
        for variables in threads:
            counts = [f"{key.partition('_')[0]} {count}" for key, count in variables.items()] * (len(threads) > 1)
            label = ", ".join([variant] * (len(variants) > 1) + counts)
            settings[label] = lambda v=variables, a=arguments: bench.worker(script, v)(task, **a)
    return Side(name, settings)


def seconds_of(*command):
    """Of the whole process."""
    begin = time.perf_counter()
    done = subprocess.run(command, stdout=subprocess.DEVNULL, check=False)
    if done.returncode != 0:
        raise Failure(f"{command[0]} ended with status {done.returncode}")
    return time.perf_counter() - begin


def blas_threads(bench):
    return [{"OPENBLAS_NUM_THREADS": str(count)} for count in dict.fromkeys([bench.cores, 1])]


def torch_threads(bench):
    """Threads of its own and of OpenBLAS; with both at all cores they get into each other's way."""
    pairs = dict.fromkeys([(1, bench.cores), (1, 1), (bench.cores, 1)])
    return [{"OMP_NUM_THREADS": str(own), "OPENBLAS_NUM_THREADS": str(blas)} for own, blas in pairs]


ONE_THREAD = [{"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}]


def learned(start):
    """Accepts a loss that is clearly below that of the start."""
    return lambda loss: loss < 0.97 * start


def close_to(expected):
    """Accepts the loss of the same steps in another order of rounding."""
    return lambda loss: math.isclose(loss, expected, rel_tol=1e-6)


def logistic(bench, rest):
    return (
        f"data: {{train: {bench.folder}/logistic.csv, target: y, standardize: false}}\n"
        f"model: {{type: logistic, l2: 1e-4}}\n{rest}\n"
    )


def start_up(bench):
    def import_torch():
        bench.require("torch")
        return seconds_of(sys.executable, "-c", "import torch"), None

    yield Group(
        "start-up: `lookahead version`, `import torch`",
        Side("lookahead", {"whole process": bench.program.start}),
        [Peer(Side("torch", {"whole process": import_torch}))],
    )


def steps(bench):
    for dimension, our_count, count in ((2, 2_000_000, 2000), (100, 500_000, 2000), (10_000, 20_000, 1000)):
        our_count, count = (our_count // 20, count // 10) if bench.quick else (our_count, count)
        for rule, title, rate in (("sgd", "SGD", "1e-4"), ("adam", "Adam", "1e-3")):

            def problem(steps, dimension=dimension, rule=rule, rate=rate):
                return (
                    f"objective: {{function: rosenbrock_chained, dim: {dimension}}}\n"
                    f"optimizer: {{name: {rule}, lr: {rate}}}\n"
                    f"lookahead: {{k: 5, alpha: 0.5}}\nstop: {{steps: {steps}}}\n"
                )

            # After as many steps all sides must be at the same point.
            expected = bench.program.solve("steps", problem(count), 1)["result"]["loss_slow"]
            arguments = {"rule": rule, "dimension": dimension, "count": count}
            torch = peer(bench, "torch, autograd", "torch", "steps", ONE_THREAD, double=arguments)
            numpy = peer(bench, "numpy, gradient by hand", "numpy", "steps", ONE_THREAD, double=arguments)
            torch.accepts = numpy.accepts = close_to(expected)
            yield Group(
                f"a step of Lookahead({title}), Rosenbrock's function, d = {dimension:,}, double",
                lookahead(bench, "steps", problem(our_count), lambda run: run["time_s"] / run["steps"], [1]),
                [Peer(torch), Peer(numpy)],
            )


def reading(bench):
    problem = logistic(bench, "optimizer: sgd\nstop: {steps: 1}")
    yield Group(
        f"reading {bench.rows:,} x 51 numbers of CSV, double",
        lookahead(bench, "reading", problem, lambda run: run["read_s"]),
        [
            Peer(peer(bench, "numpy.loadtxt", "numpy", "read", ONE_THREAD, double={}), ">= 6"),
            Peer(
                peer(bench, "pandas.read_csv", "pandas", "read", ONE_THREAD, parts={}, whole={"low_memory": False}),
                ">= 10",
            ),
        ],
    )


def epochs(bench):
    for batch, hand_target, autograd_target in ((32, ">= 8", ">= 60"), (128, ">= 5", ">= 25"), (1024, ">= 3", ">= 6")):
        problem = logistic(
            bench,
            f"optimizer: {{name: sgd, lr: 0.1}}\nlookahead: false\nbatch: {batch}\nprecision: single\n"
            f"stop: {{epochs: {1 if bench.quick else 5}}}",
        )

        def torch(name, gradient, batch=batch):
            rows = {way: {"batch": batch, "gradient": gradient, "rows": way} for way in ("gathered", "ordered")}
            side = peer(bench, name, "torch", "epoch", torch_threads(bench), **rows)
            side.accepts = learned(math.log(2))
            return side

        us = lookahead(bench, "epoch", problem, lambda run: run["time_s"] / run["epochs"])
        us.accepts = learned(math.log(2))
        yield Group(
            f"an epoch of logistic regression, shuffled, batch {batch}, float",
            us,
            [
                Peer(torch("torch, gradient by hand", "hand"), hand_target),
                Peer(torch("torch, autograd", "autograd"), autograd_target),
            ],
        )


def single_rows(bench):
    problem = logistic(
        bench,
        "optimizer: {name: sgd, lr: 0.01}\nlookahead: false\nbatch: 1\nprecision: single\n"
        f"stop: {{epochs: {1 if bench.quick else 3}}}",
    )
    us = lookahead(bench, "single", problem, lambda run: run["time_s"] / run["epochs"])
    precisions = {"float": {"precision": "float32"}, "double": {"precision": "float64"}}
    side = peer(bench, "scikit-learn SGDClassifier", "sklearn", "epoch", ONE_THREAD, **precisions)
    us.accepts = side.accepts = learned(math.log(2))
    yield Group("an epoch of logistic regression, shuffled, batch 1, float", us, [Peer(side, ">= 4")])


def full_gradient(bench):
    problem = logistic(
        bench,
        "optimizer: {name: sgd, lr: 0.1}\nlookahead: false\nbatch: full\nprecision: single\n"
        f"stop: {{steps: {2 if bench.quick else 30}}}",
    )
    ways = {way: {"gradient": way} for way in ("hand", "autograd")}
    yield Group(
        "loss and gradient of logistic regression over all rows, float",
        lookahead(bench, "gradient", problem, lambda run: run["time_s"] / run["steps"]),
        [Peer(peer(bench, "torch", "torch", "full_gradient", torch_threads(bench), **ways), ">= 3")],
    )


def mlp(bench):
    problem = (
        f"data: {{train: {bench.folder}/mlp.csv, target: label}}\n"
        "model: {type: mlp, hidden: [256], activation: relu}\n"
        "optimizer: {name: sgd, lr: 0.1}\nlookahead: false\nbatch: 128\nprecision: single\n"
        f"stop: {{epochs: {1 if bench.quick else 3}}}\n"
    )
    us = lookahead(bench, "mlp", problem, lambda run: run["time_s"] / run["epochs"])
    if "mlp" not in bench.program.names("models"):
        us.settings = dict.fromkeys(us.settings, bench.refuse("this build has no model mlp"))
    size = {"hidden": 256, "classes": 10, "batch": 128}
    network = peer(bench, "torch.nn", "torch", "mlp_nn", torch_threads(bench), float=size)
    hand = peer(bench, "torch, gradients by hand", "torch", "mlp_hand", torch_threads(bench), float=size)
    us.accepts = network.accepts = hand.accepts = learned(math.log(10))
    products = peer(bench, "its matrix products alone, OpenBLAS", "numpy", "products", blas_threads(bench), float=size)
    yield Group(
        f"an epoch of an MLP 784-256-10, {bench.images:,} rows, batch 128, float",
        us,
        [Peer(network, ">= 1.3"), Peer(hand), Peer(products, "<= 1.6", bound=True)],
    )


def liblinear(bench):
    model = bench.folder / "liblinear.model"

    def train(tolerance):
        if not shutil.which("liblinear-train"):
            raise Failure("liblinear-tools is not installed")
        strength = str(1 / (1e-4 * bench.rows))
        options = ["-s", "0", "-B", "1", "-c", strength, "-e", tolerance, "-q"]
        seconds = seconds_of("liblinear-train", *options, bench.folder / "logistic.svm", model)
        lines = model.read_text(encoding="ascii").splitlines()
        # The weights are those of the label named first.
        sign = 1 if "label 1 -1" in lines else -1
        weights = [sign * float(line) for line in lines[lines.index("w") + 1 :]]
        return seconds, bench.worker("numpy", blas_threads(bench)[0])("loss", weights=weights)[1]

    return Side("liblinear", {f"-e {e}": lambda e=e: train(e) for e in ("0.1", "0.01")})


def model(bench):
    def problem(optimizer, rest):
        return logistic(bench, f"optimizer: {optimizer}\n{rest}\nprecision: single")

    ways = {
        "Lookahead(SGD), one epoch": problem(
            "{name: sgd, lr: {cosine: {from: 0.5, to: 0.01}}}",
            "lookahead: {k: 5, alpha: 0.5}\nbatch: 128\nstop: {epochs: 1}",
        ),
        "lbfgs": problem("lbfgs", "lookahead: false\nbatch: full\nstop: {steps: 12}"),
    }
    us = Side("lookahead", {})
    for way, text in ways.items():
        side = lookahead(bench, "model", text, lambda run: run["process_s"])
        us.settings.update({f"{way}, {setting}": run for setting, run in side.settings.items()})
    tolerances = {f"lbfgs, tol {value}": {"tolerance": value} for value in (1e-2, 1e-4)}
    sklearn = peer(bench, "pandas and scikit-learn", "sklearn", "fit", blas_threads(bench), **tolerances)
    linear = liblinear(bench)
    us.accepts = sklearn.accepts = linear.accepts = lambda loss: loss <= (1 + 1e-3) * bench.optimum
    yield Group(
        "from the CSV file to a logistic model, loss within 0.1 % of the least",
        us,
        [Peer(sklearn, ">= 10"), Peer(linear)],
    )


COMPARISONS = {
    "start-up": start_up,
    "steps": steps,
    "reading": reading,
    "epochs": epochs,
    "batch-1": single_rows,
    "gradient": full_gradient,
    "mlp": mlp,
    "model": model,
}
