"""The functional group macros whose attributes hold for a frame as if they stood at the top of a classic object.

Macros that describe something else than the frame are left out on purpose: attributes of a referenced or source image,
of a real world value mapping or of a contrast agent's code would take the place of the frame's own.
Implements the tables of PS3.3 C.7.6.16.2, C.8.13.5, C.8.15.3, C.8.19.6, C.8.21, C.8.22.5, C.8.24 and C.8.27.
"""

from shared.dicom.attributes import standard_attribute

MACROS: dict[str, tuple[str, ...]] = {
    # common, C.7.6.16.2
    "PixelMeasuresSequence": (),
    "FrameContentSequence": (),
    "PlanePositionSequence": (),
    "PlaneOrientationSequence": (),
    "FrameAnatomySequence": (),
    "PixelValueTransformationSequence": (),
    "FrameVOILUTSequence": (),
    "CardiacSynchronizationSequence": (),
    "RespiratorySynchronizationSequence": (),
    "ContrastBolusUsageSequence": (),
    "FrameDisplayShutterSequence": (),
    "IrradiationEventIdentificationSequence": (),
    "RadiopharmaceuticalUsageSequence": (),
    "PatientPhysiologicalStateSequence": (),
    "PlanePositionVolumeSequence": (),
    "PlaneOrientationVolumeSequence": (),
    "TemporalPositionSequence": (),
    "ImageDataTypeSequence": (),
    # MR, C.8.13.5
    "MRImageFrameTypeSequence": (),
    "MRTimingAndRelatedParametersSequence": ("SpecificAbsorptionRateSequence",),
    "MRFOVGeometrySequence": (),
    "MREchoSequence": (),
    "MRModifierSequence": (),
    "MRImagingModifierSequence": (),
    "MRReceiveCoilSequence": (),
    "MRTransmitCoilSequence": (),
    "MRDiffusionSequence": ("DiffusionGradientDirectionSequence",),
    "MRAveragesSequence": (),
    "MRMetaboliteMapSequence": (),
    "MRVelocityEncodingSequence": (),
    "MRArterialSpinLabelingSequence": (),
    # CT, C.8.15.3
    "CTImageFrameTypeSequence": (),
    "CTAcquisitionTypeSequence": (),
    "CTAcquisitionDetailsSequence": (),
    "CTTableDynamicsSequence": (),
    "CTPositionSequence": (),
    "CTGeometrySequence": (),
    "CTReconstructionSequence": (),
    "CTExposureSequence": (),
    "CTXRayDetailsSequence": (),
    # XA and XRF, C.8.19.6, and X-Ray 3D, C.8.21
    "XAXRFFrameCharacteristicsSequence": (),
    "FrameAcquisitionSequence": (),
    "FieldOfViewSequence": (),
    "XRayGeometrySequence": (),
    "FrameDetectorParametersSequence": (),
    "FramePixelDataPropertiesSequence": (),
    "PositionerPositionSequence": (),
    "TablePositionSequence": (),
    "IsocenterReferenceSystemSequence": (),
    "XRay3DFrameTypeSequence": (),
    # PET, C.8.22.5
    "PETFrameTypeSequence": (),
    "PETFrameAcquisitionSequence": (),
    "PETDetectorMotionDetailsSequence": (),
    "PETPositionSequence": (),
    "PETTableDynamicsSequence": (),
    "PETFrameCorrectionFactorsSequence": (),
    "PETReconstructionSequence": (),
    # US volume, C.8.24.6
    "USImageDescriptionSequence": (),
}
"""Macro sequences, each with the sequences inside it whose attributes are the frame's own too."""

LEGACY_MACROS = ("UnassignedSharedConvertedAttributesSequence", "UnassignedPerFrameConvertedAttributesSequence")
"""Where a converted object keeps classic attributes without a macro, C.7.6.16.2.25 and .26; macros win over them."""

MACRO_TAGS: dict[int, frozenset[int]] = {
    standard_attribute(keyword).tag: frozenset(standard_attribute(inner).tag for inner in nested)
    for keyword, nested in MACROS.items()
}
"""The same by tag."""

LEGACY_TAGS = frozenset(standard_attribute(keyword).tag for keyword in LEGACY_MACROS)
"""Tags of the converted objects' own macros."""

CARDIAC_TAGS = frozenset(
    standard_attribute(keyword).tag
    for keyword in (
        "ActualCardiacTriggerDelayTime",
        "ActualCardiacTriggerTimePriorToRPeak",
        "BeatRejectionFlag",
        "CardiacBeatRejectionTechnique",
        "CardiacCyclePosition",
        "CardiacFramingType",
        "CardiacNumberOfImages",
        "CardiacRRIntervalSpecified",
        "CardiacSignalSource",
        "CardiacSynchronizationTechnique",
        "HeartRate",
        "HighRRValue",
        "ImageComments",
        "ImageType",
        "IntervalsAcquired",
        "IntervalsRejected",
        "LowRRValue",
        "NominalCardiacTriggerDelayTime",
        "NominalCardiacTriggerTimePriorToRPeak",
        "NominalInterval",
        "NominalPercentageOfCardiacPhase",
        "RRIntervalTimeNominal",
        "ScanOptions",
        "SeriesDescription",
        "SeriesType",
        "SkipBeats",
        "TriggerSourceOrType",
        "TriggerTime",
        "TriggerWindow",
    )
)
"""Attributes of a frame from which its place in the heart's cycle is read."""

RESPIRATORY_TAGS = frozenset(
    standard_attribute(keyword).tag
    for keyword in (
        "EndingRespiratoryAmplitude",
        "EndingRespiratoryPhase",
        "NominalPercentageOfRespiratoryPhase",
        "NominalRespiratoryTriggerDelayTime",
        "RespiratoryCyclePosition",
        "RespiratoryIntervalTime",
        "ScanOptions",
        "StartingRespiratoryAmplitude",
        "StartingRespiratoryPhase",
    )
)
"""Attributes of a frame from which its place in the breath is read."""


def is_private(tag: int) -> bool:
    """Tell a private element by its odd group; vendors keep timing there, converted objects frame by frame."""
    return bool(tag & 0x10000)
