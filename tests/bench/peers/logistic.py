"""The logistic problem as all sides solve it: mean loss + (PENALTY / 2) |w|^2, the intercept free."""
import pathlib

import numpy as np

PENALTY = 1e-4


def load(folder):
    """Features with a last column of ones for the intercept, and labels 0 or 1."""
    rows = np.fromfile(pathlib.Path(folder) / "logistic.f64").reshape(-1, 51)
    labels = rows[:, 50].copy()
    rows[:, 50] = 1
    return rows, labels


def loss(features, labels, weights):
    """weights: 50 and the intercept."""
    scores = features @ weights
    penalty = PENALTY / 2 * (weights[:-1] @ weights[:-1])
    return float(np.mean(np.logaddexp(0, scores) - labels * scores) + penalty)


def optimum(features, labels):
    """The least loss, by Newton's method; the problem is strictly convex, so that eight steps are plenty."""
    count, dimension = features.shape
    penalties = np.full(dimension, PENALTY)
    penalties[-1] = 0
    weights = np.zeros(dimension)
    for _ in range(8):
        rates = 1 / (1 + np.exp(-(features @ weights)))
        gradient = features.T @ (rates - labels) / count + penalties * weights
        curvature = features.T @ (features * (rates * (1 - rates))[:, None]) / count + np.diag(penalties)
        weights -= np.linalg.solve(curvature, gradient)
    return loss(features, labels, weights)
