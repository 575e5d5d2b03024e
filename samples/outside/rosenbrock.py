# Rosenbrock's function and its gradient, for lookahead: every line of numbers is answered by one.
import sys

protocol, version, dimension, wanted = sys.stdin.readline().split()
if version != "1":
    sys.exit(f"{protocol} speaks version {version} of its protocol, and this program version 1")
print("ok", flush=True)
for line in sys.stdin:
    x, y = map(float, line.split())
    a = y - x * x
    b = 1 - x
    f = 100 * a * a + b * b
    # repr writes as many digits as a double has.
    print(repr(f), repr(-400 * a * x - 2 * b), repr(200 * a), flush=True)
