"""Tables from the coded terms of an acquisition to words, and the acquisition keys whose texts stay behind.

A term outside its table has no word. Defined terms follow the modules of PS3.3 that are named at each table; where an
attribute is free text or a code's meaning, its known spellings are listed by letters and digits alone.
"""

from shared.privacy.receipt_reasons import Reason

_YES_NO = {"YES": "yes", "NO": "no"}
_DIMENSIONS = {"2D": "2D", "3D": "3D", "3D_REBINNED": "3D"}
_METALS = {
    "ALUMINUM": "aluminium",
    "COPPER": "copper",
    "MOLYBDENUM": "molybdenum",
    "NIOBIUM": "niobium",
    "RHODIUM": "rhodium",
    "SILVER": "silver",
    "TUNGSTEN": "tungsten",
}

TERMS: dict[str, dict[str, str]] = {
    # CT, C.8.2.1 and C.8.15.3; scan options as vendors write them
    "exposure_modulation_type": {
        "NONE": "no dose modulation",
        "ANGULAR": "angular dose modulation",
        "LONGITUDINAL": "longitudinal dose modulation",
        "XYZ": "automatic dose modulation",
        "XYZ_EC": "automatic dose modulation",
        "ECG": "ECG dose modulation",
    },
    "scan_options": {
        "HELICAL MODE": "spiral",
        "AXIAL MODE": "step by step",
        "HELIX": "spiral",
        "CINE MODE": "cine",
        "RG": "timed to breathing",
        "FS": "fat suppression",
    },
    "acquisition_type": {
        "SEQUENCED": "step by step",
        "SPIRAL": "spiral",
        "CONSTANT_ANGLE": "at a constant angle",
        "STATIONARY": "without table motion",
        "FREE": "with free table motion",
    },
    "reconstruction_algorithm": {"FILTER_BACK_PROJ": "filtered back projection", "ITERATIVE": "iterative"},
    # Contrast, C.7.6.16.2.12
    "contrast_phase": {
        "PRE_CONTRAST": "before contrast",
        "POST_CONTRAST": "after contrast",
        "IMMEDIATE": "right after contrast",
        "DYNAMIC": "during contrast",
        "STEADY_STATE": "steady state of contrast",
        "DELAYED": "delayed timing",
        "ARTERIAL": "arterial timing",
        "CAPILLARY": "capillary timing",
        "VENOUS": "venous timing",
        "PORTAL_VENOUS": "portal venous timing",
    },
    # MR, C.8.3.1.1 and C.8.13
    "scanning_sequence": {
        "SE": "spin echo",
        "IR": "inversion recovery",
        "GR": "gradient echo",
        "EP": "echo planar",
    },
    "echo_pulse_sequence": {"SPIN": "spin echo", "GRADIENT": "gradient echo", "BOTH": "spin and gradient echo"},
    "mr_acquisition_type": _DIMENSIONS,
    "acquisition_contrast": {
        "DIFFUSION": "diffusion",
        "FLOW_ENCODED": "flow",
        "FLUID_ATTENUATED": "FLAIR",
        "PERFUSION": "perfusion",
        "PROTON_DENSITY": "proton density",
        "STIR": "STIR",
        "TAGGING": "tagging",
        "T1": "T1-weighted",
        "T2": "T2-weighted",
        "T2_STAR": "T2*-weighted",
    },
    "complex_image_component": {"MAGNITUDE": "magnitude", "PHASE": "phase values", "REAL": "real part"},
    "tagging": {"GRID": "grid tags", "LINE": "line tags"},
    "diffusion_directionality": {
        "DIRECTIONAL": "in one direction",
        "BMATRIX": "by matrix",
        "ISOTROPIC": "in all directions",
        "NONE": "without diffusion",
    },
    # PET and NM, C.8.9.1, C.8.22 and C.8.4.9
    "decay_correction": {"START": "to the start of the scan", "ADMIN": "to the injection", "NONE": "none"},
    "decay_corrected": _YES_NO,
    "reconstruction_type": _DIMENSIONS,
    "series_type": {
        "STATIC": "static",
        "DYNAMIC": "dynamic",
        "GATED": "gated",
        "WHOLE BODY": "whole body",
    },
    "corrections": {
        "ATTN": "attenuation",
        "DECY": "decay",
        "DTIM": "dead time",
        "NORM": "detector",
        "NRGY": "energy",
        "RAN": "random counts",
        "SCAT": "scatter",
        "UNIF": "uniformity",
    },
    "frame_axes": {
        "EnergyWindowVector": "energy windows",
        "DetectorVector": "detectors",
        "PhaseVector": "phases",
        "RotationVector": "rotations",
        "RRIntervalVector": "heartbeats",
        "TimeSlotVector": "time slots",
        "SliceVector": "slices",
        "AngularViewVector": "angles",
        "TimeSliceVector": "time",
    },
    # XA and RF, C.8.7.2
    "radiation_setting": {"SC": "fluoroscopy", "GR": "high quality"},
    "radiation_mode": {"CONTINUOUS": "continuous", "PULSED": "pulsed"},
    # DX, MG and CR, C.8.1.1, C.8.7.8, C.8.7.10, C.8.11.1, C.8.11.4, C.8.11.7, 10.7.1
    "view_position": {
        "AP": "from front to back",
        "PA": "from back to front",
        "LL": "left side view",
        "RL": "right side view",
        "CC": "from above",
        "MLO": "oblique from the middle",
        "ML": "from the middle",
        "LM": "from the side",
    },
    "presentation_intent": {"FOR PRESENTATION": "for viewing", "FOR PROCESSING": "for further processing"},
    "exposure_control_mode": {"MANUAL": "manual exposure", "AUTOMATIC": "automatic exposure"},
    "anode_target_material": _METALS,
    "filter_material": _METALS,
    "detector_type": {"DIRECT": "direct", "SCINTILLATOR": "scintillator", "STORAGE": "storage plate", "FILM": "film"},
    "pixel_spacing_calibration": {
        "geometry": "from the geometry",
        "fiducial": "from a marker",
        "detector": "at the detector",
        "unknown": "unknown",
    },
    # US, C.8.5.5 and C.8.5.6
    "transducer_type": {
        "SECTOR_PHASED": "phased sector probe",
        "SECTOR_MECH": "mechanical sector probe",
        "SECTOR_ANNULAR": "annular sector probe",
        "LINEAR": "linear probe",
        "CURVED LINEAR": "curved probe",
    },
    "regions": {
        word: word
        for word in (
            *("tissue", "color flow", "pulsed wave Doppler", "continuous wave Doppler", "Doppler mean trace"),
            *("Doppler mode trace", "Doppler maximum trace", "volume trace", "ECG trace", "pulse trace"),
            "phonocardiogram trace",
        )
    },
}
"""Acquisition key to the words of its terms, spelled as the file or our own rule spells them."""

SPELLINGS: dict[str, dict[str, str]] = {
    "contrast_route": {
        "IV": "into a vein",
        "INTRAVENOUS": "into a vein",
        "INTRAVENOUSROUTE": "into a vein",
        "INTRAARTERIAL": "into an artery",
        "INTRAARTERIALROUTE": "into an artery",
        "ORAL": "by mouth",
        "ORALROUTE": "by mouth",
        "PO": "by mouth",
        "RECTAL": "by the rectum",
        "RECTALROUTE": "by the rectum",
    },
    "radionuclide": {
        **dict.fromkeys(("18FLUORINE", "FLUORINE18", "F18", "18F"), "fluorine-18"),
        **dict.fromkeys(("11CARBON", "CARBON11", "C11", "11C"), "carbon-11"),
        **dict.fromkeys(("13NITROGEN", "NITROGEN13", "N13", "13N"), "nitrogen-13"),
        **dict.fromkeys(("15OXYGEN", "OXYGEN15", "O15", "15O"), "oxygen-15"),
        **dict.fromkeys(("68GALLIUM", "GALLIUM68", "GA68", "68GA"), "gallium-68"),
        **dict.fromkeys(("82RUBIDIUM", "RUBIDIUM82", "RB82", "82RB"), "rubidium-82"),
        **dict.fromkeys(("64COPPER", "COPPER64", "CU64", "64CU"), "copper-64"),
        **dict.fromkeys(("89ZIRCONIUM", "ZIRCONIUM89", "ZR89", "89ZR"), "zirconium-89"),
        **dict.fromkeys(("124IODINE", "IODINE124", "I124", "124I"), "iodine-124"),
        **dict.fromkeys(("123IODINE", "IODINE123", "I123", "123I"), "iodine-123"),
        **dict.fromkeys(("131IODINE", "IODINE131", "I131", "131I"), "iodine-131"),
        **dict.fromkeys(("99MTECHNETIUM", "TECHNETIUM99M", "TC99M", "99MTC"), "technetium-99m"),
        **dict.fromkeys(("201THALLIUM", "THALLIUM201", "TL201", "201TL"), "thallium-201"),
        **dict.fromkeys(("111INDIUM", "INDIUM111", "IN111", "111IN"), "indium-111"),
        **dict.fromkeys(("67GALLIUM", "GALLIUM67", "GA67", "67GA"), "gallium-67"),
        **dict.fromkeys(("177LUTETIUM", "LUTETIUM177", "LU177", "177LU"), "lutetium-177"),
    },
    "radiopharmaceutical": {
        **dict.fromkeys(("FDG", "F18FDG", "18FFDG", "FLUORODEOXYGLUCOSEF18", "FLUORODEOXYGLUCOSE"), "FDG"),
    },
}
"""Acquisition keys of free text or code meanings: known spellings in capitals, letters and digits alone."""

WITHHELD: dict[str, Reason] = {
    **dict.fromkeys(
        (
            "attenuation_correction_method",
            "ctdi_phantom",
            "energy_window_name",
            "filter_type",
            "receive_coil_name",
            "reconstruction_method",
            "scatter_correction_method",
            "stage_name",
            "transmit_coil_name",
            "view",
            "view_name",
            # described_as, contrast and kernel hold what they say in known words
            "contrast_agent",
            "convolution_kernel",
            "sequence_name",
        ),
        Reason.FREE_TEXT,
    ),
    **dict.fromkeys(
        (
            "counts_source",
            "decay_factor",
            "dose_calibration_factor",
            "field_of_view_shape",
            "frame_reference_time_ms",
            "grid",
            "image_type",
            "imaged_nucleus",
            "parallel_technique",
            "partial_fourier",
            "partial_view",
            "randoms_correction_method",
            "rescale_intercept",
            "rescale_slope",
            "rescale_type",
            "sequence_variant",
            "stage_number",
            "suv_type",
            "units",
            "view_number",
        ),
        Reason.NOT_NEEDED,
    ),
    # What is inside of a body says more of a person than of an image.
    "breast_implant": Reason.ABOUT_THE_PERSON,
    "patient_weight_kg": Reason.ABOUT_THE_PERSON,
}
"""Acquisition keys that stay behind, and why."""
