"""The inner side of a peer: carries out tasks for compare.py, one at a time, in a process that stays."""
import json
import os
import signal
import sys


def serve(version, tasks):
    """Answers each line of standard input, [task, arguments], with [seconds, loss]; the first line says the version.

    A task returns seconds and, where it has one, the loss it came to (or None).
    """
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # What a library prints must not mix with the answers.
    print(json.dumps(version), file=answers)
    for line in sys.stdin:
        task, arguments = json.loads(line)
        print(json.dumps(tasks[task](**arguments)), file=answers)
