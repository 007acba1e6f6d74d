"""What the tests of the engine need: both engines, networks trained by each, and their bits compared.

With NNL2_TEST_SANITIZED=1 in the environment the kernel is compiled anew, with AddressSanitizer and
UndefinedBehaviorSanitizer. Python itself is not: libasan must be loaded before it (LD_PRELOAD), and leaks, which
are Python's own, must not be looked for (ASAN_OPTIONS=detect_leaks=0).
"""

from __future__ import annotations

import importlib.util
import os
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from attrs import frozen

from nnl2 import NeuralNetwork, train
from nnl2.engine import kernel, plain, sources
from nnl2.engine.feed import Items, Visit
from nnl2.engine.questions import Questions
from nnl2.regularizers import Step


def _load_compile_kernel():
    """Load what compiles the kernel from the checkout, on no import path, with the library's own sources."""
    path = Path(__file__).parents[3] / "compile_kernel.py"
    spec = importlib.util.spec_from_file_location("compile_kernel", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.sources = sources
    return module


compile_ = _load_compile_kernel()

SANITIZED = os.environ.get("NNL2_TEST_SANITIZED") == "1"
SANITIZE = ("-O0", "-g", "-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-fno-omit-frame-pointer")


@pytest.fixture(scope="session", autouse=SANITIZED)
def sanitized(tmp_path_factory):
    """Train with a library that ends the process where it reads or writes outside an array."""
    baseline, *faster = sources.libraries(tmp_path_factory.mktemp("sanitized"))
    compile_.build(baseline, compiler=compile_.compiler(), extra=SANITIZE)
    loaded = kernel.load(baseline)
    if faster and loaded.nnl2_has_avx2():
        compile_.build(faster[0], compiler=compile_.compiler(), extra=[compile_.AVX2, *SANITIZE])
        loaded = kernel.load(faster[0])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kernel, "library", lambda: loaded)
        yield loaded


@pytest.fixture(scope="session")
def compiled():
    """Skip where there is no kernel; with NNL2_KERNEL=require that is an error."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        library = kernel.library()
    if library is None:
        pytest.skip("there is no compiled kernel to compare with")
    return library


@pytest.fixture
def use(monkeypatch):
    """Return a function that makes one engine, given by its module, train all networks."""

    def use(engine):
        monkeypatch.setattr("nnl2.training.loop.engine_for", lambda *_: engine)
        monkeypatch.setattr("nnl2.engine.select.engine_for", lambda *_: engine)
        monkeypatch.setattr("nnl2.engine.select.engine_for_outputs", lambda _: engine)

    return use


@frozen(eq=False)
class Outcome:
    """All that training leaves behind, by name: bytes, or what else can be compared exactly."""

    network: NeuralNetwork
    left: dict[str, Any]


@pytest.fixture
def trained(use):
    """Return a function that makes a network, trains it with one engine, and tells what it left."""

    def trained(engine, make, data, **settings):
        use(engine)
        network = make()
        settings = {"epochs": 2, "learning_rate": 0.1, "failed": "keep"} | settings
        (history,) = train([network], data, **settings)
        left = {
            name: bits(getattr(history, name)) for name in ("epochs", "errors", "penalties", "validation_errors")
        }
        state = network.state
        return Outcome(
            network,
            left
            | {
                "failure": history.failure,
                "weights": bits(network.weights),
                "memory": bits(state.memory),
                "streams": (state.order_stream, state.noise_streams),
                "outputs": bits(network.compute_outputs(data.inputs)),
                "error": bits(network.error(data)),
            },
        )

    return trained


@pytest.fixture
def same_bits(compiled, trained):  # noqa: ARG001 (it skips)
    """Return a function that trains with both engines, and asserts that they leave the same bits behind."""

    def same_bits(make, data, **settings):
        by_kernel, by_plain = (trained(engine, make, data, **settings) for engine in (kernel, plain))
        differ = [name for name, value in by_plain.left.items() if by_kernel.left[name] != value]
        assert not differ, f"kernel and plain differ in {differ}"
        return by_plain.network

    return same_bits


@pytest.fixture
def one_call():
    """Return a function that lets an engine train by one call, and returns all it leaves: bits, by name.

    It goes on where training would have ended because the network diverged.
    """

    def one_call(engine, network, data, *, parameters=None, epochs=1, batch_size=4, rate=0.1):
        spec, architecture = network.spec, network.spec.architecture
        layout, memory = architecture.memory(spec.optimizer, network.weights)
        questions = Questions(architecture, spec.regularizers, spec.optimizer, {})
        whole, last = (
            questions.schedule(network.weights, layout.of(memory), [Step(1, 1, rate, size, data.n_items)] * epochs)
            for size in (batch_size, data.n_items % batch_size or batch_size)
        )
        parameters = (network.weights if parameters is None else parameters).copy()
        items = Items.of(data, architecture.dtype)
        rows = np.tile(np.arange(data.n_items), (epochs, 1))
        n_layers = len(network.layer_sizes) - 1
        visit = Visit(items, rows, (None,) * (n_layers - 1), (None,) * n_layers, batch_size)
        vectors = engine.train(architecture, parameters, memory, layout, (whole, last), visit)
        totals = np.zeros((epochs, 2))
        engine.add_errors(architecture, vectors[:, : len(parameters)], items, totals)
        left = {"vectors": vectors, "totals": totals, "parameters": parameters, "memory": memory}
        return {name: bits(numbers) for name, numbers in left.items()}

    return one_call


def bits(numbers):
    """Return the bytes of numbers; whatever is no number has the same ones."""
    if numbers is None:
        return None
    return np.where(np.isnan(numbers), np.nan, numbers).tobytes()
