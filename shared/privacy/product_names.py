"""Names of products: vendor, model and kernel pass only where they are made of known words and short codes.

These attributes are kept by the basic profile of PS3.15, yet a site can type anything into them.
"""

import re

VENDORS = {
    "agfa": "Agfa",
    "bruker": "Bruker",
    "canon": "Canon",
    "carestream": "Carestream",
    "elscint": "Philips",
    "esaote": "Esaote",
    "fuji": "Fujifilm",
    "fujifilm": "Fujifilm",
    "ge": "GE",
    "hitachi": "Hitachi",
    "hologic": "Hologic",
    "konica": "Konica Minolta",
    "lorad": "Hologic",
    "mindray": "Mindray",
    "neusoft": "Neusoft",
    "philips": "Philips",
    "picker": "Philips",
    "samsung": "Samsung",
    "samsungmedison": "Samsung",
    "shimadzu": "Shimadzu",
    "siemens": "Siemens",
    "toshiba": "Toshiba",
    "uih": "United Imaging",
    "united imaging": "United Imaging",
    "varian": "Varian",
}
"""First word (or two) of Manufacturer (0008,0070), lower case, to the vendor's name."""

OTHER_VENDOR = "other"
"""What an unknown manufacturer becomes."""

_MODEL_SHAPE = re.compile(r"[A-Za-z0-9 .+/_-]{1,40}")
_MODEL_CODE = re.compile(r"(?=.{1,5}$)[A-Za-z]{0,2}\d{1,3}[A-Za-z+]{0,2}")
_MODEL_WORDS = frozenset(
    [
        "achieva",
        "acuson",
        "affiniti",
        "airis",
        "allura",
        "amira",
        "aquilion",
        "architect",
        "areo",
        "artis",
        "ascend",
        "assist",
        "avanto",
        "azurion",
        "aera",
        "aplio",
        "biograph",
        "brightspeed",
        "brilliance",
        "cardiac",
        "celesteion",
        "centricity",
        "confidence",
        "cvi",
        "cx",
        "definition",
        "digital",
        "discovery",
        "drive",
        "dream",
        "edge",
        "elite",
        "elition",
        "emotion",
        "epiq",
        "essential",
        "evolution",
        "excel",
        "excite",
        "exel",
        "force",
        "forte",
        "galan",
        "gemini",
        "go",
        "ge",
        "hd",
        "hdx",
        "hdxt",
        "healthcare",
        "ict",
        "igs",
        "incisive",
        "infinia",
        "ingenia",
        "ingenuity",
        "innova",
        "inspira",
        "inspiration",
        "insignia",
        "iq",
        "intera",
        "intuition",
        "invenia",
        "lightspeed",
        "lightning",
        "logiq",
        "lumina",
        "magnetom",
        "max",
        "mct",
        "medical",
        "mobilett",
        "mx",
        "npro",
        "open",
        "optima",
        "one",
        "orian",
        "panorama",
        "performa",
        "perspective",
        "plus",
        "power",
        "premier",
        "prime",
        "prisma",
        "pristina",
        "pro",
        "quantum",
        "revolution",
        "rhythm",
        "rt",
        "scope",
        "selenia",
        "senographe",
        "sensation",
        "signa",
        "sierra",
        "skyra",
        "sola",
        "solo",
        "somatom",
        "sonos",
        "spectra",
        "spectral",
        "spirit",
        "symbia",
        "symphony",
        "systems",
        "tim",
        "trio",
        "triumph",
        "ultra",
        "ultrasound",
        "vantage",
        "verio",
        "vida",
        "vision",
        "vivid",
        "volume",
        "voluson",
        "vct",
        "xeleris",
        "ysio",
        "xcite",
        "xtra",
        "zero",
        "axiom",
        "aristos",
        "luminos",
        "titan",
        "orthophos",
        "eos",
        "alexa",
        "genesis",
        "hispeed",
        "nxi",
        "highspeed",
        "mammomat",
        "dimensions",
        "force",
        "fit",
        "trendsetter",
    ]
)


def name_vendor(manufacturer: str) -> str:
    """Name the vendor of a Manufacturer text; ``other`` where it is none of the known ones."""
    words = re.findall(r"[a-z]+", manufacturer.lower())
    for count in (2, 1):
        vendor = VENDORS.get(" ".join(words[:count]))
        if vendor:
            return vendor
    return OTHER_VENDOR


def name_model(model: str) -> str | None:
    """Give the words of a ManufacturerModelName that belong to known product names, with their short model codes.

    Returns
    -------
    str or None
        None where the shape is not a product's or the first word is no known product word: a site may have typed
        anything into this attribute, a person's name included.
    """
    if not _MODEL_SHAPE.fullmatch(model):
        return None
    words = re.split(r"[ /_-]+", model.strip())
    kept = [word for word in words if word.lower() in _MODEL_WORDS or _MODEL_CODE.fullmatch(word)]
    if not kept or words[0].lower() not in _MODEL_WORDS:
        return None
    return " ".join(kept)


_KERNEL_CODE = re.compile(r"[A-Z][a-z]?[0-9]{2}[a-z]{0,2}")
_KERNEL_WORDS = frozenset({"SOFT", "STANDARD", "STND", "STD", "DETAIL", "BONE", "BONEPLUS", "LUNG", "CHEST", "EDGE"})


def name_kernel(kernel: str) -> str | None:
    """Pass a ConvolutionKernel that is a vendor's short code (``B30f``, ``FC08``) or a known word; else None."""
    term = kernel.strip().upper()
    if term in _KERNEL_WORDS:
        return term
    code = kernel.strip()
    return code if _KERNEL_CODE.fullmatch(code) or re.fullmatch(r"FC[0-9]{2}", code) else None
