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
