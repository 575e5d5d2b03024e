"""Our side: the program as users run it."""
import json
import subprocess
import time

from measure import Failure


class Program:
    def __init__(self, binary, folder):
        self.binary, self.folder = str(binary), folder
        self.folder.mkdir(parents=True, exist_ok=True)

    def call(self, *arguments):
        try:
            done = subprocess.run([self.binary, *arguments], capture_output=True, text=True, check=False)
        except OSError as error:
            raise Failure(f"{self.binary}: {error.strerror}") from error
        if done.returncode != 0:
            lines = done.stderr.strip().splitlines() or [""]
            raise Failure(f"{arguments[0]} ended with status {done.returncode}: {lines[-1]}")
        return done.stdout

    def version(self):
        return self.call("version").strip()

    def names(self, catalog):
        return [entry["name"] for entry in json.loads(self.call("list", catalog, "--json"))]

    def start(self):
        """Seconds from the start of the process to its end."""
        begin = time.perf_counter()
        self.call("version")
        return time.perf_counter() - begin, None

    def solve(self, name, problem, threads):
        """run.json of the problem, with the seconds of the whole process as process_s."""
        file = self.folder / f"{name}.yaml"
        file.write_text(problem, encoding="utf-8")
        arguments = ["--json", "--no-trace", "-q", "-o", str(self.folder / name), "--force"]
        begin = time.perf_counter()
        text = self.call("solve", str(file), *arguments, "--threads", str(threads))
        return {"process_s": time.perf_counter() - begin, **json.loads(text)}
