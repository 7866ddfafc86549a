"""The table of every output key, from the tables that reading itself uses: ``python -m tests.conformance.keys``.

What no table holds (cardiac timing, geometry, objects) stands in ``derived_keys``. Tags and representations are those
of pydicom's dictionary of PS3.6, which ``standard_attribute`` asks.
"""

import sys
from collections.abc import Iterable
from pathlib import Path

from msgspec import Struct

from shared.dicom.general import GENERAL, PATIENT, STUDY
from shared.dicom.modalities import MODALITIES
from shared.dicom.modalities.modality import Rule
from shared.dicom.objects import ct_dose, projection_dose
from shared.dicom.objects.quantities import Quantity
from shared.dicom.parameters import Kind, Parameter
from tests.conformance.derived_keys import DERIVED
from tests.conformance.rows import Row, named

PAGE = Path(__file__).parents[2] / "docs/conformance.md"
BEGIN, END = "<!-- keys: begin -->", "<!-- keys: end -->"
HEAD = ("key", "attribute", "classic", "enhanced", "unit", "rule", "section")

_UNITS = (
    ("mm_per_s", "mm/s"), ("cm_per_s", "cm/s"), ("ml_per_s", "ml/s"), ("mg_per_ml", "mg/ml"), ("w_per_kg", "W/kg"),
    ("hz_per_px", "Hz/px"), ("s_mm2", "s/mm²"), ("mgy_cm", "mGy·cm"), ("dgy_cm2", "dGy·cm²"), ("gy_m2", "Gy·m²"),
    ("deg", "°"), ("percent", "%"), ("fps", "1/s"), ("mhz", "MHz"), ("hz", "Hz"), ("kev", "keV"), ("kv", "kV"),
    ("mev", "MeV"), ("mas", "mAs"), ("uas", "µAs"), ("ma", "mA"), ("mbq", "MBq"), ("mgy", "mGy"), ("dgy", "dGy"),
    ("gy", "Gy"), ("ml", "ml"), ("mm", "mm"), ("um", "µm"), ("ms", "ms"), ("bpm", "1/min"), ("bytes", "bytes"),
    ("t", "T"), ("n", "N"), ("s", "s"),
)  # fmt: skip
"""Ends of keys with their unit, the longest first."""


ELSEWHERE = frozenset(
    [
        "instance_number",
        "image_type",
        "geometry.slice_thickness_mm",
        "geometry.gantry_tilt_deg",
        "time.temporal_position",
        "time.acquisition_number",
        "time.acquisition_time",
        "time.content_time",
        "geometry.position_mm",
        "geometry.orientation",
    ]
)
"""General rows that the result gives under another name: in its stacks, in its list of instances, as a yes or no."""


class Section(Struct, frozen=True):
    """One table of the page."""

    title: str
    rows: tuple[Row, ...]


def unit_of(key: str) -> str:
    """Give the unit that a key's name ends in; empty where it has none."""
    return next((unit for end, unit in _UNITS if key.endswith(f"_{end}")), "")


def row_of(parameter: Parameter) -> Row:
    """Write the row of a table's row."""
    place = f"in {parameter.sequence}" if parameter.sequence is not None else "top level"
    keyword = parameter.enhanced or parameter.keyword
    macro = f"in {parameter.macro}" if parameter.macro is not None else ""
    enhanced = " ".join(part for part in (named(keyword) if parameter.enhanced else "", macro or place) if part)
    return Row(
        parameter.key,
        named(parameter.keyword),
        place,
        enhanced,
        unit_of(parameter.key),
        ", ".join(_rules(parameter)),
        parameter.section or "",
    )


def _rules(parameter: Parameter) -> Iterable[str]:
    if parameter.count is not None:
        yield f"{parameter.count} values"
    elif parameter.kind in {Kind.NUMBERS, Kind.TEXTS, Kind.ANY_TEXT, Kind.ANY_NUMBER}:
        yield "one or several values"
    if parameter.least is not None and parameter.most is not None:
        yield f"{parameter.least:g} to {parameter.most:g}"
    elif parameter.least is not None:
        yield f"at least {parameter.least:g}"
    if parameter.factor is not None:
        yield f"x {parameter.factor:g}"


def rows_of_rule(rule: Rule) -> list[Row]:
    """Write a row for each key that a rule derives."""
    attributes = ", "
    return [Row(key, attributes, "derived", "derived", unit_of(key), rule.says, rule.section) for key in rule.keys]


def rows_of_quantities(place: str, container: str, table: Iterable[Quantity], template: str) -> list[Row]:
    """Write the rows of measured values of a dose report."""
    return [
        Row(
            f"{place}.{one.field}",
            f"NUM {one.concept} (DCM) below {container}",
            "content tree",
            "",
            unit_of(one.field),
            f"unit converted from {', '.join(one.units.factors)}; {one.least:g} to {one.most:g}",
            template,
        )
        for one in table
    ]


def sections() -> list[Section]:
    """Give every table in the order of the page."""
    names: dict[int, list[str]] = {}
    for name, one in MODALITIES.items():
        names.setdefault(id(one), []).append(name)
    tables = {id(one): one for one in MODALITIES.values()}
    found = [
        Section("Study and patient", tuple(_named(row) for row in (*STUDY, *PATIENT))),
        Section("Series: general", tuple(_in_series(row_of(row)) for row in GENERAL if row.key not in ELSEWHERE)),
    ]
    for key, one in tables.items():
        rows = [*map(row_of, one.parameters), *(row for rule in one.rules for row in rows_of_rule(rule))]
        found.append(Section(f"Series: {', '.join(names[key])}", tuple(map(_in_series, dict.fromkeys(rows)))))
    found += [Section(title, rows) for title, rows in DERIVED.items()]
    found.append(Section("Dose reports: measured values", tuple(_dose_rows())))
    return found


def _named(parameter: Parameter) -> Row:
    row = row_of(parameter)
    key = "description" if row.key == "study_description" else row.key
    is_patient = parameter in PATIENT
    section = "C.7.1.1" if is_patient else "C.7.2.1"
    rule = "only with `PATIENT_IDENTITY=include`" if is_patient else row.rule
    return Row(f"patient.{key}" if is_patient else key, row.attribute, row.classic, row.enhanced, "", rule, section)


def _in_series(row: Row) -> Row:
    return Row(f"series[].{row.key}", row.attribute, row.classic, row.enhanced, row.unit, row.rule, row.section)


def _dose_rows() -> list[Row]:
    ct, projection = "series[].dose_report.ct", "series[].dose_report.projection"
    return [
        *rows_of_quantities(ct, "113811", (ct_dose.TOTAL, ct_dose.STATED_EVENTS), "PS3.16 TID 10012"),
        *rows_of_quantities(f"{ct}.events[]", "113819", ct_dose.EVENT_QUANTITIES, "PS3.16 TID 10013"),
        *rows_of_quantities(f"{ct}.events[].sources[]", "113831", ct_dose.SOURCE_QUANTITIES, "PS3.16 TID 10013"),
        *rows_of_quantities(
            f"{projection}.planes[]", "113702", projection_dose.PLANE_QUANTITIES, "PS3.16 TID 10002, 10004"
        ),
        *rows_of_quantities(f"{projection}.events[]", "113706", projection_dose.EVENT_QUANTITIES, "PS3.16 TID 10003"),
        *rows_of_quantities(f"{projection}.breasts[]", "113702", (projection_dose.GLANDULAR,), "PS3.16 TID 10005"),
    ]


def all_keys() -> set[str]:
    """Give every key of the page; a key that ends in ``.*`` stands for all below it."""
    return {row.key for section in sections() for row in section.rows}


def is_listed(key: str, listed: set[str]) -> bool:
    """Tell whether a key of a result is on the page, by itself or by a key above it that stands for all below."""
    parts = key.split(".")
    return key in listed or any(".".join([*parts[:length], "*"]) in listed for length in range(1, len(parts) + 1))


def describe() -> str:
    """Write the tables in Markdown."""
    lines: list[str] = []
    for section in sections():
        lines += [f"### {section.title}", "", f"| {' | '.join(HEAD)} |", "|---" * len(HEAD) + "|"]
        lines += [f"| {' | '.join(_cells(row))} |" for row in section.rows]
        lines.append("")
    return "\n".join(lines)


def _cells(row: Row) -> list[str]:
    cells = [row.attribute, row.classic, row.enhanced, row.unit, row.rule, row.section]
    return [f"`{row.key}`", *(cell.replace("|", "\\|") for cell in cells)]


def main() -> int:
    """Put the tables between the page's marks."""
    head, rest = PAGE.read_text().split(BEGIN)
    PAGE.write_text(f"{head}{BEGIN}\n{describe()}{END}{rest.split(END)[1]}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
