"""Keys that no table of single attributes gives: their sources and rules in words, kept beside the generated ones."""

from tests.conformance.object_keys import OBJECTS
from tests.conformance.rows import Row, named, ours
from tests.conformance.timing_keys import CARDIAC, RESPIRATORY


def _row(
    key: str,
    keywords: tuple[str, ...],
    rule: str,
    section: str,
    *,
    unit: str = "",
    classic: str = "top level",
    enhanced: str = "common to all frames",
) -> Row:
    return Row(key, named(*keywords), classic, enhanced, unit, rule, section)


_SERIES = (
    _row("study_instance_uid", ("StudyInstanceUID",), "groups instances to studies", "C.7.2.1"),
    ours("modalities", "Modality of each series, each once"),
    ours("multi_phase_sets[].*", "series alike in geometry and kernel with one phase each, in the order of the cycle"),
    ours("warnings[].*", "findings about the study, by code"),
    _row("series[].series_instance_uid", ("SeriesInstanceUID",), "groups instances to series", "C.7.3.1"),
    _row("series[].modality", ("Modality",), "of the first instance", "C.7.3.1"),
    _row("series[].sop_class.*", ("SOPClassUID",), "name of PS3.6 Table A-1", "C.12.1"),
    _row(
        "series[].transfer_syntaxes[].*",
        ("TransferSyntaxUID",),
        "name of PS3.6 Table A-1; lossy by PS3.5 section 10",
        "PS3.10 7.1",
        classic="file meta",
        enhanced="file meta",
    ),
    ours("series[].instance_count", "distinct SOP Instance UIDs"),
    _row("series[].is_localizer", ("ImageType",), "every instance says LOCALIZER, SCOUT or TOPOGRAM", "C.7.6.1.1.2"),
    _row("series[].is_enhanced", ("SOPClassUID",), "classes with functional groups", "PS3.4 B.5"),
    ours("series[].extra.*", "attributes that `EXTRA_ATTRIBUTES` names, typed by representation"),
    ours("series[].provenance.*", "where each value was read: keyword, tag, raw text, rule"),
    ours("series[].unreadable[].*", "attributes that are present and broke a rule, never their value"),
    ours("series[].warnings[].*", "findings about the series, by code"),
    _row(
        "series[].instances[].*",
        ("SOPInstanceUID", "InstanceNumber", "ImagePositionPatient"),
        "in the order along the normal; `phase_index` points into `cardiac.phases`",
        "C.7.6.2",
        unit="mm",
    ),
    ours("series[].dose.*", "of the series' only dose report", unit="mGy·cm"),
    ours("series[].further_objects[].*", "the blocks of the other objects of the series, with their UID"),
    Row(
        "series[].acquisition.dlp_mgy_cm",
        "private: ELSCINT1 (00E1,xx21), TOSHIBA_MEC_CT3 (7005,xx40)",
        "top level",
        "",
        "mGy·cm",
        "unverified vendor note; 0 to 100000",
        "vendor",
    ),
)

_POSITION = ("ImagePositionPatient", "ImageOrientationPatient")
_GEOMETRY = (
    _row(
        "series[].geometry.stacks[].plane",
        ("ImageOrientationPatient",),
        "named by the normal's largest components; oblique by how many",
        "C.7.6.2.1.1",
        enhanced="in PlaneOrientationSequence",
    ),
    ours("series[].geometry.stacks[].images", "images with this orientation"),
    _row(
        "series[].geometry.stacks[].positions",
        _POSITION,
        "distinct places along the normal",
        "C.7.6.2.1.1",
        enhanced="in PlanePositionSequence, PlaneOrientationSequence",
    ),
    ours("series[].geometry.stacks[].time_points", "images at each place, where time tells them apart"),
    _row(
        "series[].geometry.stacks[].axis",
        (
            *("TriggerTime", "TemporalPositionIdentifier", "EchoTime", "DiffusionBValue"),
            *("AcquisitionTime", "ContentTime", "AcquisitionNumber"),
        ),
        "phase first, then the first of these with as many values as there are images at each place",
        "C.7.6.2",
    ),
    ours("series[].geometry.stacks[].axis_is_inferred", "nothing but InstanceNumber tells the images apart"),
    ours("series[].geometry.stacks[].missing_images", "images that would give every place every point of the axis"),
    _row(
        "series[].geometry.stacks[].slice_thickness_mm",
        ("SliceThickness",),
        "as stated",
        "C.7.6.2, C.7.6.16.2.1",
        unit="mm",
        enhanced="in PixelMeasuresSequence",
    ),
    _row(
        "series[].geometry.stacks[].slice_spacing_mm",
        _POSITION,
        "median distance of places along the normal",
        "C.7.6.2.1.1",
        unit="mm",
        enhanced="in PlanePositionSequence",
    ),
    ours("series[].geometry.stacks[].slice_gap_mm", "spacing less thickness, where positive", unit="mm"),
    ours("series[].geometry.stacks[].slice_overlap_mm", "thickness less spacing, where positive", unit="mm"),
    ours("series[].geometry.stacks[].is_uniform", "distances agree within the tolerance of `geometry`"),
    ours("series[].geometry.stacks[].missing_slices", "whole steps left out between places"),
    _row(
        "series[].geometry.stacks[].gantry_tilt_deg",
        ("GantryDetectorTilt",),
        "as stated",
        "C.8.2.1, C.8.15.3.3",
        unit="°",
        enhanced="in CTAcquisitionDetailsSequence",
    ),
    ours("series[].geometry.stacks[].segments[].*", "runs of one thickness and spacing", unit="mm"),
)

DERIVED: dict[str, tuple[Row, ...]] = {
    "Study and series: as a whole": _SERIES,
    "Geometry": _GEOMETRY,
    "Cardiac timing": CARDIAC,
    "Respiratory timing": RESPIRATORY,
    "Objects that are not images": OBJECTS,
}
"""Title of a table to its rows."""
