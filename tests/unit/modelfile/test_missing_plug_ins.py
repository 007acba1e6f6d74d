"""Who lacks a plug-in can predict with what was trained with it, and is told which package training on needs."""

import json
import os
import sys
from subprocess import run

import numpy as np
import pytest
from sklearn.base import clone

from nnl2 import ModelFileError, NeuralNetwork, PluginError, load, make_data, save
from nnl2.missing_plug_ins import MissingOptimizer, MissingRegularizer

pytestmark = pytest.mark.slow

PLUG_IN = '''
import numpy as np
from attrs import frozen
from nnl2 import Optimizer, Regularizer

@frozen
class Fog(Regularizer):
    """It adds noise, and begins with the first weights."""
    share: float = 0.1
    kind: str = "thick"
    def mask(self, shape, rng):
        return 1 + self.share * (rng.random(shape) - 0.5)
    def begin(self, weights):
        return self

@frozen
class Heavy(Optimizer):
    """It remembers."""
    weight: float = 0.5
    def begin(self, weights):
        return (np.zeros_like(weights),)
    def update(self, gradient, memory, step):
        change = self.weight * memory[0] - step.learning_rate * gradient
        return change, (change,)
'''

TRAINED = """
import json, sys
from nnl2 import Dataset, NeuralNetwork, load, make_data, regularizer_from_text, optimizer_from_text, save
network = NeuralNetwork(10, 4, 4, seed=0, regularizer=regularizer_from_text({regularizer!r}),
                        optimizer=optimizer_from_text({optimizer!r}))
network.train(make_data(20), epochs=3, learning_rate=0.1)
save(network, sys.argv[1])
outputs = network.compute_outputs(make_data(5).inputs).tolist()
network.train(make_data(20), epochs=3, learning_rate=0.1)
print(json.dumps([outputs, network.weights.tolist()]))
"""

TRAINED_ON = """
import json, sys
from nnl2 import load, make_data
network = load(sys.argv[1])
network.train(make_data(20), epochs=3, learning_rate=0.1)
print(json.dumps(network.weights.tolist()))
"""


@pytest.fixture
def site(tmp_path):
    """Where the distribution nnl2-fog 1.2 lies, which nobody here has on the path."""
    site = tmp_path / "site"
    info = site / "nnl2_fog-1.2.dist-info"
    info.mkdir(parents=True)
    info.joinpath("METADATA").write_text("Metadata-Version: 2.1\nName: nnl2-fog\nVersion: 1.2\n")
    info.joinpath("entry_points.txt").write_text(
        "[nnl2.regularizers]\nfog = nnl2_fog:Fog\n[nnl2.optimizers]\nheavy = nnl2_fog:Heavy\n"
    )
    site.joinpath("nnl2_fog.py").write_text(PLUG_IN)
    return site


def run_with(site, program, path):
    """Return what a program prints, as JSON, in a process that has the plug-in."""
    paths = os.pathsep.join(filter(None, [str(site), os.environ.get("PYTHONPATH")]))
    call = [sys.executable, "-c", program, str(path)]
    finished = run(call, env=os.environ | {"PYTHONPATH": paths}, capture_output=True, text=True, check=True)
    return json.loads(finished.stdout)


@pytest.mark.parametrize(
    ("regularizer", "optimizer", "said"),
    [
        ("l2:0.01+fog:share=0.2", "sgd", "the regularizer 'fog' of nnl2-fog 1.2, without"),
        ("l2:0.01", "heavy:0.9", "the optimizer 'heavy' of nnl2-fog 1.2, without"),
        ("fog:0.3,thin", "heavy", "the regularizer 'fog' of nnl2-fog 1.2, without"),
    ],
)
def test_who_lacks_it_predicts_and_cannot_train_on_and_keeps_it_for_who_has_it(
    regularizer, optimizer, said, site, tmp_path
):
    path = tmp_path / "network.npz"
    outputs, weights = run_with(site, TRAINED.format(regularizer=regularizer, optimizer=optimizer), path)
    network = load(path)
    assert network.compute_outputs(make_data(5).inputs).tolist() == outputs
    assert network.epochs == 3
    before = network.weights.copy()
    with pytest.raises(
        PluginError,
        match=rf"trained with {said}.*; install nnl2-fog 1.2 \(as the file says\), and load the file again",
    ) as error:
        network.train(make_data(20), epochs=1, learning_rate=0.1)
    assert "is called 'nnl2-fog/" in str(error.value)
    assert (network.weights == before).all()
    content = path.read_bytes()
    save(network, path)
    assert path.read_bytes() == content
    assert run_with(site, TRAINED_ON, path) == weights


@pytest.fixture
def file(site, tmp_path):
    """A network that was trained with it."""
    path = tmp_path / "network.npz"
    run_with(site, TRAINED.format(regularizer="fog:0.3", optimizer="heavy"), path)
    return path


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("raise ValueError('old')", "cannot be loaded: ValueError: old"),
        ("raise SystemExit", "cannot be loaded: SystemExit"),
        (PLUG_IN.replace("share", "part"), "refuses what the file says: InvalidTypeError: Fog: .*'share'"),
    ],
)
def test_one_that_is_broken_or_has_changed_hinders_no_prediction(source, said, file, site, monkeypatch):
    site.joinpath("nnl2_fog.py").write_text(source)
    sys.modules.pop("nnl2_fog", None)
    monkeypatch.syspath_prepend(site)
    network = load(file)
    assert isinstance(network.regularizer, MissingRegularizer)
    assert network.compute_outputs([[0.5] * 10]).shape == (1, 4)
    with pytest.raises(PluginError, match=said):
        network.train(make_data(20), epochs=1, learning_rate=0.1)


TWO_MEMORIES = PLUG_IN.replace("return (np.zeros_like(weights),)", "return weights * 0, weights * 0")


@pytest.mark.parametrize(
    ("source", "what", "said"),
    [
        (PLUG_IN.replace("return (np", "return 1 / 0, (np"), "optimizer 'heavy'", "failed in begin.*ZeroDivision"),
        (TWO_MEMORIES, "optimizer 'heavy'", "has 64 numbers in its optimizer's memory instead of 128"),
        (PLUG_IN.replace("def mask(", "def unmasked("), "regularizer 'fog'", "2 streams of noise instead of 0"),
        (PLUG_IN.replace("def begin(self, weights):\n        return self", ""), "regularizer 'fog'", "64 first"),
    ],
    ids=["begins no longer", "remembers more", "adds no noise", "begins with nothing"],
)
def test_a_newer_one_that_does_not_fit_what_was_saved_hinders_no_prediction_either(
    source, what, said, file, site, monkeypatch
):
    site.joinpath("nnl2_fog.py").write_text(source)
    sys.modules.pop("nnl2_fog", None)
    monkeypatch.syspath_prepend(site)
    network = load(file)
    assert network.compute_outputs([[0.5] * 10]).shape == (1, 4)
    with pytest.raises(PluginError, match=f"with the {what} of nnl2-fog 1.2, .*{said}.*; install nnl2-fog 1.2 "):
        network.train(make_data(20), epochs=1, learning_rate=0.1)
    content = file.read_bytes()
    save(network, file)
    assert file.read_bytes() == content


@pytest.mark.parametrize("source", [None, TWO_MEMORIES], ids=["missing", "remembers more"])
def test_an_optimizer_within_another_hinders_no_prediction_either(source, site, tmp_path, monkeypatch):
    path = tmp_path / "clipped.npz"
    program = TRAINED.replace("optimizer_from_text({optimizer!r})", "Clip(optimizer_from_text('heavy'))")
    program = program.replace("import Dataset", "import Clip, Dataset")
    run_with(site, program.format(regularizer="l2"), path)
    if source is not None:
        site.joinpath("nnl2_fog.py").write_text(source)
        sys.modules.pop("nnl2_fog", None)
        monkeypatch.syspath_prepend(site)
    network = load(path)
    with pytest.raises(PluginError, match=r"with the optimizer 'heavy' of nnl2-fog 1\.2"):
        network.train(make_data(20), epochs=1, learning_rate=0.1)
    content = path.read_bytes()
    save(network, path)
    assert path.read_bytes() == content


def test_a_file_that_is_wrong_whatever_its_plug_ins_are_is_refused(file, rewrite):
    rewrite(file, noise_streams=[])
    load(file)  # what noise a missing part has, nobody can tell
    rewrite(file, optimizer={"class": "SGD", "values": {}})
    with pytest.raises(ModelFileError, match="64 numbers in its optimizer's memory instead of 0"):
        load(file)


FITTED = """
import json, sys
import numpy as np
from nnl2 import *
estimator = {estimator}
inputs = np.random.default_rng(0).normal(size=(30, 3))
estimator.set_params(max_epochs=3, random_state=0).fit(inputs, inputs[:, 0] > 0)
save(estimator, sys.argv[1])
print(json.dumps(estimator.predict(inputs).tolist()))
"""

ESTIMATORS = {
    "NeuralNetworkClassifier(regularizer='l2:0.1+fog:0.2,thin')": "regularizer 'fog'",
    "NeuralNetworkRegressor(regularizer=regularizer_from_text('fog'))": "regularizer 'fog'",
    "NeuralNetworkClassifier(regularizer=('fog', L2(0.1)))": "regularizer 'fog'",
    "NeuralNetworkRegressor(optimizer='heavy:0.7', learning_rate=0.1)": "optimizer 'heavy'",
    "NeuralNetworkRegressor(optimizer=Clip(optimizer_from_text('heavy')), learning_rate=1)": "optimizer 'heavy'",
}


@pytest.mark.parametrize(("estimator", "said"), ESTIMATORS.items(), ids=ESTIMATORS)
def test_an_estimator_without_it_predicts_and_names_the_package_and_has_it_again_where_it_is(
    estimator, said, site, tmp_path, monkeypatch
):
    path, inputs = tmp_path / "model.npz", np.random.default_rng(0).normal(size=(30, 3))
    predicted = run_with(site, FITTED.format(estimator=estimator), path)
    estimator = load(path)
    for each in (estimator, clone(estimator)):
        with pytest.raises(
            PluginError, match=f"trained with the {said} of nnl2-fog 1.2, .*; install nnl2-fog 1.2"
        ):
            each.fit(inputs, inputs[:, 0] > 0)
    assert estimator.predict(inputs).tolist() == predicted
    assert not any(name.endswith(("__reason", "__values")) for name in estimator.get_params())
    save(estimator, path)
    sys.modules.pop("nnl2_fog", None)
    monkeypatch.syspath_prepend(site)
    load(path).fit(inputs, inputs[:, 0] > 0)


def test_another_version_than_the_one_trained_with_is_warned_of(file, site, monkeypatch):
    metadata = site / "nnl2_fog-1.2.dist-info/METADATA"
    metadata.write_text(metadata.read_text().replace("1.2", "2.0"))
    sys.modules.pop("nnl2_fog", None)
    monkeypatch.syspath_prepend(site)
    said = (
        "was trained with the {} of nnl2-fog 1.2, but 2.0 is installed: it predicts as ever, and may learn on in"
    )
    with (
        pytest.warns(UserWarning, match=said.format("regularizer 'fog'")),
        pytest.warns(UserWarning, match=said.format("optimizer 'heavy'")),
    ):
        network = load(file)
    network.train(make_data(20), epochs=1, learning_rate=0.1)


def test_one_that_is_switched_off_counts_as_missing(file, site, monkeypatch):
    monkeypatch.syspath_prepend(site)
    sys.modules.pop("nnl2_fog", None)
    monkeypatch.setenv("NNL2_DISABLE_PLUGINS", "nnl2-fog")
    network = load(file)
    assert isinstance(network.spec.optimizer, MissingOptimizer)
    assert "switched off by NNL2_DISABLE_PLUGINS" in network.spec.optimizer.reason
    assert "nnl2_fog" not in sys.modules


def test_a_missing_one_answers_no_question(small_data):
    missing = MissingOptimizer("heavy", "nnl2-fog", "1.2", {}, "it is not there")
    network = NeuralNetwork(3, 2, seed=0, optimizer=missing)
    with pytest.raises(PluginError, match="install nnl2-fog"):
        network.train(small_data, epochs=1, learning_rate=0.1)
    with pytest.raises(PluginError, match="install nnl2-fog"):
        missing.update(small_data.inputs, (), None)
