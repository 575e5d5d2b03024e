"""PyTorch: Lookahead on Rosenbrock's function, logistic regression, an MLP; by autograd and with gradients by hand."""
import functools
import sys
import time

import numpy as np
import torch
from torch.nn import functional

import logistic
from serve import serve

FOLDER = sys.argv[1]


class Lookahead:
    """Around an optimizer: every k steps the slow point goes alpha of the way to the fast one, which starts anew."""

    def __init__(self, inner, k, alpha):
        self.inner, self.k, self.alpha, self.count = inner, k, alpha, 0
        self.fast = [point for group in inner.param_groups for point in group["params"]]
        self.slow = [point.detach().clone() for point in self.fast]

    def step(self):
        self.inner.step()
        self.count += 1
        if self.count % self.k == 0:
            with torch.no_grad():
                for slow, fast in zip(self.slow, self.fast):
                    slow.add_(fast - slow, alpha=self.alpha)
                    fast.copy_(slow)


def rosenbrock(x):
    return (100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2).sum()


def steps(rule, dimension, count):
    """Lookahead with k = 5, alpha = 0.5, gradients by autograd. Seconds per step."""
    x = torch.ones(dimension, dtype=torch.float64)
    x[::2] = -1.2
    x.requires_grad_(True)
    inner = torch.optim.SGD([x], lr=1e-4) if rule == "sgd" else torch.optim.Adam([x], lr=1e-3)
    optimizer = Lookahead(inner, 5, 0.5)
    begin = time.perf_counter()
    for _ in range(count):
        x.grad = None
        rosenbrock(x).backward()
        optimizer.step()
    seconds = (time.perf_counter() - begin) / count
    return seconds, float(rosenbrock(optimizer.slow[0]))


@functools.lru_cache(maxsize=1)
def problem():
    features, labels = logistic.load(FOLDER)
    return torch.from_numpy(features).float(), torch.from_numpy(labels).float()


def loss(features, labels, weights):
    fit = functional.binary_cross_entropy_with_logits(features @ weights, labels)
    return fit + logistic.PENALTY / 2 * (weights[:-1] @ weights[:-1])


def epoch(batch, gradient, rows):
    """One shuffled pass of SGD. rows: gathered for every batch, or all of them put in order first."""
    features, labels = problem()
    weights = torch.zeros(features.shape[1])
    penalties = torch.full_like(weights, logistic.PENALTY)
    penalties[-1] = 0
    torch.set_grad_enabled(gradient == "autograd")
    optimizer = torch.optim.SGD([weights.requires_grad_(True)], lr=0.1) if gradient == "autograd" else None
    begin = time.perf_counter()
    order = torch.randperm(len(labels))
    if rows == "ordered":
        features, labels = features[order], labels[order]
    for first in range(0, len(labels), batch):
        part = slice(first, first + batch) if rows == "ordered" else order[first : first + batch]
        x, y = features[part], labels[part]
        if optimizer:
            optimizer.zero_grad()
            loss(x, y, weights).backward()
            optimizer.step()
        else:
            residuals = torch.sigmoid(x @ weights).sub_(y)
            weights.sub_((residuals @ x).div_(len(y)).add_(penalties * weights), alpha=0.1)
    seconds = time.perf_counter() - begin
    torch.set_grad_enabled(True)
    return seconds, float(loss(*problem(), weights.detach()))


def full_gradient(gradient):
    """The loss and its gradient over all rows."""
    features, labels = problem()
    weights = (0.01 * torch.arange(features.shape[1])).float()
    begin = time.perf_counter()
    if gradient == "autograd":
        weights.requires_grad_(True)
        value = loss(features, labels, weights)
        value.backward()
    else:
        scores = features @ weights
        value = functional.softplus(scores).sub_(labels * scores).mean()
        value += logistic.PENALTY / 2 * (weights[:-1] @ weights[:-1])
        (torch.sigmoid(scores).sub_(labels) @ features).div_(len(labels)).add_(weights, alpha=logistic.PENALTY)
    return time.perf_counter() - begin, float(value)


@functools.lru_cache(maxsize=1)
def images():
    pixels = np.fromfile(f"{FOLDER}/mlp.f32", np.float32).reshape(-1, 784)
    return torch.from_numpy(pixels), torch.from_numpy(np.fromfile(f"{FOLDER}/mlp.i64", np.int64))


def network(hidden, classes):
    torch.manual_seed(1)
    layers = torch.nn.Linear(784, hidden), torch.nn.ReLU(), torch.nn.Linear(hidden, classes)
    return torch.nn.Sequential(*layers)


def mlp_nn(hidden, classes, batch):
    """One shuffled pass of SGD over a network of torch.nn."""
    pixels, labels = images()
    model, criterion = network(hidden, classes), torch.nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    begin = time.perf_counter()
    order = torch.randperm(len(labels))
    for first in range(0, len(labels), batch):
        part = order[first : first + batch]
        optimizer.zero_grad()
        criterion(model(pixels[part]), labels[part]).backward()
        optimizer.step()
    seconds = time.perf_counter() - begin
    with torch.no_grad():
        return seconds, float(criterion(model(pixels), labels))


def mlp_hand(hidden, classes, batch):
    """The same with the gradients written out, without the loss."""
    pixels, labels = images()
    model, criterion = network(hidden, classes), torch.nn.CrossEntropyLoss()
    w1, b1, w2, b2 = (point.detach() for point in model.parameters())
    begin = time.perf_counter()
    order = torch.randperm(len(labels))
    for first in range(0, len(labels), batch):
        part = order[first : first + batch]
        x, y = pixels[part], labels[part]
        h = torch.addmm(b1, x, w1.t()).clamp_(min=0)
        residuals = torch.softmax(torch.addmm(b2, h, w2.t()), 1)
        residuals[torch.arange(len(y)), y] -= 1
        residuals /= len(y)
        back = (residuals @ w2).mul_(h > 0)
        w2.addmm_(residuals.t(), h, alpha=-0.1)
        b2.sub_(residuals.sum(0), alpha=0.1)
        w1.addmm_(back.t(), x, alpha=-0.1)
        b1.sub_(back.sum(0), alpha=0.1)
    seconds = time.perf_counter() - begin
    with torch.no_grad():
        return seconds, float(criterion(model(pixels), labels))


torch.manual_seed(0)
serve(
    f"torch {torch.__version__}",
    {"steps": steps, "epoch": epoch, "full_gradient": full_gradient, "mlp_nn": mlp_nn, "mlp_hand": mlp_hand},
)
