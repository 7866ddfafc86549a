"""The table of formats: each line writes a stored result as its media type says."""

import csv
import io
import json

import msgspec
import pytest
from fhir.resources.R4B.imagingstudy import ImagingStudy

from shared.formats import FORMATS, FormatName
from tests.shared.formats.test_fhir import make_series, make_study

ROWS = {"1.2.3.4": [{"sop_instance_uid": f"1.2.3.4.{number}"} for number in range(1, 71)]}
STORED = msgspec.json.encode({"metadata": {}, "studies": [make_study(series=(make_series(instances=()),))]})


def write(name: FormatName) -> str:
    """A stored result of one series of 70 instances in one format."""
    return b"".join(FORMATS[name].write(STORED, json.dumps(ROWS).encode())).decode()


def test_json_is_the_stored_result() -> None:
    """Byte for byte, with its long lists left out."""
    assert write(FormatName.JSON).encode() == STORED


def test_csv_has_a_row_for_every_instance() -> None:
    """Those that the result leaves out as well."""
    assert len(list(csv.DictReader(io.StringIO(write(FormatName.CSV))))) == 70


def test_fhir_is_a_valid_resource_with_every_instance() -> None:
    """The model of FHIR R4B takes what is written."""
    written = write(FormatName.FHIR)
    ImagingStudy.model_validate_json(written)
    assert len(json.loads(written)["series"][0]["instance"]) == 70


@pytest.mark.parametrize("name", FormatName)
def test_an_answer_states_the_media_type_it_was_asked_for(name: FormatName) -> None:
    """What stands behind the media type are parameters alone."""
    one = FORMATS[name]
    assert one.stated_type.split(";")[0] == one.media_type
