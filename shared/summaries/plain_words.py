"""The words a summary may be made of: plain English for how images were made, and no word for what they show.

A list of forbidden words can never be complete; this list of allowed ones need not be. A word outside it is rejected
unless a fact uses it. Words for examinations and parts of the body are here too, since other rules check them.
"""

import re

_FUNCTION_WORDS = """
a about above across after again all almost along also although always among an and another any are around as at away
back be because been before being below between both but by can cannot could covers did do does doing done down during
each either else enough even ever every few first for fourth from full further had has have having here how however i if
in instead into is it its itself just kind last least less like made make makes making many may meant might more most
much must nearly need neither never next no none nor not nothing now of off often on once one only onto or other others
otherwise our out over own part per perhaps quite rather same second several shall should show since single so some such
than that the their them then there therefore these they third this those though through throughout thus to together too
total toward towards twice under until up upon use very via was way well were what when where whether which while who
whole whom whose why will with within without would yet
"""

_NUMBER_WORDS = """
zero two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen
nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand half dozen quarter number
"""

_IRREGULAR = """
took taken lay lain ran gave given kept held went gone goes came began begun shown saw chose chosen wrote written sent
spent became put stood understood told known left built met brought brings bring thought thinks think got get gets
sat done tied split cut
"""

_EVERYDAY = """
add watch run turn relative uneven go travel choose work open close closed divide spread order group kind type sort form
way case result main major minor previous current overall people someone everyday word term expert non-expert
layperson non-technical important importance key extra additional addition total sum altogether roughly whereas
throughout separate separately individual individually single-image neighbour neighbor neighbouring neighboring adjacent
next following preceding corresponding respective respectively certain particular specific special especially mainly
mostly partly fully simply carried carry perform performed conduct conducted involve feature characterize
characterise identify recognize recognise distinguish separate interest focus target center cause reason because due
effect affect influence depend dependent independent reliable accurate accurately accuracy
precision correct correctly right properly appropriate suitable ideal ideally optimal optimize optimise balance trade
benefit advantage drawback difficult hard easier harder ready available unavailable unknown known stated unstated
specified unspecified recorded listed noted reported according accordingly based thereby thanks order able unable
keep arrange electrical electric
always sometimes usually rarely never once freeze frozen capture snapshot sharpness crispness
whether instance example e.g. say says state states states made-up stitch combine combined combination join joined
match matched fixed variable set stable steady stability momentarily briefly brief shortly longest shortest
across through around along beneath above below near nearby inner outer upper lower deep depth surface shape
view views viewed visualise visualize display displayed print printed screen color colour grey gray scale
original raw converted processed processing export exported import share sharing shared upload uploaded download sent
trained training technician technologist operator staff team
"""

_COMMON = """
accept access account achieve act action activate active activity adapt add address adjust afford age agree aid air
alone alter announce annual answer anybody anything anyone anywhere apply appoint approach approve arise arrive art
ask aspect assign assist assume attach attempt attend attention attract author average avoid aware balance ball band
bar base bear beat bed beginning behavior behaviour behind believe bend beside bit blank blend block board book border
borrow bottle box branch break bridge build building bunch bundle business busy buy card carrier catch caught category
cell chance chain chair charge chart check choice circle circular class classic clearly click clock coat code cold
collection combine comfort comfortable comment communicate community company compact comparable compared comparison
complex component composed computed concept conclude connect connection connected consecutive consider considerable
considered construct contact content context continue continuous continuously contribute control convenient
conventional copy cost counter couple course crop crossing crowd cube cup curve custom customary daily deal decade
decide decision deliver delivery demand department descend deserve design desk despite destination develop development
dial differ difference differently digit dimensional direct directly discuss distance distant distinct distribute
distribution document door double down download dozen draw drawn dramatic drive driven drop dry duplicate duty eager
ease east edit education effort electronic element emit emphasis employ empty enclose encode energy engine engineer
enhance enjoy enter entry environment establish estimate evaluate evaluation event eventually exceed except exchange
exclude exist existence existing experience explain explanation explore extensive extent extremely fact factor fair
fairly fall familiar far farther fashion fast faster fill filled filter final finally find fire firm fit flash
flexible float flow focused fold force foreign form formal format former forward foundation frame free freely
frequency frequent frequently fresh friend function game gather gentle gently glance goal gradual gradually grand
grant graph grasp greatly ground group grow growth guess half halfway happen happens hardly heavy height hence
highlight highly hint historical history hold home horizontal horizontally host hour huge human idea identical image
immediately impact implement imply impossible impression include inch incoming increase increment independent indirect
inform initial initially initiate input insert inspect install instant instantly instrument intend intended intense
intensity intention interior internal internet interpret interrupt interval introduce invite isolate issue item job
join journey jump kept key kindly knowledge laboratory lab language lane late lately later latest law lay leading
leave lend length let letter library life lift light lighter lightly line linear lines link listen literal live load
loop machine-made magnify maintain manage manual manually margin master material math matter mention merely method
metre meter mind minimum maximum mirror mix mixture modern modify multiple mutual named narrow necessary need needed
net network new newer news nice noticeable object objective observe obvious occasion occasionally occupy occur office
older online onward operate operation opposite option ordinary organize organise orient orientation origin output
outline outside overcome overlap overlay owner pack package page pair panel paper parallel parallels pass passage past
path pattern people perform performance permit physical physics pick piece pipe pixel play please point popular
portion power powerful prefer prepare preparation presence preserve press pretty prevent principle print prior
probably proceed product production professional program progress project projector promise proof proper property
protect provided provider pull purely push put quick quickly quote random range rapid rapidly rare ratio reach real
realise realize really receiver recent recently reconstructed recover reduce reference reflect regard regarding relate
relation relationship relevant remain remaining remember reminder remove render repeat repeatedly replace request
require requirement research reserve resolve respect respond response rest return ring rise road role room root round
row column rule sample satisfy scale scene scheme science scope search season seat secondary sector secure seem select
selection self send sense sensitive sensor sent serve server service session setup settle sheet shift short shot
shoulder side sight similarly situation size skill skip slight slightly slot smooth smoothly snapshot solid solution
solve sound source speak specify speed spent square stage start stay steadily step stick stock stop straightforward
strategy stream stretch strict strictly strip strong stronger stationary structure style subject submit substance
succeed succession successive such sudden suddenly supply support suppose sure surrounding swing switch synchronized
synchronised systematic tag talk tape target teach technology tend tends theory thickness third tie timing tip title
top topic touch trace track traditional transfer transform translate transmit transparent travel tray true truly try
twin type typical ultimate understand understandable uniformity unique upper usage useful user utmost valid valuable
value variation variety vertical vertically video visual visually voice warm wash watch wave wear weight west wheel
wider width wind wire wonder wooden work worker working workflow world worth worthwhile write writer zone zoom
"""

_MAKING = """
scan scanner scanning examination examine exam test procedure recording record image imaging picture photograph photo
frame clip video movie film slice section layer stack series set study upload file report document object plan map
measurement measure data information detail detailed description describe summary text sentence header name call label
device machine system equipment camera unit model vendor maker manufacturer produce create take capture collect acquire
acquisition generate obtain receive hold contain include consist comprise belong come give provide offer present list
tell state say mention note mark mean represent correspond equal refer relate depend
cover span reach range extend lie sit stand place position location point view direction angle front rear side top
bottom middle center centre edge axis plane flat straight tilt tilted parallel cross volume area region field coverage
start begin end finish stop turn rotate rotation move movement motion moving moment time timing timed period phase cycle
interval length duration last long short fast quick slow speed rate pace beat heartbeat pulse wave signal trigger gate
gated gating synchronise synchronize match link step delay wait pause rest resting still calm quiet relax relaxation
fill contract contraction squeeze pump window point
tube current voltage energy power beam ray radiation exposure dose index product level low high higher lower peak
magnet magnetic strength echo repetition inversion flip sequence technique method mode setting parameter protocol
weighting weighted averaging average pitch table kernel filter reconstruction reconstruct compression
compress lossy store storage save agent medium contrast dye material inject injection iodine gadolinium based give
force press held hold breath breathing follow lead leads channel electrode recorder radioactive tracer activity
"""

_QUALITY = """
good better best fine finer coarse thin thick thickness narrow wide even evenly uniform uniformly regular regularly
equal equally space spaced spacing apart gap missing miss lacking absent incomplete complete completely whole entire
overlap steady constant vary varied varying change changing different various similar exact exactly precise roughly
approximately around close nearly about quality resolution sharpness blur blurring clear-cut suit suitable suitability
fit fitness useful usable helpful purpose aim goal task job serve serving support allow enable help limit limited
limitation restrict prevent avoid lose loss hide reduce lessen increase raise improve
small smaller smallest tiny large larger largest big great structure size dimension width height pixel point grid
overview general look see viewing viewer reader read judge judging assess compare reliable reliability care careful
carefully caution rely trust enough sufficient adequate usual usually typical typically common commonly standard
ordinary plenty little likely unlikely less possible possibly expected expect show shown appear plan planning guide
score scoring calcium count counting follow following vessel vessels organ blood bone body inside outside person patient
lying lie prone supine face facing head feet down back left right both identity written
writing private share handle personal
meaning interpret interpretation diagnosis diagnostic diagnose medical finding judge advice technical metadata header
computer software format standard digital plain simple simply easy easily practical basic basis background
"""

_EXAMINATIONS = """
ct cat mri mr magnetic resonance tomography computed computerized computerised ultrasound ultrasonic sonography
echocardiogram echocardiography doppler x-ray x-rays xray radiograph radiography radiographic mammogram mammography pet
positron emission spect nuclear medicine scintigraphy fluoroscopy endoscopy microscopy radiotherapy therapy structured
glandular probe mechanical thermal concentration b b-value fluoroscopic radiopharmaceutical contour outline fraction
align magnification belt breathe sample hertz report registration surface drawing
pdf segmentation ecg ekg electrocardiogram electrocardiography dicom angiography angiogram cine perfusion diffusion
spectroscopy flair stir t1-weighted t2-weighted t1 t2 proton density dixon late enhancement flow tagging stress native
unenhanced suppression saturation fat tomosynthesis screening trauma spiral helical spin gradient planar recovery
arterial venous localizer scout prospective prospectively retrospective retrospectively real-time ungated non-gated
axial transverse cross-section cross-sections cross-sectional coronal sagittal oblique double frontal short-axis
long-axis two-chamber three-chamber four-chamber chamber heart cardiac coronary artery arteries aorta carotid chest
thorax lung lungs abdomen pelvis liver kidney kidneys pancreas spleen stomach colon bladder prostate uterus breast
breasts brain head skull neck thyroid sinuses eye ear jaw teeth dental spine shoulder elbow wrist hand finger hip knee
ankle foot leg arm forearm ribs limb
systole diastole systolic diastolic mid end early end-systole end-systolic end-diastole end-diastolic mid-diastole
mid-diastolic early-diastolic late-diastolic late-systolic mid-systolic mid-systole r-r r retrospective-gated
"""

_UNITS = """
mm millimetre millimeter cm centimetre centimeter ms millisecond second minute bpm kv kvp kilovolt ma mas milliampere
mgy milligray gy gray msv t tesla degree hz hertz mhz ml millilitre milliliter mbq newton n percent s kg px pixel fps
dlp dose-length dose-area ctdi ctdivol index thick-slice khz keV bq kbq mbq gbq kb mb kilobyte megabyte
"""

PLAIN_WORDS = frozenset(
    " ".join((_FUNCTION_WORDS, _NUMBER_WORDS, _IRREGULAR, _EVERYDAY, _COMMON, _MAKING, _QUALITY, _EXAMINATIONS, _UNITS))
    .lower()
    .split()
)
"""Base forms; ``is_plain`` also knows their inflections."""

_ENDINGS = (
    ("'s", ""),
    ("s", ""),
    ("es", ""),
    ("ies", "y"),
    ("ed", ""),
    ("ed", "e"),
    ("ied", "y"),
    ("ing", ""),
    ("ing", "e"),
    ("ly", ""),
    ("er", ""),
    ("er", "e"),
    ("est", ""),
    ("d", ""),
)
_DOUBLED = re.compile(r"(.+?)([bdglmnprt])\2(?:ed|ing|er|est)")


def is_plain(word: str) -> bool:
    """Tell whether a word, in lower case, or its base form is on the list; hyphens join plain words."""
    if _is_listed(word):
        return True
    parts = word.split("-")
    return len(parts) > 1 and all(_is_listed(part) for part in parts if part)


def _is_listed(word: str) -> bool:
    if word in PLAIN_WORDS:
        return True
    if any(word.endswith(ending) and word[: -len(ending)] + base in PLAIN_WORDS for ending, base in _ENDINGS):
        return True
    doubled = _DOUBLED.fullmatch(word)
    return doubled is not None and doubled[1] + doubled[2] in PLAIN_WORDS
