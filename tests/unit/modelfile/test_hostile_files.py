"""Whatever a model file is, it is refused in a line, in an instant, and without the memory it claims."""

import io
import json
import os
import pickle
import re
import time
import tracemalloc
import warnings
import zipfile

import numpy as np
import pytest

from nnl2 import ModelFileError, load
from nnl2.modelfile import archive

MOST_SECONDS = 0.01
MOST_BYTES = 1_000_000
"""Beside a few times the file's own size."""

BOMB = 10_000_000


def taken_apart(content):
    """Return the header as Python has it, and the vectors."""
    with np.load(io.BytesIO(content)) as file:
        vectors = {name: file[name] for name in file.files}
    return json.loads(vectors.pop("header").tobytes()), vectors


def put_together(header, vectors, *, sealed=True):
    """Return the bytes of a file of these, whose numbers are those it says; `header` may be any text."""
    if isinstance(header, dict):
        if sealed:
            header = header | {"sha256": archive.digest(vectors)}
        header = json.dumps(header)
    file = io.BytesIO()
    archive.write_archive(file, header.encode(), vectors)
    return file.getvalue()


def zipped(members, method=zipfile.ZIP_STORED, change=None):
    """Return the bytes of a zip of (name, bytes); `change` may alter the list of members before it is written."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as made, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a name that comes twice
        for name, content in members:
            made.writestr(zipfile.ZipInfo(name), content, method)
        if change is not None:
            change(made.filelist)
    return file.getvalue()


def members_of(content):
    """Return (name, bytes) of each member of a zip."""
    with zipfile.ZipFile(io.BytesIO(content)) as made:
        return [(info.filename, made.read(info)) for info in made.infolist()]


def changed(which="network", **changes):
    """Return a function that makes a file in which some of the content's fields are others."""

    def make(files):
        header, vectors = taken_apart(files[which])
        header["content"] |= changes
        return put_together(header, vectors)

    return make


def with_header(**changes):
    def make(files):
        header, vectors = taken_apart(files["network"])
        return put_together(header | changes, vectors, sealed="sha256" not in changes)

    return make


def without(*path):
    def make(files):
        header, vectors = taken_apart(files["network"])
        inner = header
        for name in path[:-1]:
            inner = inner[name]
        del inner[path[-1]]
        return put_together(header, vectors, sealed=path != ("sha256",))

    return make


def with_text(text):
    def make(files):
        return put_together(text, taken_apart(files["network"])[1])

    return make


def with_replaced(old, new, which="network"):
    def make(files):
        header, vectors = taken_apart(files[which])
        text = json.dumps(header)
        assert old in text
        return put_together(text.replace(old, new), vectors)

    return make


def with_vectors(**changes):
    def make(files):
        header, vectors = taken_apart(files["network"])
        vectors |= changes
        return put_together(header, {name: vector for name, vector in vectors.items() if vector is not None})

    return make


def with_member(name, content, **zipping):
    """Return a function that makes a file in which one member is another."""

    def make(files):
        others = [member for member in members_of(files["network"]) if member[0] != name]
        return zipped([*others, (name, content)], **zipping)

    return make


def with_list(change):
    return lambda files: zipped(members_of(files["network"]), change=change)


def resized(infos):
    infos[1].file_size = infos[1].compress_size = 10**9


def shrunk(infos):
    infos[1].file_size = infos[1].compress_size = infos[1].file_size - 8


def encrypted(infos):
    infos[1].flag_bits |= 1


def of_another_method(infos):
    infos[1].compress_type = 99


def npy(array, **settings):
    file = io.BytesIO()
    np.lib.format.write_array(file, array, **settings)
    return file.getvalue()


def npy_claiming(descr, shape):
    file = io.BytesIO()
    np.lib.format.write_array_header_1_0(file, {"descr": descr, "fortran_order": False, "shape": shape})
    return file.getvalue() + bytes(8)


def flipped(files):
    content = bytearray(files["network"])
    content[content.index(b"parameters.npy") + 250] ^= 1
    return bytes(content)


def overlapping(files):
    """Many members in the place of one."""
    numbers = npy(np.ones(4000))

    def repeat(infos):
        for number in range(300):
            twin = zipfile.ZipInfo(infos[1].filename)
            for name in ("CRC", "compress_size", "file_size", "header_offset"):
                setattr(twin, name, getattr(infos[1], name))
            twin.orig_filename = twin.filename = f"p{number:09d}.npy"
            infos.append(twin)

    header = dict(members_of(files["network"]))["header.npy"]
    return zipped([("header.npy", header), ("parameters.npy", numbers)], change=repeat)


L2_OF = {"parts": [{"class": "L2", "values": {"strength": -1}}, {"class": "Dropout", "values": {"rate": 0.1}}]}


def regularizer(*parts):
    return {"parts": list(parts)}


def nested(depth):
    clip = {"class": "SGD", "values": {}}
    for _ in range(depth):
        clip = {"class": "Clip", "values": {"optimizer": clip, "norm": 1.0}}
    return clip


HEAVY = {"name": "heavy", "distribution": "nnl2-heavy", "version": "1.0", "values": {}}
STREAM = {"state": "1", "inc": "1", "has_uint32": 0, "uinteger": 0}
WORDS = list(map(str, range(999)))
NAN = np.array([np.nan] * 26)

HOSTILE = {
    # no archive, or not the whole of one
    "empty": (lambda _: b"", "it is empty"),
    "one byte": (lambda _: b"P", "cut off, or something else"),
    "a pickle": (lambda _: pickle.dumps(os.system), "cut off, or something else"),
    "a text": (lambda _: b"size,city\n1,Ulm\n" * 100, "cut off, or something else"),
    "cut in half": (lambda files: files["network"][:700], "cut off"),
    "cut by a byte": (lambda files: files["network"][:-1], "cut off"),
    "with something after it": (lambda files: files["network"] + b"more", "cut off"),
    "with something before it": (lambda files: b"#!/bin/sh\n" + files["network"], "before its first member"),
    "without its first half": (lambda files: files["network"][1500:], "before its first member"),
    "an end alone": (lambda _: b"PK\x05\x06" + bytes(18), "0 members called header.npy"),
    "a list that cannot be": (lambda _: b"PK\x05\x06" + bytes(4) + b"\1\0\1\0" + b"\xff" * 10, "list of members"),
    "many members": (
        lambda files: zipped([*members_of(files["network"]), *((f"m{n}.npy", b"") for n in range(3_000))]),
        "list of members is damaged, or longer than 512",
    ),
    "a list in the form for large files": (
        lambda files: files["network"][:-22] + b"PK\x06\x07" + bytes(16) + files["network"][-22:],
        "list of members is damaged",
    ),
    "an archive of something else": (lambda _: zipped([("word/document.xml", b"<w/>")]), "0 members called"),
    "arrays of something else": (
        lambda _: zipped([("header.npy", npy(np.zeros(3))), ("x.npy", npy(np.zeros(3)))]),
        "header is of float64 instead of bytes",
    ),
    # members
    "a flipped bit": (flipped, r"parameters.npy is damaged \(Bad CRC"),
    "compressed": (
        lambda files: zipped(members_of(files["network"]), zipfile.ZIP_DEFLATED),
        "header.npy is compressed",
    ),
    "a zip bomb": (
        with_member("parameters.npy", npy(np.zeros(BOMB // 8)), method=zipfile.ZIP_DEFLATED),
        "claim to be larger than the file|is compressed",
    ),
    "members over one another": (overlapping, "claim to be larger than the file|damaged"),
    "a size that is too large": (with_list(resized), "claim to be larger than the file"),
    "a size that is too small": (with_list(shrunk), "damaged|claims"),
    "encrypted": (with_list(encrypted), "damaged.*encrypted"),
    "compressed in an unknown way": (with_list(of_another_method), "is compressed"),
    "without a header": (lambda files: zipped(members_of(files["network"])[1:]), "0 members called header.npy"),
    "two headers": (
        lambda files: zipped([members_of(files["network"])[0], *members_of(files["network"])]),
        "2 members called header.npy",
    ),
    "a member twice": (
        lambda files: zipped([*members_of(files["network"]), members_of(files["network"])[1]]),
        "2 members called parameters.npy",
    ),
    "a name with a path": (with_member("../../passwd.npy", npy(np.zeros(3))), "'../../passwd.npy', which is no"),
    "a name of another kind": (with_member("run.pkl", pickle.dumps(1)), "'run.pkl', which is no name"),
    "objects": (
        with_member("parameters.npy", npy(np.array([1, "a"], object), allow_pickle=True)),
        "no vector of numbers",
    ),
    "records": (with_member("parameters.npy", npy(np.zeros(3, "f8,f8"))), "no vector of numbers"),
    "complex numbers": (with_member("parameters.npy", npy(np.zeros(3, complex))), "no vector of numbers"),
    "8 PB": (with_member("parameters.npy", npy_claiming("<f8", (10**15,))), "claims 1,000,000,000,000,000"),
    "more than can be counted": (with_member("parameters.npy", npy_claiming("<f8", (10**40,))), "no vector"),
    "a table": (with_member("parameters.npy", npy(np.zeros((13, 2)))), "no vector of numbers"),
    "a number alone": (with_member("parameters.npy", npy(np.array(1.0))), "no vector of numbers"),
    "a member that is no array": (with_member("parameters.npy", b"\x93NUMPY" + bytes(300)), "no vector"),
    "a header of the member that runs": (
        with_member("parameters.npy", b"\x93NUMPY\1\0\x40\0{'descr': __import__('os')}" + bytes(30)),
        "no vector of numbers",
    ),
    "a member missing": (with_vectors(parameters=None), "parameters.npy is missing"),
    "memory missing": (with_vectors(memory=None), "memory.npy is missing"),
    "a member too many": (with_vectors(more=np.zeros(3)), "more.npy belongs to nothing"),
    "bytes": (with_vectors(parameters=np.zeros(26, np.uint8)), "holds bytes instead of numbers"),
    "the wrong type": (with_vectors(parameters=np.zeros(26, np.float32)), "of float64, got 26 of float32"),
    "whole numbers": (with_vectors(parameters=np.zeros(26, np.int64)), "26 numbers of float64, got 26 of int64"),
    "too few": (with_vectors(parameters=np.zeros(25)), "must hold 26 numbers of float64, got 25"),
    "NaN among the weights": (with_vectors(parameters=NAN), "parameters.npy must hold finite numbers"),
    "infinity in the memory": (with_vectors(memory=NAN / 0), "memory.npy must hold finite numbers"),
    "too much memory": (with_vectors(memory=np.zeros(99)), "99 numbers in its optimizer's memory instead of"),
    "first weights of nobody": (with_vectors(first=np.zeros(26)), "26 first parameters instead of 0"),
    "other numbers than were written": (with_header(sha256="0" * 64), "not those it was written with"),
    "no sum of the numbers": (without("sha256"), "sha256 is missing"),
    # the header's text
    "no JSON": (with_text("{"), "no JSON text"),
    "no object": (with_text("[1, 2]"), "its header is another one"),
    "another format": (with_header(format="other"), "its header is another one"),
    "nested too deeply": (with_text("[" * 100_000), "nested too deeply"),
    "a name twice": (with_text('{"format": "nnl2 model", "format": "nnl2 model"}'), "a name stands twice"),
    "NaN in the text": (with_text('{"format": NaN}'), "NaN is no number"),
    "a number of 10,000 digits": (with_text(f'{{"version": {"9" * 10_000}}}'), "no JSON text"),
    "no UTF-8": (with_member("header.npy", npy(np.full(9, 200, np.uint8))), "no text in UTF-8"),
    "half a sign": (changed("table_model", target_name="\ud800"), "its header holds half a sign"),
    "a later version": (with_header(version=2), r"version 2, written by 'nnl2 [^']*'; .* install a newer"),
    "version 0": (with_header(version=0), "there is no version 0"),
    "a version in words": (with_header(version="1"), "version must be a whole number"),
    "a kind of nothing": (with_header(kind="Popen"), "kind must be that of a NeuralNetwork or a TableModel"),
    "a list of kinds": (with_header(kind=["NeuralNetwork"]), "kind must be a text"),
    "without content": (without("content"), "content is missing"),
    # a network
    "shapes that do not chain": (changed(layer_sizes=[3, 5, 2]), "must hold 32 numbers of float64, got 26"),
    "one layer": (changed(layer_sizes=[3]), "at least the numbers of inputs and outputs"),
    "sizes in words": (changed(layer_sizes=["3", 2]), "number of inputs must be a whole number"),
    "sizes below 0": (changed(layer_sizes=[3, -4, 2]), "number of hidden units must be a whole number"),
    "8 PB of weights": (changed(layer_sizes=[10**8, 10**8]), "may have 1,000,000,000 weights"),
    "sizes beyond all numbers": (changed(layer_sizes=[10**4000, 2]), "may have 1,000,000,000 weights"),
    "a size missing": (without("content", "layer_sizes"), "layer_sizes is missing"),
    "objects as type": (changed(dtype="object"), "dtype must be one of float64, float32"),
    "an activation of elsewhere": (changed(hidden="os.system"), "hidden must be one of Tanh, Sigmoid, ReLU"),
    "an activation of another kind": (changed(output="Tanh"), "output must be one of SoftmaxCrossEntropy"),
    "a strength below 0": (changed(regularizer=L2_OF), "L2.strength must be a finite number >= 0, got -1"),
    "a strength without end": (
        with_replaced('"strength": 0.01', '"strength": 9e9999'),
        "L2.strength must be a finite number >= 0, got inf",
    ),
    "a strength in words": (
        changed(regularizer=regularizer({"class": "L2", "values": {"strength": "0.1"}})),
        "L2.strength must be a finite number",
    ),
    "a field of nobody": (
        changed(regularizer=regularizer({"class": "L2", "values": {"power": 1}})),
        "L2: got an unexpected keyword argument 'power'",
    ),
    "a field missing": (
        changed(regularizer=regularizer({"class": "L2", "values": {}})),
        r"regularizer.parts\[0\].values.strength is missing",
    ),
    "a built-in of nobody": (
        changed(regularizer=regularizer({"class": "system", "values": {}})),
        "must be a built-in regularizer, got 'system'",
    ),
    "an optimizer as regularizer": (
        changed(regularizer=regularizer({"class": "Adam", "values": {}})),
        "must be a built-in regularizer, got 'Adam'",
    ),
    "a regularizer that is none": (changed(regularizer=regularizer(5)), "must be an object, got 5"),
    "a list of regularizers": (changed(regularizer=[]), "regularizer must be an object"),
    "a package of no name": (
        changed(optimizer=HEAVY | {"distribution": "nnl2 --index-url http://evil.example"}),
        "distribution and version must be such as a package has",
    ),
    "a version of no package": (changed(optimizer=HEAVY | {"version": "1;rm"}), "distribution and version must"),
    "too many layers": (changed(regularizer={"layers": [{"parts": []}] * 3}), "a sequence of 2"),
    "optimizers in one another": (changed(optimizer=nested(50)), "nested too deeply"),
    "optimizers in one another without end": (changed(optimizer=nested(400)), "nested too deeply"),
    "a seed beyond": (changed(seed=2**32), r"seed must be a whole number in \[0, 4294967295\]"),
    "no epochs yet": (changed(epochs=-1), "epochs must be a whole number"),
    "half an epoch": (changed(epochs=0.5), "epochs must be a whole number"),
    "a stream of noise too few": (changed(noise_streams=[]), "0 streams of noise instead of 2"),
    "a stream that is none": (changed(order_stream=5), "order_stream must be an object"),
    "a stream beyond": (changed(order_stream=STREAM | {"state": str(2**128)}), "whole number of 128 bits"),
    "a stream in words": (changed(order_stream=STREAM | {"inc": "²"}), "whole number of 128 bits"),
    "a stream of more": (changed(order_stream=STREAM | {"has_uint32": 2}), "has_uint32 must be a whole number"),
    # a model of a table
    "no columns": (changed("table_model", columns=[]), "columns must have names"),
    "columns of one name": (
        changed("table_model", columns=[{"name": "a", "categories": ["x"], "has_others": False}] * 4),
        "columns must have names that differ",
    ),
    "other columns": (
        changed("table_model", columns=[{"name": "a", "median": 0, "mean": 0, "scale": 1}]),
        "network must have 1 inputs and 2 outputs, as the preparation has, got 4 and 2",
    ),
    "a scale below 0": (
        changed("table_model", columns=[{"name": "a", "median": 0, "mean": 0, "scale": -1}]),
        r"columns\[0\].scale must be a number >= 0, got -1",
    ),
    "a target's scale of 0": (changed("table_model", target_scale=0), "target_scale must be a number > 0, got 0"),
    "a mean in words": (
        changed("table_model", columns=[{"name": "a", "median": 0, "mean": "0", "scale": 1}]),
        r"columns\[0\].mean must be a finite number",
    ),
    "a column without a name": (changed("table_model", columns=[{"median": 0}]), r"columns\[0\].name is missing"),
    "a word twice": (
        changed("table_model", columns=[{"name": "a", "categories": ["x", "x"], "has_others": True}]),
        r"categories must be texts that all differ",
    ),
    "very many words": (
        changed("table_model", columns=[{"name": "a", "categories": WORDS, "has_others": True}]),
        "more than 20",
    ),
    "one class": (changed("table_model", classes=["no"]), "classes must be 2, got 1"),
    "a class twice": (changed("table_model", classes=["1", 1]), "two at least that all differ"),
    "classes of lists": (changed("table_model", classes=[[], {}]), "words, numbers or booleans"),
    "too many classes": (changed("table_model", classes=["a", "b", "c"]), "classes are 3, more than 2"),
    "no classes": (changed("table_model", classes=None), "1 outputs, as the preparation has"),
    "no target": (changed("table_model", target_name=None), "target_name must be a text"),
    "no network": (changed("table_model", network=None), "network must be an object"),
}  # fmt: skip


@pytest.fixture(params=HOSTILE.values(), ids=HOSTILE)
def hostile(request, whole_files, tmp_path):
    """A hostile file, and what is said of it."""
    make, said = request.param
    path = tmp_path / "model.npz"
    path.write_bytes(make(whole_files))
    return path, said


def refusal(path):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(ModelFileError) as error:
            load(path)
    return str(error.value)


def test_a_hostile_file_is_refused_in_a_line_in_an_instant_and_without_memory(hostile):
    path, said = hostile
    message = refusal(path)
    assert re.search(said, message)
    assert message.startswith("model.npz is ")
    assert message.isprintable()
    assert len(message) < 600
    seconds = []
    for _ in range(5):
        start = time.process_time()
        refusal(path)
        seconds.append(time.process_time() - start)
    assert min(seconds) < MOST_SECONDS
    tracemalloc.start()
    refusal(path)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < MOST_BYTES + 4 * path.stat().st_size


PART = {"class": "L2", "values": {"strength": 0.1}}
PARTS = {"parts": [PART] * 90}
COLUMN = {"name": "a", "median": 0, "mean": 0, "scale": 1}
LARGE = {
    "regularizers": (changed(regularizer={"parts": [PART] * 80_000}), "regularizer.parts are 80,000, more"),
    "layers": (changed(regularizer={"layers": [PARTS] * 900}), "layers have 81,000 parts, more than 1,000"),
    "layers of nothing": (changed(regularizer={"layers": [[]] * 900_000}), "regularizer.layers are 900,000, more"),
    "sizes": (changed(layer_sizes=[1] * 900_000), "layer_sizes are 900,000, more than 1,001"),
    "streams": (changed(noise_streams=[STREAM] * 40_000), "noise_streams are 40,000, more than 1,000"),
    "fields": (changed(optimizer={"values": {f"f{n}": 1 for n in range(90_000)}}), "optimizer.values are 90,000"),
    "classes": (
        changed("table_model", classes=list(map(str, range(300_000)))),
        "classes are 300,000, more than 2",
    ),
    "columns": (changed("table_model", columns=[COLUMN] * 60_000), "columns are 60,000, more than 4"),
    "a list instead of a number": (changed(seed=[1] * 900_000), "seed must be a number, got a list"),
    "a list instead of a text": (changed("table_model", strategy=[1] * 900_000), "must be a text, got a list"),
    "halves of signs": (with_text('["' + r"\ud83d\ude00" * 300_000 + r'\ud83d"]'), "half a sign"),
    "more than a header may have": (with_text(f'"{" " * archive.LARGEST_HEADER}"'), "its header has more than"),
}


@pytest.mark.parametrize(("make", "said"), LARGE.values(), ids=LARGE)
def test_a_large_header_is_refused_about_as_soon_as_it_is_read(make, said, whole_files, tmp_path):
    path = tmp_path / "model.npz"
    path.write_bytes(make(whole_files))
    seconds, reading = [], []
    for _ in range(3):
        start = time.process_time()
        assert said in refusal(path)
        seconds.append(time.process_time() - start)
        start = time.process_time()
        with np.load(path) as file:
            json.loads(file["header"].tobytes())
        reading.append(time.process_time() - start)
    assert min(seconds) < 10 * min(reading) + MOST_SECONDS


@pytest.mark.parametrize(
    ("text", "is_whole"),
    [
        (r"\ud83d\ude00", True),
        (r"\\ud83d", True),
        (r"\uD83D\uDE00\n\u00e9", True),
        (r"\ud83d", False),
        (r"\ude00\ud83d", False),
        (r"\\\ud83d", False),
        (r"\ud83d\u0041", False),
    ],
)
def test_a_sign_may_be_written_in_two_halves_but_not_in_one(text, is_whole, whole_files, tmp_path):
    path = tmp_path / "model.npz"
    path.write_bytes(with_replaced('"target_name": "ill"', f'"target_name": "{text}"', "table_model")(whole_files))
    if is_whole:
        assert load(path).target_name == json.loads(f'"{text}"')
    else:
        assert "half a sign" in refusal(path)


@pytest.mark.parametrize("which", ["network", "table_model"])
def test_what_the_hostile_files_are_made_from_is_no_such_file(which, whole_files, tmp_path):
    path = tmp_path / "model.npz"
    header, vectors = taken_apart(whole_files[which])
    for content in (put_together(header, vectors), zipped(members_of(whole_files[which]))):
        path.write_bytes(content)
        load(path)
    assert json.loads(json.dumps(header)) == header


def test_what_is_no_file_is_refused_and_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for path, said in (
        (tmp_path / "none.npz", "none.npz cannot be read: No such file"),
        (tmp_path, "is no file, but a folder or a device"),
        (tmp_path / "pipe", "is no file, but a folder or a device"),
        ("/dev/zero", "is no file, but a folder or a device"),
        ("a\0b", "cannot be read: embedded null"),
        ("a" * 5000, "cannot be read: File name too long"),
    ):
        with pytest.raises(ModelFileError, match=said):
            load(path)
    with pytest.raises(TypeError, match="path must be the path of a model file, got 5"):
        load(5)


hypothesis = pytest.importorskip("hypothesis")
st = pytest.importorskip("hypothesis.strategies")

settings = hypothesis.settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture],  # one file, written anew
)
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(["L2", "Adam", "Clip", "Tanh", "SquaredError", "float32", "max-norm", "nnl2-max-norm", "1"]),
    lambda inner: (
        st.lists(inner) | st.dictionaries(st.sampled_from(["class", "values", "name", "parts", "layers"]), inner)
    ),
    max_leaves=8,
)


def loads_or_refuses(path, content):
    """Load what may be a file, and predict with what comes."""
    path.write_bytes(content)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        try:
            loaded = load(path)
        except ModelFileError:
            return
    network = getattr(loaded, "network", loaded)
    with np.errstate(all="ignore"):
        network.compute_outputs(np.ones((2, network.layer_sizes[0])))


@pytest.mark.slow
@settings
@hypothesis.given(
    which=st.sampled_from(["network", "table_model"]),
    cuts=st.lists(
        st.tuples(st.integers(0, 3000), st.integers(0, 40), st.binary(max_size=40)), min_size=1, max_size=3
    ),
)
def test_any_bytes_give_a_model_or_an_error_of_ours(tmp_path, whole_files, which, cuts):
    content = whole_files[which]
    for start, length, instead in cuts:
        content = content[:start] + instead + content[start + length :]
    loads_or_refuses(tmp_path / "any.npz", content)


def paths_in(value, path=()):
    """Yield where something stands in what JSON holds."""
    yield path
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in pairs:
        yield from paths_in(inner, (*path, key))


@pytest.mark.slow
@settings
@hypothesis.given(which=st.sampled_from(["network", "table_model"]), data=st.data())
def test_any_header_gives_a_model_or_an_error_of_ours(tmp_path, whole_files, which, data):
    header, vectors = taken_apart(whole_files[which])
    for _ in range(data.draw(st.integers(1, 3))):
        *path, last = data.draw(st.sampled_from(list(paths_in(header))[1:]))
        inner = header
        for key in path:
            inner = inner[key]
        inner[last] = data.draw(values)
    loads_or_refuses(tmp_path / "any.npz", put_together(header, vectors, sealed=False))
