"""Whole slide microscopy, made by PS3.3 C.8.12.4 and C.8.12.5."""

from shared.dicom.objects.blocks import Blocks
from shared.dicom.objects.codes import Code
from shared.dicom.objects.whole_slide import WholeSlide
from tests.support.objects import blocks_of, code, dcm, item, make_object, plain, sequence


def test_a_slide_gives_its_whole_matrix_and_optics() -> None:
    """Two optical paths through one 20x lens; the tiles' own size stands in image."""
    lens = item(
        *plain(ObjectiveLensPower="20"),
        code("IlluminationTypeCodeSequence", dcm("111744", "Brightfield illumination")),
    )
    facts = make_object(
        "77.1.6",
        "SM",
        *plain(
            TotalPixelMatrixColumns=98304,
            TotalPixelMatrixRows=76800,
            TotalPixelMatrixFocalPlanes=1,
            ImagedVolumeWidth=24.5,
            ImagedVolumeHeight=19.25,
            ImagedVolumeDepth=2.5,
            FocusMethod="AUTO",
            ExtendedDepthOfField="NO",
        ),
        sequence("OpticalPathSequence", lens, lens, item()),
    )
    assert blocks_of(facts) == Blocks(
        whole_slide=WholeSlide(
            optical_path_count=3,
            total_rows=76800,
            total_columns=98304,
            focal_planes=1,
            width_mm=24.5,
            height_mm=19.25,
            depth_um=2.5,
            objective_powers=(20,),
            illumination=Code("111744", "DCM", "Brightfield illumination"),
            focus_method="AUTO",
            extended_depth_of_field="NO",
        )
    )


def test_a_slide_without_optics_says_only_what_it_has() -> None:
    """An overview or label image may lack the sequence."""
    assert blocks_of(make_object("77.1.6", "SM")) == Blocks(whole_slide=WholeSlide(0))
