"""Voice prints: windows over speech, groups of one voice, and the encoder's weights."""

import base64
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from pipeline.errors import ToolError, ToolMissing
from pipeline.ports.speech import Span
from pipeline.tools.voice_encoder import WINDOW, VoiceEncoder, levelled
from pipeline.tools.voice_groups import MOST_COMPARED, groups
from pipeline.tools.voice_prints import as_bytes, as_prints, windows_over
from pipeline.tools.voice_weights import FILE, FOLDER, find_voice_weights, read_voice_weights
from pipeline.tools.weights import MODELS_VARIABLE


def voices(order: str, spread: float = 0.03, seed: int = 1) -> np.ndarray:
    """Return a print for each letter, those of one letter near each other."""
    if not order:
        return np.zeros((0, 256), np.float32)
    rng = np.random.default_rng(seed)
    middles = {letter: np.abs(rng.normal(size=256)) * (rng.random(256) < 0.3) for letter in sorted(set(order))}
    rows = np.stack([middles[letter] / np.linalg.norm(middles[letter]) for letter in order])
    rows = np.abs(rows + rng.normal(0, spread, rows.shape))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def small_weights() -> dict[str, np.ndarray]:
    rng = np.random.default_rng(2)
    found = {"linear.weight": rng.normal(0, 0.1, (256, 256)), "linear.bias": rng.normal(0, 0.1, 256)}
    for layer in range(3):
        found[f"lstm.weight_ih_l{layer}"] = rng.normal(0, 0.05, (1024, 256 if layer else 40))
        found[f"lstm.weight_hh_l{layer}"] = rng.normal(0, 0.05, (1024, 256))
        found[f"lstm.bias_ih_l{layer}"] = found[f"lstm.bias_hh_l{layer}"] = rng.normal(0, 0.05, 1024)
    return {name: rows.astype(np.float32) for name, rows in found.items()}


def test_windows_cover_a_stretch_from_end_to_end() -> None:
    found = windows_over(Span(1000, 6000), 1600, 800)
    assert found[0] == Span(1000, 2600)
    assert found[-1] == Span(4400, 6000)
    assert all(one.end_ms - one.start_ms == 1600 for one in found)
    assert all(0 < b.start_ms - a.start_ms <= 800 for a, b in pairwise(found))
    assert windows_over(Span(0, 900), 1600, 800) == [Span(0, 900)]


def test_prints_are_stored_almost_as_they_are() -> None:
    rows = voices("AABBC")
    again = as_prints(base64.b64encode(as_bytes(rows)).decode())
    assert ((again * rows).sum(axis=1) > 0.999).all()
    with pytest.raises(ValueError, match=r"."):
        as_prints("not base64!")


def test_voices_are_told_apart_by_number_and_by_guess() -> None:
    order = "AAABBAAACCCAABB"
    expected = [{"A": 0, "B": 1, "C": 2}[letter] for letter in order]
    assert groups(voices(order), 3).tolist() == expected
    assert groups(voices(order), None).tolist() == expected
    assert groups(voices("AAAAA"), None).tolist() == [0] * 5
    assert groups(voices("AB"), 5).tolist() == [0, 1]
    assert groups(np.zeros((0, 256), np.float32), 2).tolist() == []


def test_one_odd_window_is_no_voice_where_the_number_is_a_guess() -> None:
    assert set(groups(voices("AAAABAAA"), None).tolist()) == {0}


def test_a_long_reel_is_told_apart_like_a_short_one() -> None:
    order = ("A" * 37 + "B" * 5) * 60
    assert len(order) > 4 * MOST_COMPARED
    found = groups(voices(order), 2)
    assert found.tolist() == [0 if letter == "A" else 1 for letter in order]


def test_the_encoder_does_what_an_lstm_does() -> None:
    weights = small_weights()
    sound = np.random.default_rng(3).normal(0, 0.1, (2, WINDOW)).astype(np.float32)
    encoder = VoiceEncoder(weights)
    both = encoder.prints(list(sound))
    assert np.allclose(both[0], encoder.prints([sound[0]])[0], atol=1e-5)
    assert np.allclose(np.linalg.norm(both, axis=1), 1, atol=1e-5)
    rows = encoder._spectrum(sound[0])
    assert rows.shape == (160, 40)
    for layer in range(3):  # each step written out by the definition
        hidden, cell, given = np.zeros(256), np.zeros(256), []
        for row in rows:
            gate = weights[f"lstm.weight_ih_l{layer}"] @ row + weights[f"lstm.bias_ih_l{layer}"]
            gate = gate + weights[f"lstm.weight_hh_l{layer}"] @ hidden + weights[f"lstm.bias_hh_l{layer}"]
            into, keep, new, out = np.split(gate, 4)
            cell = cell / (1 + np.exp(-keep)) + np.tanh(new) / (1 + np.exp(-into))
            hidden = np.tanh(cell) / (1 + np.exp(-out))
            given.append(hidden)
        rows = np.stack(given)
    last = np.maximum(0, weights["linear.weight"] @ rows[-1] + weights["linear.bias"])
    assert np.allclose(both[0], last / np.linalg.norm(last), atol=1e-4)


def test_quiet_sound_is_turned_up_and_loud_sound_is_left_alone() -> None:
    quiet = np.full(1000, 0.001, np.float32)
    assert 20 * np.log10(levelled(quiet)[0]) == pytest.approx(-30, abs=0.1)
    loud = np.full(1000, 0.5, np.float32)
    assert levelled(loud) is loud


def test_weights_that_are_another_file_are_never_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(MODELS_VARIABLE, str(tmp_path))
    monkeypatch.setattr("pipeline.tools.voice_weights.model_folders", lambda: (tmp_path,))
    with pytest.raises(ToolMissing, match="scripts/get-weights"):
        find_voice_weights()
    (tmp_path / FOLDER).mkdir()
    (tmp_path / FOLDER / FILE).write_bytes(b"\x80\x02cos\nsystem\n(S'false'\ntR.")
    with pytest.raises(ToolError, match="not the file that it should be"):
        read_voice_weights(find_voice_weights())
