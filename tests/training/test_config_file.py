"""Config files: they state differences, load as they were saved, and what cannot be is refused by name."""

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st

from laplace_landmarks.data.augmentation.settings import Augmentation
from laplace_landmarks.errors import InputError
from laplace_landmarks.training.config import (
    Adversarial,
    Config,
    Data,
    Folds,
    Loss,
    Machine,
    Network,
    Optimiser,
    UnlabeledPictures,
)
from laplace_landmarks.training.config_file import differences, load_config, save_config


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "config.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_file_stands_above_the_defaults(tmp_path: Path) -> None:
    config = load_config(
        write(tmp_path, "network:\n  width: 8\ndata: {unlabeled: [{pictures: a}, {pictures: b, grow: 2}]}")
    )
    sources = (UnlabeledPictures("a"), UnlabeledPictures("b", grow=2.0))
    assert config == Config(network=Network(width=8), data=Data(unlabeled=sources))


def test_home_is_written_out_in_every_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/me")
    text = (
        "run: ~/runs/x\nrecipe: ~/mine\n"
        "data: {root: '~', labeled: ~/a, markup: ~/b.yaml, split: ~/c.json, cache: ~/d, train: ~/e,\n"
        "       unlabeled: [{pictures: ~/f, points: ~/g.csv}, {pictures: f~}]}\n"
        "augmentation: {jitter: ~/h.json}\nnetwork: {init: ~/i.onnx}\nteaching: {teacher: ~/j.onnx}"
    )
    config = load_config(write(tmp_path, text))
    assert (config.run, config.recipe, config.data.train) == ("/home/me/runs/x", "~/mine", "~/e")
    unlabeled = (UnlabeledPictures("/home/me/f", "/home/me/g.csv"), UnlabeledPictures("f~"))
    assert replace(config.data, train="train") == Data(
        root="/home/me", labeled="/home/me/a", markup="/home/me/b.yaml", split="/home/me/c.json",
        cache="/home/me/d", unlabeled=unlabeled,
    )  # fmt: skip
    assert config.augmentation.jitter == "/home/me/h.json"
    assert (config.network.init, config.teaching.teacher) == ("/home/me/i.onnx", "/home/me/j.onnx")


def test_an_empty_file_is_the_paper(tmp_path: Path) -> None:
    assert load_config(write(tmp_path, "# as printed\n")) == Config()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("network: {wdth: 8}", "network.wdth.*did you mean width"),
        ("data:\n  labeled: ???", "data.labeled: [?]{3} stands for a value that is still to be written"),
        ("data: {unlabeled: [{pictures: '???'}]}", "data.unlabeled.0.pictures: [?]{3} stands for"),
        ("netwrok: {width: 8}", "netwrok: no setting has that name; did you mean network[?]"),
        ("flavour: 1", "flavour.*there are run, recipe"),
        ("data: {unlabeled: [{picture: a}]}", "data.unlabeled.*picture.*did you mean pictures"),
        ("data: {unlabeled: [a]}", "data.unlabeled"),
        ("data: {unlabeled: a}", "data.unlabeled"),
        ("data: {unlabeled: [{limit: many}]}", "limit.*many"),
        ("data: {unlabeled: [{limit: -1, pictures: a}]}", "data.unlabeled.0.limit must not be negative"),
        ("data: {unlabeled: [{grow: 0, pictures: a}]}", "data.unlabeled.*grow must be above 0"),
        ("data: {unlabeled: [{points: a.csv}]}", "data.unlabeled.0.pictures must name a folder"),
        ("network: {width: wide}", "network.width must be a whole number, not 'wide'$"),
        ("network: {width: 8.5}", "network.width must be a whole number, not 8.5$"),
        ("network: {width: null}", "network.width must be a whole number, not None$"),
        ("optimiser: {learning_rate: fast}", "optimiser.learning_rate must be a number, not 'fast'$"),
        ("adversarial: {blind: 7.5}", "adversarial.blind must be true or false, not 7.5$"),
        ("network: {start: zero}", "network.start: 'zero' is none of torch, he$"),
        ("data: {root: [a]}", "data.root must be a text, not .'a'.$"),
        ("network: {width: 0}", r"network.width must be at least 1 \(it is 0\)"),
        ("network: {size: 40}", r"network.size must be a multiple of 16: .* \(it is 40\)"),
        ("network: {dropout: 1}", "network.dropout must be at least 0 and below 1"),
        ("network: 8", "network"),
        ("network: {growth: 2}", "network.growth holds a list, not 2"),
        ("network: {growth: [1, 1, 2]}", r"network.growth holds 4 whole numbers, not \[1, 1, 2\]"),
        ("network: {growth: [1, 1, 2, x]}", "network.growth holds 4 whole numbers"),
        ("network: {growth: [1, 1, 2, 0]}", "network.growth must be 4 numbers of at least 1"),
        ("loss: {target_spread: 0}", "loss.target_spread must be above 0"),
        ("augmentation: {rotate: 9}", "augmentation.rotate.*did you mean rotation"),
        ("augmentation: {rotation: 200}", r"augmentation.rotation must be 0 to 180 \(it is 200.0\)"),
        ("augmentation: {blur: .nan}", "augmentation.blur must be 0 to 5"),
        ("augmentation: {noise: loud}", "augmentation.noise.*loud"),
        ("optimiser: {batch: 0}", "optimiser.batch must be at least 1"),
        ("optimiser: {learning_rate: .nan}", "optimiser.learning_rate must be above 0"),
        ("optimiser: {learning_rate: .inf}", "optimiser.learning_rate must be"),
        ("optimiser: {epochs: 0}", "optimiser.epochs must be at least 1"),
        ("machine: {loggers: [wandb]}", "machine.loggers.*wandb.*csv.*tensorboard"),
        ("machine: {accelerator: tpu}", "machine.accelerator.*tpu.*cuda"),
        ("machine: {threads: -1}", "machine.threads must not be negative"),
        ("machine: {threads: 100000000000}", r"machine.threads must be at most 4096 \(it is 100000000000\)$"),
        ("optimiser: {batch: 1000001}", r"optimiser.batch must be at most 1000000 \(it is 1000001\)$"),
        ("network: {size: 160000}", "network.size must be at most 4096"),
        ("network: {width: 5000}", "network.width must be at most 4096"),
        ("data: {factor: 101}", "data.factor must be at least 0.1 and at most 100"),
        ("data: {box_factor: 0.05}", r"data.box_factor must be at least 0.1 and at most 100 \(it is 0.05\)$"),
        ("data: {picture_factor: 1.0e+300}", "data.picture_factor must be at least 0.1 and at most 100"),
        ("machine: {devices: 3}", "optimiser.batch must be shared equally by 3 processes.*it is 16"),
        ("folds: {count: 1}", r"folds.count must be 0, or at least 2 on one process \(it is 1\)"),
        ("folds: {count: 5}\nmachine: {devices: 2}", "folds.count must be 0, or at least 2 on one process"),
        ("folds: {count: 5, without: 6}", "folds.without must be 0, or one of folds.count parts"),
        ("folds: {count: 5}\ndata: {split: a.json}", "data.validation must be '' where there are folds"),
        ("seed: -1", "seed must be at least 0"),
        ("select: best", "select.*best.*raw.*ema"),
        ("- width: 8", "`key: value`"),
        ("width", "width: no setting has that name"),
        ("network: {width: 8", "not valid YAML"),
        ("network:\n\twidth: 8", "not valid YAML"),
        ("network: {width: '${optimiser.btch}'}", "btch"),
        pytest.param(f"data: {'[' * 3000}{']' * 3000}", "nested too deep", id="nested"),
        pytest.param(f"seed: {'9' * 5000}", "none that a config can have .*5000 digits", id="digits"),
        pytest.param(f"seed: 0x{'f' * 5000}", "a number in it has thousands of digits", id="hexadecimal digits"),
        ("data: !!set {a, b}", "a value or key in it is none that a config can have .*set"),
        ("!!set {a, b}", "it holds no `key: value` lines"),
        ("null: 3", "a value or key in it is none that a config can have"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_by_name(tmp_path: Path, text: str, told: str) -> None:
    path = write(tmp_path, text)
    with pytest.raises(InputError, match=f"(?s){path}: .*{told}") as refused:
        load_config(path)
    assert "\n" not in str(refused.value)
    assert "omegaconf" not in str(refused.value).lower()


def test_all_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"network.width must be .*; optimiser.ema must be"):
        load_config(write(tmp_path, "network: {width: -1}\noptimiser: {ema: 1}"))


def test_a_file_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nope\.yaml: cannot be read \(No such file"):
        load_config(tmp_path / "nope.yaml")
    with pytest.raises(InputError, match=r"cannot be read \(Is a directory"):
        load_config(tmp_path)
    (tmp_path / "picture.yaml").write_bytes(b"\x89PNG\xff\xfe")
    with pytest.raises(InputError, match=r"picture\.yaml: not a text file; a config is YAML"):
        load_config(tmp_path / "picture.yaml")


texts = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=12).filter(
    lambda t: not t.startswith("~")
)
sources = st.builds(UnlabeledPictures, texts.filter(bool), texts, st.floats(0.1, 9), st.integers(0, 99))
configs = st.builds(
    Config,
    run=texts,
    seed=st.integers(0, 2**63 - 1),
    keep=st.sampled_from(["best", "last"]),
    data=st.builds(Data, root=texts, labeled=texts, unlabeled=st.lists(sources, max_size=2).map(tuple)),
    folds=st.sampled_from([Folds(), Folds(5), Folds(5, 3)]),
    network=st.builds(
        Network,
        width=st.integers(1, 99),
        dropout=st.floats(0, 0.99),
        init=texts,
        growth=st.tuples(*[st.integers(1, 9)] * 4),
    ),
    loss=st.builds(Loss, name=st.sampled_from(["laplace_kl", "wing"]), target_spread=st.floats(1e-9, 1e9)),
    augmentation=st.builds(Augmentation, rotation=st.floats(0, 180), jitter=texts),
    adversarial=st.builds(Adversarial, saturating=st.booleans()),
    optimiser=st.builds(Optimiser, learning_rate=st.floats(1e-12, 1e3)),
    machine=st.builds(Machine, loggers=st.sampled_from([(), ("csv",), ("tensorboard", "csv")])),
)


@given(configs)
@example(Config(run="0E0", recipe="yes", data=Data(root="1e5", labeled="null", licence="a: b # c")))
@example(Config(run="${b}", data=Data(root="\\${x}", labeled="a\\\\${", licence="\\")))
@settings(deadline=None, max_examples=25, phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink])
def test_what_is_saved_is_loaded(config: Config) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "config.yaml"
        save_config(config, path)
        assert load_config(path) == config


def test_a_name_that_is_not_utf8_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"^'caf\\udce9': no name in a config may be other than UTF-8; rename it$"):
        save_config(Config(data=Data(labeled="caf\udce9")), tmp_path / "config.yaml")


def test_differences_name_what_makes_another_training() -> None:
    old = Config()
    assert differences(old, old) == []
    assert differences(old, replace(old, seed=1, network=Network(width=8))) == [
        "seed: 0 there, 1 now",
        "network.width: 64 there, 8 now",
    ]
    assert differences(old, Config(augmentation=Augmentation(mirror=0.5))) == [
        "augmentation.mirror: 0.0 there, 0.5 now"
    ]
    assert differences(old, Config(data=Data(unlabeled=(UnlabeledPictures("a"),)))) == [
        "data.unlabeled: none there, pictures: 'a' now"
    ]


@pytest.mark.parametrize(
    "elsewhere",
    [
        {"run": "runs/moved"},
        {"machine": Machine(accelerator="cpu", devices=2, threads=3, loggers=(), checkpoint_every=7)},
        {"data": Data(root="/mnt", cache="", licence="CC0")},
    ],
)
def test_where_it_runs_makes_no_other_training(elsewhere: dict[str, Any]) -> None:
    assert differences(Config(), Config(**elsewhere)) == []


def test_more_of_the_same_is_no_other_training() -> None:
    def asked(schedule: str, **length: int) -> Config:
        return Config(optimiser=Optimiser(schedule=schedule, **length))  # pyright: ignore[reportArgumentType]

    assert differences(asked("constant", steps=100), asked("constant", steps=200)) == []
    assert differences(asked("constant", epochs=100), asked("constant", epochs=200)) == []
    for schedule, old, new in (
        ("constant", {"steps": 200}, {"steps": 100}),
        ("constant", {"epochs": 200}, {"epochs": 100}),
        ("constant", {"epochs": 200}, {"steps": 200}),
        ("cosine", {"steps": 100}, {"steps": 200}),
    ):
        assert len(differences(asked(schedule, **old), asked(schedule, **new))) == 1
    few = replace(asked("constant", steps=100), folds=Folds(count=5))
    assert len(differences(few, replace(asked("constant", steps=200), folds=Folds(count=5)))) == 1
