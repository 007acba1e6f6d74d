"""A strategy's fields are parameters of the estimator; strategies themselves are never changed."""

import pickle

import numpy as np
import pytest
from attrs import field, frozen
from sklearn.base import clone

from nnl2 import (
    L1,
    L2,
    Adam,
    Clip,
    Dropout,
    InvalidValueError,
    Momentum,
    NeuralNetworkClassifier,
    NeuralNetworkRegressor,
    NoRegularization,
    Regularizer,
    number_in_range,
)


@frozen
class Pull(Regularizer):
    """A plug-in: two fields, one of them private, and one that is not given."""

    strength: float = field(default=0.1, validator=number_in_range(minimum=0))
    _power: float = field(default=2.0, alias="power")
    doubled: float = field(init=False, default=0.2)

    def gradient(self, weights, step):
        return self.strength * weights

    def penalty(self, weights, step):
        return self.strength / 2 * np.square(weights).sum()


def inside(estimator):
    return {name: value for name, value in estimator.get_params().items() if "__" in name}


@pytest.mark.parametrize(
    ("regularizer", "expected"),
    [
        (None, {}),
        (NoRegularization(), {}),
        (L2(0.1), {"regularizer__strength": 0.1}),
        ("l2:0.1", {"regularizer__strength": 0.1}),
        (Pull(0.3), {"regularizer__strength": 0.3, "regularizer__power": 2.0}),
        (
            L2(0.1) + Dropout(rate=0.2),
            {
                "regularizer__l2": L2(0.1),
                "regularizer__l2__strength": 0.1,
                "regularizer__dropout": Dropout(rate=0.2),
                "regularizer__dropout__rate": 0.2,
            },
        ),
        (
            "l2:0.1+l2:0.2",
            {
                "regularizer__l2-1": L2(0.1),
                "regularizer__l2-1__strength": 0.1,
                "regularizer__l2-2": L2(0.2),
                "regularizer__l2-2__strength": 0.2,
            },
        ),
        (
            [L2(0.1), "l1:0.2"],
            {
                "regularizer__0": L2(0.1),
                "regularizer__0__strength": 0.1,
                "regularizer__1": L1(0.2),
                "regularizer__1__strength": 0.2,
            },
        ),
        ("no such", {}),
    ],
    ids=repr,
)
def test_the_fields_of_a_regularizer_are_parameters(regularizer, expected):
    assert inside(NeuralNetworkClassifier(regularizer=regularizer)) == expected
    assert "regularizer__strength" not in NeuralNetworkClassifier(regularizer=regularizer).get_params(deep=False)


def test_the_fields_of_an_optimizer_are_parameters():
    estimator = NeuralNetworkRegressor(optimizer=Clip(Momentum(0.8), norm=2))
    assert inside(estimator) == {
        "optimizer__optimizer": Momentum(0.8),
        "optimizer__optimizer__momentum": 0.8,
        "optimizer__norm": 2,
    }
    assert estimator.set_params(optimizer__optimizer__momentum=0.5).optimizer == Clip(Momentum(0.5), norm=2)
    assert NeuralNetworkRegressor(optimizer="adam").set_params(optimizer__beta1=0.8).optimizer == Adam(beta1=0.8)


@pytest.mark.parametrize(
    ("regularizer", "parameters", "expected"),
    [
        (L2(0.1), {"strength": 0.2}, L2(0.2)),
        ("l2:0.1", {"strength": 0.2}, L2(0.2)),
        (Pull(), {"strength": 0.2, "power": 3.0}, Pull(0.2, power=3.0)),
        (L2(0.1) + Dropout(rate=0.2), {"l2__strength": 0.2, "dropout__rate": 0.3}, L2(0.2) + Dropout(rate=0.3)),
        (L2(0.1) + Dropout(rate=0.2), {"dropout": NoRegularization()}, L2(0.1)),
        (L2(0.1) + L1(0.2), {"l1": L2(0.3), "l1__strength": 0.4}, L2(0.1) + L2(0.4)),
        (L2(0.1) + L2(0.2), {"l2-2__strength": 0.3}, L2(0.1) + L2(0.3)),
        ([L2(0.1), L1(0.2)], {"1__strength": 0.3}, [L2(0.1), L1(0.3)]),
        ((L2(0.1), "l1:0.2 + l2:1"), {"1__l1__strength": 0.3}, (L2(0.1), L1(0.3) + L2(1))),
    ],
    ids=str,
)
def test_setting_a_field_makes_another_regularizer(regularizer, parameters, expected):
    estimator = NeuralNetworkClassifier(regularizer=regularizer)
    before = repr(regularizer)
    estimator.set_params(**{f"regularizer__{name}": value for name, value in parameters.items()})
    assert estimator.regularizer == expected
    assert repr(regularizer) == before


def test_a_clone_and_its_origin_do_not_share_what_is_set():
    shared = L2(0.1)
    one, other = NeuralNetworkClassifier(regularizer=shared), NeuralNetworkRegressor(regularizer=shared)
    copied = clone(one).set_params(regularizer__strength=9)
    assert (one.regularizer, other.regularizer, copied.regularizer) == (L2(0.1), L2(0.1), L2(9))
    assert one.regularizer is other.regularizer is shared


def test_a_strategy_and_its_fields_are_set_in_one_call_in_any_order():
    estimator = NeuralNetworkClassifier()
    estimator.set_params(
        regularizer__strength=0.3, regularizer=L1(), max_epochs=3, optimizer__beta1=0.5, optimizer="adam"
    )
    assert (estimator.regularizer, estimator.optimizer, estimator.max_epochs) == (L1(0.3), Adam(0.5), 3)


@pytest.mark.parametrize("regularizer", [L2(0.1), "l2:0.1"], ids=repr)
@pytest.mark.parametrize("value", [-1, float("nan"), "strong", None, True])
def test_a_value_that_is_refused_is_told_by_fit(regularizer, value, two_classes):
    estimator = NeuralNetworkClassifier(regularizer=regularizer).set_params(regularizer__strength=value)
    assert estimator.get_params()["regularizer__strength"] is value
    assert repr(estimator.regularizer) == f"L2(strength=0.1) with strength={value!r}, which is refused"
    for each in (estimator, clone(estimator), pickle.loads(pickle.dumps(estimator))):  # noqa: S301 (our own)
        with pytest.raises((ValueError, TypeError), match=r"L2.strength must be a finite number >= 0, got"):
            each.fit(*two_classes)
    estimator.set_params(regularizer__strength=0.2).fit(*two_classes)
    assert estimator.regularizer == L2(0.2)


def test_what_a_plug_in_raises_is_told_by_fit_too(two_classes):
    @frozen
    class Fussy(Regularizer):
        number: int = 1

        def __attrs_post_init__(self):
            if self.number != 1:
                raise KeyError(self.number)

    estimator = NeuralNetworkClassifier(regularizer=Fussy()).set_params(regularizer__number=2)
    with pytest.raises(InvalidValueError, match=r"Fussy\(number=1\) refuses: KeyError: 2"):
        estimator.fit(*two_classes)


@pytest.mark.parametrize(
    ("regularizer", "name", "message"),
    [
        (
            None,
            "strength",
            "regularizer__strength needs regularizer to be an object or a text, but it is None; give",
        ),
        (
            L2(),
            "strenght",
            r"no parameter of L2\(strength=0.005\); did you mean regularizer__strength[?] its para",
        ),
        (
            NoRegularization(),
            "rate",
            r"regularizer__rate is no parameter of NoRegularization\(\); its .* are: none",
        ),
        (L2() + L1(), "strength", "did you mean regularizer__l.__strength[?]"),
        (
            [L2(), L1()],
            "2__strength",
            "its parameters are: regularizer__0, regularizer__0__strength, regularizer__1",
        ),
    ],
    ids=str,
)
def test_a_name_that_is_no_parameter_is_told_at_once(regularizer, name, message):
    with pytest.raises(InvalidValueError, match=message):
        NeuralNetworkClassifier(regularizer=regularizer).set_params(**{f"regularizer__{name}": 0.1})


def test_a_text_that_cannot_be_read_is_told_by_fit(two_classes):
    estimator = NeuralNetworkClassifier(regularizer="l2:-1").set_params(regularizer__strength=0.1)
    with pytest.raises(InvalidValueError, match=r"L2.strength must be a finite number >= 0, got -1"):
        estimator.fit(*two_classes)


def test_an_unknown_parameter_is_told_as_by_scikit_learn():
    with pytest.raises(ValueError, match="Invalid parameter 'regulariser' for estimator"):
        NeuralNetworkClassifier().set_params(regulariser=L2())
