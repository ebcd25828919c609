"""What lies in the folder of a run."""

CONFIG = "config.yaml"  # all settings
SPLIT = "split.json"  # names: who is trained on, and who was held out
LOG = "log.jsonl"  # one line every few steps and every validation
CHECKPOINT = "last.safetensors"  # all that a run needs to go on, and the best weights
REPORT = "report.html"  # how it goes, for people
HEATMAPS = "heatmaps"  # folder: the same faces over time
FOLDS = "folds.json"  # how the parts of few labels were judged, and what was kept
FOLD, LABELS_ALONE = "fold", "fold-labels-only"  # folders: what those of the parts' trainings begin with, then -1, -2
