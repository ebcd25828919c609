"""A benchmark as tables of text."""

import os

from laplace_landmarks.evaluation import provenance
from laplace_landmarks.evaluation.speed.benchmark import LIBRARIES, METHOD, Benchmark, Row, WholeRow
from laplace_landmarks.text_table import text_table

HEAD = (
    *("model", "threads", "batch", "p50 ms", "p95 ms", "fastest", "ratio", "faces/s"),
    *("memory MB", "load ms", "bytes", "NMSE %"),
)
WHOLE = ("model", "whole path", "threads", "p50 ms", "p95 ms", "fastest", "ratio")
BUSY = 0.5  # load per core from which on the machine is said to be busy


def to_speed_table(benchmark: Benchmark) -> str:
    """One line a model, number of threads and batch, then what must be known to compare it; ends with a newline."""
    versions = provenance.versions(*LIBRARIES)
    lines = [
        f"{provenance.processor()}, {os.cpu_count()} cores · onnxruntime {versions.get('onnxruntime', '?')}, "
        f"Python {versions['python']}",
        "",
        *text_table(HEAD, [_row(row) for row in benchmark.rows]),
    ]
    if benchmark.whole:
        lines += [
            "",
            *text_table(WHOLE, [_whole_row(row) for row in benchmark.whole], texts=(0, 1)),
            f"on {benchmark.picture}",
        ]
    lines += ["", METHOD]
    if benchmark.data:
        lines.append(f"NMSE: {benchmark.faces} faces of {benchmark.data}, in crops that the labels place.")
    if benchmark.busy is not None and benchmark.busy > BUSY:
        lines.append(f"The machine was busy, {benchmark.busy:g} processes a core: trust ratios, not milliseconds.")
    return "\n".join(lines) + "\n"


def _row(row: Row) -> tuple[str, ...]:
    timing, size = row.timing, row.footprint
    return (
        row.model, str(row.threads), str(row.batch), f"{timing.p50:.2f}", f"{timing.p95:.2f}", f"{timing.fastest:.2f}",
        f"{timing.ratio:.2f}", f"{row.faces_per_second:,.0f}",
        "-" if size.peak_mb is None else f"{size.peak_mb:.0f}", f"{size.load_ms:.0f}", f"{row.bytes:,}",
        "-" if row.nmse_percent is None else f"{row.nmse_percent:.3f}",
    )  # fmt: skip


def _whole_row(row: WholeRow) -> tuple[str, ...]:
    timing = row.timing
    return (
        row.model, row.step, str(row.threads), f"{timing.p50:.2f}", f"{timing.p95:.2f}", f"{timing.fastest:.2f}",
        f"{timing.ratio:.2f}",
    )  # fmt: skip
