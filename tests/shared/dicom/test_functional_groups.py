"""Frames of enhanced objects, read as if they were classic data sets."""

import io
import struct
from pathlib import Path

import pytest
from pydicom.uid import UID

from shared.dicom import functional_groups
from shared.dicom.attributes import ABSENT, Attributes, Present, Reading, standard_attribute
from shared.dicom.functional_groups import FunctionalGroups, read_functional_groups
from shared.dicom.instance import describe_instance
from shared.dicom.reading import Header, read_header
from tests.support.datasets import encode, make_file
from tests.support.enhanced import (
    ENHANCED_CT,
    ENHANCED_MR,
    EXPLICIT_BIG,
    EXPLICIT_LITTLE,
    IMPLICIT,
    LEGACY_CT,
    make_enhanced,
    read,
)
from tests.support.samples import ENHANCED_CT_SAMPLE, ENHANCED_MR_SAMPLES

SOP_CLASS = standard_attribute("SOPClassUID")
FIRST_BYTES = 16 * 1024
"""What is read of a file at first."""

POSITIONS = [{"PlanePositionSequence": {"ImagePositionPatient": [0, 0, z]}} for z in (0, 2.5, 5)]
ENCODINGS = [
    pytest.param(syntax, undefined, id=f"{name}-{'undefined' if undefined else 'defined'}")
    for name, syntax in (("explicit", EXPLICIT_LITTLE), ("big", EXPLICIT_BIG), ("implicit", IMPLICIT))
    for undefined in (False, True)
]


def groups_of(header: Header) -> FunctionalGroups:
    """The functional groups of an enhanced object."""
    return read_functional_groups(header.attributes)


def ask(view: Attributes, keyword: str) -> Reading:
    """The answer about an attribute by its keyword."""
    return view.read(standard_attribute(keyword))


def text_of(view: Attributes, keyword: str) -> str:
    """The raw text of what must be present."""
    reading = ask(view, keyword)
    assert isinstance(reading, Present)
    return reading.raw


def codes(header: Header) -> list[str]:
    """The codes of what was odd about a header and its frames."""
    return [finding.code for finding in (*header.findings, *groups_of(header).findings)]


@pytest.mark.parametrize("frames", [1, 2, 3, 7])
@pytest.mark.parametrize(("syntax", "undefined"), ENCODINGS)
def test_the_first_frames_alone_are_read_as_among_all(syntax: UID, undefined: bool, frames: int) -> None:
    """What shows one frame reads no further; more than there are is all there is."""
    content = make_enhanced(frames=POSITIONS, syntax=syntax, undefined=undefined, shared={"CTXRayDetailsSequence": {}})
    all_of_them, first = groups_of(read(content)), groups_of(read(content, frames))
    assert first.frames == all_of_them.frames[:frames]
    assert (first.findings, first.common.read(SOP_CLASS)) == ((), all_of_them.common.read(SOP_CLASS))


def test_frames_of_a_real_file_are_read_one_by_one_as_together() -> None:
    """Each by itself is what it is among the others."""
    content = ENHANCED_CT_SAMPLE.read_bytes()
    together = groups_of(read(content)).frames
    alone = [groups_of(read(content, index + 1)).frames[index] for index in range(len(together))]
    assert len(together) > 1
    assert tuple(alone) == together


def test_one_frame_of_many_costs_a_few_bytes() -> None:
    """Thousands of frames behind it are not looked at, nor is what is wrong with them."""
    content = make_enhanced(frames=POSITIONS * 1000, undefined=True)[:-100]
    source = io.BytesIO(content)
    header = read_header(source, length=len(content), frames=1)
    assert source.tell() <= FIRST_BYTES < len(content) / 10
    assert codes(header) == []


@pytest.mark.parametrize(("syntax", "undefined"), ENCODINGS)
def test_a_frame_answers_from_its_own_then_the_shared_groups_then_the_top(syntax: UID, undefined: bool) -> None:
    """The same in every encoding, with sequences of defined and undefined length."""
    content = make_enhanced(
        top={"KVP": "100", "Manufacturer": "Top"},
        shared={"CTXRayDetailsSequence": {"KVP": "120"}, "CTExposureSequence": {"CTDIvol": 12.5}},
        frames=[{"CTExposureSequence": {"CTDIvol": dose}} for dose in (3.0, 4.0)],
        syntax=syntax,
        undefined=undefined,
    )
    view = groups_of(read(content)).view(1)
    assert (text_of(view, "CTDIvol"), text_of(view, "KVP"), text_of(view, "Manufacturer")) == ("4.0", "120", "Top")


def test_a_row_of_a_classic_object_finds_its_attribute_in_a_frame() -> None:
    """The nominal percentage stands in a macro of the frame and is asked for as if at the top."""
    content = make_enhanced(frames=[{"CardiacSynchronizationSequence": {"NominalPercentageOfCardiacPhase": 70.0}}])
    assert text_of(groups_of(read(content)).view(0), "NominalPercentageOfCardiacPhase") == "70"


@pytest.mark.parametrize("undefined", [False, True])
@pytest.mark.parametrize(
    "macro", ["RealWorldValueMappingSequence", "DerivationImageSequence", "ReferencedImageSequence"]
)
def test_what_describes_something_else_does_not_speak_for_the_frame(macro: str, undefined: bool) -> None:
    """A mapping or a source image may have a label, a purpose or an instance of its own."""
    content = make_enhanced(
        shared={macro: {"CodeMeaning": "other", "KVP": "80"}},
        frames=[{macro: {"CodeMeaning": "other", "KVP": "80"}}],
        undefined=undefined,
    )
    view = groups_of(read(content)).view(0)
    assert (ask(view, "CodeMeaning"), ask(view, "KVP")) == (ABSENT, ABSENT)


@pytest.mark.parametrize("undefined", [False, True])
@pytest.mark.parametrize("place", ["shared", "frames"])
def test_the_known_deeper_attributes_are_the_frames_own(place: str, undefined: bool) -> None:
    """The direction of a diffusion gradient stands one sequence deeper, PS3.3 C.8.13.5.9."""
    group = {
        "MRDiffusionSequence": {
            "DiffusionBValue": 800.0,
            "DiffusionGradientDirectionSequence": {"DiffusionGradientOrientation": [0.0, 0.0, 1.0]},
        }
    }
    frames = [group] if place == "frames" else [{}]
    shared = group if place == "shared" else {}
    content = make_enhanced(ENHANCED_MR, modality="MR", shared=shared, frames=frames, undefined=undefined)
    view = groups_of(read(content)).view(0)
    assert (text_of(view, "DiffusionBValue"), text_of(view, "DiffusionGradientOrientation")) == (
        "800.0",
        "0.0\\0.0\\1.0",
    )


@pytest.mark.parametrize("undefined", [False, True])
def test_a_converted_object_keeps_classic_attributes_that_macros_win_over(undefined: bool) -> None:
    """Legacy converted objects carry what has no macro in sequences of their own, PS3.3 C.7.6.16.2.25 and .26."""
    content = make_enhanced(
        LEGACY_CT,
        shared={
            "UnassignedSharedConvertedAttributesSequence": {"KVP": "120", "SliceThickness": "9"},
            "PixelMeasuresSequence": {"SliceThickness": "2.5"},
        },
        frames=[
            {
                "UnassignedPerFrameConvertedAttributesSequence": {"XRayTubeCurrent": "300", "StackID": "x"},
                "FrameContentSequence": {"StackID": "1"},
            }
        ],
        undefined=undefined,
    )
    view = groups_of(read(content)).view(0)
    asked = ("KVP", "SliceThickness", "XRayTubeCurrent", "StackID")
    assert [text_of(view, keyword) for keyword in asked] == ["120", "2.5", "300", "1"]


def test_sequences_inside_a_macro_are_read_as_items() -> None:
    """The anatomic region of a frame is a code inside its macro."""
    region = {"AnatomicRegionSequence": {"CodeMeaning": "Heart"}, "FrameLaterality": "U"}
    content = make_enhanced(frames=[{"FrameAnatomySequence": region}], undefined=True)
    [item] = groups_of(read(content)).view(0).items("AnatomicRegionSequence")
    assert text_of(item, "CodeMeaning") == "Heart"


def test_frames_with_equal_groups_share_them() -> None:
    """Thousands of frames that differ in little cost little."""
    groups = groups_of(read(make_enhanced(frames=[POSITIONS[0], POSITIONS[1], POSITIONS[0]])))
    assert groups.frames[0][0] is groups.frames[2][0]


def test_an_empty_macro_says_nothing() -> None:
    """A macro without an item leaves the shared value standing."""
    raw = encode(0x00189114, "SQ", b"")
    frame = encode(0xFFFEE000, "UN", b"")[:4] + struct.pack("<I", len(raw)) + raw
    content = make_file({"SOPClassUID": ENHANCED_MR}, raw={0x52009230: encode(0x52009230, "SQ", frame)})
    assert groups_of(read(content)).frames == (({},),)


def test_a_classic_object_has_no_functional_groups_whatever_it_carries() -> None:
    """Real cine MR files carry an empty per-frame sequence."""
    raw = {0x52009230: encode(0x52009230, "SQ", b"")}
    facts = describe_instance(read(make_file({"SOPClassUID": "1.2.840.10008.5.1.4.1.1.4"}, raw=raw)))
    assert (facts.frames, facts.findings) == (None, ())


def test_shared_groups_that_cannot_be_parsed_say_nothing() -> None:
    """What is no sequence is left alone, the top level still answers."""
    raw = {0x52009229: encode(0x52009229, "SQ", b"\1\2\3\4\5\6\7\x08")}
    header = read(make_file({"SOPClassUID": ENHANCED_CT, "KVP": "120"}, raw=raw))
    assert text_of(groups_of(header).common, "KVP") == "120"


def test_values_encoded_as_unknown_are_read_implicitly() -> None:
    """PS3.5 section 6.2.2: what is UN with undefined length is encoded in implicit little endian."""
    inner = struct.pack("<HHI", 0x0020, 0x9056, 2) + b"7 "
    item = struct.pack("<HHI", 0xFFFE, 0xE000, len(inner)) + inner + struct.pack("<HHI", 0xFFFE, 0xE0DD, 0)
    macro = struct.pack("<HH2sHI", 0x0020, 0x9111, b"UN", 0, 0xFFFFFFFF) + item
    frame = struct.pack("<HHI", 0xFFFE, 0xE000, len(macro)) + macro
    content = make_file({"SOPClassUID": ENHANCED_CT}, raw={0x52009230: encode(0x52009230, "SQ", frame)})
    assert text_of(groups_of(read(content)).view(0), "StackID") == "7"


@pytest.mark.parametrize("undefined", [False, True])
def test_a_file_that_ends_inside_its_frames_gives_those_before(undefined: bool) -> None:
    """Two of three frames are whole."""
    content = make_enhanced(frames=POSITIONS, undefined=undefined)[: -(30 if undefined else 8)]
    header = read(content)
    assert (len(groups_of(header).frames), codes(header)) == (2, ["header.truncated", "frames.damaged"])


@pytest.mark.parametrize(
    ("damage", "undefined", "frames"),
    [
        pytest.param((b"\xfe\xff\x00\xe0", b"\xfe\xff\x01\xe0"), False, 1, id="no item"),
        pytest.param((b"\xfe\xff\x00\xe0", b"\xfe\xff\x01\xe0"), True, 1, id="no item, undefined length"),
        pytest.param((b"\x20\x00\x13\x91SQ", b"\xfe\xff\x13\x91SQ"), True, 1, id="a delimiter in its place"),
    ],
)
def test_damaged_frames_are_reported_and_those_before_are_used(
    damage: tuple[bytes, bytes], undefined: bool, frames: int
) -> None:
    """Where nothing says how long the damage is, what stands behind it cannot be trusted, nor what it touches."""
    content = make_enhanced(frames=POSITIONS, undefined=undefined)
    start = content.index(struct.pack("<HH", 0x5200, 0x9230))
    second = content.index(b"\x20\x00\x13\x91SQ", content.index(b"\x20\x00\x13\x91SQ", start) + 8) - 8
    header = read(content[:second] + content[second:].replace(*damage, 1))
    assert len(groups_of(header).frames) == frames
    assert "frames.damaged" in codes(header)


def test_an_element_longer_than_its_item_is_damage() -> None:
    """A macro of eight bytes in a frame of four less."""
    macro = encode(0x00209111, "SQ", bytes(8))
    frame = struct.pack("<HHI", 0xFFFE, 0xE000, len(macro) - 4) + macro
    content = make_file({"SOPClassUID": ENHANCED_CT}, raw={0x52009230: encode(0x52009230, "SQ", frame)})
    assert codes(read(content)) == ["frames.damaged"]


@pytest.mark.parametrize("inner", [b"\xfe\xff\x0d\xe0", b"\xfe\xff\x01\xe0"])
def test_a_broken_item_inside_a_macro_is_damage(inner: bytes) -> None:
    """The item's own tag is wrong; the frame says nothing by this macro."""
    content = make_enhanced(frames=POSITIONS[:1])
    place = content.rindex(b"\xfe\xff\x00\xe0")
    header = read(content[:place] + inner + content[place + 4 :])
    assert (groups_of(header).frames, codes(header)) == ((({},),), ["frames.damaged"])


@pytest.mark.parametrize("undefined", [False, True])
def test_more_frames_than_the_limit_are_sampled(monkeypatch: pytest.MonkeyPatch, undefined: bool) -> None:
    """The first frames stand for all, and the result says so."""
    monkeypatch.setattr(functional_groups, "MAX_FRAMES", 2)
    header = read(make_enhanced(frames=POSITIONS, undefined=undefined))
    assert (len(groups_of(header).frames), codes(header)) == (2, ["frames.sampled"])


def test_as_many_frames_as_the_limit_are_all() -> None:
    """Three of three are no sample."""
    assert codes(read(make_enhanced(frames=POSITIONS))) == []


@pytest.mark.parametrize("undefined", [False, True])
def test_pixels_behind_the_groups_are_still_checked(undefined: bool) -> None:
    """An enhanced object that ends inside its pixels is incomplete."""
    pixels = struct.pack("<HH2sHI", 0x7FE0, 0x0010, b"OW", 0, 1000) + bytes(10)
    content = make_enhanced(frames=POSITIONS, undefined=undefined) + pixels
    assert codes(read(content)) == ["pixels.truncated"]


def test_the_real_enhanced_ct_answers_like_dcmdump() -> None:
    """eCT_Supplemental.dcm, second frame: dcmdump shows position z -149, stack 1, shared spacing 0.388672."""
    view = groups_of(read(ENHANCED_CT_SAMPLE.read_bytes())).view(1)
    asked = ("ImagePositionPatient", "StackID", "PixelSpacing", "SliceThickness", "RescaleIntercept", "Modality")
    assert [text_of(view, keyword) for keyword in asked] == [
        "99.5000\\-301.500\\-149.000",
        "1",
        "0.388672\\0.388672",
        "10.0000",
        "-1024.00",
        "CT",
    ]


@pytest.mark.parametrize("path", ENHANCED_MR_SAMPLES, ids=lambda path: path.stem)
def test_the_real_enhanced_mr_has_no_groups_and_answers_from_the_top(path: Path) -> None:
    """emri_small: dcmdump shows neither shared nor per-frame groups, PulseSequenceName T1TFE at the top."""
    header = read(path.read_bytes())
    assert groups_of(header).frames == ()
    assert text_of(groups_of(header).common, "PulseSequenceName") == "T1TFE"
