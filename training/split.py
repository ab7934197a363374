"""Write the held-out articles as files to evaluate on: `python -m training.split --data DIR --out var/dev`."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from training.data import entries, held_out_titles
from training.reports import NAMES, load_reports

DEV = Path("var") / "dev"


def split(data: Path, out: Path) -> None:
    """Write dev-A of both versions, the other articles of half A as train-a-v1.1.json, and the held-out reports."""
    files = {version: entries(data / "dev" / f"squad-{version}-half-a.json") for version in ("v1.1", "v2.0")}
    titles = set(held_out_titles(entry["title"] for entry in files["v1.1"]))
    parts = {f"dev-a-{v}": [e for e in found if e["title"] in titles] for v, found in files.items()}
    parts["train-a-v1.1"] = [entry for entry in files["v1.1"] if entry["title"] not in titles]
    parts |= {name: load_reports(name, held_out=True) for name in NAMES}
    out.mkdir(parents=True, exist_ok=True)
    for name, part in parts.items():
        (out / f"{name}.json").write_text(json.dumps({"data": part}, ensure_ascii=False), encoding="utf-8")
        print(f"{out / name}.json: {len(part)} articles")


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with train/ and dev/ in SQuAD form")
    parser.add_argument("--out", type=Path, default=DEV)
    args = parser.parse_args()
    split(args.data, args.out)


if __name__ == "__main__":
    main()
