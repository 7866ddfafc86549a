"""The command line against a running service."""

import json
import os
import re
import sys
from pathlib import Path

import pytest

from api.cli.command import Exit
from tests.support.command_line import ROOT, command_line, run_command
from tests.support.proxy import StallingProxy
from tests.support.samples import CT, GATED_CT, MR, PNG
from tests.support.service import Service

pytestmark = pytest.mark.integration

MANY = 3000
"""Slices of a large cardiac series."""

MOST_GROWTH_KB = 16_000
"""What 3,000 files may take more than one; together they weigh 117 MB."""


def test_a_submitted_series_is_followed_to_its_end(service: Service) -> None:
    """One command sends a folder and shows what it says: 70 % of R-R is mid-diastole."""
    done = run_command("submit", GATED_CT[0].parent, "--summarize", "--wait", url=service.url)
    assert (done.returncode, "5 received, 5 accepted" in done.stdout, "mid-diastole" in done.stdout) == (0, True, True)


def test_a_script_gets_the_job_as_json_and_progress_apart(service: Service) -> None:
    """Standard output holds one document, standard error lines without control characters."""
    done = run_command("submit", CT, "--wait", "--json", "--reference", "ris-42", url=service.url)
    job = json.loads(done.stdout)
    assert (job["status"], job["client_reference"], job["result"]["metadata"]["modality"]) == (
        "succeeded",
        "ris-42",
        "CT",
    )
    assert "\r" not in done.stderr


def test_without_waiting_the_answer_is_the_jobs_id(service: Service) -> None:
    """Which the other commands take."""
    job_id = run_command("submit", MR, url=service.url).stdout.strip()
    shown = run_command("show", job_id, "--wait", "--json", url=service.url)
    assert (shown.returncode, json.loads(shown.stdout)["id"]) == (0, job_id)


def test_a_job_that_fails_ends_with_1(service: Service, tmp_path: Path) -> None:
    """A header cut short is found out by the worker, after the job was accepted."""
    short = tmp_path / "short.dcm"
    short.write_bytes(CT.read_bytes()[:700])
    done = run_command("submit", short, "--wait", url=service.url)
    assert (done.returncode, "dicom.none_readable" in done.stdout) == (Exit.FAILED, True)


def test_what_the_service_does_not_take_ends_with_4(service: Service, tmp_path: Path) -> None:
    """A picture is refused at the door, in the service's own words."""
    picture = tmp_path / "picture.png"
    picture.write_bytes(PNG)
    done = run_command("submit", picture, url=service.url)
    assert (done.returncode, "error: dicom.not_dicom" in done.stderr) == (Exit.REFUSED, True)


def test_jobs_are_listed_by_their_reference(service: Service) -> None:
    """A name of one's own finds a job again."""
    job_id = run_command("submit", CT, "--reference", "find-me", url=service.url).stdout.strip()
    listed = run_command("jobs", "--reference", "find-me", url=service.url).stdout
    assert [line.split()[0] for line in listed.splitlines()] == [job_id]


def test_more_jobs_than_a_page_are_listed_by_pages(service: Service) -> None:
    """A limit above the page's is served by as many pages as it takes."""
    ids = {service.submit(CT).json()["id"] for _ in range(3)}
    listed = run_command("jobs", "--limit", "250", "--json", url=service.url).stdout.splitlines()
    assert ids <= {json.loads(line)["id"] for line in listed}


def test_watching_ends_with_the_job(service: Service) -> None:
    """Each change is a line of JSON; the last one is terminal."""
    job_id = service.submit(CT).json()["id"]
    done = run_command("watch", job_id, "--json", url=service.url)
    assert (done.returncode, json.loads(done.stdout.splitlines()[-1])["status"]) == (0, "succeeded")


def test_a_result_is_written_to_a_file(service: Service, tmp_path: Path) -> None:
    """The bytes are the service's own."""
    job = service.finish(CT)
    target = tmp_path / "result.json"
    done = run_command("result", job["id"], "-o", target, url=service.url)
    assert (done.returncode, json.loads(target.read_bytes())) == (0, job["result"])


def test_a_job_can_be_deleted_and_is_gone(service: Service) -> None:
    """Another look at it is refused."""
    job_id = service.finish(CT)["id"]
    assert run_command("delete", job_id, url=service.url).returncode == 0
    done = run_command("show", job_id, url=service.url)
    assert (done.returncode, "job.gone" in done.stderr) == (Exit.REFUSED, True)


def test_one_refusal_does_not_keep_the_others_from_their_turn(service: Service) -> None:
    """A finished job cannot be canceled, the waiting one beside it can."""
    finished = service.finish(CT)["id"]
    service.suspend_workers()
    try:
        waiting = service.submit(MR).json()["id"]
        done = run_command("cancel", finished, waiting, url=service.url)
    finally:
        service.resume_workers()
    assert (done.returncode, done.stdout.split(), "job.not_cancelable" in done.stderr) == (
        Exit.REFUSED,
        [waiting, "canceled"],
        True,
    )


def test_a_failed_job_can_be_run_again(service: Service, tmp_path: Path) -> None:
    """Under its own id, while its files are kept."""
    short = tmp_path / "short.dcm"
    short.write_bytes(CT.read_bytes()[:700])
    job_id = service.finish(short)["id"]
    done = run_command("retry", job_id, url=service.url)
    assert (done.returncode, done.stdout.split()[0]) == (0, job_id)


def test_doctor_finds_a_healthy_service_healthy(service: Service) -> None:
    """Store, storage, workers, clock and access are looked at one by one."""
    done = run_command("doctor", "--only", "remote", url=service.url)
    names = re.findall(r"^ok    (.+?)  ", done.stdout, re.MULTILINE)
    assert (done.returncode, names) == (
        0,
        ["service", "its redis", "its storage", "its workers", "its clock", "API key"],
    )


def test_a_submission_survives_broken_connections(service: Service) -> None:
    """Two connections break in the middle of the upload; there is one job, and it has every file."""
    proxy = StallingProxy(service.port, cut_after=[4_000, 12_000])
    try:
        options = ("--wait", "--json", "--reference", "broken")
        done = run_command("submit", GATED_CT[0].parent, *options, url=f"http://127.0.0.1:{proxy.port}")
    finally:
        proxy.close()
    jobs = service.client.get("/jobs", params={"client_reference": "broken"}).json()["jobs"]
    assert (done.returncode, json.loads(done.stdout)["counts"]["accepted"], len(jobs)) == (0, 5, 1)
    assert done.stderr.count("trying again") >= 2


def test_an_answer_that_is_lost_does_not_double_the_job(service: Service) -> None:
    """The connection breaks after the last byte of the upload: the second try is told of the first one's job."""
    size = CT.stat().st_size
    proxy = StallingProxy(service.port, cut_after=[size])
    try:
        done = run_command("submit", CT, "--wait", "--reference", "lost", url=f"http://127.0.0.1:{proxy.port}")
    finally:
        proxy.close()
    jobs = service.client.get("/jobs", params={"client_reference": "lost"}).json()["jobs"]
    assert (done.returncode, len(jobs)) == (0, 1)


def test_watching_survives_a_broken_connection(service: Service) -> None:
    """The events go on after the last one seen."""
    service.suspend_workers()
    proxy = StallingProxy(service.port)
    try:
        job_id = service.submit(CT).json()["id"]
        with command_line("watch", job_id, url=f"http://127.0.0.1:{proxy.port}") as process:
            assert process.stdout is not None
            assert process.stdout.readline().startswith("queued")
            proxy.cut()
            service.resume_workers()
            output, _ = process.communicate(timeout=60)
    finally:
        proxy.close()
        service.resume_workers()
    assert (process.returncode, output.splitlines()[-1]) == (0, "succeeded: extract succeeded, assemble succeeded")


def test_a_busy_service_is_waited_out() -> None:
    """A 503 with Retry-After is not a failure: the command comes back and is served."""
    busy = Service(MAX_WAITING_UNITS="1", EXTRACT_PROCESSES="1")
    try:
        busy.await_ready()
        busy.suspend_workers()
        busy.submit(CT)
        with command_line("submit", MR, "--wait", url=busy.url) as process:
            assert process.stderr is not None
            messages = [process.stderr.readline(), process.stderr.readline()]
            busy.resume_workers()
            process.communicate(timeout=60)
    finally:
        busy.close()
    assert ("queue.full" in messages[1], process.returncode) == (True, 0)


def test_three_thousand_files_take_no_more_memory_than_one(service: Service, tmp_path: Path) -> None:
    """Files are streamed: the peak of the whole process hardly moves, though 117 MB pass through it."""
    for number in range(MANY):
        os.link(_copy(tmp_path), tmp_path / f"{number:04}")
    one, _ = _peak_kb(["submit", str(tmp_path / "0000")], service)
    many, report = _peak_kb(["submit", str(tmp_path), "--wait"], service)
    assert f"{MANY + 1} received" in report
    assert many - one < MOST_GROWTH_KB


def _copy(folder: Path) -> Path:
    copy = folder / "original"
    if not copy.exists():
        copy.write_bytes(CT.read_bytes())
    return copy


def _peak_kb(words: list[str], service: Service) -> tuple[int, str]:
    """Run a command and give its largest resident size and what it wrote."""
    reading, writing = os.pipe()
    environment = {**os.environ, "DICOM_ANALYSIS_URL": service.url, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "api.cli", *words]
    process = os.posix_spawn(sys.executable, command, environment, file_actions=[(os.POSIX_SPAWN_DUP2, writing, 1)])
    os.close(writing)
    _, status, usage = os.wait4(process, 0)
    with os.fdopen(reading) as output:
        report = output.read()
    assert os.waitstatus_to_exitcode(status) == 0
    return usage.ru_maxrss, report
