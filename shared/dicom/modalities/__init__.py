"""What is read for each modality: tables of the same shape, chosen by Modality (0008,0060)."""

from shared.dicom.modalities import ct, mr
from shared.dicom.parameters import Parameter

PARAMETERS: dict[str, tuple[Parameter, ...]] = {"CT": ct.PARAMETERS, "MR": mr.PARAMETERS}
"""The acquisition table of each modality."""
