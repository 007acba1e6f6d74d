"""A file is whole or not there, whatever happens while it is written."""

import errno
import os
import stat
import sys
import zipfile
from subprocess import run

import pytest

from nnl2 import InvalidTypeError, ModelFileError, NeuralNetwork, load, save
from nnl2.modelfile import saving

OLD = b"what was there before"


@pytest.fixture
def path(tmp_path):
    """Where an older file lies."""
    path = tmp_path / "model.npz"
    path.write_bytes(OLD)
    return path


@pytest.mark.parametrize(
    "error", [OSError(errno.ENOSPC, "No space left on device"), KeyboardInterrupt(), MemoryError()]
)
@pytest.mark.parametrize(
    "what",
    [
        "modelfile.saving.write_archive",
        "writing.os.fsync",
        "writing.shutil.copymode",
        "modelfile.saving.Path.replace",
    ],
)
def test_whatever_ends_writing_the_old_file_stays_and_nothing_is_left_aside(
    error, what, network, path, monkeypatch
):
    def end(*_, **__):
        raise error

    monkeypatch.setattr(f"nnl2.{what}", end)
    expected = ModelFileError if isinstance(error, OSError) else type(error)
    with pytest.raises(expected) as caught:
        save(network, path)
    monkeypatch.undo()
    if expected is ModelFileError:
        assert str(caught.value).endswith(
            "model.npz cannot be written: No space left on device; nothing is changed"
        )
    assert [each.name for each in path.parent.iterdir()] == ["model.npz"]
    assert path.read_bytes() == OLD


@pytest.mark.slow
def test_on_a_disk_that_is_full_the_old_file_stays(path):
    program = f"""
import resource
from nnl2 import NeuralNetwork, save
network = NeuralNetwork(100, 100, 2)
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
save(network, {str(path)!r})
"""
    finished = run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert finished.stderr.splitlines()[-1].endswith("cannot be written: File too large; nothing is changed")
    assert [each.name for each in path.parent.iterdir()] == ["model.npz"]
    assert path.read_bytes() == OLD


def test_a_new_file_takes_the_place_and_the_mode_of_the_old_one(network, path):
    path.chmod(0o640)
    save(network, path)
    assert load(path).seed == network.seed
    assert path.stat().st_mode & 0o777 == 0o640


def test_a_new_file_can_be_read_by_whom_the_user_lets(network, tmp_path):
    other = tmp_path / "other"
    other.touch()
    save(network, tmp_path / "model.npz")
    assert (tmp_path / "model.npz").stat().st_mode == other.stat().st_mode


def test_a_link_stays_a_link(network, path):
    link = path.with_name("link.npz")
    link.symlink_to(path.name)
    save(network, link)
    assert link.is_symlink()
    assert load(path).seed == network.seed


def test_a_name_may_be_as_long_as_a_name_may_be(network, tmp_path):
    path = tmp_path / f"{'m' * 251}.npz"
    save(network, str(path))
    assert load(path).seed == network.seed


def test_where_nothing_can_be_written_is_told_in_a_line(network, tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for path, said in (
        (tmp_path, "is no file, but a folder or a device"),
        (pipe, "is no file, but a folder or a device"),
        (tmp_path / "none" / "model.npz", "cannot be written: No such file or directory; nothing is changed"),
        ("a\0b", "cannot be written: embedded null"),
        (tmp_path / ("a" * 300), "cannot be written: File name too long"),
    ):
        with pytest.raises(ModelFileError, match=said):
            save(network, path)
    with pytest.raises(InvalidTypeError, match="path must be the path of a file, got 5"):
        save(network, 5)
    assert list(tmp_path.iterdir()) == [pipe]
    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_more_than_can_be_loaded_is_not_saved(network, path, monkeypatch):
    monkeypatch.setattr(saving, "MOST_MEMBERS", 2)
    with pytest.raises(ModelFileError, match="a model file has less than 2 vectors"):
        save(network, path)
    monkeypatch.undo()
    monkeypatch.setattr(saving, "LARGEST_HEADER", 100)
    with pytest.raises(ModelFileError, match="at most 100 bytes beside its numbers"):
        save(network, path)
    assert path.read_bytes() == OLD


def test_a_file_of_more_than_2_gb_has_another_list_of_members_and_is_read_too(network, path, monkeypatch):
    monkeypatch.setattr(zipfile, "ZIP64_LIMIT", 1000)
    save(network, path)
    assert b"PK\x06\x07" in path.read_bytes()
    assert load(path).seed == network.seed
    monkeypatch.undo()
    with pytest.raises(ModelFileError, match="its list of members is damaged"):
        load(path)  # such a list in a small file is somebody's trick


def test_a_checkout_that_is_not_installed_says_so_in_its_files(path, monkeypatch):
    from importlib import metadata

    def none(_):
        raise metadata.PackageNotFoundError

    monkeypatch.setattr(metadata, "version", none)
    save(NeuralNetwork(3, 2, seed=0), path)
    assert b'"written_by":"nnl2 unknown, numpy ' in path.read_bytes()
