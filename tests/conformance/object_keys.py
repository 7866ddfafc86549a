"""Keys of objects that are not images; measured values of dose reports come from their own tables."""

from tests.conformance.rows import Row, named


def _object(key: str, keywords: tuple[str, ...], rule: str, section: str, unit: str = "") -> Row:
    return Row(f"series[].{key}", named(*keywords), "top level", "", unit, rule, section)


def _concept(key: str, concept: str, rule: str, section: str, unit: str = "") -> Row:
    return Row(f"series[].{key}", concept, "content tree", "", unit, rule, section)


_CODE = "a code as value, scheme, meaning; the meaning only of public schemes"
_REFERENCES = (
    "ReferencedSeriesSequence",
    "StudiesContainingOtherReferencedInstancesSequence",
    "CurrentRequestedProcedureEvidenceSequence",
    "PertinentOtherEvidenceSequence",
)
OBJECTS = (
    _concept("dose_report.procedure.*", "CODE 121058 (DCM)", _CODE, "PS3.16 TID 10001, 10011"),
    _concept("dose_report.scope.*", "CODE 113705 (DCM)", _CODE, "PS3.16 TID 10001, 10011"),
    _concept("dose_report.ct.event_count", "CONTAINER 113819 (DCM)", "counted", "PS3.16 TID 10013"),
    _concept("dose_report.ct.events[].acquisition_type.*", "CODE 113820 (DCM)", _CODE, "PS3.16 TID 10013"),
    _concept("dose_report.ct.events[].target_region.*", "CODE 123014 (DCM)", _CODE, "PS3.16 TID 10013"),
    _concept("dose_report.ct.events[].phantom.*", "CODE 113835 (DCM)", _CODE, "PS3.16 TID 10013"),
    _concept("dose_report.ct.events[].has_dose_alert", "CONTAINER 113900 (DCM)", "present", "PS3.16 TID 10015"),
    _concept("dose_report.ct.events[].has_dose_notification", "CONTAINER 113908 (DCM)", "present", "PS3.16 TID 10015"),
    _concept("dose_report.projection.event_count", "CONTAINER 113706 (DCM)", "counted", "PS3.16 TID 10003"),
    _concept("dose_report.projection.planes[].plane.*", "CODE 113764 (DCM)", _CODE, "PS3.16 TID 10002"),
    _concept(
        "dose_report.projection.breasts[].laterality.*", "CODE 272741003 (SCT), G-C171 (SRT)", _CODE, "PS3.16 TID 10005"
    ),
    _concept("dose_report.projection.events[].event_type.*", "CODE 113721 (DCM)", _CODE, "PS3.16 TID 10003"),
    _concept("dose_report.projection.events[].target_region.*", "CODE 123014 (DCM)", _CODE, "PS3.16 TID 10003"),
    _concept("dose_report.projection.events[].plane.*", "CODE 113764 (DCM)", _CODE, "PS3.16 TID 10003"),
    _concept(
        "dose_report.administrations[].agent.*", "CODE 349358000 (SCT) and earlier codes", _CODE, "PS3.16 TID 10022"
    ),
    _concept(
        "dose_report.administrations[].radionuclide.*", "CODE 89457008 (SCT), C-10072 (SRT)", _CODE, "PS3.16 TID 10022"
    ),
    _concept("dose_report.administrations[].route.*", "CODE 410675002 (SCT), G-C340 (SRT)", _CODE, "PS3.16 TID 10022"),
    _concept(
        "dose_report.administrations[].half_life_s",
        "NUM 304283002 (SCT), R-42806 (SRT)",
        "unit converted",
        "PS3.16 TID 10022",
        "s",
    ),
    _concept(
        "dose_report.administrations[].administered_activity_mbq",
        "NUM 113507 (DCM)",
        "unit converted",
        "PS3.16 TID 10022",
        "MBq",
    ),
    _object("structured_report.title.*", ("ConceptNameCodeSequence",), _CODE, "C.17.3"),
    _object("structured_report.completion", ("CompletionFlag",), "as stated", "C.17.2"),
    _object("structured_report.verification", ("VerificationFlag",), "as stated", "C.17.2"),
    _object("structured_report.template", ("ContentTemplateSequence", "TemplateIdentifier"), "as stated", "C.18.8"),
    _object("structured_report.content_items.*", ("ValueType",), "counted by value type", "C.17.3"),
    _object(
        "structured_report.measurement_groups[].*",
        ("ContentSequence", "NumericValue", "MeasurementUnitsCodeSequence"),
        "containers 125007 (DCM): finding, category, sites, numbers with unit, derivation, method",
        "PS3.16 TID 1410, 1411, 1501",
    ),
    _object(
        "structured_report.measurements[].*",
        ("NumericValue", "MeasurementUnitsCodeSequence"),
        "numbers outside of any group",
        "C.18.1",
    ),
    *(
        _object(
            f"{block}.references.*",
            _REFERENCES,
            "distinct series and instances referred to; UIDs of the first 20",
            "C.12.2, C.17.2, C.11.11",
        )
        for block in (
            "structured_report",
            "segmentation",
            "surface",
            "presentation_state",
            "key_objects",
            "real_world_value_mapping",
            "registration",
            "raw_data",
        )
    ),
    _object("waveform.groups[].label", ("MultiplexGroupLabel",), "as stated", "C.10.9"),
    _object("waveform.groups[].originality", ("WaveformOriginality",), "as stated", "C.10.9"),
    _object("waveform.groups[].channel_count", ("NumberOfWaveformChannels",), "as stated", "C.10.9"),
    _object("waveform.groups[].sampling_frequency_hz", ("SamplingFrequency",), "at least 0", "C.10.9", "Hz"),
    _object("waveform.groups[].samples", ("NumberOfWaveformSamples",), "as stated", "C.10.9"),
    _object(
        "waveform.groups[].duration_s",
        ("NumberOfWaveformSamples", "SamplingFrequency"),
        "samples / frequency",
        "C.10.9",
        "s",
    ),
    _object("waveform.groups[].time_offset_ms", ("MultiplexGroupTimeOffset",), "as stated", "C.10.9", "ms"),
    _object("waveform.groups[].trigger_time_offset_ms", ("TriggerTimeOffset",), "as stated", "C.10.9", "ms"),
    _object("waveform.groups[].trigger_sample_position", ("TriggerSamplePosition",), "as stated", "C.10.9"),
    _object(
        "waveform.groups[].channels[].*",
        (
            "ChannelSourceSequence",
            "ChannelSensitivity",
            "ChannelSensitivityUnitsSequence",
            "FilterLowFrequency",
            "FilterHighFrequency",
            "NotchFilterFrequency",
            "WaveformBitsStored",
        ),
        "as stated; the source as a code",
        "C.10.9",
        "Hz",
    ),
    _object(
        "waveform.annotations[].*",
        ("NumericValue", "ConceptNameCodeSequence", "MeasurementUnitsCodeSequence"),
        "numbers as the device wrote them",
        "C.10.10",
    ),
    _object("waveform.annotation_count", ("WaveformAnnotationSequence",), "all annotations", "C.10.10"),
    _object("document.mime_type", ("MIMETypeOfEncapsulatedDocument",), "of the form type/subtype", "C.24.2"),
    _object(
        "document.length_bytes",
        ("EncapsulatedDocumentLength", "EncapsulatedDocument"),
        "as stated, else of the value",
        "C.24.2",
        "bytes",
    ),
    _object("document.title.*", ("ConceptNameCodeSequence",), _CODE, "C.24.2"),
    _object("document.burned_in_annotation", ("BurnedInAnnotation",), "yes, no or unknown", "C.24.2"),
    _object("document.verification", ("VerificationFlag",), "as stated", "C.24.2"),
    _object("document.source_instance_count", ("SourceInstanceSequence",), "counted", "C.24.2"),
    _object("document.model_unit.*", ("MeasurementUnitsCodeSequence",), _CODE, "C.35.1"),
    _object("segmentation.segment_count", ("SegmentSequence",), "counted", "C.8.20.2"),
    _object("segmentation.type", ("SegmentationType",), "as stated", "C.8.20.2"),
    _object("segmentation.fractional_type", ("SegmentationFractionalType",), "as stated", "C.8.20.2"),
    _object("segmentation.maximum_fractional_value", ("MaximumFractionalValue",), "as stated", "C.8.20.2"),
    _object("segmentation.frames", ("NumberOfFrames",), "as stated", "C.7.6.6"),
    _object(
        "segmentation.segments[].*",
        (
            "SegmentNumber",
            "SegmentedPropertyCategoryCodeSequence",
            "SegmentedPropertyTypeCodeSequence",
            "AnatomicRegionSequence",
            "SegmentAlgorithmType",
        ),
        _CODE,
        "C.8.20.4",
    ),
    _object("surface.surface_count", ("SurfaceSequence",), "counted", "C.27.1"),
    _object("surface.points", ("NumberOfSurfacePoints",), "sum, where each surface says it", "C.27.1"),
    _object("rt.approval", ("ApprovalStatus",), "as stated", "C.8.8.16"),
    _object(
        "rt.structure_set.*",
        ("StructureSetROISequence", "ContourSequence", "RTROIInterpretedType"),
        "counted; roles with their number",
        "C.8.8.5, C.8.8.6, C.8.8.8",
    ),
    _object("rt.plan.beam_count", ("BeamSequence", "IonBeamSequence"), "counted", "C.8.8.14, C.8.8.25"),
    _object("rt.plan.intent", ("PlanIntent",), "as stated", "C.8.8.9"),
    _object("rt.plan.geometry", ("RTPlanGeometry",), "as stated", "C.8.8.9"),
    _object("rt.plan.brachy_treatment_type", ("BrachyTreatmentType",), "as stated", "C.8.8.15"),
    _object("rt.plan.application_setup_count", ("ApplicationSetupSequence",), "counted", "C.8.8.15"),
    _object(
        "rt.plan.beams[].*",
        (
            "BeamNumber",
            "BeamType",
            "RadiationType",
            "TreatmentDeliveryType",
            "NominalBeamEnergy",
            "NumberOfControlPoints",
        ),
        "energy of the first control point",
        "C.8.8.14",
        "MeV",
    ),
    _object(
        "rt.plan.fraction_groups[].*",
        ("FractionGroupNumber", "NumberOfFractionsPlanned", "NumberOfBeams", "BeamDose"),
        "beam doses summed where each is stated",
        "C.8.8.13",
        "Gy",
    ),
    _object(
        "rt.plan.prescriptions[].*",
        ("DoseReferenceType", "DoseReferenceStructureType", "TargetPrescriptionDose"),
        "as stated",
        "C.8.8.10",
        "Gy",
    ),
    _object(
        "rt.dose.*",
        ("DoseUnits", "DoseType", "DoseSummationType", "DoseGridScaling", "NumberOfFrames"),
        "as stated",
        "C.8.8.3",
    ),
    _object(
        "rt.record.*",
        ("NumberOfFractionsDelivered", "CurrentTreatmentStatus", "TreatmentTerminationStatus"),
        "counted; how beams ended with their number",
        "C.8.8.21, C.8.8.23",
    ),
    _object("presentation_state.annotation_count", ("GraphicAnnotationSequence",), "counted", "C.10.5"),
    _object("presentation_state.text_count", ("TextObjectSequence",), "counted", "C.10.5"),
    _object("presentation_state.graphic_count", ("GraphicObjectSequence",), "counted", "C.10.5"),
    _object("presentation_state.layer_count", ("GraphicLayerSequence",), "counted", "C.10.7"),
    _object("key_objects.title.*", ("ConceptNameCodeSequence",), _CODE, "PS3.16 TID 2010"),
    _concept("key_objects.title_modifier.*", "CODE 113011 (DCM)", _CODE, "PS3.16 TID 2010"),
    _object(
        "key_objects.selected_count", ("ContentSequence",), "IMAGE, COMPOSITE and WAVEFORM items", "PS3.16 TID 2010"
    ),
    _object("whole_slide.optical_path_count", ("OpticalPathSequence",), "counted", "C.8.12.5"),
    _object("whole_slide.total_rows", ("TotalPixelMatrixRows",), "as stated", "C.8.12.4"),
    _object("whole_slide.total_columns", ("TotalPixelMatrixColumns",), "as stated", "C.8.12.4"),
    _object("whole_slide.focal_planes", ("TotalPixelMatrixFocalPlanes",), "as stated", "C.8.12.4"),
    _object("whole_slide.width_mm", ("ImagedVolumeWidth",), "at least 0", "C.8.12.4", "mm"),
    _object("whole_slide.height_mm", ("ImagedVolumeHeight",), "at least 0", "C.8.12.4", "mm"),
    _object("whole_slide.depth_um", ("ImagedVolumeDepth",), "at least 0", "C.8.12.4", "µm"),
    _object("whole_slide.objective_powers", ("ObjectiveLensPower",), "each once", "C.8.12.5"),
    _object("whole_slide.illumination.*", ("IlluminationTypeCodeSequence",), _CODE, "C.8.12.5"),
    _object("whole_slide.focus_method", ("FocusMethod",), "as stated", "C.8.12.4"),
    _object("whole_slide.extended_depth_of_field", ("ExtendedDepthOfField",), "as stated", "C.8.12.4"),
    _object(
        "real_world_value_mapping.mappings[].*",
        (
            "MeasurementUnitsCodeSequence",
            "RealWorldValueSlope",
            "RealWorldValueIntercept",
            "RealWorldValueFirstValueMapped",
            "RealWorldValueLastValueMapped",
        ),
        "each distinct mapping",
        "C.7.6.16.2.11",
    ),
    _object(
        "registration.registration_count",
        ("RegistrationSequence", "DeformableRegistrationSequence"),
        "counted",
        "C.20.2, C.20.3",
    ),
    _object("registration.is_deformable", ("DeformableRegistrationSequence",), "present", "C.20.3"),
    _object("registration.matrix_types", ("FrameOfReferenceTransformationMatrixType",), "each once", "C.20.2"),
    _object("registration.fiducial_set_count", ("FiducialSetSequence",), "counted", "C.21.2"),
)
