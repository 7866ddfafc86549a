"""What PET and nuclear medicine share: the radionuclide and its dose, PS3.3 C.8.4.10, C.8.9.2 and C.8.22.4."""

from shared.dicom.attributes import Attributes
from shared.dicom.parameters import Extract, Kind, Parameter, Table
from shared.dicom.values import Provenance

SEQUENCE = "RadiopharmaceuticalInformationSequence"
"""The sequence of agents; of several the first is given."""

LEAST_DOSE_BQ = 1e5
"""A PET dose in Bq below this (a tenth of a MBq) is no dose of an examination: some devices write MBq."""

MOST_DOSE_MBQ = 1e5
"""A dose in MBq above this (a hundred GBq) is none either: it is in Bq."""

DOSE_KEY = "acquisition.injected_dose_mbq"

RADIONUCLIDE: tuple[Parameter, ...] = (
    Parameter(
        "acquisition.radionuclide",
        "CodeMeaning",
        Kind.TEXT,
        sequence=f"{SEQUENCE}.RadionuclideCodeSequence",
        section="C.8.4.10, C.8.9.2, C.8.22.4",
    ),
    Parameter(
        "acquisition.radiopharmaceutical",
        "Radiopharmaceutical",
        Kind.TEXT,
        sequence=SEQUENCE,
        section="C.8.4.10, C.8.9.2",
    ),
    Parameter(
        "acquisition.radiopharmaceutical",
        "CodeMeaning",
        Kind.TEXT,
        sequence=f"{SEQUENCE}.RadiopharmaceuticalCodeSequence",
        section="C.8.4.10, C.8.9.2, C.8.22.4",
    ),
    Parameter(
        "acquisition.half_life_s",
        "RadionuclideHalfLife",
        Kind.NUMBER,
        least=0,
        sequence=SEQUENCE,
        section="C.8.9.2, C.8.22.4",
    ),
)
"""Radionuclide, radiopharmaceutical and half life."""

_DOSE = Table((Parameter(DOSE_KEY, "RadionuclideTotalDose", Kind.NUMBER, least=0, sequence=SEQUENCE),))


def take_dose(attributes: Attributes, extract: Extract, *, in_becquerel: bool) -> None:
    """Give the dose in MBq where the attribute's unit is beyond doubt; else a finding, and no number."""
    own = Extract()
    own.take_table(attributes, _DOSE)
    extract.unreadable += own.unreadable
    dose = own.values.get(DOSE_KEY)
    if not isinstance(dose, float):
        return
    if (in_becquerel and dose < LEAST_DOSE_BQ) or (not in_becquerel and dose > MOST_DOSE_MBQ):
        text = "The injected dose does not fit the unit that the standard gives it (Bq or MBq); it is not shown."
        extract.find("dose.unit_doubtful", text)
        return
    found = own.provenance[DOSE_KEY]
    if in_becquerel:
        source = "RadionuclideTotalDose / 1000000"
        extract.put(DOSE_KEY, dose / 1e6, Provenance(found.keyword, found.tag, found.raw, source))
    else:
        extract.put(DOSE_KEY, dose, found)
