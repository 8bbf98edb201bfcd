"""Resemblyzer's voice encoder in numpy: 1.6 seconds of sound to 256 numbers, of length 1.

It is a 40-band mel spectrum (Slaney's scale), three LSTM layers, one linear layer: Wan et al., Generalized End-to-End Loss
for Speaker Verification (2018). Against torch on the same spectrum it differs by 5e-7.
"""

from collections.abc import Mapping

import numpy as np

from pipeline.tools.listen import HEARING_RATE, Samples
from pipeline.tools.voice_weights import Numbers

WINDOW = 25_600
"""Samples that one print is taken of: 1.6 s at 16 kHz."""

_FFT, _HOP, _BANDS, _HIDDEN, _LAYERS = 400, 160, 40, 256, 3
_FRAMES = WINDOW // _HOP
_LOUD_DB = -30.0
_PART = 1 << 20


class VoiceEncoder:
    """The network with its weights; may be shared between threads."""

    def __init__(self, weights: Mapping[str, Numbers]) -> None:
        self._bands = _mel_bands()
        self._window = (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(_FFT) / _FFT)).astype(np.float32)
        self._layers = [
            (
                weights[f"lstm.weight_ih_l{layer}"].T.copy(),
                weights[f"lstm.weight_hh_l{layer}"].T.copy(),
                weights[f"lstm.bias_ih_l{layer}"] + weights[f"lstm.bias_hh_l{layer}"],
            )
            for layer in range(_LAYERS)
        ]
        self._last = (weights["linear.weight"].T.copy(), weights["linear.bias"])

    def prints(self, windows: list[Samples]) -> Numbers:
        """Return one print, a row, for each window of `WINDOW` samples."""
        if not windows:
            return np.zeros((0, _HIDDEN), np.float32)
        rows = np.stack([self._spectrum(one) for one in windows]).transpose(1, 0, 2)
        for inward, across, bias in self._layers:
            rows = _lstm(np.ascontiguousarray(rows), inward, across, bias)
        weight, bias = self._last
        found = np.maximum(0, rows[-1] @ weight + bias)
        length = np.linalg.norm(found, axis=1, keepdims=True)
        return np.asarray(found / np.maximum(length, 1e-9), np.float32)

    def _spectrum(self, samples: Samples) -> Numbers:
        padded = np.pad(samples, _FFT // 2)
        frames = np.lib.stride_tricks.sliding_window_view(padded, _FFT)[::_HOP][:_FRAMES]
        power = np.abs(np.fft.rfft(frames * self._window, axis=1)) ** 2
        return np.asarray(power.astype(np.float32) @ self._bands)


def levelled(samples: Samples) -> Samples:
    """Return sound turned up to the level that the encoder knows; what is louder stays as it is."""
    if not len(samples):
        return samples
    parts = (samples[at : at + _PART] for at in range(0, len(samples), _PART))
    power = sum(float(np.sum(np.square(one, dtype=np.float64))) for one in parts) / len(samples)
    level = 10 * np.log10(power + 1e-12)
    return samples if level >= _LOUD_DB else np.asarray(samples * 10 ** ((_LOUD_DB - level) / 20), np.float32)


def _lstm(rows: Numbers, inward: Numbers, across: Numbers, bias: Numbers) -> Numbers:
    """Return what one layer gives for `rows`, (time, window, value). The gates stand in torch's order: i, f, g, o."""
    times, count, _ = rows.shape
    gates = (rows.reshape(times * count, -1) @ inward + bias).reshape(times, count, 4 * _HIDDEN)
    hidden = cell = np.zeros((count, _HIDDEN), np.float32)
    given = np.empty((times, count, _HIDDEN), np.float32)
    for time in range(times):
        gate = gates[time] + hidden @ across
        into, keep = _sigmoid(gate[:, :_HIDDEN]), _sigmoid(gate[:, _HIDDEN : 2 * _HIDDEN])
        cell = keep * cell + into * np.tanh(gate[:, 2 * _HIDDEN : 3 * _HIDDEN])
        hidden = _sigmoid(gate[:, 3 * _HIDDEN :]) * np.tanh(cell)
        given[time] = hidden
    return given


def _sigmoid(values: Numbers) -> Numbers:
    return np.asarray(0.5 * (1 + np.tanh(0.5 * values)), np.float32)


def _mel_bands() -> Numbers:
    """Return the weight of each frequency in each band: triangles of equal area, even on Slaney's mel scale."""
    frequencies = np.linspace(0, HEARING_RATE / 2, _FFT // 2 + 1)
    top = 15 + 27 * np.log(HEARING_RATE / 2 / 1000) / np.log(6.4)
    mels = np.linspace(0, top, _BANDS + 2)
    points = np.where(mels >= 15, 1000 * np.exp((np.log(6.4) / 27) * (mels - 15)), mels * 200 / 3)
    steps = np.diff(points)
    slopes = points[:, None] - frequencies[None]
    rising, falling = -slopes[:-2] / steps[:-1, None], slopes[2:] / steps[1:, None]
    bands = np.maximum(0, np.minimum(rising, falling)) * (2 / (points[2:] - points[:-2]))[:, None]
    return np.asarray(bands.T, np.float32)
