"""Write the held-out articles as files to evaluate on: `python -m training.split --data DIR --out var/dev`."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from training.data import held_out_titles


def split(data: Path, out: Path) -> None:
    """dev-a-v1.1.json and dev-a-v2.0.json: the entries of dev-A of both files of half A."""
    first = json.loads((data / "dev" / "squad-v1.1-half-a.json").read_text(encoding="utf-8"))
    titles = set(held_out_titles(entry["title"] for entry in first["data"]))
    out.mkdir(parents=True, exist_ok=True)
    for version in ("v1.1", "v2.0"):
        file = json.loads((data / "dev" / f"squad-{version}-half-a.json").read_text(encoding="utf-8"))
        file["data"] = [entry for entry in file["data"] if entry["title"] in titles]
        (out / f"dev-a-{version}.json").write_text(json.dumps(file, ensure_ascii=False), encoding="utf-8")
        print(f"{out / f'dev-a-{version}.json'}: {len(file['data'])} articles")


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with train/ and dev/ in SQuAD form")
    parser.add_argument("--out", type=Path, default=Path("var") / "dev")
    args = parser.parse_args()
    split(args.data, args.out)


if __name__ == "__main__":
    main()
