"""What four worker processes hold together beside one: all of them map one generation and answer questions by it.

Proportional set size (Linux): a page that several processes map is shared out among them.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from matching import Document, Index, use_compiled
from tests.bench.texts import texts

DOCUMENTS, WORKERS = 100_000, 4
WORKER = """
import sys
from pathlib import Path
from matching import Document, Index, use_compiled
from tests.bench.texts import texts
use_compiled()
index = Index.open(Path(sys.argv[1]))
for text in texts(200, seed=11):
    index.scores(Document("query", "", text[:200], ""))
print("ready", flush=True)
sys.stdin.read()
"""


def held(folder: Path, workers: int) -> tuple[float, float]:
    """Return megabytes that so many processes hold together: in all, and of the generation's files alone."""
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", WORKER, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(workers)
    ]
    for process in processes:
        assert process.stdout is not None
        process.stdout.readline()
    everything = mapped = 0.0
    for process in processes:
        name = ""
        for line in Path(f"/proc/{process.pid}/smaps").read_text(encoding="utf-8").splitlines():
            if "-" in line.split(" ", 1)[0]:
                name = line
            elif line.startswith("Pss:"):
                kilobytes = float(line.split()[1])
                everything += kilobytes / 1000
                mapped += kilobytes / 1000 if str(folder) in name else 0.0
    for process in processes:
        process.communicate()
    return everything, mapped


def main() -> None:
    """Measure and print."""
    use_compiled()
    with tempfile.TemporaryDirectory() as parent:
        folder = Path(parent) / "generation"
        Index.build(
            Document(f"{number:07}", "", "", text, language="da") for number, text in enumerate(texts(DOCUMENTS))
        ).publish(folder)
        one, four = held(folder, 1), held(folder, WORKERS)
    print(f"  {DOCUMENTS} documents, megabytes held by 1 and {WORKERS} workers together")
    print(f"  of the generation {one[1]:>8.0f} {four[1]:>8.0f}   {four[1] / one[1]:.2f}x  (goal: 1.1)")
    print(f"  with Python, numpy and numba {one[0]:>8.0f} {four[0]:>8.0f}   {four[0] / one[0]:.2f}x")


if __name__ == "__main__":
    main()
