"""Pixels that may show who the patient is are recognized by the header."""

import pytest

from shared.dicom.series import Image, Series
from shared.privacy.burned_in import BurnedIn, judge_burned_in
from tests.shared.summaries.cases import make_series


@pytest.mark.parametrize(
    ("series", "reason"),
    [
        (make_series(), None),
        (make_series(image=Image(burned_in_annotation="YES")), BurnedIn.STATED),
        (make_series(image=Image(burned_in_annotation="unknown")), None),
        (make_series("OT", "7"), BurnedIn.SCREEN_CAPTURE),
        (make_series("OT", "7.2", image=Image(burned_in_annotation="NO")), BurnedIn.SCREEN_CAPTURE),
        (make_series("US", "6.1"), BurnedIn.LIKELY_BY_MODALITY),
        (make_series("US", "6.1", image=Image(burned_in_annotation="NO")), None),
        (make_series("OT", "77.1.5.1"), BurnedIn.LIKELY_BY_MODALITY),
        (make_series("CT", "3.1"), BurnedIn.LIKELY_BY_MODALITY),
    ],
)
def test_burned_in_identity_is_suspected_where_it_is_usual(series: Series, reason: BurnedIn | None) -> None:
    """Screen captures and ultrasound often carry a name in the picture, a plain CT image does not."""
    assert judge_burned_in(series) is reason
