"""A strategy's fields as scikit-learn nests parameters: `regularizer__strength`, `optimizer__beta1`.

Fields of attrs classes go by their names, the parts of a sum by the names that `make_pipeline` would give them
(`regularizer__l2__strength`), those of a sequence by their places (`regularizer__0__strength`). Strategies are
never changed: another one is made, with other fields.
"""

from __future__ import annotations

from collections import Counter
from difflib import get_close_matches
from functools import reduce
from operator import add
from typing import TYPE_CHECKING, Any, Self

import attrs
from attrs import frozen
from sklearn.base import BaseEstimator

from nnl2.errors import InvalidTypeError, InvalidValueError, Nnl2Error, in_words, shown
from nnl2.missing_plug_ins import Missing
from nnl2.notation import optimizer_from_text, regularizer_from_text
from nnl2.optimizers import Optimizer
from nnl2.regularizers import NoRegularization, Regularizer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

READERS: dict[str, Callable[[str], Regularizer | Optimizer]] = {
    "regularizer": regularizer_from_text,
    "optimizer": optimizer_from_text,
}
"""Which parameters hold strategies, and who reads their texts."""


@frozen
class Refused:
    """A strategy that cannot be made; `fit` raises what was said, so that a search loses one fit and not all.

    Parameters
    ----------
    strategy
        The last one that could be made.
    changes
        The parameters that were to be set.
    error
        What its class said.
    """

    strategy: object
    changes: Mapping[str, object]
    error: Nnl2Error

    def __repr__(self) -> str:
        changes = ", ".join(f"{name}={shown(value)}" for name, value in self.changes.items())
        return f"{self.strategy!r} with {changes}, which is refused"


class StrategyParameters(BaseEstimator):  # type: ignore[misc]  # scikit-learn ships no types
    """An estimator whose parameters `regularizer` and `optimizer` have parameters of their own."""

    def get_params(self, deep: bool = True) -> dict[str, Any]:  # noqa: FBT001, FBT002 (scikit-learn's signature)
        """Return the parameters; `deep` with those of the strategies, as `regularizer__strength`."""
        parameters: dict[str, Any] = super().get_params(deep)
        if deep:
            for name in READERS:
                inside = nested_parameters(name, parameters[name])
                parameters |= {f"{name}__{field}": value for field, value in inside.items()}
        return parameters

    def set_params(self, **params: object) -> Self:
        """Set parameters, also a regularizer's or an optimizer's: it is replaced by one with other fields.

        A value that a strategy refuses is told by `fit`, as other illegal values are.
        """
        plain: dict[str, object] = {}
        inside: dict[str, dict[str, object]] = {name: {} for name in READERS}
        for key, value in params.items():
            name, _, field = key.partition("__")
            if field and name in READERS:
                inside[name][field] = value
            else:
                plain[key] = value
        super().set_params(**plain)
        for name, changes in inside.items():
            if changes:
                setattr(self, name, changed(name, getattr(self, name), changes))
        return self


def nested_parameters(name: str, given: object) -> dict[str, object]:
    """Return the parameters inside the value of the estimator's parameter of this name."""
    if isinstance(given, Refused):
        return nested_parameters(name, given.strategy) | dict(given.changes)
    try:
        return _nested(_read(name, given))
    except Nnl2Error:  # a text that cannot be read, of which `fit` will tell
        return {}


def changed(name: str, given: object, changes: Mapping[str, object]) -> object:
    """Return what stands for the estimator's parameter of this name once parameters inside it are set.

    Raises
    ------
    InvalidValueError
        If there is no strategy, or it has no such parameter. A value that its class refuses is no error yet.
    """
    if isinstance(given, Refused):
        return changed(name, given.strategy, {**given.changes, **changes})
    if given is None:
        first = next(iter(changes))
        raise InvalidValueError(
            f"{name}__{first} needs {name} to be an object or a text, but it is None; give for example "
            f"{name}={'l2' if name == 'regularizer' else 'adam'!r} too"
        )
    try:
        strategy = _read(name, given)
    except Nnl2Error:
        return given
    _check_names(name, strategy, changes)
    try:
        return _with(strategy, changes)
    except Nnl2Error as error:
        return Refused(strategy, dict(changes), error)
    except Exception as error:  # noqa: BLE001 (whatever a plug-in raises)
        return Refused(strategy, dict(changes), InvalidValueError(f"{shown(strategy)} refuses: {in_words(error)}"))


def regularizer_from(given: object) -> Regularizer | tuple[Regularizer, ...]:
    """Return the regularizer that a parameter stands for, or one for each layer."""
    strategy = NoRegularization() if given is None else _strategy("regularizer", given)
    each = strategy if isinstance(strategy, list | tuple) else (strategy,)
    if not all(isinstance(part, Regularizer) for part in each):
        raise InvalidTypeError(
            f"regularizer must be a Regularizer such as L2(0.01), a text such as 'l2:0.01', a sequence with one "
            f"for each layer, or None; got {shown(given)}"
        )
    return strategy if isinstance(strategy, Regularizer) else tuple(each)


def optimizer_from(given: object) -> Optimizer:
    """Return the optimizer that a parameter stands for."""
    strategy = _strategy("optimizer", given)
    if not isinstance(strategy, Optimizer):
        raise InvalidTypeError(
            f"optimizer must be an Optimizer such as Adam(), or a text such as 'adam'; got {shown(given)}"
        )
    return strategy


def _strategy(name: str, given: object) -> Any:  # noqa: ANN401 (checked by the caller)
    if isinstance(given, Refused):
        raise given.error
    return _read(name, given)


def _read(name: str, given: object) -> object:
    """Return the strategy that a text describes, also in a sequence; whatever else is given stays."""
    if isinstance(given, str):
        return READERS[name](given)
    if isinstance(given, list | tuple):
        return type(given)([_read(name, each) for each in given])
    return given


def _inside(strategy: object) -> dict[str, object]:
    """Return what a strategy is made of, by name; nothing for what is none."""
    if isinstance(strategy, list | tuple):
        return {str(place): each for place, each in enumerate(strategy)}
    if isinstance(strategy, Regularizer) and len(strategy.parts) > 1:
        return dict(zip(_names_of(strategy.parts), strategy.parts, strict=True))
    kind: type = type(strategy)
    if isinstance(strategy, Regularizer | Optimizer) and attrs.has(kind) and not isinstance(strategy, Missing):
        return {field.alias: getattr(strategy, field.name) for field in attrs.fields(kind) if field.init}
    return {}


def _names_of(parts: tuple[Regularizer, ...]) -> list[str]:
    """Return l2, dropout; or l2-1, l2-2 where there are two."""
    kinds = [type(part).__name__.lower() for part in parts]
    total, seen, names = Counter(kinds), Counter[str](), []
    for kind in kinds:
        seen[kind] += 1
        names.append(f"{kind}-{seen[kind]}" if total[kind] > 1 else kind)
    return names


def _nested(strategy: object) -> dict[str, object]:
    found: dict[str, object] = {}
    for name, value in _inside(strategy).items():
        found[name] = value
        found |= {f"{name}__{inner}": own for inner, own in _nested(value).items()}
    return found


def _check_names(name: str, strategy: object, changes: Mapping[str, object]) -> None:
    known = list(_nested(strategy))
    unknown = [each for each in changes if each not in known]
    if not unknown:
        return
    near = get_close_matches(unknown[0], known, n=1, cutoff=0.5)
    hint = f"did you mean {name}__{near[0]}? " if near else ""
    has = ", ".join(f"{name}__{each}" for each in known) or "none"
    raise InvalidValueError(
        f"{name}__{unknown[0]} is no parameter of {shown(strategy)}; {hint}its parameters are: {has}"
    )


def _with(strategy: Any, changes: Mapping[str, object]) -> Any:  # noqa: ANN401 (of any kind)
    """Return a strategy like this one but for some of its parameters."""
    inside = _inside(strategy)
    inside |= {name: value for name, value in changes.items() if name in inside}
    for head in {name.partition("__")[0] for name in changes if name not in inside}:
        below = {name[len(head) + 2 :]: own for name, own in changes.items() if name.startswith(f"{head}__")}
        inside[head] = _with(inside[head], below)
    if isinstance(strategy, list | tuple):
        return type(strategy)(inside.values())
    if isinstance(strategy, Regularizer) and len(strategy.parts) > 1:
        neutral: Regularizer = NoRegularization()
        return reduce(add, inside.values(), neutral)
    return attrs.evolve(strategy, **inside)
