"""Words of a text that claim something, and what they stand for: modalities, body regions, planes, vendors.

A word here must be borne out by the facts; what it stands for is spelled as the facts spell it.
"""

import re

from shared.privacy.vocabulary import Token

HARMLESS = re.compile(
    r"heart[- ]?beats?|heart rates?|head first|feet first|on the other hand|at hand|hand in hand|in the long run|"
    r"X-ray tube|X-ray dose|picture points?|echo times?|echo trains?|spin echo|gradient echo|echo planar|"
    r"magnetic field|rest of|the rest|right away|with care|handled?|by hand",
    re.IGNORECASE,
)
"""Phrases whose words would otherwise claim something."""

MODALITIES: tuple[tuple[str, frozenset[str]], ...] = (
    (r"CT|computed tomograph\w+|computeri[sz]ed tomograph\w+|CAT scans?", frozenset({"CT"})),
    (r"MRI|MR|magnetic resonance", frozenset({"MR"})),
    (r"ultrasound|ultrasonic|sonogra\w+|echocardiogra\w+|doppler", frozenset({"US", "IVUS"})),
    (r"X-rays?|x rays?|radiogra\w+", frozenset({"CR", "CT", "DX", "IO", "MG", "PX", "RF", "RG", "XA"})),
    (r"mammogra\w+", frozenset({"MG"})),
    (r"PET|positron emission", frozenset({"PT"})),
    (r"SPECT|nuclear medicine|scintigra\w+", frozenset({"NM"})),
    (r"fluoroscop\w+", frozenset({"RF", "XA"})),
    (r"endoscop\w+", frozenset({"ES"})),
    (r"microscop\w+", frozenset({"GM", "SM"})),
    (r"radiotherapy|radiation therapy", frozenset({"RTDOSE", "RTIMAGE", "RTPLAN", "RTRECORD", "RTSTRUCT"})),
    (r"PDF|documents?", frozenset({"DOC"})),
    (r"segmentations?", frozenset({"SEG"})),
    (r"(?:structured|dose) reports?", frozenset({"SR"})),
    (r"photograph\w*", frozenset({"OP", "XC"})),
)
"""Words for a kind of examination, with the modalities they may stand for."""

REGIONS: tuple[tuple[str, str], ...] = (
    (r"coronary|coronaries", "coronary"),
    (r"heart|cardiac", "heart"),
    (r"aort\w+", "aorta"),
    (r"carotids?", "carotid"),
    (r"chest|thorax|thoracic", "chest"),
    (r"lungs?|pulmonary", "lungs"),
    (r"abdom\w+|belly|tummy", "abdomen"),
    (r"pelvi\w+", "pelvis"),
    (r"liver|hepatic", "liver"),
    (r"kidneys?|renal", "kidneys"),
    (r"pancrea\w+", "pancreas"),
    (r"spleen|splenic", "spleen"),
    (r"stomach|gastric", "stomach"),
    (r"colon|bowels?|intestin\w+", "colon"),
    (r"bladder", "bladder"),
    (r"prostat\w+", "prostate"),
    (r"uter\w+|womb", "uterus"),
    (r"breasts?", "breast"),
    (r"brain|cerebral|intracranial", "brain"),
    (r"head|skull|cranial|cranium", "head"),
    (r"neck|cervical", "neck"),
    (r"thyroid", "thyroid"),
    (r"sinus(?:es)?", "sinuses"),
    (r"eyes?|orbits?", "eye"),
    (r"ears?", "ear"),
    (r"jaws?|teeth|tooth|dental", "jaw"),
    (r"spine|spinal|lumbar|vertebra\w*", "spine"),
    (r"shoulders?", "shoulder"),
    (r"elbows?", "elbow"),
    (r"wrists?", "wrist"),
    (r"hands?", "hand"),
    (r"fingers?", "finger"),
    (r"hips?", "hip"),
    (r"knees?", "knee"),
    (r"ankles?", "ankle"),
    (r"foot|feet", "foot"),
    (r"legs?", "leg"),
    (r"arms?|forearms?", "arm"),
    (r"ribs?", "ribs"),
    (r"whole[- ]body|full[- ]body|entire body", "body"),
    (r"ventric\w+|atri(?:um|a|al)|valves?|myocardi\w+|appendix|ovar\w+|muscles?|tendons?|ligaments?", "(unknown)"),
)
"""Words for a part of the body, with the word that must occur in the facts' own wording of the region."""

REGION_TOKENS = {
    Token.CORONARY: "coronary heart",
    Token.CALCIUM_SCORE: "heart coronary",
    Token.CARDIAC: "heart",
    Token.CAROTID: "carotid neck",
    Token.BRAIN: "brain head",
    Token.LUNG: "lungs chest",
    Token.WHOLE_BODY: "body",
}
"""Described words that bear out more regions than their own wording names."""

PLANES: tuple[tuple[str, str], ...] = (
    (r"axial|transvers\w+|cross-sections?|cross-sectional", "axial"),
    (r"coronal|front views?|frontal views?", "coronal"),
    (r"sagittal|side views?", "sagittal"),
    (r"double oblique", "double oblique"),
    (r"oblique", "oblique"),
)
"""Words for a plane, with the word that must occur in a plane fact."""

VENDORS: tuple[tuple[str, str], ...] = (
    (r"GE|General Electric", "GE"),
    (r"Siemens", "Siemens"),
    (r"Philips", "Philips"),
    (r"Canon", "Canon"),
    (r"Toshiba", "Toshiba"),
    (r"Hitachi", "Hitachi"),
    (r"Fuji\w*", "Fujifilm"),
    (r"Hologic", "Hologic"),
    (r"Samsung", "Samsung"),
    (r"United Imaging", "United Imaging"),
    (r"Shimadzu", "Shimadzu"),
    (r"Esaote", "Esaote"),
    (r"Agfa", "Agfa"),
    (r"Carestream", "Carestream"),
    (r"Mindray", "Mindray"),
    (r"Bruker", "Bruker"),
    (r"Varian", "Varian"),
    (r"Konica\w*", "Konica Minolta"),
    (r"Neusoft", "Neusoft"),
)
"""Vendors' names as a text may spell them."""

HELD_BREATH = (
    r"breath[- ]hold\w*|hold(?:ing)? (?:the|their) breath|breath (?:was|is|were) held|held (?:the|their) breath"
)
"""Words for holding the breath."""

TECHNIQUES: tuple[tuple[str, frozenset[str]], ...] = (
    (r"T1-weighted|T1", frozenset({Token.T1})),
    (r"T2\*(?:-weighted)?", frozenset({Token.T2_STAR})),
    (r"T2-weighted|T2(?!\*)", frozenset({Token.T2})),
    (r"proton density", frozenset({Token.PROTON_DENSITY, "proton density"})),
    (r"FLAIR", frozenset({Token.FLAIR})),
    (r"STIR", frozenset({Token.STIR})),
    (r"diffusion", frozenset({Token.DIFFUSION})),
    (r"perfusion", frozenset({Token.PERFUSION})),
    (r"spectroscop\w+", frozenset({Token.SPECTROSCOPY})),
    (r"angiogra\w+", frozenset({Token.ANGIOGRAPHY, "X-ray angiography recording"})),
    (r"cine|moving|movie", frozenset({Token.CINE, "cine"})),
    (r"late (?:gadolinium )?enhancement", frozenset({Token.LATE_ENHANCEMENT})),
    (r"blood flow|flow measurements?", frozenset({Token.FLOW, "flow"})),
    (r"calcium(?:[- ]scor\w+)?", frozenset({Token.CALCIUM_SCORE})),
    (r"short[- ]axis", frozenset({Token.SHORT_AXIS})),
    (r"long[- ]axis", frozenset({Token.LONG_AXIS})),
    (r"(?:four|4)-chamber", frozenset({Token.FOUR_CHAMBER})),
    (r"(?:two|2)-chamber", frozenset({Token.TWO_CHAMBER})),
    (r"spin echo", frozenset({Token.SPIN_ECHO, "spin echo"})),
    (r"gradient echo", frozenset({Token.GRADIENT_ECHO, "gradient echo"})),
    (r"echo planar", frozenset({Token.ECHO_PLANAR, "echo planar"})),
    (r"inversion recovery", frozenset({"inversion recovery"})),
    (r"fat (?:suppression|saturation)|fat-suppressed", frozenset({Token.FAT_SUPPRESSION, "fat suppression"})),
    (r"tagg(?:ed|ing)|tags", frozenset({Token.TAGGING, "tagging", "grid tags", "line tags"})),
    (r"tomosynthesis", frozenset({Token.TOMOSYNTHESIS})),
    (r"screening", frozenset({Token.SCREENING})),
    (r"trauma", frozenset({Token.TRAUMA})),
    (r"low[- ](?:radiation[- ])?dose", frozenset({Token.LOW_DOSE})),
    (HELD_BREATH, frozenset({Token.BREATH_HOLD, "breath hold"})),
    (r"step by step", frozenset({"step by step"})),
    (r"spiral|helical", frozenset({"spiral"})),
    (r"exercise|stress (?:test|scan|imaging)", frozenset({Token.STRESS})),
    (r"segmented|reformat\w*|projections?", frozenset({Token.MULTIPLANAR, Token.MAXIMUM_INTENSITY})),
    (r"arterial", frozenset({Token.ARTERIAL, "arterial timing"})),
    (r"venous", frozenset({Token.VENOUS, "venous timing", "portal venous timing"})),
)
"""Words for how something was acquired, with the described words or coded terms that bear them out."""

BREATHING = r"breathing|breaths?"
"""Words for breathing that the images were timed to; holding the breath is another claim."""

BREATHING_SIGNALS: tuple[tuple[str, str], ...] = (
    (r"belt", "belt"),
    (r"navigator\w*", "navigator"),
    (r"spirometer", "spirometer"),
    (r"nose probe", "nose probe"),
    (r"markers?", "marker"),
)
"""Words for what breathing was followed with, with the word that must occur in the signal's fact."""
