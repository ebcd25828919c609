"""A log is read as far as it is whole."""

import json
from pathlib import Path

import pytest

from laplace_landmarks.training.log_lines import read_lines

FIRST, SECOND = ('{"kind": "train", "step": %d, "loss": 0.5}' % step for step in (1, 2))  # noqa: UP031 - braces


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        ("", []),
        (f"{FIRST}\n{SECOND}\n", [1, 2]),
        (f"{FIRST}\n{SECOND}", [1, 2]),  # only the line's end is missing
        (f"{FIRST}\n{SECOND[:9]}", [1]),
        (FIRST[:9], []),
    ],
)
def test_lines_up_to_where_a_kill_cut_them_off(text: str, steps: list, tmp_path: Path) -> None:
    (tmp_path / "log.jsonl").write_text(text)
    assert [line["step"] for line in read_lines(tmp_path / "log.jsonl")] == steps


@pytest.mark.parametrize(
    "damaged",
    [b"\xff\xfe", b"5", b"[]", b'{"a": 1}', b'{"kind": "train"}', b'{"kind": 1, "step": 1}', b'{"step": "1"}',
     b'{"kind": "train", "step": 1, "loss": "low"}', b"[" * 9999],
)  # fmt: skip
def test_a_damaged_line_is_left_out(damaged: bytes, tmp_path: Path) -> None:
    (tmp_path / "log.jsonl").write_bytes(b"\n".join([FIRST.encode(), damaged, SECOND.encode()]))
    assert read_lines(tmp_path / "log.jsonl") == [json.loads(FIRST), json.loads(SECOND)]


def test_no_file_has_no_lines(tmp_path: Path) -> None:
    assert read_lines(tmp_path / "log.jsonl") == []
