"""Regularizers by name and from text, from installed distributions real and made up."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from attrs import frozen

from nnl2 import (
    L1,
    L2,
    Dropout,
    InvalidValueError,
    NoRegularization,
    PluginError,
    ProximalL1,
    Regularizer,
    UnknownNameError,
    WeightDecay,
    installed_regularizers,
    regularizer_class,
    regularizer_from_text,
    regularizer_to_text,
)
from nnl2.discovery import REGULARIZERS, offers

PLUGINS = Path(__file__).parents[2] / "plugins"
SHRINK = '''
"""A plug-in."""
from attrs import frozen
from nnl2 import Regularizer

@frozen
class Shrink(Regularizer):
    """Shrink: weights lose a share of themselves.

    More words.
    """
    share: float = 0.1
    gently: bool = False

    def decay(self, step):
        return 1 - self.share
'''


def listed(name, distribution):
    (found,) = [x for x in installed_regularizers() if (x.name, x.distribution) == (name, distribution)]
    return found


def test_the_built_ins_are_found_like_anybodys():
    classes = {
        "none": NoRegularization,
        "l2": L2,
        "weight-decay": WeightDecay,
        "l1": L1,
        "proximal-l1": ProximalL1,
        "dropout": Dropout,
    }
    for name, regularizer in classes.items():
        assert regularizer_class(name) is regularizer_class(f"nnl2/{name}") is regularizer
        assert listed(name, "nnl2").status == "ok"
    assert listed("l2", "nnl2").summary.startswith("L2: every weight is pulled")


def test_a_plug_in_is_found_listed_and_made_from_text(install):
    install("nnl2-shrink", {"shrink": "fake_shrink:Shrink"}, SHRINK)
    listing = listed("shrink", "nnl2-shrink")
    assert (listing.version, listing.status, listing.summary) == (
        "1.2",
        "ok",
        "Shrink: weights lose a share of themselves.",
    )
    regularizer = regularizer_from_text("shrink:0.25,true")
    assert repr(regularizer) == "Shrink(share=0.25, gently=True)"
    assert regularizer_to_text(regularizer + L2(0.5)) == "shrink:0.25,True+l2:0.5"
    assert regularizer_from_text("nnl2-shrink/shrink") == regularizer_class("shrink")()


def test_nothing_is_imported_for_another_name(install):
    install("nnl2-bomb", {"bomb": "fake_bomb:Bomb"}, "raise RuntimeError('imported')")
    assert regularizer_from_text("l2:0.5") == L2(0.5)
    assert regularizer_to_text(L2(0.5)) == "l2:0.5"
    assert "fake_bomb" not in sys.modules


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("import no_such_module", "cannot be loaded: ModuleNotFoundError: No module named 'no_such_module'"),
        ("raise SystemExit(3)", "cannot be loaded: SystemExit: 3"),
        ("", "cannot be loaded: AttributeError"),
        ("Guest = 5", "is no subclass of nnl2.Regularizer, but 5"),
    ],
)
def test_a_broken_plug_in_is_listed_with_its_reason_and_disturbs_nobody(install, source, reason):
    install("nnl2-guest", {"guest": "fake_guest:Guest"}, source)
    listing = listed("guest", "nnl2-guest")
    assert listing.status == "broken"
    assert reason in listing.summary
    assert listed("l2", "nnl2").status == "ok"
    with pytest.raises(PluginError, match=f"'guest' of nnl2-guest 1.2 {re.escape(reason)}"):
        regularizer_from_text("guest")


def test_a_message_of_several_lines_is_told_in_one(install):
    install("nnl2-guest", {"guest": "fake_long:Guest"}, "raise ImportError('one\\ntwo')")
    assert listed("guest", "nnl2-guest").summary.endswith("ImportError: one two")


def test_a_plug_in_without_a_docstring_has_no_summary(install):
    install("nnl2-guest", {"guest": "fake_mute:Guest"}, "import nnl2\nclass Guest(nnl2.Regularizer): pass\n")
    assert listed("guest", "nnl2-guest").summary == ""


def test_damaged_metadata_disturb_nobody(install, tmp_path):
    install("nnl2-guest", {"guest": "fake_damaged:Guest", "": "", "odd": "?"})
    (tmp_path / "nnl2_guest-1.2.dist-info" / "METADATA").unlink()
    assert regularizer_to_text(regularizer_from_text("l2:0.5")) == "l2:0.5"
    assert {each.status for each in installed_regularizers() if each.distribution == "unknown"} == {"broken"}


def test_a_broken_neighbour_in_the_same_package_disturbs_nobody(install):
    install("nnl2-shrink", {"a-broken": "fake_pair:Nothing", "shrink": "fake_pair:Shrink"}, SHRINK)
    assert regularizer_to_text(regularizer_from_text("shrink")) == "shrink:0.1,False"


@pytest.mark.parametrize("value", ["1", "All", "nnl2-bomb", "other, NNL2_Bomb", "other nnl2.bomb"])
def test_what_is_switched_off_is_never_imported(install, monkeypatch, value):
    install("nnl2-bomb", {"bomb": "fake_bomb_off:Bomb"}, "raise RuntimeError('imported')")
    monkeypatch.setenv("NNL2_DISABLE_PLUGINS", value)
    listing = listed("bomb", "nnl2-bomb")
    assert listing.status == "disabled"
    assert listing.summary == f"'bomb' of nnl2-bomb 1.2 is switched off by NNL2_DISABLE_PLUGINS={value}"
    for name in ("bomb", "nnl2-bomb/bomb"):
        with pytest.raises(PluginError, match=r"'bomb' of nnl2-bomb 1.2 is switched off by NNL2_DISABLE_PLUGINS="):
            regularizer_class(name)
    assert "fake_bomb_off" not in sys.modules
    assert {each.status for each in installed_regularizers() if each.distribution == "nnl2"} == {"ok"}


def test_what_is_switched_off_is_nobodys_rival(install, monkeypatch):
    install("nnl2-shrink", {"shrink": "fake_kept:Shrink"}, SHRINK)
    install("nnl2-other", {"shrink": "fake_other_off:Shrink"}, SHRINK)
    monkeypatch.setenv("NNL2_DISABLE_PLUGINS", "nnl2-other")
    assert listed("shrink", "nnl2-shrink").status == "ok"
    assert regularizer_class("shrink").__module__ == "fake_kept"


def test_a_name_offered_twice_must_be_qualified(install):
    install("nnl2-one", {"shrink": "fake_one:Shrink"}, SHRINK)
    install("nnl2_two", {"shrink": "fake_two:Shrink"}, SHRINK)
    with pytest.raises(UnknownNameError, match="say which: nnl2-one/shrink or nnl2-two/shrink"):
        regularizer_from_text("shrink")
    chosen = regularizer_from_text("nnl2-two/shrink:0.5")
    assert type(chosen).__module__ == "fake_two"
    assert regularizer_to_text(chosen) == "nnl2-two/shrink:0.5,False"
    assert listed("shrink", "nnl2-one").status == "ambiguous"


def test_a_plug_in_cannot_take_a_built_ins_name(install):
    install("a-guest", {"l2": "fake_l2:Shrink"}, SHRINK)
    assert regularizer_class("l2") is L2
    assert listed("l2", "nnl2").status == "ok"
    assert listed("l2", "a-guest").status == "shadowed"
    assert regularizer_class("a-guest/l2").__name__ == "Shrink"


@pytest.mark.parametrize(
    ("text", "regularizer"),
    [
        ("none", NoRegularization()),
        ("l2", L2()),
        ("l2:0.01", L2(0.01)),
        ("l2:strength=0.01", L2(0.01)),
        ("l2:1e+3", L2(1000.0)),
        (" l2 : 0.01 + dropout : rate = 0.2 ", L2(0.01) + Dropout(rate=0.2)),
        ("dropout:0.2", Dropout(rate=0.2)),
        ("none+l1:2+none", L1(2)),
        ("l2:1e+3+weight-decay:1e-05+l1", L2(1000.0) + WeightDecay(1e-5) + L1()),
    ],
)
def test_text_makes_a_regularizer_and_the_regularizer_makes_text(text, regularizer):
    assert regularizer_from_text(text) == regularizer
    assert regularizer_from_text(regularizer_to_text(regularizer)) == regularizer


@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        (
            "drop-out",
            LookupError,
            r"no regularizer is called 'drop-out'; did you mean 'dropout'\? installed are .*l1, l2, ",
        ),
        ("zzz", LookupError, "no regularizer is called 'zzz'; installed are .*l1, l2, .*none, .*weight-decay"),
        ("", ValueError, "must be a name and its values, as in 'l2:0.01', got ''"),
        ("l2 0.01", ValueError, "must be a name and its values, as in 'l2:0.01', got 'l2 0.01'"),
        ("l2=0.01", ValueError, "must be a name and its values, as in 'l2:0.01', got 'l2=0.01'"),
        ("l2+", ValueError, r"a \+ joins two regularizers, .*; one is missing in 'l2\+'"),
        ("l2:0.01+", ValueError, r"one is missing in 'l2:0\.01\+'"),
        ("+l2:0.01", ValueError, r"one is missing in '\+l2:0\.01'"),
        ("l2:0.01 + + l1", ValueError, r"one is missing in 'l2:0\.01 \+ \+ l1'"),
        ("l2:0,01", ValueError, "write 0.01, not 0,01"),
        ("l2:", TypeError, "L2.strength must be a finite number >= 0, got ''"),
        ("l2:abc", TypeError, "L2.strength must be a finite number >= 0, got 'abc'"),
        ("l2:-1", ValueError, "L2.strength must be a finite number >= 0, got -1"),
        ("l2:nan", ValueError, "L2.strength must be a finite number >= 0, got nan"),
        ("l2:1,2", ValueError, "'l2:1,2' has too many values; l2 takes strength"),
        ("none:1", ValueError, "'none:1' has too many values; none takes no values"),
        ("l2:lamda=1", ValueError, "l2 has no field 'lamda' .*; it takes strength"),
        ("l2:1,strength=2", ValueError, "gives strength twice"),
        (0.5, TypeError, "text must be a str such as 'l2:0.01', got 0.5"),
    ],
)
def test_a_text_that_means_nothing_is_one_clear_line(text, error, message):
    with pytest.raises(error, match=message) as caught:
        regularizer_from_text(text)
    assert "\n" not in str(caught.value)


def test_a_class_that_fails_on_its_values_is_one_clear_line(install):
    source = """
from nnl2 import Regularizer

class Guest(Regularizer):
    def __init__(self, size):
        self.n = 1 / size
"""
    install("nnl2-guest", {"guest": "fake_values:Guest"}, source)
    with pytest.raises(InvalidValueError, match=r"'guest:0' is refused: ZeroDivisionError"):
        regularizer_from_text("guest:0")
    with pytest.raises(InvalidValueError, match=r"'guest' is refused: TypeError.*size"):
        regularizer_from_text("guest")
    with pytest.raises(InvalidValueError, match=r"cannot be written as text: .*size"):
        regularizer_to_text(regularizer_from_text("guest:2"))


@frozen
class Nowhere(Regularizer):
    """Installed under no name."""


def test_a_class_that_is_not_installed_has_no_text():
    with pytest.raises(UnknownNameError, match=r"Nowhere is installed under no name.*'nnl2\.regularizers'"):
        regularizer_to_text(Nowhere())


def test_a_value_that_text_cannot_carry_is_refused(install):
    source = SHRINK.replace("share: float = 0.1", "word: str = 'a'").replace("Shrink", "Guest")
    install("nnl2-guest", {"guest": "fake_word:Guest"}, source)
    guest = regularizer_class("guest")
    assert regularizer_from_text(regularizer_to_text(guest("abc"))) == guest("abc")
    for word in ("a,b", "5"):
        with pytest.raises(InvalidValueError, match="cannot be written as text"):
            regularizer_to_text(guest(word))


def test_what_is_none_is_left_out_of_the_text(install):
    fields = "share: float = 0.1\n    start: object = None\n    gently: bool = False"
    source = SHRINK.replace("share: float = 0.1\n    gently: bool = False", fields)
    install("nnl2-shrink", {"shrink": "fake_none:Shrink"}, source)
    shrink = regularizer_class("shrink")
    for made, text in (
        (shrink(0.5), "shrink:0.5,gently=False"),
        (shrink(0.5, gently=True), "shrink:0.5,gently=True"),
        (shrink(0.5, start=2), "shrink:0.5,2,False"),
    ):
        assert regularizer_to_text(made) == text
        assert regularizer_from_text(text) == made


def test_none_that_is_no_default_cannot_be_written(install):
    install("nnl2-shrink", {"shrink": "fake_lost:Shrink"}, SHRINK)
    with pytest.raises(InvalidValueError, match="cannot be written as text: 'shrink:gently=False' means"):
        regularizer_to_text(regularizer_class("shrink")(share=None))


def test_our_own_plug_ins_are_found_and_written(environment_with):
    folders = sorted(PLUGINS.iterdir())
    environments = [environment_with(folder) for folder in folders]
    path = os.pathsep.join(each["PYTHONPATH"] for each in environments)
    program = """
import json, nnl2
ours = [each for each in nnl2.installed_regularizers() if each.distribution.startswith("nnl2-")]
texts = {each.name: nnl2.regularizer_to_text(nnl2.regularizer_class(each.name)()) for each in ours}
print(json.dumps([texts, [each.status for each in ours]]))
"""
    finished = subprocess.run(
        [sys.executable, "-c", program], env=os.environ | {"PYTHONPATH": path}, capture_output=True, check=True
    )
    texts, statuses = json.loads(finished.stdout)
    assert texts == {
        "dropconnect": "dropconnect:0.2",
        "early-stopping": "early-stopping:20",
        "elastic-net": "elastic-net:0.001,0.5",
        "jitter": "jitter:0.1",
        "label-smoothing": "label-smoothing:0.1",
        "max-norm": "max-norm:3.0",
        "start": "start:0.01",
    }
    assert set(statuses) == {"ok"}


def test_the_console_lists_a_plug_in(install, tmp_path):
    install("nnl2-shrink", {"shrink": "fake_listed:Shrink"}, SHRINK)
    program = f"import sys; sys.path.insert(0, {str(tmp_path)!r}); from nnl2_demo.cli import main; main()"
    finished = subprocess.run(
        [sys.executable, "-c", program, "regularizers", "--format", "json"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert {listing["name"] for listing in json.loads(finished.stdout)} >= {"shrink", "l2"}


HOSTILE = {
    "an exit": ("import os\nos._exit(0)", "ended the process that loaded it, with status 0"),
    "an endless loop": ("while True: pass", "was not loaded within 3 s"),
    "a BaseException": ("raise GeneratorExit('gone')", "cannot be loaded: GeneratorExit: gone"),
    "one of its own": ("class Mine(BaseException): pass\nraise Mine", "cannot be loaded: Mine:"),
    "Ctrl-C": ("raise KeyboardInterrupt", "KeyboardInterrupt"),
    "a message that raises": (
        "class Mine(ImportError):\n    def __str__(self): raise self\nraise Mine",
        "cannot be loaded: Mine: its message cannot be read",
    ),
    "escape codes": ("raise ImportError('\\x1b[31mred\\x07')", r"ImportError: \x1b[31mred\x07"),
}


@pytest.mark.parametrize(("source", "reason"), HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_plug_in_is_one_broken_row(install, monkeypatch, source, reason):
    monkeypatch.setattr("nnl2.listing.TIME_LIMIT", 3.0)
    monkeypatch.setenv("NNL2_DISABLE_PLUGINS", "nnl2-jitter nnl2-max-norm nnl2-elastic-net nnl2-early-stopping")
    install("nnl2-guest", {"guest": "fake_hostile:Guest"}, source)
    (listing,) = [each for each in installed_regularizers() if each.name == "guest"]
    assert listing.status == "broken"
    assert reason in listing.summary
    assert listed("l2", "nnl2").status == "ok"


def test_neighbours_of_a_hostile_plug_in_are_still_described(install):
    source = SHRINK + "\nclass Ends(type):\n    @property\n    def __doc__(cls): import os; os._exit(3)\n"
    source += "class Guest(Regularizer, metaclass=Ends): pass\n"
    entry_points = {"a": "fake_between:Shrink", "b": "fake_between:Guest", "c": "fake_between:Shrink"}
    install("nnl2-guest", entry_points, source)
    found = {each.name: each for each in installed_regularizers() if each.distribution == "nnl2-guest"}
    assert {name: each.status for name, each in found.items()} == {"a": "ok", "b": "broken", "c": "ok"}
    assert found["b"].summary.endswith("with status 3")


@pytest.mark.parametrize(
    ("document", "summary"),
    [("5", ""), (r"'\x1b]0;title\x07 and \u202e'", r"\x1b]0;title\x07 and \u202e"), ("'x' * 10**6", "xxx")],
)
def test_any_docstring_becomes_a_summary_that_harms_no_terminal(install, document, summary):
    source = f"import nnl2\nclass Guest(nnl2.Regularizer):\n    __doc__ = {document}\n"
    install("nnl2-guest", {"guest": "fake_document:Guest"}, source)
    listing = listed("guest", "nnl2-guest")
    assert listing.status == "ok"
    assert listing.summary.startswith(summary)
    assert len(listing.summary) < 3000


def test_what_a_plug_in_raises_is_an_error_of_ours_where_it_is_asked_for(install):
    install("nnl2-guest", {"guest": "fake_raises:Guest"}, "raise GeneratorExit('gone')")
    with pytest.raises(PluginError, match=r"'guest' of nnl2-guest 1\.2 cannot be loaded: GeneratorExit: gone"):
        regularizer_from_text("guest")


def test_listing_loads_no_plug_in_here(install):
    install("nnl2-shrink", {"shrink": "fake_apart:Shrink"}, SHRINK)
    assert listed("shrink", "nnl2-shrink").status == "ok"
    assert "fake_apart" not in sys.modules


def test_metadata_are_read_once_until_something_is_installed(install, monkeypatch):
    regularizer_from_text("l2")
    calls = []
    with monkeypatch.context() as patched:
        patched.setattr("importlib.metadata.entry_points", lambda **_: calls.append(1) or [])
        regularizer_from_text("l2:0.5+l1+dropout")
    assert not calls
    install("nnl2-shrink", {"shrink": "fake_later:Shrink"}, SHRINK)
    assert regularizer_from_text("shrink").share == 0.1


def test_missing_metadata_are_asked_for_without_a_warning(install, tmp_path, recwarn):
    install("nnl2-guest", {"guest": "fake_unnamed:Guest"})
    (tmp_path / "nnl2_guest-1.2.dist-info" / "METADATA").write_text("Version: 1.2\n")
    assert [each.distribution for each in offers(REGULARIZERS) if each.name == "guest"] == ["unknown"]
    assert not list(recwarn)
