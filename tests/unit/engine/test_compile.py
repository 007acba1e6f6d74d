"""How the kernel is compiled, and which libraries are refused."""

import importlib.util
import os
import platform
import shlex
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from nnl2 import L2, Dataset, Dropout, KernelError, NeuralNetwork
from nnl2.engine import kernel, sources


def _load_compile_kernel():
    """Load what compiles the kernel from the checkout, on no import path, with the library's own sources."""
    path = Path(__file__).parents[3] / "compile_kernel.py"
    spec = importlib.util.spec_from_file_location("compile_kernel", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.sources = sources
    return module


compile_ = _load_compile_kernel()

X86 = platform.machine() in {"x86_64", "AMD64"}
COMPILER = compile_.compiler()
needs_compiler = pytest.mark.skipif(COMPILER is None, reason="there is no C compiler")


def network():
    return NeuralNetwork(10, 9, 8, 4, seed=1, regularizer=Dropout(rate=0.2) + L2(0.01))


def data():
    rng = np.random.default_rng(0)
    return Dataset(rng.normal(size=(20, 10)), np.eye(4)[rng.integers(4, size=20)])


@pytest.fixture
def copied(tmp_path, monkeypatch):
    """The sources, copied to where they may be changed."""
    copies = tuple(Path(shutil.copy(source, tmp_path)) for source in sources.SOURCES)
    monkeypatch.setattr(sources, "SOURCES", copies)
    return copies


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """Return a function that compiles the kernel with more flags, and returns where the library is.

    Without optimization, unless a flag says otherwise: that takes seconds.
    """

    @cache
    def library_of(_, *extra):
        target = sources.libraries(tmp_path_factory.mktemp("built"))[0]
        compile_.build(target, compiler=COMPILER, extra=extra)
        return target

    def built(*extra):
        return library_of(sources.fingerprint(), "-O0", *extra)

    return built


# The fingerprint


@pytest.mark.parametrize("number", [0, 1], ids=["kernel.c", "update.h"])
def test_the_fingerprint_tells_sources_apart(number, copied):
    before = sources.fingerprint()
    assert before == sources.fingerprint()
    text = copied[number].read_bytes()
    copied[number].write_bytes(text.replace(b"+", b"-", 1))
    changed = sources.fingerprint()
    assert changed != before
    copied[number].write_bytes(text)
    assert sources.fingerprint() == before


def test_the_fingerprint_does_not_depend_on_how_lines_end(copied):
    before = sources.fingerprint()
    for source in copied:
        source.write_bytes(source.read_bytes().replace(b"\n", b"\r\n"))
    assert sources.fingerprint() == before


def test_the_fingerprint_tells_flags_apart(monkeypatch):
    before = sources.fingerprint()
    monkeypatch.setattr(sources, "FLAGS", tuple(flag for flag in sources.FLAGS if "contract" not in flag))
    assert sources.fingerprint() != before


# What is loaded


@needs_compiler
def test_a_library_made_from_other_sources_is_refused(copied, built, monkeypatch):
    with copied[1].open("a", encoding="utf-8") as header:
        header.write("\n/* another version */\n")
    other = built()
    assert kernel.load(other)
    monkeypatch.undo()
    with pytest.raises(
        KernelError, match=r"_kernel\.baseline.* was built from other sources; .*pip install -e \."
    ) as caught:
        kernel.load(other)
    assert "\n" not in str(caught.value)


@needs_compiler
def test_what_is_no_library_or_another_one_is_refused(tmp_path):
    garbage = tmp_path / "garbage.so"
    garbage.write_bytes(b"no library")
    other = tmp_path / "other.c"
    other.write_text("int other(void) { return 0; }\n", encoding="ascii")
    library = other.with_suffix(sources.SUFFIX)
    subprocess.run([*COMPILER, "-shared", "-fPIC", str(other), "-o", str(library)], check=True)
    for path in (garbage, library, tmp_path / "missing.so"):
        with pytest.raises(KernelError, match=r"cannot be loaded: .*pip install -e \.") as caught:
            kernel.load(path)
        assert "\n" not in str(caught.value)


TRAINED = """
import numpy as np
import nnl2
assert nnl2.__file__.startswith({folder!r}), nnl2.__file__
networks = [nnl2.NeuralNetwork(3, 4, 2, seed=seed) for seed in range(2)]
data = nnl2.Dataset(np.eye(3), [[1, 0], [0, 1], [1, 0]])
for network in networks:
    network.train(data, epochs=2, learning_rate=0.1)
network.compute_outputs(np.eye(3))
print(network.weights.tobytes().hex())
"""


@pytest.fixture(scope="module")
def without_library(tmp_path_factory):
    """Return a function that trains in a process of its own, with an nnl2 that was never compiled."""
    folder = tmp_path_factory.mktemp("without")
    package = Path(kernel.__file__).parents[1]
    shutil.copytree(package, folder / "nnl2", ignore=shutil.ignore_patterns("_kernel*", "__pycache__"))

    def trained(wanted):
        environment = {name: value for name, value in os.environ.items() if name != "NNL2_KERNEL"}
        environment |= {"PYTHONPATH": str(folder)} | ({} if wanted is None else {"NNL2_KERNEL": wanted})
        command = [sys.executable, "-W", "always", "-c", TRAINED.format(folder=str(folder))]
        return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)

    return trained


@pytest.fixture(scope="module")
def expected():
    """What any of these processes prints."""
    network = NeuralNetwork(3, 4, 2, seed=1)
    network.train(Dataset(np.eye(3), [[1, 0], [0, 1], [1, 0]]), epochs=2, learning_rate=0.1)
    return network.weights.tobytes().hex()


def test_without_a_library_one_warning_says_so_and_the_bits_are_the_same(without_library, expected):
    done = without_library(None)
    assert done.stdout.strip() == expected
    assert done.stderr.count("Warning") == 1
    assert "UserWarning: training runs in numpy, about 400 times slower" in done.stderr
    assert "pip install -e ." in done.stderr


def test_without_a_library_nothing_is_said_where_it_is_switched_off(without_library, expected):
    done = without_library("off")
    assert (done.stdout.strip(), done.stderr) == (expected, "")


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        ("require", "NNL2_KERNEL=require, but the compiled update is missing; install nnl2 again"),
        ("nonsense", "NNL2_KERNEL must be off or require, or not be set; got 'nonsense'"),
        ("OFF", "NNL2_KERNEL must be off or require, or not be set; got 'OFF'"),
    ],
)
def test_without_a_library_training_is_refused_where_the_environment_says_so(wanted, message, without_library):
    done = without_library(wanted)
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.splitlines()[-1].startswith(f"nnl2.errors.KernelError: {message}")


@pytest.mark.parametrize(("wanted", "there"), [(None, True), ("", True), ("require", True), ("off", False)])
@pytest.mark.usefixtures("compiled")
def test_a_library_that_is_there_is_taken_unless_it_is_switched_off(wanted, there, monkeypatch):
    if wanted is None:
        monkeypatch.delenv("NNL2_KERNEL", raising=False)
    else:
        monkeypatch.setenv("NNL2_KERNEL", wanted)
    library = kernel.library.__wrapped__()
    assert (library is not None) == there


# What is compiled


def fused():
    """Return the flags that let this compiler contract a product with a sum, or skip."""
    if platform.machine() in {"aarch64", "arm64"}:
        return "-O2", "-ffp-contract=fast"
    cpuinfo = Path("/proc/cpuinfo")
    if not X86 or not cpuinfo.exists() or " fma " not in cpuinfo.read_text(encoding="utf-8"):
        pytest.skip("the processor has no instruction that contracts a product with a sum, or does not tell")
    return "-O2", "-ffp-contract=fast", "-mfma"


def use_library(monkeypatch, path):
    loaded = kernel.load(path)
    monkeypatch.setattr(kernel, "library", lambda: loaded)


@needs_compiler
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_a_library_with_contracted_products_does_not_pass(dtype, built, same_bits, monkeypatch):
    """A product rounded once with its sum, not twice, is other bits: the tests of bits must tell."""
    use_library(monkeypatch, built(*fused()))
    with pytest.raises(AssertionError, match=r"kernel and plain differ in .*weights"):
        same_bits(lambda: NeuralNetwork(10, 8, 4, seed=1, dtype=dtype), data())


@needs_compiler
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize(
    "flags",
    [("-O0",), *(pytest.param(each, marks=pytest.mark.slow) for each in (("-O1",), ("-O3", "-march=native")))],
    ids=" ".join,
)
def test_a_library_compiled_with_other_flags_has_the_same_bits(flags, dtype, built, same_bits, monkeypatch):
    """Where C left something undefined, optimization would show it."""
    try:
        use_library(monkeypatch, built(*flags))
    except compile_.CompileError as error:
        pytest.skip(f"the compiler does not know {flags}: {error}")
    for sizes in ((10, 8, 4), (10, 4), (10, 33, 17, 5, 4)):
        same_bits(lambda sizes=sizes: NeuralNetwork(*sizes, seed=1, dtype=dtype), data(), batch_size=7)


@pytest.mark.parametrize("library", sources.libraries(Path(kernel.__file__).parent), ids=lambda path: path.stem)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.usefixtures("compiled")
def test_each_installed_library_has_the_same_bits(library, dtype, same_bits, monkeypatch):
    """Whichever of them the processor takes."""
    if (
        "avx2" in library.name
        and not kernel.load(library.with_name(f"_kernel.baseline{sources.SUFFIX}")).nnl2_has_avx2()
    ):
        pytest.skip("the processor does not know AVX2")
    use_library(monkeypatch, library)
    for width in range(1, 41):
        make = lambda width=width: NeuralNetwork(10, width, 41 - width, 4, seed=1, dtype=dtype)  # noqa: E731
        same_bits(make, data(), batch_size=15, epochs=1)


@needs_compiler
def test_all_libraries_of_this_processor_are_built_also_for_a_debugger(tmp_path, same_bits, monkeypatch):
    monkeypatch.setenv("NNL2_KERNEL_DEBUG", "1")
    built = compile_.build_all(tmp_path, COMPILER)
    assert sorted(tmp_path.iterdir()) == sorted(built) == sorted(sources.libraries(tmp_path))
    assert len(built) == 1 + X86
    use_library(monkeypatch, built[0])
    same_bits(network, data())


@needs_compiler
def test_a_build_that_fails_says_why_and_leaves_the_old_library(copied, tmp_path):
    target = tmp_path / "library.so"
    target.write_bytes(b"the old one")
    copied[1].write_text("no C at all\n", encoding="ascii")
    with pytest.raises(compile_.CompileError, match=r"-O3 .*kernel\.c.*: exit status 1\n(.*\n)*.*error"):
        compile_.build(target, compiler=COMPILER)
    with pytest.raises(compile_.CompileError, match="no_such_compiler"):
        compile_.build(target, compiler=["no_such_compiler"])
    assert target.read_bytes() == b"the old one"
    assert sorted(each.name for each in tmp_path.iterdir()) == ["kernel.c", "library.so", "update.h"]


@pytest.mark.skipif(os.name == "nt", reason="programs are found by other rules there")
def test_the_compiler_is_the_one_the_user_names_or_the_first_that_works(tmp_path, monkeypatch):
    monkeypatch.delenv("CC", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(compile_.importlib.util, "find_spec", lambda _: None)
    assert compile_.compiler() is None
    broken, works = tmp_path / "cc", tmp_path / "clang"
    for path, status in ((broken, 1), (works, 0)):
        path.write_text(f"#!/bin/sh\nexit {status}\n", encoding="ascii")
        path.chmod(0o755)
    assert compile_.compiler() == [str(works)]
    monkeypatch.setenv("CC", "  ")
    assert compile_.compiler() == [str(works)]
    with_space = tmp_path / "my compiler"
    shutil.copy(works, with_space)
    monkeypatch.setenv("CC", str(with_space))
    assert compile_.compiler() == [str(with_space)]
    monkeypatch.setenv("CC", f"{shlex.quote(str(with_space))} -m64")
    assert compile_.compiler() == [str(with_space), "-m64"]


def test_where_there_is_no_compiler_that_of_the_ziglang_wheel_is_taken(tmp_path, monkeypatch):
    monkeypatch.delenv("CC", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(compile_.importlib.util, "find_spec", lambda name: name == "ziglang" or None)
    assert compile_.compiler() == [sys.executable, "-m", "ziglang", "cc", "-mcpu=baseline"]


def test_compiling_needs_neither_numpy_nor_nnl2():
    """The build hook loads the file before they are there."""
    code = f"""
import importlib.util, sys
spec = importlib.util.spec_from_file_location("compile", {str(Path(compile_.__file__))!r})
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
module.sources.fingerprint(), module.sources.libraries(module.sources.SOURCES[0].parent)
print(sorted({{"numpy", "attrs", "nnl2"}} & sys.modules.keys()))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


@needs_compiler
def test_the_library_shows_nothing_but_what_python_calls(built):
    """Names that a library shows may meet those of another."""
    nm = shutil.which("nm")
    if nm is None:
        pytest.skip("there is no nm")
    listed = subprocess.run([nm, "--defined-only", "-g", str(built())], capture_output=True, text=True, check=True)
    names = {line.split()[-1].lstrip("_") for line in listed.stdout.splitlines()}
    called = {
        f"nnl2_{name}_{kind}" for name in ("train", "outputs", "errors", "scratch") for kind in ("f32", "f64")
    }
    assert called <= names
    assert names <= called | {"nnl2_fingerprint", "nnl2_has_avx2", "init", "fini"}
