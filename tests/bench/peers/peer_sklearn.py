"""scikit-learn: an epoch of SGDClassifier; from a CSV file to a logistic model with pandas and lbfgs."""
import functools
import sys
import time
import warnings

import numpy as np
import pandas as pd
import sklearn
from sklearn.linear_model import LogisticRegression, SGDClassifier

import logistic
from serve import serve

FOLDER = sys.argv[1]
warnings.filterwarnings("ignore")  # One epoch is no convergence, as it warns.


@functools.lru_cache(maxsize=1)
def problem():
    return logistic.load(FOLDER)


@functools.lru_cache(maxsize=2)
def typed(precision):
    features, labels = problem()
    return np.ascontiguousarray(features[:, :50], precision), labels.astype(int)


def loss_of(model):
    return logistic.loss(*problem(), np.append(model.coef_[0], model.intercept_[0]))


def epoch(precision):
    """One shuffled pass over the rows, one row a step."""
    features, labels = typed(precision)
    model = SGDClassifier(
        loss="log_loss",
        alpha=logistic.PENALTY,
        learning_rate="constant",
        eta0=0.01,
        max_iter=1,
        tol=None,
        random_state=0,
    )
    begin = time.perf_counter()
    model.fit(features, labels)
    return time.perf_counter() - begin, loss_of(model)


def fit(tolerance):
    """A model from the CSV file."""
    problem()
    begin = time.perf_counter()
    table = pd.read_csv(f"{FOLDER}/logistic.csv")
    labels = table.pop("y").to_numpy()
    strength = 1 / (logistic.PENALTY * len(labels))
    model = LogisticRegression(C=strength, tol=tolerance).fit(table.to_numpy(), labels)
    return time.perf_counter() - begin, loss_of(model)


serve(f"scikit-learn {sklearn.__version__}", {"epoch": epoch, "fit": fit})
