"""What reading a file costs: run in a process of its own, it says the code, the seconds of work and the peak in MB."""

import resource
import sys
from pathlib import Path

from shared.dicom.instance import describe_instance
from shared.dicom.reading import read_header
from shared.errors import DataError


def report() -> None:
    """Read the file that the command line names."""
    place = Path(sys.argv[1])
    before = resource.getrusage(resource.RUSAGE_SELF)
    code = "none"
    try:
        with place.open("rb") as source:
            describe_instance(read_header(source, length=place.stat().st_size))
    except DataError as error:
        code = error.code
    after = resource.getrusage(resource.RUSAGE_SELF)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    # Not ru_maxrss: that one is inherited from whoever started the process.
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    sys.stdout.write(f"{code} {seconds:.3f} {int(status['VmHWM'].split()[0]) / 1024:.0f}\n")
