"""The trainings of our own recipe by their names in benchmarks/studies/best.yaml, and which stand beside which."""

KINDS = {
    "sixteenth": "width 4",
    "eighth": "width 8",
    "quarter": "width 16",
    "half": "width 32",
    "sixteenth_fast": "width 4, quick",
    "eighth_fast": "width 8, quick",
    "quarter_fast": "width 16, quick",
    "half_fast": "width 32, quick",
    "sixteenth_less": "width 4, quick, less augmentation",
    "eighth_less": "width 8, quick, less augmentation",
    "quarter_less": "width 16, quick, less augmentation",
    "half_less": "width 32, quick, less augmentation",
    "full_less": "width 64, quick, less augmentation",
    "eighth_805": "width 8, quick, less augmentation, all 805 labels",
    "eighth_softargmax": "width 8, quick, less augmentation, softargmax loss",
    "sixteenth_taught": "width 4, quick, less augmentation, taught",
    "eighth_taught": "width 8, quick, less augmentation, taught",
    "quarter_taught": "width 16, quick, less augmentation, taught",
    "half_taught": "width 32, quick, less augmentation, taught",
    "eighth_turned": "width 8, quick, less augmentation, taught, turned crops",
    "quarter_turned": "width 16, quick, less augmentation, taught, turned crops",
}
SIZE_NAMES = ("sixteenth", "eighth", "quarter", "half")  # the full size was trained once, as _less
LESS = {f"{name}_less": f"{name}_fast" for name in SIZE_NAMES}  # of the same network
QUICK = {f"{name}_fast": name for name in SIZE_NAMES}  # and the paper's of that width
TAUGHT = {f"{name}_taught": f"{name}_less" for name in SIZE_NAMES}  # and alone
TURNED = {f"{name}_turned": f"{name}_taught" for name in ("eighth", "quarter")}  # and in crops along the axes
OTHERWISE = {"eighth_805": "eighth_less", "eighth_softargmax": "eighth_less"}  # and as released at first
TRAINED_ON_ALL = ("eighth_805",)  # no face is left that radii could be fitted on
# what the `-fast` files come from
RELEASED = ("sixteenth_less", "eighth_taught", "quarter_taught", "half_taught", "full_less")
PAPERS = {"sixteenth": "laplace_kl_w4", "eighth": "laplace_kl", "quarter": "laplace_kl_w16"}  # of evidence.yaml

PAPER, OURS, FAST = "#777", "#1f6f8b", "#2e8b57"  # colours: the paper's recipe, ours, ours for quick networks
STRONG = "#8fbfa5"  # quick networks, more augmentation
