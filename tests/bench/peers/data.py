"""Makes the data that both sides work on, in the folder given: data.py FOLDER ROWS IMAGES [--libsvm].

Seeded, so that the same sizes give the same files; what is there already is kept.
  logistic.csv   ROWS x (50 numbers with six decimals, label 0 or 1), with a header; logistic.f64: the same, binary;
                 logistic.svm: the same in libsvm's format
  mlp.csv        IMAGES x (784 whole numbers from 0 to 255, label c0 to c9), with a header; mlp.f32, mlp.i64: pixels with
                 mean 0 and deviation 1 in each column, and labels
  facts.json     optimum: the least penalized loss of logistic regression on these rows (see logistic.py)
"""
import argparse
import json
import pathlib

import numpy as np

import logistic

COLUMNS, PIXELS, CLASSES = 50, 784, 10
CHUNK = 10_000


def write_text(path, line, rows, header=""):
    """Rows as text by the format of one line; the file appears when it is complete."""
    partial = path.with_suffix(".partial")
    with open(partial, "w", encoding="ascii") as file:
        file.write(header)
        for begin in range(0, len(rows), CHUNK):
            chunk = rows[begin : begin + CHUNK]
            file.write(line * len(chunk) % tuple(chunk.ravel().tolist()))
    partial.rename(path)


def write_binary(path, array):
    partial = path.with_suffix(".partial")
    array.tofile(partial)
    partial.rename(path)


def make_logistic(folder, count):
    draw = np.random.default_rng(20240607)
    rows = np.empty((count, COLUMNS + 1))
    rows[:, :COLUMNS] = np.round(draw.standard_normal((count, COLUMNS)), 6)
    weights = draw.standard_normal(COLUMNS) * (2 / np.sqrt(COLUMNS))
    scores = rows[:, :COLUMNS] @ weights + 0.3
    rows[:, COLUMNS] = draw.random(count) < 1 / (1 + np.exp(-scores))
    header = "".join(f"x{i}," for i in range(COLUMNS)) + "y\n"
    write_text(folder / "logistic.csv", "%.6f," * COLUMNS + "%d\n", rows, header)
    write_binary(folder / "logistic.f64", rows)


def make_libsvm(folder):
    rows = np.fromfile(folder / "logistic.f64").reshape(-1, COLUMNS + 1)
    swapped = np.column_stack([2 * rows[:, COLUMNS] - 1, rows[:, :COLUMNS]])
    pairs = "".join(f" {i + 1}:%.6f" for i in range(COLUMNS))
    write_text(folder / "logistic.svm", "%+d" + pairs + "\n", swapped)


def make_mlp(folder, count):
    draw = np.random.default_rng(20240608)
    centres = 0.6 * draw.standard_normal((CLASSES, PIXELS), dtype=np.float32)
    labels = draw.integers(0, CLASSES, count)
    pixels = np.maximum(centres[labels] + draw.standard_normal((count, PIXELS), dtype=np.float32), 0)
    pixels *= draw.random((count, PIXELS), dtype=np.float32) < 0.5
    pixels = np.minimum(np.round(60 * pixels), 255)
    header = "".join(f"p{i}," for i in range(PIXELS)) + "label\n"
    write_text(folder / "mlp.csv", "%d," * PIXELS + "c%d\n", np.column_stack([pixels, labels]), header)
    deviation = pixels.std(axis=0, dtype=np.float64)
    deviation[deviation == 0] = 1
    standardized = (pixels - pixels.mean(axis=0, dtype=np.float64)) / deviation
    write_binary(folder / "mlp.i64", labels.astype(np.int64))
    write_binary(folder / "mlp.f32", standardized.astype(np.float32))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("rows", type=int)
    parser.add_argument("images", type=int)
    parser.add_argument("--libsvm", action="store_true")
    arguments = parser.parse_args()
    folder = arguments.folder
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / "logistic.f64").exists():
        make_logistic(folder, arguments.rows)
    if arguments.libsvm and not (folder / "logistic.svm").exists():
        make_libsvm(folder)
    if not (folder / "mlp.f32").exists():
        make_mlp(folder, arguments.images)
    if not (folder / "facts.json").exists():
        optimum = logistic.optimum(*logistic.load(folder))
        (folder / "facts.json").write_text(json.dumps({"optimum": optimum}) + "\n", encoding="ascii")


if __name__ == "__main__":
    main()
