"""Page sections on speed: the same files elsewhere, and peers timed in the same run."""

from collections.abc import Mapping

from page_parts import joined, table

from laplace_landmarks.runtime.released import DEFAULT

ANEW = 0.01  # percent that the error of one file may differ by in two scripts


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


def peer_in_a_line(result: dict, released: Mapping[str, Mapping[str, float]]) -> str:
    """What README says of dlib's trees. released: error and bytes of each file as it is now, timed or not."""
    rows = {name: {**row, **released.get(name, {})} for name, row in result["figures"].items()}
    theirs, ours = (
        f"{rows[name]['nmse_percent']:.2f} % with {rows[name]['bytes'] / 1e6:.2f} MB in "
        f"{rows[name]['timing']['p50']:.2f} ms"
        for name in ("dlib", DEFAULT)
    )
    better = [name for name in rows if name != "dlib" and rows[name]["nmse_percent"] < rows["dlib"]["nmse_percent"]]
    smallest = min(better, key=lambda name: rows[name]["bytes"], default=None)
    verdict = "None of ours errs less"
    if smallest is not None:
        found = rows[smallest]
        verdict = (
            f"The smallest of ours that errs no more on these faces, `{smallest}` ({found['nmse_percent']:.2f} %), has "
            f"1/{rows['dlib']['bytes'] / found['bytes']:.0f} of its bytes"
        )
    return (
        f"- **dlib's regression trees**, trained by dlib on the same pictures and crops, err by {theirs}; `{DEFAULT}` "
        f"errs by {ours}. dlib is faster. {verdict}; and ours say how far off they may be."
    )


def made_anew(result: dict, released: Mapping[str, Mapping[str, float]]) -> str:
    """Which files have other weights now than those that were timed, whose networks are the same."""
    rows = result["figures"]
    new = [
        f"`{name}` ({file['nmse_percent']:.2f} %)" for name, file in released.items()
        if name in rows and abs(file["nmse_percent"] - rows[name]["nmse_percent"]) > ANEW
    ]  # fmt: skip
    told = "Trained anew since, the same networks, so that times hold and errors do not: "
    return f"{told}{', '.join(new)}." if new else ""


def dlib_peer(result: dict) -> str:
    """dlib's shape predictor and all files of our models, in the same run."""
    rows = []
    for name, row in result["figures"].items():
        timing, size = row["timing"], row["footprint"]
        error = "" if row["nmse_percent"] is None else f"{row['nmse_percent']:.2f}"
        rows.append([f"`{name}`", *times(timing), error, f"{row['bytes']:,}", f"{size['peak_mb']:.0f}",
                     f"{size['load_ms']:.0f}"])  # fmt: skip
    return joined(
        f"dlib {result['dlib']}'s shape predictor, trained by dlib's own trainer with its own settings on crops of 240 "
        f"pixels, and our files; {result['data']}. {result['protocol']} One thread, one crop a run; memory and "
        "loading are those of a process of its own. For its own networks the paper prints frames a second, which are "
        "46.8 ms each at an eighth of the size (our width 8) and 203 ms at full size (width 64), PyTorch of 2019 on an "
        "i7 of 2.8 GHz: another machine.",
        FACE_API if any(name.startswith("face-api") for name in result["figures"]) else "",
        table(["model", *TIMES, "NMSE %", "bytes", "memory, MB", "load, ms"], rows),
        "![Milliseconds a face against error; a dot's area is the file's size](pictures/speed.svg)"
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


FACE_API = (
    "`face-api` and `face-api-tiny` are the networks of 68 points of face-api.js, 357 and 77 kB in 8 bits in its npm "
    "package, here ONNX files in floats (`benchmarks/face_api.py`). Their author trained them on pictures that are not "
    "published; their crops are placed by the same true points, at the size that was best on validation faces."
)
TIMES = ("p50, ms", "p95, ms", "fastest, ms", "ratio")


def times(timing: dict) -> list[str]:
    return [f"{timing[of]:.2f}" for of in ("p50", "p95", "fastest", "ratio")]


def further(result: dict) -> list[str]:
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
