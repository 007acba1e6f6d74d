"""The studies, one module each, and their list: what stands in it is a command, and part of `reproduce`.

A module's function `study` returns the Study; where that needs a file of the user's, it takes the file's path,
and `not_run` returns the published numbers that wait for it. A module is imported when its study is asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path

    from nnl2_demo.published import Published
    from nnl2_demo.study import Study


FOOTBALL_NEEDS = (
    "football needs --data data.mat: the 2-D football data of the course 'Improving Deep Neural Networks' "
    "(DeepLearning.AI), which stands in the folder datasets of its assignment 'Regularization'"
)


class Entry(NamedTuple):
    """One study in the list.

    Parameters
    ----------
    name
        Its command, and its module.
    about
        The command's help.
    needs
        The sentence that tells which file of the user's it needs; nothing if it needs none.
    has_boundaries
        Whether its networks have two inputs, so that their boundaries can be drawn.
    """

    name: str
    about: str
    needs: str = ""
    has_boundaries: bool = False

    def study(self, data: Path | None) -> Study:
        """Return the study, with the items of the user's file where it needs one."""
        make = import_module(f"{__name__}.{self.name}").study
        return make(data) if self.needs else make()

    def not_run(self) -> list[Published]:
        """Return the published numbers that wait for a file."""
        return import_module(f"{__name__}.{self.name}").not_run()


STUDIES = {
    entry.name: entry
    for entry in (
        Entry(
            "article",
            """The article's 10-8-4 network, over a hundred seeds.

            Its strategies side by side, its published numbers, and whether the differences are real.

            Source: J. McCaffrey, "Neural Network L2 Regularization Using Python", Visual Studio Magazine, 2017.
            """,
        ),
        Entry(
            "football",
            """The course's football data, over ten seeds.

            None, L2 and dropout, as two sets of notes on the course have them, and what made "dropout 95 %"
            famous: a frozen mask, a lucky seed and 200 test items. The data file comes with the course and not
            with nnl2.
            """,
            needs=FOOTBALL_NEEDS,
            has_boundaries=True,
        ),
        Entry(
            "moons",
            """Two moons in mini-batches, over a hundred seeds.

            None and L2, as a blog post has them. It prints pictures only; the numbers beside ours are those of an
            independent rerun of its code.
            """,
            has_boundaries=True,
        ),
    )
}
"""By their names, sorted."""
