"""Pages: what came out, in a browser. One file each, which asks nothing of any server.

===================  =============================================================
module               what the reader finds in it
===================  =============================================================
`fragments`          pieces of a page; text from outside is escaped here
`pictures`           matplotlib's figures inside a page, in its colours
`networks`           pictures of trained networks, each with its numbers
`page`, `page.css`   the page around them, and what it may load
`comparison`         a Comparison as a page
`along`              what came out along a number: pictures, and all in a table
`path`               a StrengthPath as a page
`learning_curve`     a LearningCurve as a page
`exploration`        networks for every strength of some regularizers
`explorer`           the same as a page with a slider
`explorer_pictures`  its axes, and the elements that move
`explorer_paths`     what they are filled with, for every state
`explorer.js`        the program in the page
===================  =============================================================
"""

from nnl2.report.comparison import comparison_page, sections_of
from nnl2.report.fragments import Html, bullets, folded, paragraph, section, table
from nnl2.report.learning_curve import learning_curve_page
from nnl2.report.page import page_of
from nnl2.report.path import path_page
from nnl2.report.pictures import new_figure, picture

__all__ = [
    "Html",
    "bullets",
    "comparison_page",
    "folded",
    "learning_curve_page",
    "new_figure",
    "page_of",
    "paragraph",
    "path_page",
    "picture",
    "section",
    "sections_of",
    "table",
]
