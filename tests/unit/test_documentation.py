"""Every example in a docstring does what it says."""

import doctest
import importlib
import pkgutil

import pytest

import nnl2

MODULES = ["nnl2", *(module.name for module in pkgutil.walk_packages(nnl2.__path__, "nnl2."))]


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_a_module_run(name):
    result = doctest.testmod(importlib.import_module(name))
    assert result.failed == 0


def test_there_are_examples():
    runs = [doctest.testmod(importlib.import_module(name)).attempted for name in MODULES]
    assert sum(runs) > 20


def test_all_public_names_are_there_and_sorted_out():
    assert all(hasattr(nnl2, name) for name in nnl2.__all__)
    assert len(set(nnl2.__all__)) == len(nnl2.__all__)
