"""Compare everything with DCMTK and write the table in docs/conformance.md: ``python -m tests.conformance``."""

import subprocess
import sys
from collections import Counter
from importlib.metadata import version
from pathlib import Path

from tests.conformance.comparison import Comparison, compare_all
from tests.conformance.dcmtk import COMMAND
from tests.conformance.explained import DIFFERENCES, NOT_READ_BY_DCMTK
from tests.conformance.files import every_file

PAGE = Path(__file__).parents[2] / "docs/conformance.md"
BEGIN, END = "<!-- compared: begin -->", "<!-- compared: end -->"


def main() -> int:
    """Compare, write the section, and fail where a difference is not explained."""
    found = compare_all(every_file())
    head, rest = PAGE.read_text().split(BEGIN)
    PAGE.write_text(f"{head}{BEGIN}\n{describe(found)}\n{END}{rest.split(END)[1]}")
    return 0 if {(one.file, one.tag) for one in found.differences} <= set(DIFFERENCES) else 1


def describe(found: Comparison) -> str:
    """Write the section in Markdown."""
    tool = subprocess.run([COMMAND, "--version"], capture_output=True, check=True, text=True).stdout.split()[2]
    packages = ", ".join(f"{name} {version(name)}" for name in ("pydicom", "pydicom-data", "pyskindose"))
    reasons = Counter(DIFFERENCES.get((one.file, one.tag), "NOT EXPLAINED") for one in found.differences)
    rows = [
        ("files read by both", found.files),
        ("typed values of the result compared", found.facts),
        ("elements compared, those inside of sequences included", found.elements),
        (
            "values that DCMTK does not show (stated as UN, or in a character set it cannot convert)",
            found.not_comparable,
        ),
        (
            "files that we refuse (no DICOM, or without identity, such as DICOMDIR and palettes)",
            len(found.refused_by_us),
        ),
        ("differences", len(found.differences)),
    ]
    lines = [f"Compared with DCMTK {tool} on the files of {packages}.", "", "| what | count |", "|---|---|"]
    lines += [f"| {what} | {count:,} |" for what, count in rows]
    lines += ["", "Differences:", ""]
    lines += [f"* {count}: {reason}." for reason, count in sorted(reasons.items())]
    lines += ["", "Files that DCMTK does not read:", ""]
    lines += [f"* `{name}`: {NOT_READ_BY_DCMTK.get(name, 'NOT EXPLAINED')}." for name in sorted(found.refused_by_dcmtk)]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
