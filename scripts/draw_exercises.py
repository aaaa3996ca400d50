"""Draw the pictures of the exercises into static/fysicure/img/exercises: `python scripts/draw_exercises.py`.

`--check` only tells, with exit code 1, which files are not what would be drawn. The bodies stand in
scripts/exercise_pictures: joint angles in, one small SVG file for each exercise out.
"""

import sys
from pathlib import Path

from exercise_pictures.poses import PICTURES
from exercise_pictures.scene import drawn

TARGET = Path(__file__).resolve().parent.parent / "static" / "fysicure" / "img" / "exercises"


def main() -> int:
    """Write what changed, or tell it."""
    is_check = "--check" in sys.argv[1:]
    texts = {TARGET / f"{code}.svg": drawn(picture) for code, picture in PICTURES.items()}
    stale = [path for path, text in texts.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    strays = [path for path in TARGET.glob("*.svg") if path not in texts]
    if is_check:
        for path in (*stale, *strays):
            print(f"{path.name} is not what scripts/draw_exercises.py draws")
        return 1 if stale or strays else 0
    TARGET.mkdir(parents=True, exist_ok=True)
    for path in stale:
        path.write_text(texts[path], encoding="utf-8")
    for path in strays:
        path.unlink()
    print(f"{len(texts)} pictures, {len(stale)} of them new or changed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
