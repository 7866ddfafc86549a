"""The command line where there is no service."""

import ast
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from api.cli.__main__ import COMMANDS, EPILOG
from api.cli.command import Exit
from tests.support.command_line import run_command
from tests.support.samples import CT, GATED_CT, PNG

NAMES = [command.name for command in COMMANDS]


@pytest.mark.parametrize("name", NAMES)
def test_every_command_explains_itself(name: str) -> None:
    """Help is had without a service, a key or a setting."""
    done = run_command(name, "--help")
    assert (done.returncode, done.stderr, f"usage: dicom-analysis {name}" in done.stdout) == (0, "", True)


def test_the_exit_codes_that_help_lists_are_those_there_are() -> None:
    """Scripts rely on the numbers."""
    listed = [int(line.split()[0]) for line in EPILOG.splitlines() if line.strip()[:1].isdigit()]
    assert listed == list(Exit)


@pytest.mark.parametrize(
    "words",
    [
        ["submit", "/no/such/path"],
        ["submit"],
        ["extract", "/no/such/path"],
        ["result", "id", "--format", "png"],
        ["show", "id", "--url", "ftp://example.org"],
        ["show", "id", "--key-file", "/no/such/file"],
    ],
    ids=" ".join,
)
def test_a_wrong_command_line_ends_with_2(words: list[str]) -> None:
    """Nothing is sent, and the message is one for people."""
    done = run_command(*words)
    assert (done.returncode, done.stdout, "Traceback" in done.stderr) == (Exit.USAGE, "", False)


def test_a_service_that_is_not_there_ends_with_3() -> None:
    """Patience is bounded, and the message says what was tried."""
    done = run_command("jobs", "--patience", "0.2")
    assert (done.returncode, "no connection" in done.stderr) == (Exit.UNREACHABLE, True)


def test_an_interrupted_submission_says_how_to_go_on() -> None:
    """The key of a submission that did not arrive makes the next try the same job."""
    done = run_command("submit", CT, "--patience", "0", "--idempotency-key", "abc")
    assert (done.returncode, "--idempotency-key abc" in done.stderr) == (Exit.UNREACHABLE, True)


def test_a_wrong_setting_is_named() -> None:
    """What is wrong with the settings of this machine is told before anything starts."""
    done = run_command("run", PORT="many")
    assert (done.returncode, "setting PORT" in done.stderr) == (Exit.USAGE, True)


def test_extract_reads_a_gated_series_without_any_service() -> None:
    """The five slices give 70 % of R-R at 68 to 76 bpm, as GE's private elements say."""
    done = run_command("extract", GATED_CT[0].parent)
    cardiac = json.loads(done.stdout)["studies"][0]["series"][0]["cardiac"]
    assert (cardiac["phase_percent"], cardiac["heart_rate_bpm"]["min"], cardiac["heart_rate_bpm"]["max"]) == (
        70,
        68,
        76,
    )


def test_extract_reads_what_is_inside_an_archive(tmp_path: Path) -> None:
    """The same series inside a ZIP says the same."""
    with zipfile.ZipFile(tmp_path / "study.zip", "w") as archive:
        archive.write(GATED_CT[0], "1")
        archive.write(GATED_CT[1], "2")
    done = run_command("extract", tmp_path / "study.zip")
    assert json.loads(done.stdout)["studies"][0]["series"][0]["instance_count"] == 2


def test_extract_writes_the_card_alone() -> None:
    """Values as dcmdump prints them: SliceThickness [5.000000]."""
    done = run_command("extract", CT, "--card")
    assert json.loads(done.stdout)["slice_thickness"] == "5.000000"


def test_extract_keeps_identifiers_to_itself_unless_told_otherwise() -> None:
    """dcmdump prints PatientID [1CT1]."""
    assert "1CT1" not in run_command("extract", CT).stdout
    assert "1CT1" in run_command("extract", CT, "--patient-identity", "include").stdout


def test_extract_names_what_it_could_not_read(tmp_path: Path) -> None:
    """One bad file beside a good one is named, and the good one is read."""
    bad = tmp_path / "picture.png"
    bad.write_bytes(PNG)
    done = run_command("extract", CT, bad)
    assert (done.returncode, json.loads(done.stdout)["metadata"]["modality"]) == (0, "CT")
    assert str(bad) in done.stderr


def test_extract_fails_where_nothing_can_be_read(tmp_path: Path) -> None:
    """A script must not take silence for a result."""
    bad = tmp_path / "picture.png"
    bad.write_bytes(PNG)
    done = run_command("extract", bad)
    assert (done.returncode, done.stdout, "dicom.none_readable" in done.stderr) == (Exit.FAILED, "", True)


def test_doctor_names_what_is_wrong_with_a_store_that_may_lose_work(tmp_path: Path) -> None:
    """An unreachable store is found here, before a job is lost to it."""
    done = run_command("doctor", "--only", "local", REDIS_URL="redis://127.0.0.1:9/0", STATE_DIR=str(tmp_path))
    assert (done.returncode, "FAIL  job store" in done.stdout, "ok    storage" in done.stdout) == (1, True, True)


def test_the_completion_script_is_one_that_bash_reads() -> None:
    """Bash itself parses it and completes a command and an option."""
    script = run_command("completion").stdout
    words = "COMP_WORDS=(dicom-analysis submit --wa) COMP_CWORD=2; _dicom_analysis; echo $COMPREPLY"
    done = subprocess.run(["bash", "-c", f"{script}\n{words}"], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("--wait\n", "")


def test_no_command_but_extract_loads_a_parser() -> None:
    """Looking at jobs must not wait for pydicom."""
    code = "import sys, api.cli.__main__; print('pydicom' in sys.modules, 'celery' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ast.literal_eval(done.stdout.replace(" ", ",")) == (False, False)
