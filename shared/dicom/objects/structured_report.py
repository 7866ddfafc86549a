"""The facts of a structured report as a document, and its measurements. Implements PS3.3 C.17.2 and C.17.3.

What a report says in words is read by people: its texts, names and dates are counted, never given.
"""

from collections import Counter

from msgspec import Struct

from shared.dicom.attributes import Attributes
from shared.dicom.objects.codes import Code
from shared.dicom.objects.content_items import ContentItem
from shared.dicom.objects.ledger import Ledger
from shared.dicom.objects.measurements import Measurement, MeasurementGroup, read_measurements
from shared.dicom.objects.references import References, read_references


class StructuredReport(Struct, frozen=True, omit_defaults=True):
    """A document's title, state and template, how many items of each value type it holds, and its measurements."""

    title: Code | None = None
    completion: str | None = None
    verification: str | None = None
    template: str | None = None
    content_items: dict[str, int] = {}
    measurement_groups: tuple[MeasurementGroup, ...] = ()
    measurements: tuple[Measurement, ...] = ()
    references: References | None = None


def read_structured_report(
    attributes: Attributes, root: ContentItem, ledger: Ledger, *, with_measurements: bool = True
) -> StructuredReport:
    """Read the facts of a document.

    Parameters
    ----------
    with_measurements
        False where another block gives the document's numbers already.
    """
    template = ledger.first(attributes, "ContentTemplateSequence")
    numbers = read_measurements(root, ledger) if with_measurements else None
    return StructuredReport(
        title=root.concept,
        completion=ledger.term(attributes, "CompletionFlag", "structured_report.completion"),
        verification=ledger.term(attributes, "VerificationFlag", "structured_report.verification"),
        template=None if template is None else ledger.term(template, "TemplateIdentifier"),
        content_items=dict(sorted(Counter(item.value_type for item in root.below()).items())),
        measurement_groups=numbers.groups if numbers else (),
        measurements=numbers.others if numbers else (),
        references=read_references(attributes, ledger),
    )
