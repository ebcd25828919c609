"""A log is read as far as it is whole."""

from pathlib import Path

import pytest

from laplace_landmarks.training.log_lines import read_lines


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", []),
        ('{"step": 1}\n{"step": 2}\n', [{"step": 1}, {"step": 2}]),
        ('{"step": 1}\n{"step": 2}', [{"step": 1}, {"step": 2}]),  # only the line's end is missing
        ('{"step": 1}\n{"ste', [{"step": 1}]),
        ('{"st', []),
    ],
)
def test_lines_up_to_where_a_kill_cut_them_off(text: str, lines: list, tmp_path: Path) -> None:
    (tmp_path / "log.jsonl").write_text(text)
    assert read_lines(tmp_path / "log.jsonl") == lines


def test_no_file_has_no_lines(tmp_path: Path) -> None:
    assert read_lines(tmp_path / "log.jsonl") == []
