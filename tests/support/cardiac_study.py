"""A synthetic 4D cardiac CT: any number of slices and phases, with a slice missing and a slice sent twice.

Deterministic: the same numbers give the same bytes. Phases are stated as Siemens scanners do, in ScanOptions
(``TP70PC0968``: 70 % of an R-R interval of 968 ms, which is 62 beats per minute).
"""

from collections.abc import Iterator
from io import BytesIO

from msgspec import Struct
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.filewriter import dcmwrite
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian

ROOT = "1.2.826.0.1.3680043.8.498.62"
"""Root of the synthetic UIDs, under the root that pydicom reserves for its users."""

RR_MS = 968
"""R-R interval of the synthetic heart: 62 beats per minute."""


class CardiacStudy(Struct, frozen=True):
    """What to make.

    ``missing`` names the slice (phase index, position index) that is left out, ``doubled`` the one that is sent twice;
    ``side`` is the number of rows and columns of each image.
    """

    positions: int = 300
    phases: int = 10
    side: int = 512
    spacing_mm: float = 0.5
    thickness_mm: float = 0.6
    missing: tuple[int, int] | None = None
    doubled: tuple[int, int] | None = None
    is_one_series: bool = True

    @property
    def percents(self) -> list[int]:
        """The phases in percent of the R-R interval, evenly over the cycle."""
        return [100 * phase // self.phases for phase in range(self.phases)]

    @property
    def files(self) -> int:
        """Files that are sent."""
        return self.positions * self.phases - (self.missing is not None) + (self.doubled is not None)


def write_study(study: CardiacStudy) -> Iterator[bytes]:
    """Give the files of a study, phase by phase, each phase from feet to head."""
    pixels = bytes(2 * study.side * study.side)
    for phase, percent in enumerate(study.percents):
        for position in range(study.positions):
            if (phase, position) == study.missing:
                continue
            content = _write(_describe(study, phase, percent, position), pixels)
            yield content
            if (phase, position) == study.doubled:
                yield content


def _describe(study: CardiacStudy, phase: int, percent: int, position: int) -> Dataset:
    number = phase * study.positions + position + 1
    dataset = Dataset()
    dataset.SOPClassUID = CTImageStorage
    dataset.SOPInstanceUID = f"{ROOT}.3.{number}"
    dataset.StudyDate = "20260101"
    dataset.Modality = "CT"
    dataset.Manufacturer = "SIEMENS"
    dataset.PatientName = "Synthetic^Heart"
    dataset.PatientID = "SYNTHETIC"
    dataset.BodyPartExamined = "HEART"
    dataset.ScanOptions = [f"TP{percent}PC{RR_MS:04}", "PULSTART_P0030PC", "PULSEND_P0080PC"]
    dataset.SliceThickness = f"{study.thickness_mm}"
    dataset.KVP = "120"
    dataset.ConvolutionKernel = "B26f"
    dataset.PatientPosition = "HFS"
    dataset.StudyInstanceUID = f"{ROOT}.1"
    dataset.SeriesInstanceUID = f"{ROOT}.2.{1 if study.is_one_series else phase + 1}"
    dataset.SeriesNumber = 1 if study.is_one_series else phase + 1
    dataset.InstanceNumber = number
    dataset.ImagePositionPatient = ["-100", "-100", f"{position * study.spacing_mm:.3f}"]
    dataset.ImageOrientationPatient = ["1", "0", "0", "0", "1", "0"]
    dataset.FrameOfReferenceUID = f"{ROOT}.4"
    dataset.SamplesPerPixel = 1
    dataset.PhotometricInterpretation = "MONOCHROME2"
    dataset.Rows = dataset.Columns = study.side
    dataset.PixelSpacing = ["0.39", "0.39"]
    dataset.BitsAllocated = 16
    dataset.BitsStored, dataset.HighBit = 12, 11
    dataset.PixelRepresentation = 0
    dataset.WindowCenter, dataset.WindowWidth = "40", "400"
    dataset.RescaleIntercept, dataset.RescaleSlope = "-1024", "1"
    return dataset


def _write(dataset: Dataset, pixels: bytes) -> bytes:
    dataset.add_new("PixelData", "OW", pixels)
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    content = BytesIO()
    dcmwrite(content, dataset, enforce_file_format=True)
    return content.getvalue()
