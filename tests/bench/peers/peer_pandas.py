"""pandas: reading CSV into a matrix."""
import sys
import time

import pandas as pd

from serve import serve

FOLDER = sys.argv[1]


def read(**options):
    begin = time.perf_counter()
    pd.read_csv(f"{FOLDER}/logistic.csv", **options).to_numpy()
    return time.perf_counter() - begin, None


serve(f"pandas {pd.__version__}", {"read": read})
