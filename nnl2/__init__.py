"""nnl2: whether regularization helps a small neural network, which kind, how much, and how surely."""

from importlib import import_module
from typing import TYPE_CHECKING

from nnl2.activations import Activation, ReLU, Sigmoid, Tanh
from nnl2.article import makeData, showMatrix, showMatrixPartial, showVector
from nnl2.data import Dataset
from nnl2.discovery import optimizer_class, regularizer_class
from nnl2.display.tables import (
    format_matrix,
    format_matrix_partial,
    format_table,
    format_vector,
    show_matrix,
    show_matrix_partial,
    show_vector,
)
from nnl2.errors import (
    ClusterError,
    ConformanceError,
    InvalidTypeError,
    InvalidValueError,
    JournalError,
    KernelError,
    ModelFileError,
    Nnl2Error,
    PluginError,
    TrainingDivergedError,
    UnknownNameError,
)
from nnl2.initializers import Uniform
from nnl2.network import Layer, NeuralNetwork, train
from nnl2.notation import optimizer_from_text, optimizer_to_text, regularizer_from_text, regularizer_to_text
from nnl2.optimizers import SGD, Adam, Clip, Momentum, Nesterov, Optimizer
from nnl2.outputs import (
    ArticleSquaredError,
    Output,
    SigmoidCrossEntropy,
    SoftmaxCrossEntropy,
    SoftmaxSquaredError,
    SquaredError,
)
from nnl2.regularizers import L1, L2, Dropout, NoRegularization, ProximalL1, Regularizer, Step, WeightDecay
from nnl2.synthetic import make_data
from nnl2.training.history import History
from nnl2.training.spec import NetworkSpec
from nnl2.training.state import NetworkState
from nnl2.validation import number_in_range, whole_number

if TYPE_CHECKING:
    from nnl2.comparison import (
        Comparison,
        FixedTest,
        FreshData,
        GivenStarts,
        Recipe,
        RepeatedFolds,
        Start,
        TimeOrder,
        compare,
        format_comparison,
        refit,
    )
    from nnl2.estimators import NeuralNetworkClassifier, NeuralNetworkRegressor
    from nnl2.learning_curves import LearningCurve, format_learning_curve, learning_curve
    from nnl2.listing import Listing, installed_optimizers, installed_regularizers
    from nnl2.modelfile import load, save
    from nnl2.paths import StrengthPath, format_path, strength_path
    from nnl2.preparation import Preparation, Table
    from nnl2.statistics import (
        Independent,
        McNemar,
        MeanInterval,
        Overlapping,
        PairedDifference,
        exact_mcnemar,
        mean_interval,
        paired_difference,
    )
    from nnl2.table_model import Predictions, TableModel
    from nnl2.translation import Translation, translate, translate_back

# What training needs is loaded at once; the rest, which would take half as long again, when it is asked for.
_LOADED_WHEN_ASKED_FOR = {
    "nnl2.comparison": {
        "Comparison", "FixedTest", "FreshData", "GivenStarts", "Recipe", "RepeatedFolds", "Start", "TimeOrder",
        "compare", "format_comparison", "refit",
    },
    "nnl2.estimators": {"NeuralNetworkClassifier", "NeuralNetworkRegressor"},
    "nnl2.learning_curves": {"LearningCurve", "format_learning_curve", "learning_curve"},
    "nnl2.listing": {"Listing", "installed_optimizers", "installed_regularizers"},
    "nnl2.modelfile": {"load", "save"},
    "nnl2.paths": {"StrengthPath", "format_path", "strength_path"},
    "nnl2.preparation": {"Preparation", "Table"},
    "nnl2.statistics": {
        "Independent", "McNemar", "MeanInterval", "Overlapping", "PairedDifference", "exact_mcnemar",
        "mean_interval", "paired_difference",
    },
    "nnl2.table_model": {"Predictions", "TableModel"},
    "nnl2.translation": {"Translation", "translate", "translate_back"},
}  # fmt: skip

__all__ = [
    "L1",
    "L2",
    "SGD",
    "Activation",
    "Adam",
    "ArticleSquaredError",
    "Clip",
    "ClusterError",
    "Comparison",
    "ConformanceError",
    "Dataset",
    "Dropout",
    "FixedTest",
    "FreshData",
    "GivenStarts",
    "History",
    "Independent",
    "InvalidTypeError",
    "InvalidValueError",
    "JournalError",
    "KernelError",
    "Layer",
    "LearningCurve",
    "Listing",
    "McNemar",
    "MeanInterval",
    "ModelFileError",
    "Momentum",
    "Nesterov",
    "NetworkSpec",
    "NetworkState",
    "NeuralNetwork",
    "NeuralNetworkClassifier",
    "NeuralNetworkRegressor",
    "Nnl2Error",
    "NoRegularization",
    "Optimizer",
    "Output",
    "Overlapping",
    "PairedDifference",
    "PluginError",
    "Predictions",
    "Preparation",
    "ProximalL1",
    "ReLU",
    "Recipe",
    "Regularizer",
    "RepeatedFolds",
    "Sigmoid",
    "SigmoidCrossEntropy",
    "SoftmaxCrossEntropy",
    "SoftmaxSquaredError",
    "SquaredError",
    "Start",
    "Step",
    "StrengthPath",
    "Table",
    "TableModel",
    "Tanh",
    "TimeOrder",
    "TrainingDivergedError",
    "Translation",
    "Uniform",
    "UnknownNameError",
    "WeightDecay",
    "compare",
    "exact_mcnemar",
    "format_comparison",
    "format_learning_curve",
    "format_matrix",
    "format_matrix_partial",
    "format_path",
    "format_table",
    "format_vector",
    "installed_optimizers",
    "installed_regularizers",
    "learning_curve",
    "load",
    "makeData",
    "make_data",
    "mean_interval",
    "number_in_range",
    "optimizer_class",
    "optimizer_from_text",
    "optimizer_to_text",
    "paired_difference",
    "refit",
    "regularizer_class",
    "regularizer_from_text",
    "regularizer_to_text",
    "save",
    "showMatrix",
    "showMatrixPartial",
    "showVector",
    "show_matrix",
    "show_matrix_partial",
    "show_vector",
    "strength_path",
    "train",
    "translate",
    "translate_back",
    "whole_number",
]


def __getattr__(name: str) -> object:
    """Return what is loaded when it is asked for."""
    for module, names in _LOADED_WHEN_ASKED_FOR.items():
        if name in names:
            return getattr(import_module(module), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
