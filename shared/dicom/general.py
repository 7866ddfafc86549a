"""What is read of every instance, whatever its modality: series, equipment, image plane and pixels, study, patient."""

from shared.dicom.parameters import Kind, Parameter

GENERAL: tuple[Parameter, ...] = (
    Parameter("series_number", "SeriesNumber", Kind.INTEGER, section="C.7.3.1"),
    Parameter("instance_number", "InstanceNumber", Kind.INTEGER, section="C.7.6.1"),
    Parameter("time.temporal_position", "TemporalPositionIdentifier", Kind.INTEGER, section="C.8.3.1"),
    Parameter("time.acquisition_number", "AcquisitionNumber", Kind.INTEGER, section="C.7.10.1"),
    Parameter("time.acquisition_time", "AcquisitionTime", Kind.TEXT, section="C.7.10.1"),
    Parameter("time.content_time", "ContentTime", Kind.TEXT, section="C.7.6.1"),
    Parameter("description", "SeriesDescription", Kind.TEXT, section="C.7.3.1"),
    Parameter("protocol_name", "ProtocolName", Kind.TEXT, section="C.7.3.1"),
    Parameter("body_part", "BodyPartExamined", Kind.TEXT, section="C.7.3.1"),
    Parameter(
        "body_part",
        "CodeMeaning",
        Kind.TEXT,
        sequence="AnatomicRegionSequence",
        macro="FrameAnatomySequence",
        section="C.7.6.16.2.8",
    ),
    Parameter("laterality", "Laterality", Kind.TEXT, section="C.7.3.1"),
    Parameter(
        "laterality",
        "ImageLaterality",
        Kind.TEXT,
        enhanced="FrameLaterality",
        macro="FrameAnatomySequence",
        section="C.8.11.5, C.7.6.16.2.8",
    ),
    Parameter("patient_position", "PatientPosition", Kind.TEXT, section="C.7.3.1"),
    Parameter("frame_count", "NumberOfFrames", Kind.INTEGER, least=1, section="C.7.6.6"),
    Parameter("equipment.manufacturer", "Manufacturer", Kind.TEXT, section="C.7.5.1"),
    Parameter("equipment.model", "ManufacturerModelName", Kind.TEXT, section="C.7.5.1"),
    Parameter("equipment.software_versions", "SoftwareVersions", Kind.TEXTS, section="C.7.5.1"),
    Parameter("equipment.institution", "InstitutionName", Kind.TEXT, section="C.7.5.1"),
    Parameter("image.rows", "Rows", Kind.INTEGER, least=1, section="C.7.6.3"),
    Parameter("image.columns", "Columns", Kind.INTEGER, least=1, section="C.7.6.3"),
    Parameter("image.bits_stored", "BitsStored", Kind.INTEGER, least=1, section="C.7.6.3"),
    Parameter("image.photometric_interpretation", "PhotometricInterpretation", Kind.TEXT, section="C.7.6.3"),
    Parameter(
        "image.pixel_spacing_mm",
        "PixelSpacing",
        Kind.NUMBERS,
        count=2,
        least=0,
        macro="PixelMeasuresSequence",
        section="C.7.6.2, C.7.6.16.2.1",
    ),
    Parameter("image.burned_in_annotation", "BurnedInAnnotation", Kind.TEXT, section="C.7.6.1"),
    Parameter(
        "geometry.slice_thickness_mm",
        "SliceThickness",
        Kind.NUMBER,
        least=0,
        macro="PixelMeasuresSequence",
        section="C.7.6.2, C.7.6.16.2.1",
    ),
    Parameter(
        "geometry.gantry_tilt_deg",
        "GantryDetectorTilt",
        Kind.NUMBER,
        least=-90,
        most=90,
        macro="CTAcquisitionDetailsSequence",
        section="C.8.2.1, C.8.15.3.3",
    ),
    Parameter(
        "geometry.position_mm",
        "ImagePositionPatient",
        Kind.NUMBERS,
        count=3,
        macro="PlanePositionSequence",
        section="C.7.6.2, C.7.6.16.2.3",
    ),
    Parameter(
        "geometry.orientation",
        "ImageOrientationPatient",
        Kind.NUMBERS,
        count=6,
        least=-1.01,
        most=1.01,
        macro="PlaneOrientationSequence",
        section="C.7.6.2, C.7.6.16.2.4",
    ),
    Parameter("image_type", "ImageType", Kind.TEXTS, section="C.7.6.1"),
)
"""General Series, Equipment, Image Plane and Image Pixel modules: PS3.3 C.7.3.1, C.7.5.1, C.7.6.2 and C.7.6.3."""

STUDY: tuple[Parameter, ...] = (
    Parameter("date", "StudyDate", Kind.TEXT),
    Parameter("time", "StudyTime", Kind.TEXT),
    Parameter("study_description", "StudyDescription", Kind.TEXT),
)
"""General Study, PS3.3 C.7.2.1."""

PATIENT: tuple[Parameter, ...] = (
    Parameter("patient_id", "PatientID", Kind.TEXT),
    Parameter("patient_name", "PatientName", Kind.TEXT),
    Parameter("birth_date", "PatientBirthDate", Kind.TEXT),
    Parameter("sex", "PatientSex", Kind.TEXT),
)
"""Patient, PS3.3 C.7.1.1; read only where the deployment includes identity."""
