"""`new_plugin`: a ready distribution for a regularizer of one's own, to start from.

Its template is the distribution in `template/`, complete and working, which the guide in the README shows; a new
one is a copy of it with other names.
"""

from __future__ import annotations

import keyword
import re
import tempfile
from pathlib import Path

from nnl2.discovery import OWN_DISTRIBUTION, REGULARIZERS, offered_names
from nnl2.errors import InvalidValueError

TEMPLATE = Path(__file__).parent / "template"


def new_plugin(distribution: str, parent: Path) -> Path:
    """Write a distribution that offers one regularizer, and return its folder.

    `nnl2-shrink` offers `shrink`, as class `Shrink` in the module `nnl2_shrink`.

    Parameters
    ----------
    distribution
        Its name: nnl2 and lower-case words, joined by hyphens.
    parent
        Where its folder is made.

    Raises
    ------
    InvalidValueError
        If the name cannot be used.
    FileExistsError
        If the folder is there already; nothing is written then.
    """
    names = _names(distribution)
    target = parent / distribution
    if target.exists():
        raise FileExistsError(f"{target} is there already; choose another name or move it away")
    # Made aside and moved, so that what is there is whole.
    with tempfile.TemporaryDirectory(dir=parent, prefix=f".{distribution}-") as aside:
        made = Path(aside) / distribution
        for file in sorted(TEMPLATE.rglob("*")):
            if file.is_file() and "__pycache__" not in file.parts:
                copy = made / _renamed(str(file.relative_to(TEMPLATE)), names)
                copy.parent.mkdir(parents=True, exist_ok=True)
                copy.write_text(_renamed(file.read_text(encoding="utf-8"), names), encoding="utf-8")
        made.rename(target)
    return target


def _names(distribution: str) -> dict[str, str]:
    """Return what stands in the place of each of the template's names."""
    if not re.fullmatch(r"nnl2(-[a-z][a-z0-9]*)+", distribution):
        raise InvalidValueError(
            f"a plug-in is called nnl2 and words, all joined by hyphens, like nnl2-shrink, not {distribution!r}"
        )
    offered = distribution.removeprefix("nnl2-")
    module = distribution.replace("-", "_")
    class_name = "".join(word.capitalize() for word in offered.split("-"))
    if offered in offered_names(REGULARIZERS, OWN_DISTRIBUTION):
        raise InvalidValueError(f"{distribution!r} would offer {offered!r}, as nnl2 itself does; choose another")
    if module == "nnl2_demo" or class_name in {"Regularizer", "Step"} or keyword.iskeyword(class_name):
        raise InvalidValueError(f"{distribution!r} would define a {class_name} that is another already")
    return {"nnl2-shrink": distribution, "nnl2_shrink": module, "Shrink": class_name, "shrink": offered}


def _renamed(text: str, names: dict[str, str]) -> str:
    return re.sub("|".join(names), lambda found: names[found[0]], text)
