"""The tables of all modalities: what the documentation is written from must be true to what is read."""

import pytest

from shared.dicom.attributes import standard_attribute
from shared.dicom.general import GENERAL
from shared.dicom.macros import MACROS
from shared.dicom.modalities import MODALITIES
from shared.dicom.modalities.modality import Rule
from shared.dicom.parameters import Parameter

ROWS = sorted({*GENERAL, *(row for one in MODALITIES.values() for row in one.parameters)}, key=repr)
RULES = list({rule.section + rule.says: rule for one in MODALITIES.values() for rule in one.rules}.values())


@pytest.mark.parametrize("row", [row for row in ROWS if row.macro is not None], ids=lambda row: f"{row.key}")
def test_a_macro_that_a_row_names_is_one_that_frames_are_read_by(row: Parameter) -> None:
    """Else the documentation would name a place where nothing is looked for."""
    assert row.macro in MACROS


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.key}-{row.keyword}")
def test_every_row_names_its_section(row: Parameter) -> None:
    """The section of PS3.3 that says what the attribute means."""
    assert row.section is not None


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.keys[0])
def test_a_rule_names_attributes_of_the_standard(rule: Rule) -> None:
    """An unknown keyword would raise."""
    assert all(standard_attribute(keyword).tag for keyword in rule.keywords)
