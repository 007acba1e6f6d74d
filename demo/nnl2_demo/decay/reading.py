"""What the comparisons under three optimizers say, and what they cannot say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nnl2_demo.decay.comparisons import DECAY_NAME, EPOCHS, L2_NAME, STRENGTHS

if TYPE_CHECKING:
    from nnl2 import PairedDifference
    from nnl2_demo.decay.comparisons import Decay, Under

TEN_TIMES = tuple(zip(STRENGTHS[2:], STRENGTHS, strict=False))
"""Pairs of strengths of which one is ten times the other, 1 / (1 - momentum) times."""

CONFIRMED = """Confirmed on the seeds 10000 to 10099, which played no part in writing this (0 to 99 did, and 200
    to 299 in choosing the strengths): the same strengths are best, and there weight decay is better than L2 by
    -0.01 points [-0.05, +0.03] under Momentum, and by +0.31 [+0.20, +0.42] under Adam, with 77 of the seeds better
    and with 22 worse."""
"""What other seeds say: `nnl2-demo decay --seed 10000`."""


def verdict_of(decay: Decay) -> str:
    """Return in one sentence how the two compare under each optimizer."""
    clauses = [f"{under.verdict} under {under.trained.name}" for under in decay.all_under]
    return f"Verdict: weight decay beside L2, each at its best strength: {'; '.join(clauses)}."


def reading_of(decay: Decay) -> list[str]:
    """Return what the numbers say and cannot say, one paragraph an entry."""
    _, momentum, adam = decay.all_under
    paragraphs = [
        _about_sgd(decay),
        _about_momentum(momentum),
        _about_adam(adam),
        _about_numbers(decay),
        *([CONFIRMED] if decay.epochs == EPOCHS else []),
        """With the seed vary the training items, the initial weights and the visiting orders, and all networks are
        judged on the same fresh items: the intervals speak of this generator, this network and these learning
        rates alone. Nobody tuned these: SGD's is the article's, Momentum's a tenth of it, Adam's what its authors
        propose.""",
    ]
    return [" ".join(paragraph.split()) for paragraph in paragraphs]


def _about_sgd(decay: Decay) -> str:
    return f"""The article calls L2 and constant weight decay not exactly equivalent. Under SGD they are: both take
        learning rate * s * w from each weight w in each update. Trained apart, networks of seed {decay.seeds[0]}
        differ by {decay.apart:.0e} at most in a weight, which is rounding; so there both rows are the same
        networks."""


def _about_momentum(under: Under) -> str:
    pairs = [f"{decay:g} beside {l2:g}: {points(under.decay_beside_l2(decay, l2))}" for decay, l2 in TEN_TIMES]
    return f"""Under Momentum 0.9 what L2 adds to a gradient is part of the changes that follow, until it has acted
        1 / (1 - 0.9) = 10 times as much; weight decay acts once. So weight decay needs ten times the strength, and
        then does what L2 does. How much better it is, in points: {"; ".join(pairs)}."""


def _about_adam(under: Under) -> str:
    decay, l2 = under.best[DECAY_NAME], under.best[L2_NAME]
    difference = under.at_their_best
    return f"""Adam divides what L2 adds, weight by weight, by the size of the weight's gradients; weight decay
        acts beside that, as in AdamW. So no factor turns one into the other. Of these strengths {l2:g} is L2's
        best and {decay:g} is weight decay's, which is there better by {points(difference)} points, with
        {difference.wins} of the seeds better and with {difference.losses} worse. Both were the best on these very
        seeds, which flatters both."""


def _about_numbers(decay: Decay) -> str:
    *_, adam = decay.all_under
    largest = STRENGTHS[-1]
    l2, other = (100 * adam.row(kind, largest).scores["accuracy"] for kind in (L2_NAME, DECAY_NAME))
    return f"""A strength is worth nothing without its optimizer: the same {largest:g} under Adam leaves
        {l2:.1f} % right as L2 and {other:.1f} % as weight decay."""


def points(difference: PairedDifference) -> str:
    """Return a difference in points, with its interval; what never varies has none."""
    ends = difference.mean, difference.low, difference.high
    mean, low, high = (f"{100 * each:+z.2f}" for each in ends)
    return mean if difference.low == difference.high else f"{mean} [{low}, {high}]"
