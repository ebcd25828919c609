"""Page sections on speed: the same files elsewhere, and peers timed in the same run."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from page_parts import joined, table, with_interval

from laplace_landmarks.evaluation.report.speed_plot import write_speed_plot
from laplace_landmarks.evaluation.speed.benchmark import Row
from laplace_landmarks.evaluation.speed.interleaved import Timing
from laplace_landmarks.evaluation.speed.process import Footprint

PEERS = {
    "dlib": "dlib's regression trees, trained by dlib with its defaults on the same labels, not mirrored, and crops",
    "face-api": "face-api.js's network of 68 points, in the crops that suit it best; 8 bits, timed in floats",
    "face-api-tiny": "its tiny one, likewise",
}
PICTURE = Path("pictures/speed.svg")  # below docs


def other_runtimes(result: dict) -> str:
    """Whether a file says the same in other runtimes."""
    used, rows = {"onnxruntime": result["versions"]["onnxruntime"]} | result["runtimes"], []
    for file, runtimes in result["figures"].items():
        for runtime, row in runtimes.items():
            apart = [
                f"{row[f'{output}, mean']:.4f} / {row[f'{output}, largest']:.4f}"
                if f"{output}, mean" in row else "" for output in ("landmarks", "spread")
            ]  # fmt: skip
            rows.append([f"`{file}`", runtime, *apart, f"{row['milliseconds']:.2f}"])
    return joined(
        f"{result['data'].capitalize()}: how far landmarks and spread lie from onnxruntime's (mean and largest of a "
        f"coordinate, crop pixels), and one crop on one thread, the fastest of 20, milliseconds. "
        f"{', '.join(f'{name} {version}' for name, version in used.items())}; the web's is WebAssembly under Node. "
        "The float32 files say the same everywhere. Those in 8 bits do not, as each runtime rounds in its own way: "
        "calibrate and score them in the runtime that will run them.",
        table(["file", "runtime", "landmarks differ by", "spread differs by", "ms"], rows),
    )


Errors = Mapping[str, Mapping[str, float]]  # of each released file: nmse_percent, its interval's high end, bytes


def as_now(result: Mapping[str, Any], face_api: Mapping[str, Any], released: Errors) -> dict[str, Any]:
    """The timed files with errors as they are now: of ours with the weights that they have, of face-api's networks in
    the crops that suit them best."""
    theirs = {name: {"nmse_percent": row["nmse_percent"][0]} for name, row in face_api["figures"].items()}
    ours = {name: {of: file[of] for of in ("nmse_percent", "bytes")} for name, file in released.items()}
    now = {**ours, **theirs}
    rows = {name: {**row, **now.get(name, {})} for name, row in result["figures"].items()}
    return {**result, "figures": rows, "face-api": face_api["figures"]}


def beside_peers(result: Mapping[str, Any], released: Errors) -> str:
    """What README says of dlib's trees and of face-api.js's networks: each with the smallest of ours whose interval
    lies below its error; those without one are left out."""
    timed, weights = result["figures"], {name: row["bytes"] for name, row in result["face-api"].items()}
    rows = []
    for peer, named in PEERS.items():
        error, size = timed[peer]["nmse_percent"], weights.get(peer, timed[peer]["bytes"])
        better = [name for name, file in released.items() if file["high"] < error]
        ours = min(better, key=lambda name: released[name]["bytes"], default=None)
        if ours is None:
            continue
        rows.append([
            named, f"{error:.2f}", in_kilobytes(size), f"{timed[peer]['timing']['p50']:.2f}",
            f"`{ours}`: {released[ours]['nmse_percent']:.2f} %, {in_kilobytes(released[ours]['bytes'])}, "
            f"{timed[timed_as(ours)]['timing']['p50']:.2f} ms",
            f"1/{size / released[ours]['bytes']:,.0f}",
        ])  # fmt: skip
    return joined(
        "**Peers**, on the same faces and timed in the same run ([more](docs/results.md#beside-peers)). They are "
        "faster; beside each stands the smallest file of ours whose whole interval lies below its error. Ours say how "
        "far off they may be, too, and those of widths 8 to 32 learned from unlabeled pictures besides. (`-fast-w8` "
        "files are timed as the `-fast` ones, which compute alike: "
        "[measured](docs/results.md#how-still-landmarks-stand).)",
        table(["", "NMSE %", "file", "ms", "ours", "its bytes over theirs"], rows),
    )


def timed_as(name: str) -> str:
    """The file that computes as this one does once it is loaded: with 8-bit weights alone, the one in floats.

    >>> timed_as("laplace68-eighth-fast-w8"), timed_as("laplace68-eighth-fast-int8")
    ('laplace68-eighth-fast', 'laplace68-eighth-fast-int8')
    """
    return name.removesuffix("-w8")


def steadiness(result: Mapping[str, Any]) -> str:
    """What rounding does to landmarks when hardly anything changes."""
    rows = [
        [f"`{model}-{variant}`", f"{row['bytes']:,}", f"{row['time']:.2f}", f"{row['off']:.3f}" if row["off"] else "",
         with_interval(row["standard deviation"], 3), f"{row['furthest']:.1f}"]
        for model, files in result["figures"].items()
        for variant, row in files.items()
    ]  # fmt: skip
    return joined(
        f"{result['data']}; {result['protocol']}. Of a coordinate: its standard deviation over what was seen, with "
        "the interval over faces, and the furthest that any moved. Off: the mean distance of coordinates from those of "
        "the file in floats, without noise. Time: over that of the file in floats, in turns, one crop on one thread; "
        "other runs on such a processor [had others](#the-same-on-another-processor) for the files in 8 bits. "
        "**Where all numbers are rounded to 8 bits (`-fast-int8`) landmarks shake**: what is off by a little on "
        "average is off otherwise in every frame. With 8-bit weights alone (`-fast-w8`) they stand as in floats.",
        table(["file", "bytes", "time", "off, px", "standard deviation, px", "furthest, px"], rows),
    )


def in_kilobytes(size: float) -> str:
    return f"{size / 1000:,.0f} kB"


def peers(result: Mapping[str, Any]) -> str:
    """dlib's shape predictor, face-api's networks and all files of our models, in the same run."""
    rows = []
    for name, row in result["figures"].items():
        timing, size = row["timing"], row["footprint"]
        error = "" if row["nmse_percent"] is None else f"{row['nmse_percent']:.2f}"
        rows.append([f"`{name}`", *times(timing), error, f"{row['bytes']:,}", f"{size['peak_mb']:.0f}",
                     f"{size['load_ms']:.0f}"])  # fmt: skip
    return joined(
        f"dlib {result['dlib']}'s shape predictor, trained by dlib's own trainer with its defaults (the smaller trees "
        f"of its example were not tried) on crops of 240 pixels, not mirrored, and our files; {result['data']}. "
        f"{result['protocol']} Files that were trained anew since, the same networks, have the errors and bytes that "
        "they have now (`released-*.json`). One thread, one crop a run; memory and loading are those of a process of "
        "its own. For its own networks the paper prints frames a second, which are 46.8 ms each at an eighth of the "
        "size (our width 8) and 203 ms at full size (width 64), PyTorch of 2019 on an i7 of 2.8 GHz: another machine.",
        face_api(result["face-api"]),
        table(["model", *TIMES, "NMSE %", "bytes", "memory, MB", "load, ms"], rows),
        f"![Milliseconds a face against error; a dot's area is the file's size]({PICTURE})"
        if "whole path" in result
        else "",
        *further(result),
    )


def dlib_peer_epyc(result: dict) -> str:
    """The same models timed on another processor."""
    rows = [[f"`{name}`", *times(row["timing"])] for name, row in result["figures"].items()]
    return joined(
        f"The script of the section above, on {result['hardware']['processor']}, before there was a `laplace68-full`. "
        "What a smaller network or 8 bits save depends on the processor: one has quick instructions for 8 bits and "
        "the other has not, one minds layers of fewer than 16 channels and the other does not.",
        table(["model", *TIMES], rows),
    )


def face_api(figures: Mapping[str, Any]) -> str:
    """What these networks are, and how their crops were found."""
    told = " and ".join(
        f"`{name}` {with_interval(row['nmse_percent'])} % (validation {row['validation']['by box']:.2f} %; by the five "
        f"points {row['validation']['by points']:.2f} %)"
        for name, row in figures.items()
    )
    return (
        "`face-api` and `face-api-tiny` are the networks of 68 points of face-api.js, 357 and 77 kB in 8 bits in its "
        "npm package, here ONNX files in floats (`benchmarks/face_api.py`). Their author trained them on pictures that "
        "are not published, and does not say in what crops: of "
        f"{next(iter(figures.values()))['tried']} placements each has the one in which it errs least on our "
        "validation faces, by a box around all true landmarks that is larger and lies lower than it, which five points "
        f"do not tell. On test: {told} ([JSON](../benchmarks/results/face-api.json))."
    )


TIMES = ("p50, ms", "p95, ms", "fastest, ms", "ratio")


def times(timing: dict) -> list[str]:
    return [f"{timing[of]:.2f}" for of in ("p50", "p95", "fastest", "ratio")]


def further(result: Mapping[str, Any]) -> list[str]:
    """The whole path, many crops, and full width, where they were measured."""
    if "whole path" not in result:
        return []
    whole = [[f"`{name}`, {step}", *times(timing)] for told, timing in result["whole path"].items()
             for name, _, step in [told.partition(", ")]]  # fmt: skip
    many = [
        [f"`{row['model']}`", row["batch"], row["way"], f"{row['faces a second']:,.0f}",
         f"{row['faces a second, fastest']:,.0f}"]
        for row in result["many crops"]
    ]  # fmt: skip
    wide = [[f"`{name}`", *times(timing), f"{timing['bytes']:,}"] for name, timing in
            result["untrained, width 64"].items()]  # fmt: skip
    return [
        "The whole path, one thread: one drawn face in a picture of 640 x 480, found by MTCNN; its landmarks with the "
        "crop's cutting; both; one second of a video at 30 frames in which it is followed.",
        table(["step", *TIMES], whole),
        "Many crops on two threads, faces a second; a run each is how the detector does it:",
        table(["model", "crops", "how", "of the median", "of the fastest"], many),
        "The paper's network at its full size, width 64, one crop on one thread. Nobody has trained it here (that of "
        "`laplace68-full` is a quick one), so its error is not known, and `fast` is fitted to nothing; bytes are "
        "without metadata.",
        table(["file", *TIMES, "bytes"], wide),
    ]


def draw(result: Mapping[str, Any], path: Path) -> None:
    """Speed against error against bytes."""
    rows = [
        Row(**{**row, "timing": Timing(**row["timing"]), "footprint": Footprint(**row["footprint"])})
        for row in result["figures"].values()
    ]
    write_speed_plot(path, rows, f"{result['hardware']['processor']}, one crop on one thread")
