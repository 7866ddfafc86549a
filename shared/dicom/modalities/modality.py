"""What is read for one modality: a table, and rules for what no single attribute says."""

from collections.abc import Callable

from msgspec import Struct

from shared.dicom.attributes import Attributes
from shared.dicom.parameters import Extract, Parameter

Rule = Callable[[Attributes, Extract, str], None]
"""Derives values from a data set and what was read of it; the last argument is the SOP Class UID."""


class Modality(Struct, frozen=True):
    """The rows of a modality and the rules that run after them."""

    parameters: tuple[Parameter, ...]
    rules: tuple[Rule, ...] = ()
