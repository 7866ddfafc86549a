"""From the objects of a series to the series and the flat card."""

from shared.dicom.assembly import ReadInstance, assemble_studies
from shared.dicom.instance import InstanceFacts
from shared.dicom.object_merging import MAX_FURTHER_OBJECTS
from shared.dicom.objects.blocks import FurtherObject
from shared.dicom.objects.document import Document
from shared.dicom.series import Dose, Series
from shared.dicom.study import Study
from shared.formats.flat_card import write_flat_card
from tests.shared.dicom.objects.real_objects import facts_of
from tests.support.datasets import describe
from tests.support.objects import MGY_CM, container, dcm, document, make_object, num, plain
from tests.support.samples import CT, DOSE_REPORTS, TEST_FILES

DOSE = document(
    dcm("113701"),
    container(dcm("113811"), num(dcm("113813"), "724.52", MGY_CM)),
    container(dcm("113819"), num(dcm("113838"), "724.52", MGY_CM)),
)


def assemble(*facts: InstanceFacts) -> tuple[Study, ...]:
    """Assemble instances."""
    return assemble_studies([ReadInstance(number, str(number), one) for number, one in enumerate(facts)]).studies


def only_series(*facts: InstanceFacts) -> Series:
    """The one series of some instances."""
    [study] = assemble(*facts)
    [series] = study.series
    return series


def pdf(number: int) -> InstanceFacts:
    """One of several documents of a series."""
    about = plain(InstanceNumber=str(number), EncapsulatedDocumentLength=100 + number)
    return make_object("104.1", "DOC", *about, uid=f"1.2.3.4.{number}")


def test_a_dose_report_gives_the_series_its_dose() -> None:
    """The total and the number of events, beside the block itself."""
    series = only_series(make_object("88.67", "SR", *DOSE))
    assert series.dose == Dose(724.52, 1)
    assert series.dose_report is not None


def test_an_angiography_report_has_events_and_no_length_product() -> None:
    """21 events by dsrdump."""
    assert only_series(facts_of(DOSE_REPORTS / "siemens_axiom_artis.dcm")).dose == Dose(events=21)


def test_a_report_that_states_neither_gives_no_dose() -> None:
    """A dose report without CT or projection data."""
    assert only_series(make_object("88.67", "SR", *document(dcm("113701")))).dose is None


def test_two_dose_reports_are_not_added_up() -> None:
    """The second may repeat or continue the first."""
    twice = [make_object("88.67", "SR", *DOSE, uid=f"1.2.3.4.{number}") for number in (1, 2)]
    series = only_series(*twice)
    assert (series.dose, len(series.further_objects)) == (None, 1)


def test_further_objects_of_a_series_stand_beside_the_first() -> None:
    """Nothing is lost: each keeps its SOP Instance UID."""
    series = only_series(pdf(1), pdf(2))
    assert series.document == Document(length_bytes=101)
    assert series.further_objects == (FurtherObject("1.2.3.4.2", document=Document(length_bytes=102)),)


def test_many_objects_of_a_series_are_bounded() -> None:
    """A finding says that not all are described."""
    series = only_series(*(pdf(number) for number in range(MAX_FURTHER_OBJECTS + 2)))
    assert len(series.further_objects) == MAX_FURTHER_OBJECTS
    assert [finding.code for finding in series.warnings] == ["series.more_objects"]


def test_an_image_series_has_no_blocks() -> None:
    """What is only an image has nothing else to say."""
    series = only_series(describe())
    assert (series.has_block, series.further_objects) == (False, ())


def test_a_document_is_no_image_though_it_says_whether_identity_is_burned_in() -> None:
    """BurnedInAnnotation stands in the document's block; there are no frames."""
    series = only_series(make_object("104.1", "DOC", *plain(BurnedInAnnotation="YES")))
    assert (series.image, series.frame_count, series.document) == (None, None, Document(burned_in_annotation="yes"))


def test_the_card_of_a_report_says_what_it_is_without_slices() -> None:
    """A job of one ECG: modality and device."""
    card = write_flat_card(assemble(facts_of(TEST_FILES / "waveform_ecg.dcm")))
    assert (card["modality"], card["manufacturer_model"], "number_of_slices" in card) == ("ECG", "el250", False)


def test_frames_of_a_dose_grid_are_no_slices() -> None:
    """An RT Dose has rows, columns and 15 frames, but it is no scan."""
    card = write_flat_card(assemble(facts_of(TEST_FILES / "rtdose.dcm")))
    assert (card["modality"], card["rows"], "number_of_slices" in card) == ("RTDOSE", 10, False)


def test_the_card_describes_the_scan_and_not_the_reports_beside_it() -> None:
    """Three documents and one image: the image is what a reader asks about."""
    card = write_flat_card(assemble(pdf(1), pdf(2), pdf(3), facts_of(CT)))
    assert (card["modality"], card["number_of_slices"]) == ("CT", 1)
