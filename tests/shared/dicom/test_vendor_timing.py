"""What vendors say of a CT's place in the cycle, each through its private creator or its own form of text.

Files are made from the elements that the DICOM guide names; GE's first block is also tested on pydicom's real series.
"""

import pytest

from shared.dicom.values import Provenance
from tests.support.datasets import Value, describe, private_block
from tests.support.heartbeats import MR, RETROSPECTIVE, canon, codes, gated, ge, timing


def ge_cardiac(gating: str, phase: str) -> dict[int, bytes]:
    """GE's newer elements of GEMS_CT_CARDIAC_001."""
    return private_block(0x0049, "GEMS_CT_CARDIAC_001", {0x16: ("SH", gating), 0x23: ("CS", phase)})


def philips(delay: str, rate: str = "") -> dict[int, bytes]:
    """Philips' private elements of ELSCINT1, names from a dictionary alone."""
    return private_block(0x01F1, "ELSCINT1", {0x41: ("LO", delay), 0x45: ("IS", rate)})


def test_ges_private_elements_give_rate_phase_and_resolution() -> None:
    """AvgHeartRateForImage, PctRpeakDelay and TemporalResolution (seconds) of GEMS_HELIOS_01."""
    found = gated({}, raw=ge(resolution=0.3268))
    assert (
        found.heart_rate_bpm,
        found.phase_percent,
        found.temporal_resolution_ms,
        found.rr_source,
        found.evidence,
    ) == (
        76.0,
        70.0,
        326.8,
        "60000/HeartRate",
        ("PctRpeakDelay (GEMS_HELIOS_01)",),
    )


@pytest.mark.parametrize(
    ("rate", "percent"), [("0", "0"), ("76", "120"), ("76", "-5"), ("", "70"), ("x", "70"), ("76", "")]
)
def test_ges_elements_without_a_believable_rate_and_phase_say_nothing(rate: str, percent: str) -> None:
    """An ungated GE image may carry the block with zeros."""
    assert timing({}, raw=ge(rate, percent)) is None


@pytest.mark.parametrize("percent", ["0", "1", "100"])
def test_the_ends_of_the_cycle_are_phases(percent: str) -> None:
    """A percentage includes 0 and 100."""
    assert gated({}, ge(percent=percent)).phase_percent == float(percent)


def test_a_private_block_is_found_wherever_it_sits() -> None:
    """The creator's element, not a fixed number, tells where the block is: here 11 (PS3.5 section 7.8.1)."""
    facts = describe({}, raw=ge(block=0x11))
    assert facts.provenance["cardiac.phase_percent"].tag == "(0045,1133)"


def test_another_creators_block_is_not_read() -> None:
    """The same element numbers under another creator mean something else."""
    raw = private_block(0x0045, "SOMEBODY ELSE", {0x31: ("CS", "76"), 0x33: ("CS", "70")})
    assert timing({}, raw) is None


def test_a_block_without_a_creator_is_nobodys() -> None:
    """An empty creator element reserves nothing."""
    raw = private_block(0x0045, "", {0x31: ("CS", "76"), 0x33: ("CS", "70")})
    assert timing({}, raw) is None


def test_a_creators_second_block_is_read_too() -> None:
    """A creator may need a second block of the same group."""
    raw = private_block(0x0045, "GEMS_HELIOS_01", {}) | ge(block=0x11)
    assert gated({}, raw).phase_percent == 70.0


def test_ges_delay_of_zero_is_what_a_reconstruction_by_percent_leaves() -> None:
    """RPeakTimeDelay counts only where it was set."""
    assert gated({}, ge(delay="0")).trigger_delay_ms is None


@pytest.mark.parametrize("gating", ["NONE", "OFF", "none", ""])
def test_ges_newer_phase_counts_only_beside_a_gating_type(gating: str) -> None:
    """No gated file with PhaseLocation was seen; without EkgGatingType it may mean anything."""
    assert timing({}, ge_cardiac(gating, "75")) is None


def test_ges_newer_phase_says_that_it_is_unverified() -> None:
    """The element's name comes from a dictionary."""
    facts = describe({}, raw=ge_cardiac("PROSPECTIVE", "75"))
    assert facts.cardiac is not None
    assert (facts.cardiac.phase_percent, facts.provenance["cardiac.phase_percent"]) == (
        75.0,
        Provenance("PhaseLocation", "(0049,1023)", "75", "private, GEMS_CT_CARDIAC_001, unverified"),
    )


@pytest.mark.parametrize(("phase", "expected"), [("CENTER", []), ("175", [])])
def test_ges_newer_phase_that_is_no_percentage_is_no_evidence(phase: str, expected: list[str]) -> None:
    """A word or a number over 100 is no phase."""
    found = timing({}, ge_cardiac("PROSPECTIVE", phase))
    assert ((found and found.evidence) or ()) == tuple(expected)


@pytest.mark.parametrize(
    ("options", "percent", "interval", "rate"),
    [
        ("TP55PC0842\\PULSTART_P0020PC\\PULSEND_P0080PC", 55.0, 842.0, 71.3),
        ("TP70PC1165", 70.0, 1165.0, 51.5),
        ("TP0PC0965", 0.0, 965.0, 62.2),
    ],
)
def test_siemens_writes_phase_and_interval_into_the_scan_options(
    options: str, percent: float, interval: float, rate: float
) -> None:
    """Values seen on a Sensation 64 and a Sensation 16, with the rates that the guide derives from them."""
    facts = describe({"ScanOptions": options})
    found = gated({"ScanOptions": options})
    assert (found.phase_percent, found.rr_interval_ms, found.heart_rate_bpm, found.evidence) == (
        percent,
        interval,
        rate,
        ("ScanOptions (Siemens TP)",),
    )
    assert "derived" in str(facts.provenance["cardiac.rr_interval_ms"].source)


@pytest.mark.parametrize("options", ["TP55PC842", "XTP55PC0842", "TP5555PC0842", "HELICAL MODE", "TP155PC0842"])
def test_other_scan_options_are_no_phase(options: str) -> None:
    """Only the exact form with a percentage up to 100 counts."""
    assert timing({"ScanOptions": options}) is None


def test_siemens_form_counts_in_ct_alone() -> None:
    """In MR the scan options are the standard's terms."""
    assert timing({**MR, "ScanOptions": "TP55PC0842"}) is None


@pytest.mark.parametrize(
    ("texts", "percent", "interval"),
    [
        ({"interval": "850 ", "percent": "80% "}, 80.0, 850.0),
        ({"interval": "850ms", "percent": "80"}, 80.0, 850.0),
        ({"percent": "80%"}, 80.0, None),
        ({"interval": "850", "percent": "0%"}, 0.0, 850.0),
    ],
)
def test_canon_gives_phase_and_mean_interval(texts: dict[str, str], percent: float, interval: float | None) -> None:
    """Elements xx03 and xx04 of TOSHIBA_MEC_CT3, marked unverified."""
    found = gated({}, canon(**texts))
    assert (found.phase_percent, found.rr_interval_ms, found.phase_source) == (
        percent,
        interval,
        "CardiacReconstructionGatingPhaseInPercent (TOSHIBA_MEC_CT3, unverified)",
    )


@pytest.mark.parametrize(
    "texts",
    [{"percent": "0%", "interval": "0", "delay": "0"}, {"percent": "NONE"}, {"interval": "850"}, {"percent": "50 ms"}],
)
def test_canons_zeros_and_words_say_nothing(texts: dict[str, str]) -> None:
    """An ungated image may hold zeros; a number in another unit is none."""
    assert timing({}, canon(**texts)) is None


def test_canons_delay_goes_before_a_percentage_of_zero() -> None:
    """A reconstruction at an absolute time leaves the percentage at zero."""
    found = gated({}, canon(interval="1000", percent="0%", delay="400"))
    assert (found.phase_percent, found.trigger_delay_ms) == (40.0, 400.0)


def test_canons_percentage_over_100_is_no_evidence() -> None:
    """It would be no phase."""
    assert timing({}, canon(interval="850", percent="180%")) is None


def test_philips_elements_do_not_prove_gating() -> None:
    """Their content was never seen."""
    assert timing({}, philips("75%", "64")) is None


@pytest.mark.parametrize(
    ("delay", "percent", "delay_ms"),
    [
        ("75%", 75.0, None),
        ("100%", 100.0, None),
        ("101%", None, None),
        ("400 ms", None, 400.0),
        ("75", None, None),
        ("175%", None, None),
        ("PHASE", None, None),
    ],
)
def test_philips_delay_counts_beside_other_evidence_where_it_states_its_unit(
    delay: str, percent: float | None, delay_ms: float | None
) -> None:
    """A bare number could be percent or milliseconds."""
    found = gated(RETROSPECTIVE, philips(delay))
    assert (found.phase_percent, found.trigger_delay_ms) == (percent, delay_ms)


def test_philips_rate_says_that_it_is_unverified() -> None:
    """InitialHeartRate of ELSCINT1, the rate at the begin of the scan."""
    found = gated(RETROSPECTIVE, philips("", "64"))
    assert (found.heart_rate_bpm, found.heart_rate_source) == (64.0, "InitialHeartRate (ELSCINT1, unverified)")


def test_the_first_vendor_in_the_guides_order_is_believed() -> None:
    """GE's old block, Siemens, Canon: a file with all three is odd, and the conflict is reported."""
    attributes: dict[str, Value] = {"ScanOptions": "TP55PC0789"}
    found = gated(attributes, ge("76", "70") | canon(percent="40%"))
    assert ([one.phase_percent for one in found.phase_candidates], codes(found)) == (
        [70.0, 55.0, 40.0],
        ["cardiac.phase_conflict"],
    )
