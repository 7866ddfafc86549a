"""Radiation dose reports, whichever SR class carries them. Implements PS3.16 TID 10001, 10011, 10021 and 10030.

Patient, device serial numbers, UIDs, protocol names and observers stand inside these documents too: none is read.
"""

from msgspec import Struct

from shared.dicom.objects.codes import Code
from shared.dicom.objects.content_items import ContentItem
from shared.dicom.objects.ct_dose import CtDose, read_ct_dose
from shared.dicom.objects.ledger import Ledger
from shared.dicom.objects.projection_dose import ProjectionDose, read_projection_dose
from shared.dicom.objects.radiopharmaceutical_dose import Administration, read_administrations

TITLES = frozenset({"113701", "113500", "128401"})
"""Document titles of dose reports: X-Ray, radiopharmaceutical, patient radiation dose (DCM)."""

_PROCEDURE, _SCOPE = "121058", "113705"


class DoseReport(Struct, frozen=True, omit_defaults=True):
    """What a dose report states; ``scope`` says over what the totals were accumulated."""

    procedure: Code | None = None
    scope: Code | None = None
    ct: CtDose | None = None
    projection: ProjectionDose | None = None
    administrations: tuple[Administration, ...] = ()


def is_dose_report(root: ContentItem) -> bool:
    """Tell a dose report by its document title: older scanners send it as an ordinary Enhanced SR."""
    return root.is_named(TITLES)


def read_dose_report(root: ContentItem, ledger: Ledger) -> DoseReport:
    """Read the dose that a document states."""
    return DoseReport(
        procedure=root.coded(ledger, _PROCEDURE),
        scope=root.coded(ledger, _SCOPE),
        ct=read_ct_dose(root, ledger),
        projection=read_projection_dose(root, ledger),
        administrations=read_administrations(root, ledger),
    )
