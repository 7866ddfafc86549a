"""From the objects of a series to the series: its first object's blocks, the others beside them, and the dose."""

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import asdict

from shared.dicom.findings import Finding
from shared.dicom.instance import InstanceFacts
from shared.dicom.objects.blocks import Blocks, FurtherObject
from shared.dicom.objects.dose_report import DoseReport
from shared.dicom.series import Dose

MAX_FURTHER_OBJECTS = 32
"""Objects of one series that are described beside the first; all are counted as instances."""


class MergedObjects(Struct, frozen=True):
    """What a series says about its objects that are not images; ``blocks`` go into the series' own fields."""

    blocks: Blocks = Blocks()
    further: tuple[FurtherObject, ...] = ()
    dose: Dose | None = None
    findings: tuple[Finding, ...] = ()


def merge_objects(instances: Sequence[InstanceFacts]) -> MergedObjects:
    """Gather the blocks of a series' instances, in the series' order."""
    described = [(one.sop_instance_uid, one.blocks) for one in instances if one.blocks is not None]
    if not described:
        return MergedObjects()
    further = tuple(FurtherObject(uid, **asdict(blocks)) for uid, blocks in described[1:])
    findings: tuple[Finding, ...] = ()
    if len(further) > MAX_FURTHER_OBJECTS:
        text = f"The series has more than {MAX_FURTHER_OBJECTS + 1} such objects; the rest is not described."
        findings = (Finding("series.more_objects", text),)
    return MergedObjects(
        described[0][1], further[:MAX_FURTHER_OBJECTS], _dose([blocks for _, blocks in described]), findings
    )


def _dose(described: Sequence[Blocks]) -> Dose | None:
    """Give the dose where exactly one report states it: several may repeat or continue each other."""
    reports = [blocks.dose_report for blocks in described if blocks.dose_report is not None]
    return _dose_of(reports[0]) if len(reports) == 1 else None


def _dose_of(report: DoseReport) -> Dose | None:
    if report.ct is not None:
        return Dose(dlp_mgy_cm=report.ct.dlp_mgy_cm, events=report.ct.event_count)
    if report.projection is not None:
        return Dose(events=report.projection.event_count)
    return None
