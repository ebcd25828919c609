"""Imports go down the list of folders only, and running a model needs none of the training's libraries."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "src" / "laplace_landmarks"
LEVELS = [
    "conventions", "errors", "text_files", "text_table", "protobuf", "session", "faces", "data", "runtime",
    "evaluation", "method", "training", "export", "app",
]  # fmt: skip
RUN_HALF = LEVELS[: LEVELS.index("method")]
TRAIN_ONLY = {
    "torch", "lightning_fabric", "lightning_utilities", "lightning", "omegaconf", "onnx", "onnxscript",
    "matplotlib", "jinja2", "markupsafe", "safetensors", "tensorboard",
}  # fmt: skip
REPORT_ONLY = {"matplotlib", "jinja2", "markupsafe"}  # evaluation/report may import them, inside of functions
TRAIN_COMMANDS = {f"app/commands/{name}.py" for name in ("train", "export", "report")}
MODULES = sorted(PACKAGE.rglob("*.py"))


def imported(path: Path) -> set[str]:
    """Full names of all that a module imports, wherever in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative imports hide where they lead"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def level(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def relative(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


def test_every_module_has_its_level() -> None:
    assert {level(path) for path in MODULES} - {"__init__", "__main__"} == set(LEVELS)


@pytest.mark.parametrize("path", MODULES, ids=relative)
def test_imports_go_down_the_list(path: Path) -> None:
    if level(path) in ("__init__", "__main__"):
        return
    above = set(LEVELS[LEVELS.index(level(path)) + 1 :])
    for name in imported(path):
        package, _, rest = name.partition(".")
        if package == "laplace_landmarks":
            assert rest.split(".")[0] not in above, f"{relative(path)} imports {name}"


@pytest.mark.parametrize("path", MODULES, ids=relative)
def test_the_run_half_imports_nothing_of_the_training(path: Path) -> None:
    """Not even inside a function; of the command line, train and export alone may."""
    if level(path) in ("method", "training", "export") or relative(path) in TRAIN_COMMANDS:
        return
    roots = {name.split(".")[0] for name in imported(path)}
    assert not roots & (TRAIN_ONLY - REPORT_ONLY if relative(path).startswith("evaluation/report/") else TRAIN_ONLY)
    own = {name.split(".")[1] for name in imported(path) if name.startswith("laplace_landmarks.")}
    assert not own & {"method", "training", "export"}


@pytest.mark.parametrize("command", ["train", "export", "report"])
def test_the_training_commands_import_it_late(command: str) -> None:
    tree = ast.parse((PACKAGE / "app" / "commands" / f"{command}.py").read_text(encoding="utf-8"))
    for node in tree.body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = [alias.name for alias in node.names] + [getattr(node, "module", None) or ""]
            assert not [name for name in names if name.startswith(("laplace_landmarks.training", "torch"))]


WITHOUT_TRAINING = """
import sys
from importlib import import_module
from importlib.abc import MetaPathFinder

class Missing(MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {blocked}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

sys.meta_path.insert(0, Missing())
for name in {modules}:
    import_module(name)

from laplace_landmarks.app.cli import main
for words in {commands}:
    print("##", words[0])
    sys.stdout.flush()
    try:
        main(words)
    except SystemExit as ended:
        print("ends with", ended.code)
"""


def test_a_model_runs_where_no_torch_is(tiny_run_model: Path, tiny_data: Path, tmp_path: Path) -> None:
    faces, config = str(tiny_data / "labeled"), tmp_path / "config.yaml"
    config.write_text("network: {width: 2}")
    modules = [
        ".".join(("laplace_landmarks", *path.relative_to(PACKAGE).with_suffix("").parts)).removesuffix(".__init__")
        for path in MODULES
        if level(path) in RUN_HALF or (level(path) == "app" and relative(path) not in TRAIN_COMMANDS)
    ]
    commands = [
        ["predict", faces, "--model", str(tiny_run_model), "--points", faces, "--output", str(tmp_path / "out")],
        ["evaluate", str(tiny_run_model), faces],
        ["info", str(tiny_run_model)],
        ["crop", faces, "--output", str(tmp_path / "sheet.png")],
        ["train", str(config)],
        ["export", str(tmp_path)],
    ]
    code = WITHOUT_TRAINING.format(blocked=TRAIN_ONLY, modules=modules, commands=commands)

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    said = dict(part.split("\n", 1) for part in done.stdout.split("## ")[1:])
    assert said["predict"].startswith("12 pictures, 12 faces, 0 skipped")
    assert "inter-ocular" in said["evaluate"]
    assert "68 (ibug68)" in said["info"]
    assert said["crop"].startswith("12 crops of")
    assert said["train"] == said["export"] == "ends with 2\n"
    train, export = (line for line in done.stderr.splitlines() if line.startswith("laplace-landmarks: "))
    for command, line in (("train", train), ("export", export)):
        assert line.startswith(f"laplace-landmarks: {command} needs ")
        assert line.endswith(", which running a model does not: pip install 'laplace-landmarks[train]'")
