"""What a strength is called elsewhere: scikit-learn's alpha, Keras's l2, PyTorch's weight_decay, and others.

Each is a multiple of the strength of L2, or of the rate of WeightDecay; what it is multiplied by or divided by may
be a setting of the training. `docs/translation.md` shows all of them in a table.
"""

from __future__ import annotations

from difflib import get_close_matches
from math import prod
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from nnl2.errors import InvalidTypeError, InvalidValueError, UnknownNameError, shown
from nnl2.regularizers import L2, NoRegularization, WeightDecay
from nnl2.validation import check_count, check_number

if TYPE_CHECKING:
    from collections.abc import Callable

    from nnl2.regularizers import Regularizer


@frozen
class Convention:
    """What one number means, somewhere else.

    Parameters
    ----------
    name
        Who says it, and the parameter: "sklearn alpha".
    regularizer
        What it is here: L2 or WeightDecay.
    factor, times, divided_by
        Strength or rate are the number, times the factor, times some settings, divided by others.
    biases
        Whether it acts on biases too.
    per_batch
        Whether it is divided by the size of the batch at hand, so that a smaller last one is penalised more.
    note
        What else must be known.
    """

    name: str
    regularizer: type[L2 | WeightDecay]
    factor: float = 1
    times: tuple[str, ...] = ()
    divided_by: tuple[str, ...] = ()
    biases: bool = field(default=False, kw_only=True)
    per_batch: bool = field(default=False, kw_only=True)
    note: str = field(default="", kw_only=True)

    @property
    def formula(self) -> str:
        """What it is here, as `L2(alpha / batch_size)`."""
        factor = [] if self.factor == 1 else [f"{self.factor:g}"]
        product = " * ".join([*factor, *self.times, self.name.split()[-1]])
        return f"{self.regularizer.__name__}({' / '.join([product, *self.divided_by])})"

    def scale(self, settings: dict[str, float]) -> float:
        """Return what the number is multiplied by, given these settings."""
        for needed in (*self.times, *self.divided_by):
            if needed not in settings:
                raise InvalidValueError(f"{self.name} is {self.formula} here; give {needed} too")
        self._refuse_smaller_batches(settings)
        above, below = (prod(settings[name] for name in names) for names in (self.times, self.divided_by))
        return self.factor * above / below

    def _refuse_smaller_batches(self, settings: dict[str, float]) -> None:
        if not self.per_batch or "n_items" not in settings:
            return
        n_items, batch_size = int(settings["n_items"]), int(settings["batch_size"])
        left = n_items % batch_size
        if left:
            raise InvalidValueError(
                f"{self.name} is divided by the size of each batch, and the last of {n_items} items in batches of "
                f"{batch_size} has {left}: no one strength equals it; choose a batch size that divides {n_items}, "
                f"or write a regularizer with strength / step.batch_size"
            )


CONVENTIONS = (
    Convention(
        "sklearn alpha", L2, divided_by=("batch_size",), per_batch=True,
        note="MLPClassifier and MLPRegressor with sgd or adam; with lbfgs the batch is all items",
    ),
    Convention("keras l2", L2, 2, note="a kernel_regularizer; its penalty has no 1/2"),
    Convention("keras weight_decay", WeightDecay, times=("learning_rate",), biases=True, note="of any optimizer"),
    Convention("torch.sgd weight_decay", L2, biases=True),
    Convention("torch.adam weight_decay", L2, biases=True, note="enters the running means"),
    Convention("torch.adamw weight_decay", WeightDecay, times=("learning_rate",), biases=True, note="beside Adam"),
    Convention("nielsen lmbda", L2, divided_by=("n_items",), note="network2.py"),
    Convention(
        "coursera lambd", L2, divided_by=("batch_size",), per_batch=True,
        note="its cost has lambd / (2 m), m being the items of the batch",
    ),
    Convention("article lamda", L2, note="with its sign mended; one item an update"),
    Convention("article decay", WeightDecay, note="its alternative: weights * (1 - lamda)"),
)  # fmt: skip
"""Each rerun, or read in its source or documentation; see `docs/translation.md`."""

SETTINGS = ("batch_size", "n_items", "learning_rate")
"""On what a translation may depend."""


@frozen
class Translation:
    """What a number from elsewhere is here.

    Parameters
    ----------
    regularizer, bias_regularizer
        As `NeuralNetwork` takes them.
    convention
        What the number means.
    """

    regularizer: Regularizer
    bias_regularizer: Regularizer
    convention: Convention

    def __str__(self) -> str:
        biases = ", biases too" if self.bias_regularizer.parts else ""
        note = f"; {self.convention.note}" if self.convention.note else ""
        return f"{self.regularizer!r}{biases}: {self.convention.name} is {self.convention.formula}{note}"


def translate(
    name: str,
    value: float,
    *,
    batch_size: int | None = None,
    n_items: int | None = None,
    learning_rate: float | None = None,
) -> Translation:
    """Return what a number from elsewhere is here.

    Parameters
    ----------
    name
        Who says it, and the parameter, such as "sklearn alpha" or "torch.adamw weight_decay".
    value
        The number, >= 0.
    batch_size, n_items, learning_rate
        Settings of the training; those that it depends on must be given.

    Raises
    ------
    UnknownNameError
        If no convention has the name.
    InvalidValueError
        If a setting is missing, or nothing here equals it.

    Examples
    --------
    >>> print(translate("sklearn alpha", 1e-4, batch_size=32))
    L2(strength=3.125e-06): sklearn alpha is L2(alpha / batch_size); MLPClassifier and MLPRegressor with sgd or \
adam; with lbfgs the batch is all items
    >>> translate("torch.adamw weight_decay", 0.01, learning_rate=0.001).regularizer
    WeightDecay(rate=1e-05)
    """
    convention = convention_called(name)
    given = _checked(batch_size=batch_size, n_items=n_items, learning_rate=learning_rate)
    number = check_number(name, value, minimum=0)
    regularizer = convention.regularizer(_rounded(number * convention.scale(given)))
    return Translation(regularizer, regularizer if convention.biases else NoRegularization(), convention)


def translate_back(
    regularizer: Regularizer,
    name: str,
    *,
    batch_size: int | None = None,
    n_items: int | None = None,
    learning_rate: float | None = None,
) -> float:
    """Return what a regularizer is elsewhere: the inverse of `translate`.

    Where the number there acts on biases too, the regularizer should be `bias_regularizer` as well.

    >>> translate_back(L2(0.005), "sklearn alpha", batch_size=32)
    0.16

    Raises
    ------
    UnknownNameError, InvalidValueError
        As `translate` does.
    """
    convention = convention_called(name)
    given = _checked(batch_size=batch_size, n_items=n_items, learning_rate=learning_rate)
    if not isinstance(regularizer, convention.regularizer):
        raise InvalidValueError(
            f"{shown(regularizer)} has no {name}, which is {convention.formula} here{_hint(regularizer)}"
        )
    number = regularizer.strength if isinstance(regularizer, L2) else regularizer.rate
    return _rounded(number / convention.scale(given))


def translate_text(text: str) -> Translation:
    """Return what a text means here: who says it, the parameter with its number, and the settings it depends on.

    >>> translate_text("keras l2=0.001").regularizer
    L2(strength=0.002)
    """
    if not isinstance(text, str):
        raise InvalidTypeError(f"what is translated must be a str such as 'keras l2=0.001', got {shown(text)}")
    system, *words = text.split() or [""]
    pairs = [word.partition("=") for word in words]
    if not pairs or not all(key and equals and number for key, equals, number in pairs):
        raise InvalidValueError(
            f"what is translated must be like 'sklearn alpha=1e-4 batch_size=32', got {shown(text)}"
        )
    (parameter, _, value), *rest = pairs
    settings: dict[str, Any] = {}
    for key, _, number in rest:
        if key not in SETTINGS:
            raise InvalidValueError(f"{key!r} is no setting of a translation; these are {', '.join(SETTINGS)}")
        if key in settings:
            raise InvalidValueError(f"{key} is given twice in {shown(text)}; give it once")
        settings[key] = _number(key, number)
    return translate(f"{system} {parameter}", _number(parameter, value), **settings)


def convention_called(name: str) -> Convention:
    """Return the convention of a name, such as "sklearn alpha"; case does not matter."""
    wanted = " ".join(str(name).lower().split())
    names = [convention.name for convention in CONVENTIONS]
    if wanted in names:
        return CONVENTIONS[names.index(wanted)]
    near = get_close_matches(wanted, names, n=1, cutoff=0.5)
    hint = f"did you mean {near[0]!r}? " if near else ""
    raise UnknownNameError(f"{shown(name)} is known nowhere; {hint}known are {', '.join(names)}")


def _checked(**settings: float | None) -> dict[str, float]:
    checks: dict[str, Callable[[str, object], float]] = {
        "batch_size": check_count,
        "n_items": check_count,
        "learning_rate": _check_rate,
    }
    given = {name: checks[name](name, value) for name, value in settings.items() if value is not None}
    if "batch_size" in given and "n_items" in given:
        given["batch_size"] = min(given["batch_size"], given["n_items"])
    return given


def _check_rate(name: str, value: object) -> float:
    return check_number(name, value, above=0)


def _hint(regularizer: Regularizer) -> str:
    if isinstance(regularizer, L2):
        return "; under SGD alone, WeightDecay(learning_rate * strength) does what L2 does"
    if isinstance(regularizer, WeightDecay):
        return "; under SGD alone, L2(rate / learning_rate) does what WeightDecay does"
    return ""


def _number(name: str, text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        raise InvalidValueError(f"{name} must be a number, got {shown(text)}") from None
    return int(number) if number.is_integer() else number


def _rounded(number: float) -> float:
    """Return a number without the last digits, in which a product of decimals is seldom exact."""
    return float(f"{number:.15g}")
