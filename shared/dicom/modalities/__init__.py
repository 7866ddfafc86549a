"""What is read for each modality: tables of the same shape, chosen by Modality (0008,0060)."""

from shared.dicom.modalities import ct, mr, nm, projection, pt, us, xa
from shared.dicom.modalities.modality import Modality

MODALITIES: dict[str, Modality] = {
    "CT": ct.CT,
    "MR": mr.MR,
    "PT": pt.PT,
    "NM": nm.NM,
    "US": us.US,
    "IVUS": us.US,
    "XA": xa.XA,
    "RF": xa.XA,
    "MG": projection.PROJECTION,
    "DX": projection.PROJECTION,
    "CR": projection.PROJECTION,
    "IO": projection.PROJECTION,
    "PX": projection.PROJECTION,
    "RG": projection.PROJECTION,
}
"""What is read of each modality; of the others the general facts are given."""
