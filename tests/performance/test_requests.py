"""What requests cost the api beside bare FastAPI: guards, looser than the goals of ``make bench``."""

import httpx2
import pytest

from benchmarks.load import form_request, put_load, request
from benchmarks.slices import ct_slices
from benchmarks.upload_memory import peak_of_upload
from tests.performance.cost import Pair, cost_ratio
from tests.support.samples import CT

pytestmark = pytest.mark.integration

UPLOADS = 16


def test_reading_a_job_costs_little_more_than_saying_hello(pair: Pair) -> None:
    """Who asks how a job is doing takes at most twice the processor time of an endpoint that says hello."""
    url = f"http://127.0.0.1:{pair.ours.port}/dicom/analyze"
    kind = {"Content-Type": "application/dicom"}
    place = httpx2.post(url, content=CT.read_bytes(), headers=kind, trust_env=False).headers["Location"]
    ratio = cost_ratio(pair, [request("GET", place)], [request("GET", "/")], clients=32)
    assert ratio < 2.1


def test_an_upload_costs_little_more_than_copying_its_file(pair: Pair) -> None:
    """A CT slice that is hashed, stored and recorded as a job costs a few times what FastAPI takes to copy it."""
    slices = ct_slices(UPLOADS)
    ours = [form_request("/dicom/analyze", content) for content in slices]
    bare = [form_request("/form", content) for content in slices]
    assert cost_ratio(pair, ours, bare, clients=8) < 3


@pytest.mark.parametrize("is_form", [False, True], ids=["raw", "form"])
def test_a_large_upload_stays_out_of_memory(pair: Pair, is_form: bool) -> None:
    """While 64 MB come in, the api grows by less than a quarter of that."""
    put_load(pair.ours.port, [form_request("/dicom/analyze", CT.read_bytes())], connections=8, seconds=0.5)
    assert peak_of_upload(pair.ours, is_form=is_form, chunks=64) < 16
