"""Page sections on speed: the same files elsewhere, and peers timed in the same run."""

from page_parts import joined, table


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
        f"Width 8, {result['data']}: how far landmarks and spread lie from onnxruntime's (mean and largest of a "
        f"coordinate, crop pixels), and one crop on one thread, the fastest of 20, milliseconds. "
        f"{', '.join(f'{name} {version}' for name, version in used.items())}; the web's is WebAssembly under Node. "
        "The float32 files say the same everywhere. Those in 8 bits do not, as each runtime rounds in its own way: "
        "calibrate and score them in the runtime that will run them.",
        table(["file", "runtime", "landmarks differ by", "spread differs by", "ms"], rows),
    )


def peer_in_a_line(result: dict) -> str:
    """What README says of dlib's trees."""
    told = [
        f"`{name}` {row['nmse_percent']:.2f} %, {row['timing']['p50']:.2f} ms, {row['bytes'] / 1e6:.2f} MB"
        for name, row in result["figures"].items() if name in ("laplace68-quarter", "laplace68-eighth-fast", "dlib")
    ]  # fmt: skip
    return (
        "- **Beside dlib's regression trees**, trained by dlib on the same pictures and crops: "
        f"{'; '.join(told)} (NMSE, one crop on one thread, file). On these crops dlib is more exact and faster; ours "
        "are a small part of its size, and say how far off they may be."
    )


def dlib_peer(result: dict) -> str:
    """dlib's shape predictor beside ours, in the same run."""
    rows = []
    for name, row in result["figures"].items():
        timing, size = row["timing"], row["footprint"]
        error = "" if row["nmse_percent"] is None else f"{row['nmse_percent']:.2f}"
        rows.append([f"`{name}`", f"{timing['p50']:.2f}", f"{timing['p95']:.2f}", f"{timing['ratio']:.2f}", error,
                     f"{row['bytes']:,}", f"{size['peak_mb']:.0f}", f"{size['load_ms']:.0f}"])  # fmt: skip
    return joined(
        f"dlib {result['dlib']}'s shape predictor, trained by dlib's own trainer with its own settings on crops of 240 "
        f"pixels, and our files; {result['data']}. {result['protocol']} One thread, one crop a run; memory and "
        "loading are those of a process of its own.",
        table(["model", "p50, ms", "p95, ms", "ratio", "NMSE %", "bytes", "memory, MB", "load, ms"], rows),
    )
