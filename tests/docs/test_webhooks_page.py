"""The receiver that docs/webhooks.md shows is run as it stands there."""

import base64
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from api.cli.embedded_server import free_port
from shared.webhooks.adapters.http_sender import HttpSender
from shared.webhooks.allow_list import parse_allow_list
from shared.webhooks.target_policy import TargetPolicy
from tests.support.outbox import TIMEOUT, Outbox, make_callback
from tests.support.valkey import TestServer
from tests.support.workbench import await_until
from worker.context import DeliveryContext
from worker.pipelines.deliver import DeliveryRules
from worker.tasks.deliver import deliver_waiting

pytestmark = pytest.mark.integration

PAGE = Path(__file__).parents[2] / "docs/webhooks.md"
SECRET = "whsec_" + base64.b64encode(bytes(32)).decode()


@pytest.fixture
def receiver(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """The page's receiver as a process: its address and what it prints."""
    [code] = re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL)
    (tmp_path / "receiver.py").write_text(code)
    port, output = free_port("127.0.0.1"), tmp_path / "output"
    command = [sys.executable, "-u", "-m", "uvicorn", "receiver:app", "--port", str(port), "--log-level", "warning"]
    environment = {**os.environ, "DICOM_WEBHOOK_SECRET": SECRET}
    with output.open("wb") as log:
        process = subprocess.Popen(command, cwd=tmp_path, env=environment, stdout=log, stderr=log)
    url = f"http://127.0.0.1:{port}/hooks/dicom"
    await_answer(url)
    yield url, output
    process.terminate()
    process.wait()


def await_answer(url: str) -> None:
    """Wait until the receiver listens."""
    ends = time.monotonic() + 20
    while True:
        try:
            httpx2.post(url, trust_env=False)
        except httpx2.TransportError:
            assert time.monotonic() < ends
            time.sleep(0.05)
        else:
            return


def test_the_receiver_is_about_twenty_lines() -> None:
    """Verifying is little work, and the page shows that."""
    [code] = re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL)
    assert len([line for line in code.splitlines() if line.strip()]) <= 21


async def test_the_receiver_takes_what_the_service_sends(receiver: tuple[str, Path], server: TestServer) -> None:
    """A job's event, sent as the deliver worker sends it, is verified and accepted."""
    url, output = receiver
    outbox = Outbox(server)
    job = await outbox.finish_job(make_callback(url=url), now=None)
    rules = DeliveryRules(outbox.schedule, TIMEOUT, configured_secrets=(SECRET,))
    sender = HttpSender(TargetPolicy(parse_allow_list("127.0.0.1")))
    deliver_waiting(DeliveryContext(outbox.deliveries, sender, rules))
    [delivery] = await outbox.ledger()
    await outbox.close()
    assert (delivery.status, delivery.attempts[0].status_code) == ("delivered", 204)
    await_until(lambda: output.read_text() == f"job.succeeded {job}\n", "the receiver worked on it, after its answer")


def test_the_receiver_refuses_what_somebody_else_sends(receiver: tuple[str, Path]) -> None:
    """A message with a wrong signature is answered 401 and not worked on."""
    url, output = receiver
    signature = "v1," + base64.b64encode(bytes(32)).decode()
    headers = {"webhook-id": "msg_1", "webhook-timestamp": str(int(time.time())), "webhook-signature": signature}
    response = httpx2.post(url, content=b'{"type":"job.succeeded","data":{}}', headers=headers, trust_env=False)
    assert (response.status_code, output.read_text()) == (401, "")
