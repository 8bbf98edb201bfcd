"""Passes over sources, handed out to threads: each once, each source forward, and none idle while there is much to do."""

from dataclasses import replace
from fractions import Fraction

from footage_manifest.media import StillFacts
from pipeline.ports.picture import BlackLayer, Overlay, SegmentRequest, StillLayer
from pipeline.tools.segment_passes import PassesToDo, Run

BLANK = SegmentRequest(rate=Fraction(25), width=320, height=192, frames=50, incoming=BlackLayer())


def of_source(name: str, frames: int) -> SegmentRequest:
    facts = StillFacts(digest=name, format="png", width=320, height=192)
    return replace(BLANK, frames=frames, incoming=StillLayer(digest=name, facts=facts))


def handed_out(work: PassesToDo, threads: int) -> list[list[SegmentRequest]]:
    """Return what each of several threads does, the one that has done least asking next."""
    runs: list[Run | None] = [None] * threads
    done: list[list[SegmentRequest]] = [[] for _ in range(threads)]
    asking = set(range(threads))
    while asking:
        thread = min(asking, key=lambda one: (sum(request.frames for request in done[one]), one))
        taken = work.next_of(runs[thread])
        if taken is None:
            asking.remove(thread)
        else:
            runs[thread], one = taken
            done[thread].extend(request for _, request in one.variants)
    return done


def test_every_request_is_handed_out_once():
    requests = [of_source(f"{source}", frames) for source in range(5) for frames in range(1, 250, 17)]
    for threads in (1, 2, 7):
        done = handed_out(PassesToDo(requests, threads, 4), threads)
        assert sorted(str(request) for one in done for request in one) == sorted(map(str, requests))
    assert handed_out(PassesToDo([], 3, 4), 3) == [[], [], []]


def test_threads_end_together_even_if_one_source_is_longer_than_all_others():
    requests = [of_source("long", 240 + k) for k in range(5)] + [of_source("short", 100)]
    frames = [sum(one.frames for one in done) for done in handed_out(PassesToDo(requests, 2, 4), 2)]
    assert abs(frames[0] - frames[1]) <= 250


def test_little_is_not_taken_out_of_another_threads_run():
    requests = [of_source("one", 20 + k) for k in range(4)]
    assert handed_out(PassesToDo(requests, 2, 4), 2) == [requests, []]


def test_requests_that_differ_in_what_is_laid_over_share_a_pass():
    plain = of_source("one", 50)
    drawn = [replace(plain, overlays=(Overlay(picture=f"{k}", start=0, end=9),)) for k in range(4)]
    work = PassesToDo([plain, *drawn], 1, 3)
    run, first = work.next_of(None)
    assert [request for _, request in first.variants] == [plain, *drawn[:2]]
    assert first.frames == 150
    assert [request for _, request in work.next_of(run)[1].variants] == drawn[2:]
