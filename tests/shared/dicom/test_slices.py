"""From facts to slices: what tells images of one place apart, and what keeps them from being a stack."""

import pytest

from shared.dicom.assembly import ReadInstance, assemble_studies
from shared.dicom.instance import InstanceFacts
from shared.dicom.series import Series
from shared.dicom.slices import place_instance
from tests.support.datasets import MR_IMAGE, Value, describe

AXIAL = "1\\0\\0\\0\\1\\0"


def image(number: int, z: float, **attributes: Value) -> InstanceFacts:
    """An MR image at a place."""
    stated: dict[str, Value] = {
        "SOPClassUID": MR_IMAGE,
        "Modality": "MR",
        "SOPInstanceUID": f"1.2.{number}",
        "InstanceNumber": str(number),
        "ImagePositionPatient": f"0\\0\\{z}",
        "ImageOrientationPatient": AXIAL,
        "SliceThickness": "5",
    }
    return describe({**stated, **attributes})


def series_of(*facts: InstanceFacts) -> Series:
    """The one series of these instances."""
    [study] = assemble_studies([ReadInstance(index, str(index), one) for index, one in enumerate(facts)]).studies
    [series] = study.series
    return series


@pytest.mark.parametrize(
    ("attribute", "values", "axis", "time_points"),
    [
        ("TemporalPositionIdentifier", ("1", "2"), "temporal_position", 2),
        ("EchoTime", ("10", "80"), "echo_time_ms", 1),
        ("AcquisitionNumber", ("1", "2"), "acquisition_number", 2),
        ("AcquisitionTime", ("101530.25", "101531.75"), "acquisition_time_s", 2),
        ("ContentTime", ("101530", "101531"), "content_time_s", 2),
    ],
)
def test_the_attribute_that_differs_is_the_axis(
    attribute: str, values: tuple[str, str], axis: str, time_points: int
) -> None:
    """Two images at each of two places; along an echo time no time passes."""
    files = [image(2 * z + order, z, **{attribute: value}) for z in range(2) for order, value in enumerate(values)]
    geometry = series_of(*files).geometry
    assert geometry is not None
    [stack] = geometry.stacks
    assert (stack.axis, stack.time_points, stack.positions, stack.missing_images) == (axis, time_points, 2, 0)


def test_a_trigger_delay_orders_a_gated_cine() -> None:
    """Without an R-R interval there is no percentage, and the delay itself is the axis; ungated it means nothing."""
    delays = [{"TriggerTime": str(delay)} for delay in (0, 40, 80)]
    gated = [image(3 * z + order, z, ScanOptions="CG", **one) for z in range(2) for order, one in enumerate(delays)]
    loose = [image(3 * z + order, z, **one) for z in range(2) for order, one in enumerate(delays)]
    axes = [one.geometry.stacks[0].axis for one in (series_of(*gated), series_of(*loose)) if one.geometry]
    assert axes == ["trigger_delay_ms", "instance_number"]


def test_without_any_the_numbering_is_taken_and_said_to_be() -> None:
    """The order is inferred, and a warning says so."""
    series = series_of(*(image(number, number // 3) for number in range(6)))
    assert series.geometry is not None
    [stack] = series.geometry.stacks
    assert (stack.axis, stack.axis_is_inferred, stack.time_points) == ("instance_number", True, 3)
    assert [finding.code for finding in series.warnings] == ["series.order_inferred"]


@pytest.mark.parametrize("time", ["1015", "10153a", "101530.x", "101530.5.5"])
def test_a_time_that_is_none_tells_nothing(time: str) -> None:
    """TM values of another form are no coordinate (PS3.5 section 6.2)."""
    assert [piece.coordinates for piece in place_instance(image(1, 0, ContentTime=time)).slices] == [{}]


def test_images_of_another_matrix_or_kernel_are_another_stack() -> None:
    """What cannot be one volume is not told as one."""
    files = [
        image(1, 0, Rows=4, Columns=4, PixelSpacing="1\\1"),
        image(2, 1, Rows=4, Columns=4, PixelSpacing="1.00001\\1"),
        image(3, 2, Rows=8, Columns=8, PixelSpacing="1\\1"),
        image(4, 3, Rows=4, Columns=4, PixelSpacing="1\\1", ImageType="ORIGINAL\\PRIMARY\\LOCALIZER"),
    ]
    geometry = series_of(*files).geometry
    assert geometry is not None
    assert [stack.images for stack in geometry.stacks] == [2, 1, 1]


@pytest.mark.parametrize(
    ("attributes", "code"),
    [
        ({"ImageOrientationPatient": "0\\0\\0\\0\\0\\0"}, "geometry.invalid_orientation"),
        ({"ImageType": "ORIGINAL\\PRIMARY\\M\\MOSAIC"}, "series.mosaic"),
    ],
)
def test_what_is_no_plain_stack_is_said(attributes: dict[str, Value], code: str) -> None:
    """An orientation of zeros, a mosaic."""
    assert code in [finding.code for finding in series_of(image(1, 0, **attributes)).warnings]


def test_different_kernels_in_one_series_are_said() -> None:
    """Two CT images reconstructed with different kernels are two stacks and a warning."""
    stated: dict[str, Value] = {"ImageOrientationPatient": AXIAL}
    places = {f"0\\0\\{z}": kernel for z, kernel in enumerate(("B26f", "B46f"))}
    files = [
        describe(
            {**stated, "SOPInstanceUID": f"1.2.{kernel[1]}", "ImagePositionPatient": at, "ConvolutionKernel": kernel}
        )
        for at, kernel in places.items()
    ]
    series = series_of(*files)
    assert "series.mixed_kernel" in [finding.code for finding in series.warnings]
    assert series.geometry is not None
    assert len(series.geometry.stacks) == 2
