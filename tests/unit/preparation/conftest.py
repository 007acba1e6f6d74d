"""What the tests of tables need: files, and a table as somebody has it."""

import random

import pytest


@pytest.fixture
def csv_file(tmp_path):
    """Return a function that writes a file, text in UTF-8, and returns its path."""

    def write(content, name="table.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


CITIES = ["Köln", "Düsseldorf", "Nürnberg", "Ulm", "Bad Füssing"]
N_ITEMS = 403


def patients():
    """Yield the lines of 403 patients: an ID, numbers, words, gaps, umlauts, and labels of which 15 % are ja."""
    rng = random.Random(403)  # noqa: S311
    yield "Nr;Alter;Größe;Gewicht;Geschlecht;Stadt;Bemerkung;Diabetes"
    ill = set(rng.sample(range(N_ITEMS), 60))
    for item in range(N_ITEMS):
        yield ";".join(
            [
                str(1000 + 3 * item + rng.randrange(3)),
                str(rng.randrange(19, 90) + 5 * (item in ill)),
                f"{rng.gauss(170, 10):.1f}".replace(".", ","),
                "" if rng.random() < 0.1 else f"{rng.gauss(75, 12):.1f}".replace(".", ","),
                rng.choice(["männlich", "weiblich"]),
                rng.choice([*CITIES, "?"]),
                f'"Besuch {item};\nnächster in {rng.randrange(9)} Wochen"',
                "ja" if item in ill else "nein",
            ]
        )


@pytest.fixture(params=["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def patients_file(request, csv_file):
    """The file of patients in each encoding."""
    return csv_file("\n".join(patients()).encode(request.param), "patienten.csv")
