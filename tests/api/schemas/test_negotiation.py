"""Which media type a client gets; the examples are those of RFC 9110 section 12.5.1 and of real clients."""

import pytest

from api.schemas.negotiation import MAX_RANGES, choose_media_type

OFFERED = ["application/json", "text/csv", "application/fhir+json"]


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, "application/json"),
        ("", "application/json"),
        ("*/*", "application/json"),
        ("text/csv", "text/csv"),
        ("TEXT/CSV", "text/csv"),
        ("text/*", "text/csv"),
        ("application/*", "application/json"),
        ("application/fhir+json; fhirVersion=4.3", "application/fhir+json"),
        ("application/json;q=0.5, text/csv", "text/csv"),
        ("text/csv;q=0.5, application/json;q=0.5", "application/json"),
        ("text/html, application/xhtml+xml, application/xml;q=0.9, */*;q=0.8", "application/json"),
        ("*/*, application/json;q=0", "text/csv"),
        ("text/*;q=0.3, text/csv;q=0.7, application/*;q=0.5", "text/csv"),
        ("application/*;q=0.4, application/fhir+json", "application/fhir+json"),
        ("text/csv ; Q=1.000", "text/csv"),
        ("text/csv;q=0, text/csv", "text/csv"),
    ],
)
def test_the_client_gets_what_it_prefers(accept: str | None, expected: str) -> None:
    """The most specific range of a type says how much it is wanted; among equals our own order decides."""
    assert choose_media_type(accept, OFFERED) == expected


@pytest.mark.parametrize(
    "accept",
    ["application/xml", "application/json;q=0", "nonsense", "application/json;q=x", "text/csv;q=2", "text/csv;q=nan"],
)
def test_what_is_not_accepted_is_not_given(accept: str) -> None:
    """A client is never answered with a type that it refuses, nor by a header that makes no sense."""
    assert choose_media_type(accept, OFFERED) is None


def test_a_very_long_header_is_read_in_part() -> None:
    """Ranges beyond a limit cost nothing."""
    assert choose_media_type(", ".join(["image/png"] * MAX_RANGES + ["text/csv"]), OFFERED) is None
