"""`Strategy`: a regularizer as it is, or a ladder of them among which the training data choose."""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from operator import add
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from nnl2.comparison.ladders import step_beyond
from nnl2.discovery import regularizer_class
from nnl2.errors import InvalidTypeError, InvalidValueError, Nnl2Error, PluginError, in_words, shown
from nnl2.notation import regularizer_from_text, regularizer_to_text, text_parts
from nnl2.regularizers import NoRegularization, Regularizer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nnl2.comparison.recipe import Recipe

    Candidate = Regularizer | tuple[Regularizer, ...]
    """A regularizer for all layers, or one for each."""

    Given = str | Regularizer | type[Regularizer] | tuple[Regularizer, ...]

DEFAULT = ("l2", "l1", "dropout")
"""What is compared with none: weight decay too, where the optimizer makes it another thing than L2; dropout only
where there are hidden units to drop."""


@frozen(eq=False)
class Strategy:
    """A way of regularizing, as it is compared.

    Parameters
    ----------
    name
        What it is called in the result.
    candidates
        The regularizer, or those of all layers; or several such, from weak to strong, among which each training
        part chooses.
    """

    name: str
    candidates: tuple[Candidate, ...]
    _texts: dict[int, str] = field(init=False, factory=dict, repr=False)

    @property
    def is_chosen(self) -> bool:
        """Whether there is a choice."""
        return len(self.candidates) > 1

    def text_of(self, number: int) -> str:
        """Return a candidate's text; it is looked up once, for that takes as long as training a network."""
        if number not in self._texts:
            self._texts[number] = text_of(self.candidates[number])
        return self._texts[number]

    def beyond_weak_end(self) -> str | None:
        """Return the text of a step below the weakest candidate, None where there is none."""
        return self._text_beyond(self.candidates[1::-1])

    def beyond_strong_end(self) -> str | None:
        """Return the text of a step above the strongest candidate, None where there is none."""
        return self._text_beyond(self.candidates[-2:])

    def _text_beyond(self, last_two: tuple[Candidate, ...]) -> str | None:
        step = step_beyond(*last_two) if self.is_chosen else None
        return None if step is None else text_of(step)


def as_strategies(
    given: Iterable[Given] | Mapping[str, Given] | Given | None, recipe: Recipe
) -> tuple[Strategy, ...]:
    """Return strategies from texts, objects or classes, or from a mapping of names to them.

    Raises
    ------
    InvalidValueError, InvalidTypeError, UnknownNameError
        If one cannot be understood, or two have the same name.
    """
    if given is None:
        offered = DEFAULT if recipe.decay_is_l2 else ("l2", "weight-decay", *DEFAULT[1:])
        given = tuple(name for name in offered if name != "dropout" or recipe.hidden != ())
    if isinstance(given, str | Regularizer | type):
        given = (given,)
    if isinstance(given, Mapping):
        strategies = tuple(as_strategy(each, str(name)) for name, each in given.items())
    else:
        strategies = tuple(map(as_strategy, given))
    names = [strategy.name for strategy in strategies]
    twice = [name for name in names if names.count(name) > 1]
    if twice:
        raise InvalidValueError(f"strategies must have different names, got {twice[0]!r} twice; give a mapping")
    return strategies


def beside(
    baseline: Strategy, given: Iterable[Given] | Mapping[str, Given] | Given | None, recipe: Recipe
) -> list[Strategy]:
    """Return a baseline and, as `as_strategies` does, what stands beside it.

    Raises
    ------
    InvalidValueError, InvalidTypeError, UnknownNameError
        As `as_strategies`, or if another strategy is called as the baseline is.
    """
    others = [each for each in as_strategies(given, recipe) if each.candidates != baseline.candidates]
    if baseline.name in (each.name for each in others):
        raise InvalidValueError(f"strategies must not be called {baseline.name!r}, as the baseline is")
    return [baseline, *others]


def as_strategy(given: Given, name: str | None = None) -> Strategy:
    """Return one strategy: a name without numbers, and a class, stand for the ladder its class offers.

    A tuple of regularizers is one for each layer.
    """
    if isinstance(given, str):
        return Strategy(name or given.strip(), _from_text(given))
    if isinstance(given, Regularizer):
        return Strategy(name or text_of(given), (given,))
    if isinstance(given, tuple) and given and all(isinstance(each, Regularizer) for each in given):
        return Strategy(name or text_of(given), (given,))
    if isinstance(given, type) and issubclass(given, Regularizer):
        return Strategy(name or _name_of(given), _ladder(given))
    raise InvalidTypeError(
        f"a strategy must be a text such as 'l2' or 'l2:0.01', a Regularizer or its class, got {given!r}"
    )


def layers_of(candidate: Candidate) -> tuple[Regularizer, ...]:
    """Return the regularizers of a candidate."""
    return candidate if isinstance(candidate, tuple) else (candidate,)


def text_of(regularizer: Candidate) -> str:
    """Return the text of a candidate; where a class has no name, what Python shows."""
    if isinstance(regularizer, tuple):
        return " / ".join(map(text_of, regularizer))
    try:
        return regularizer_to_text(regularizer)
    except Nnl2Error:
        return repr(regularizer)


def _name_of(kind: type[Regularizer]) -> str:
    return text_of(kind()).partition(":")[0].partition("(")[0]


def _from_text(text: str) -> tuple[Regularizer, ...]:
    ladders = [_part_from_text(part) for part in text_parts(text)]
    if sum(len(ladder) > 1 for ladder in ladders) > 1:
        raise InvalidValueError(f"{text!r} leaves more than one strength open; give numbers for all parts but one")
    n_steps, neutral = max(map(len, ladders)), NoRegularization()
    steps = ((ladder[number % len(ladder)] for ladder in ladders) for number in range(n_steps))
    return tuple(reduce(add, parts, neutral) for parts in steps)


def _part_from_text(text: str) -> tuple[Regularizer, ...]:
    return (regularizer_from_text(text),) if ":" in text else _ladder(regularizer_class(text))


def _ladder(kind: type[Regularizer]) -> tuple[Regularizer, ...]:
    """Return the ladder a class offers, perhaps a plug-in's; where there is none, the class as it comes."""
    try:
        offered: Any = tuple(kind.strengths())
    except Exception as error:
        raise PluginError(f"{kind.__name__}.strengths failed: {in_words(error)}") from error
    strangers = [each for each in offered if not isinstance(each, Regularizer)]
    if strangers:
        raise PluginError(f"{kind.__name__}.strengths must return regularizers, got {shown(strangers[0])}")
    return offered or (kind(),)
