"""What is read for one modality: a table, and rules for what no single attribute says."""

from collections.abc import Callable

from msgspec import Struct

from shared.dicom.attributes import Attributes
from shared.dicom.parameters import Extract, Parameter


class Rule(Struct, frozen=True):
    """How keys are derived: from which attributes, in words, by which section of PS3.3.

    ``derive`` gets the data set, what was read of it, and the SOP Class UID.
    """

    keys: tuple[str, ...]
    keywords: tuple[str, ...]
    says: str
    section: str
    derive: Callable[[Attributes, Extract, str], None]


class Modality(Struct, frozen=True):
    """The rows of a modality and the rules that run after them."""

    parameters: tuple[Parameter, ...]
    rules: tuple[Rule, ...] = ()
