"""The contract of the repository: `contract/`, whose README says what its files are."""

import json
import os
from decimal import Decimal
from pathlib import Path

FOLDER = Path(os.environ.get("SPECIE_CONTRACT") or Path(__file__).parents[3] / "contract")


def files(face):
    """Each file of a folder by its name, fractions as ``Decimal``."""
    return {path.stem: read(path) for path in sorted((FOLDER / face).glob("*.json"))}


def read(path):
    """A file of it."""
    return json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)


PAIRING = read(FOLDER / "pairing.json")
KEY, SIN, TOKENS = PAIRING["key"], PAIRING["sin"], PAIRING["tokens"]
