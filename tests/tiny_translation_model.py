"""Tiny translation models for the true CTranslate2: weights set by hand, so that each word becomes the one a list gives.

Tokens and positions are codes of +1 and -1. The encoder's table holds the code of a word's translation; the decoder looks at
the source word of its own position and says it. A word that is not in the vocabulary stays as it is.
"""

import io
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import sentencepiece
from ctranslate2.specs import transformer_spec

_CODE = 64
_WIDTH = 3 * _CODE
_POSITIONS = 512
_SPECIAL = ("<s>", "</s>", "<unk>")
_SHARP = 10.0

Words = Mapping[str, str]

ENGLISH: Words = {
    "gente": "people", "agua": "water", "hermana": "sister", "voces": "voices", "la": "the", "el": "the", "mi": "my",
    "noche": "night", "casa": "house", "y": "and", "de": "of", "en": "in", "no": "not", "vive": "lives", "poca": "little",
}  # fmt: skip
FRENCH: Words = {
    "gente": "gens", "agua": "eau", "hermana": "soeur", "voces": "voix", "la": "la", "el": "le", "mi": "ma",
    "noche": "nuit", "casa": "maison", "y": "et", "de": "de", "en": "dans", "no": "non", "vive": "vit", "poca": "peu",
}  # fmt: skip
ARABIC: Words = {
    "gente": "ناس", "agua": "ماء", "hermana": "أخت", "voces": "أصوات", "la": "هذه", "el": "هذا", "mi": "لي",
    "noche": "ليل", "casa": "بيت", "y": "ثم", "de": "من", "en": "في", "no": "لا", "vive": "يعيش", "poca": "قليل",
    "salimos": "خرجنا", "segundo": "الثاني", "día": "اليوم", "al": "في", "se": "قد", "nos": "لنا", "acabó": "نفد",
}  # fmt: skip


def make_opus(folder: Path, words: Words, corpus: Sequence[str], *, languages: Sequence[str] = ()) -> Path:
    """Write a model as OPUS-MT's are; `languages` are those that it has to be told to translate into."""
    _write(folder, words, corpus, [f">>{one}<<" for one in languages], skipped=1 if languages else 0)
    for name in ("source.spm", "target.spm"):
        (folder / name).write_bytes(_pieces(words, corpus))
    return folder


def make_nllb(folder: Path, words: Words, corpus: Sequence[str], languages: Sequence[str]) -> Path:
    """Write a model as NLLB's are."""
    _write(folder, words, corpus, languages, skipped=0)
    (folder / "sentencepiece.bpe.model").write_bytes(_pieces(words, corpus))
    return folder


def make_madlad(folder: Path, words: Words, corpus: Sequence[str], languages: Sequence[str]) -> Path:
    """Write a model as MADLAD's are."""
    _write(folder, words, corpus, [f"<2{one}>" for one in languages], skipped=1)
    (folder / "spiece.model").write_bytes(_pieces(words, corpus))
    return folder


def said_by(words: Words, word: str) -> str:
    """Return what a model with this list says for a word, signs and a large first letter kept."""
    match = re.fullmatch(r"(\W*)(.*?)(\W*)", word, re.DOTALL)
    assert match is not None
    bare = words.get(match[2].lower())
    if bare is None:
        return word
    return match[1] + (bare.capitalize() if match[2][:1].isupper() else bare) + match[3]


def _tokens(corpus: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(word for text in corpus for word in text.split()))


def _pieces(words: Words, corpus: Sequence[str]) -> bytes:
    """Return a sentencepiece model in which each word of the corpus is a piece."""
    model = io.BytesIO()
    texts = [*corpus, *words, *words.values()]
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(texts), model_writer=model, model_type="word", vocab_size=8000, hard_vocab_limit=False,
        normalization_rule_name="identity", minloglevel=2,
    )  # fmt: skip
    return model.getvalue()


def _codes(count: int, seed: int) -> np.ndarray:
    """Return codes with as many +1 as -1, so that all have the same mean and variance."""
    half = np.repeat(np.array([1.0, -1.0], dtype=np.float32), _CODE // 2)
    generator = np.random.default_rng(seed)
    return np.stack([generator.permutation(half) for _ in range(count)])


def _write(folder: Path, words: Words, corpus: Sequence[str], languages: Sequence[str], *, skipped: int) -> None:
    sources = _tokens(corpus)
    spoken = list(dict.fromkeys([*sources, *(said_by(words, word) for word in sources)]))
    vocabulary = [*_SPECIAL, *languages, *(f"▁{word}" for word in spoken)]
    number = {token: at for at, token in enumerate(vocabulary)}
    codes = _codes(len(vocabulary), seed=1)
    meant = np.arange(len(vocabulary))
    for word in sources:
        meant[number[f"▁{word}"]] = number[f"▁{said_by(words, word)}"]
    spec = _spec(codes, codes[meant], skipped)
    spec.register_source_vocabulary(vocabulary)
    spec.register_target_vocabulary(vocabulary)
    spec.config.unk_token = _SPECIAL[2]
    spec.validate()
    spec.optimize()
    folder.mkdir(parents=True)
    spec.save(str(folder))
    assert json.loads((folder / "config.json").read_text("utf-8"))["unk_token"] == _SPECIAL[2]


def _spec(codes: np.ndarray, meant: np.ndarray, skipped: int) -> Any:
    spec = transformer_spec.TransformerSpec.from_config(1, 1)
    positions = _codes(_POSITIONS + 1, seed=2)
    _side(spec.encoder, positions[:_POSITIONS], spec.encoder.embeddings[0], meant)
    _side(spec.decoder, positions[skipped : skipped + _POSITIONS], spec.decoder.embeddings, codes)
    cross = spec.decoder.layer[0].attention
    _norm(cross.layer_norm, _seen())
    to_place, take, give = (np.zeros((rows, _WIDTH), np.float32) for rows in (_WIDTH, 2 * _WIDTH, _WIDTH))
    for at in range(_CODE):
        to_place[_CODE + at, _CODE + at] = _SHARP  # what is asked: my own position
        take[_CODE + at, _CODE + at] = 1  # what is compared: theirs
        take[_WIDTH + at, at] = 1  # what is taken: their word
        give[2 * _CODE + at, at] = 1  # where it goes: the last third
    for linear, weight in zip(cross.linear, (to_place, take, give), strict=True):
        linear.weight, linear.bias = weight, np.zeros(len(weight), np.float32)
    _norm(spec.decoder.layer_norm, 1.0)
    spec.decoder.projection.weight = np.concatenate([np.zeros((len(codes), 2 * _CODE), np.float32), codes], axis=1)
    spec.decoder.projection.bias = np.zeros(len(codes), np.float32)
    return spec


def _side(side: Any, positions: np.ndarray, embeddings: Any, codes: np.ndarray) -> None:
    """Set a side whose layers leave everything as it is."""
    side.scale_embeddings = False
    embeddings.weight = np.concatenate([codes, np.zeros((len(codes), 2 * _CODE), np.float32)], axis=1)
    nothing = np.zeros((len(positions), _CODE), np.float32)
    side.position_encodings.encodings = np.concatenate([nothing, positions, nothing], axis=1)
    layer = side.layer[0]
    _norm(layer.self_attention.layer_norm, _seen())
    for linear, rows in zip(layer.self_attention.linear, (3 * _WIDTH, _WIDTH), strict=True):
        linear.weight, linear.bias = np.zeros((rows, _WIDTH), np.float32), np.zeros(rows, np.float32)
    _norm(layer.ffn.layer_norm, _seen())
    for linear, shape in ((layer.ffn.linear_0, (8, _WIDTH)), (layer.ffn.linear_1, (_WIDTH, 8))):
        linear.weight, linear.bias = np.zeros(shape, np.float32), np.zeros(shape[0], np.float32)
    if side.__class__.__name__ == "TransformerEncoderSpec":
        _norm(side.layer_norm, _seen())


def _seen() -> float:
    """Return the scale that a norm takes away from two codes beside nothing."""
    return float(np.sqrt(2 / 3))


def _norm(norm: Any, scale: float) -> None:
    norm.gamma = np.full(_WIDTH, scale, np.float32)
    norm.beta = np.zeros(_WIDTH, np.float32)
