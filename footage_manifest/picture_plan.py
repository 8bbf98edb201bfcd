"""How pictures fill the frame, and how still ones move: nouns of film.yaml and of the manifest."""

from enum import StrEnum


class Fit(StrEnum):
    """How a picture of another shape than the film's fills the frame. Nothing is ever stretched."""

    FIT = "fit"
    FILL = "fill"
    BLUR = "blur"


class StillMove(StrEnum):
    """How a still moves while it is shown."""

    NONE = "none"
    PUSH_IN = "push-in"
    PULL_OUT = "pull-out"
    PAN_LEFT = "pan-left"
    PAN_RIGHT = "pan-right"
    PAN_UP = "pan-up"
    PAN_DOWN = "pan-down"
