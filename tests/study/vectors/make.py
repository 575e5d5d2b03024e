#!/usr/bin/env python3
"""Makes vectors.txt: what numpy, SciPy and R say of random cases with ties, zeros and infinities.

    /usr/bin/python3 make.py >vectors.txt        # needs numpy, scipy and Rscript

A case is a group of lines, each a name and numbers; an empty line ends it.
"""
import subprocess

import numpy as np
from scipy import stats

random = np.random.default_rng(20)


def rounded(x):
    return np.array([float(f"{v:.4g}") for v in x])


def sides(kind, n):
    """Values of both sides: positive or not, with ties and zeros, infinite ones, equal sides."""
    a, b = rounded(random.lognormal(0.3, 1, n)), rounded(random.lognormal(0, 1, n))
    if kind in (1, 4):
        a, b = random.integers(1, 7, n).astype(float), random.integers(1, 7, n).astype(float)
    if kind in (2, 5):
        a, b = rounded(random.normal(0.3, 1, n)), rounded(random.normal(0, 1, n))
    if kind in (3, 6):
        a, b = random.integers(-3, 5, n).astype(float), random.integers(-3, 4, n).astype(float)
    if kind in (4, 5, 6, 7):
        a[random.random(n) < 0.2] = np.inf
        b[random.random(n) < 0.2] = np.inf
    if kind == 6:
        a[random.random(n) < 0.1] = -np.inf
    if kind == 8:
        b = a.copy()
    return a, b


def difference(a, b, ratio):
    if a == b:
        return 0.0
    if np.isinf(a):
        return a
    if np.isinf(b):
        return -b
    if not ratio:
        return a - b
    return np.log(a / b) if a > b else -np.log(b / a)


def middle(a, b):
    """The mean of two, of infinite ones of opposite signs 0."""
    with np.errstate(invalid="ignore"):
        mean = (a + b) / 2
    return np.where(np.isnan(mean), 0.0, mean)


def walsh(d):
    i, j = np.triu_indices(len(d))
    return np.sort(middle(d[i], d[j]))


def median(x):
    x, n = np.sort(x), len(x)
    return float(middle(x[(n - 1) // 2], x[n // 2]))


def percentile(x, p):
    """numpy's, but between an infinite number and another."""
    x = np.sort(x)
    at = (len(x) - 1) * p / 100
    a, b, part = x[int(at)], x[min(int(at) + 1, len(x) - 1)], at - int(at)
    if np.isfinite(a) and np.isfinite(b):
        return np.percentile(x, p) if np.all(np.isfinite(x)) else a + (b - a) * part
    if a == b or part == 0:
        return a
    if np.isinf(a) and np.isinf(b):
        return a if part < 0.5 else b if part > 0.5 else 0.0
    return a if np.isinf(a) else b


def test(d):
    n, size = len(d), np.abs(d)
    ranks = stats.rankdata(size)[d != 0]
    positive = ranks[d[d != 0] > 0].sum()
    plain = len(np.unique(size)) == n and np.all(d != 0)
    if len(ranks) == 0:
        return 1.0, 0.0
    if plain and n <= 25:
        return stats.wilcoxon(d, mode="exact").pvalue, positive
    if n <= 20:
        sums = np.zeros(1)
        for r in ranks:
            sums = np.concatenate([sums, sums + r])
        return min(1.0, 2 * min(np.mean(sums <= positive), np.mean(sums >= positive))), positive
    # Only ranks count, and SciPy takes an infinite number for none.
    d = np.clip(d, -1e9, 1e9)
    return min(1.0, stats.wilcoxon(d, zero_method="pratt", correction=True, mode="approx").pvalue), positive


def philox(counter, key):
    """Philox-4x32-10 (Salmon, Moraes, Dror and Shaw 2011)."""
    c, k, mask = list(counter), list(key), 0xFFFFFFFF
    for _ in range(10):
        x, y = 0xD2511F53 * c[0], 0xCD9E8D57 * c[2]
        c = [(y >> 32) ^ c[1] ^ k[0], y & mask, (x >> 32) ^ c[3] ^ k[1], x & mask]
        k = [(k[0] + 0x9E3779B9) & mask, (k[1] + 0xBB67AE85) & mask]
    return c


def chosen(seed, problem, draw, n):
    """The seeds that a draw takes of a problem; 10 is the purpose of resampling."""
    out = []
    for i in range(n):
        bits = philox([i, draw & 0xFFFFFFFF, draw >> 32, 10 << 24 | problem], [seed & 0xFFFFFFFF, seed >> 32])
        out.append(((bits[0] << 32 | bits[1]) * n) >> 64)
    return out


def line(name, *numbers):
    words = [repr(float(x)) if float(x) != int_of(x) else str(int_of(x)) for x in numbers]
    print(name, *words)


def int_of(x):
    return int(x) if np.isfinite(x) and abs(x) < 2**53 else None


def in_r(cases):
    """Intervals of Hodges and Lehmann by R: wilcox.test's where it has an exact one, otherwise by its quantile."""
    program = """
cases <- file("stdin", "r")
while (length(line <- readLines(cases, n = 1)) > 0) {
  d <- as.numeric(strsplit(line, " ")[[1]])
  n <- length(d)
  w <- outer(d, d, "+") / 2
  w <- w[!lower.tri(w)]
  w[is.nan(w)] <- 0
  w <- sort(w)
  q <- qsignrank(0.025, n)
  found <- c(w[q], w[length(w) + 1 - q])
  if (all(is.finite(d)) && !any(d == 0) && !any(duplicated(abs(d)))) {
    test <- suppressWarnings(wilcox.test(d, conf.int = TRUE, exact = TRUE))
    stopifnot(abs(test$conf.int - found) < 1e-12, abs(test$estimate - median(w)) < 1e-12)
  }
  cat(sprintf("%.17g", c(found, q)), "\\n")
}
"""
    text = "".join(" ".join("%.17g" % x for x in d) + "\n" for d in cases)
    done = subprocess.run(["Rscript", "-e", program], input=text, text=True, capture_output=True, check=True)
    return [[float(x) for x in row.split()] for row in done.stdout.splitlines()]


def comparisons():
    sizes = list(range(1, 31)) + [6, 7, 8, 10, 12, 40, 60, 35, 90]
    made = []
    for case in range(200):
        kind, n = case % 9, sizes[case % len(sizes)]
        a, b = sides(kind, n)
        ratio = all(x > 0 or np.isinf(x) for x in np.concatenate([a, b]))
        made.append((a, b, ratio, np.array([difference(x, y, ratio) for x, y in zip(a, b)])))
    intervals = iter(in_r([d for *_, d in made if len(d) >= 6]))
    for a, b, ratio, d in made:
        line("a", *a)
        line("b", *b)
        line("ratio", ratio)
        line("sum", d[np.isfinite(d)].sum())
        line("effect", median(walsh(d)))
        if len(d) >= 6:
            line("interval", *next(intervals)[:2])
        line("test", *test(d))
        line("wins", np.mean((a < b) + 0.5 * (a == b)))
        line("quartiles", *(percentile(a, p) for p in (0, 25, 50, 75, 100)))
        cut = int(stats.binom.ppf(0.025, len(a), 0.5))
        if cut > 0:
            line("median_interval", np.sort(a)[cut - 1], np.sort(a)[len(a) - cut])
        points, tries = np.sort(a)[::-1], int(random.integers(1, 2 * len(a) + 1))
        weights = (np.arange(len(a) + 1) / len(a)) ** tries
        best = [points[np.argmax(weights[1:] >= 0.5)]]
        if np.all(np.isfinite(points)):
            best.append(np.sum(points * np.diff(weights)))
        line("tuning", tries, *best)
        print()


def resampling():
    for case in range(20):
        seed, draws = int(random.integers(0, 2**40)), 60
        problems = []
        for problem in range(case % 3 + 1):
            n = int(random.integers(3, 12))
            d = rounded(random.normal(0.3, 1, n)) if case % 2 else random.integers(-2, 5, n).astype(float)
            if case % 5 == 4:
                d[0] = np.inf
            problems.append(d)
        effects, means = [], []
        for draw in range(draws):
            drawn = np.concatenate([d[chosen(seed, p, draw, len(d))] for p, d in enumerate(problems)])
            effects.append(median(walsh(drawn)))
            means.append(np.mean(drawn > 0))
        line("seed", seed)
        for d in problems:
            line("differences", *d)
        line("resampled", *(percentile(np.array(effects), p) for p in (2.5, 97.5)))
        line("shares", *np.percentile(means, (2.5, 97.5)))
        print()


def corrections():
    for count in (1, 2, 3, 7, 12):
        p = rounded(random.random(count) ** 3)
        if count > 3:
            p[1] = p[0]
        program = 'cat(sprintf("%.17g", p.adjust(as.numeric(commandArgs(TRUE)), "holm")))'
        done = subprocess.run(["Rscript", "-e", program, *map(repr, p.tolist())], text=True, capture_output=True,
                              check=True)
        line("p", *p)
        line("holm", *map(float, done.stdout.split()))
        print()


comparisons()
resampling()
corrections()
