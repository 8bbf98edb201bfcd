"""Timelines of other programs, written by hand as small as they can be, for tests."""

import json

RATE = "<rate><timebase>{0}</timebase><ntsc>{1}</ntsc></rate>"


def rate(base=25, ntsc="FALSE"):
    return RATE.format(base, ntsc)


def fcp7_file(name="int01.mp4", *, start="01:00:00:00", base=25, ntsc="FALSE", form="NDF", reel="", key=""):
    own = rate(base, ntsc)
    return (
        f'<file id="{key or name}"><name>{name}</name><pathurl>file://localhost/a%20b/{name}</pathurl>{own}'
        f"<timecode>{own}<string>{start}</string><displayformat>{form}</displayformat>"
        f"<reel><name>{reel}</name></reel></timecode></file>"
    )


def fcp7_clip(start, end, first, last, *, file=None, name="int01.mp4", own=None, more="", enabled="TRUE"):
    return (
        f"<clipitem><name>{name}</name><enabled>{enabled}</enabled>{own or rate()}<start>{start}</start><end>{end}</end>"
        f"<in>{first}</in><out>{last}</out>{fcp7_file() if file is None else file}{more}</clipitem>\n"
    )


def fcp7_transition(start, end, *, name="Cross Dissolve", alignment="center", more=""):
    return (
        f"<transitionitem><start>{start}</start><end>{end}</end><alignment>{alignment}</alignment>{rate()}"
        f"<effect><name>{name}</name><effectid>{name}</effectid>{more}</effect></transitionitem>\n"
    )


def fcp7(*tracks, sound=(), head=None, timecode="01:00:00:00", form="NDF"):
    """Return a document: each track is the XML of its items."""
    video = "".join(f"<track>{track}</track>\n" for track in tracks)
    audio = "".join(f"<track>{track}</track>\n" for track in sound)
    own = rate() if head is None else head
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE xmeml>\n<xmeml version="5">\n<sequence id="s1"><name>Cut</name>'
        f"{own}<timecode>{own}<string>{timecode}</string><displayformat>{form}</displayformat></timecode>"
        f"<media><video>{video}</video><audio>{audio}</audio></media></sequence></xmeml>"
    )
    return text.encode()


def speed(percent, *, reverse="FALSE", graph=""):
    values = [("speed", percent), ("reverse", reverse), ("variablespeed", 0)]
    listed = "".join(
        f"<parameter><parameterid>{key}</parameterid><value>{value}</value></parameter>" for key, value in values
    )
    return f"<filter><effect><name>Time Remap</name><effectid>timeremap</effectid>{listed}{graph}</effect></filter>"


def fcpx(spine, *, rate="1/25s", start="3600s", form="NDF", more=""):
    """Return a document with one project; asset a1 begins at 3600 s and has picture and sound."""
    text = f"""<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE fcpxml>
<fcpxml version="1.9"><resources>
<format id="f1" frameDuration="{rate}"/>
<asset id="a1" name="int01" src="file:///a%20b/int01.mp4" start="3600s" duration="600s"
 hasVideo="1" hasAudio="1" format="f1"/>
<asset id="a2" name="river" src="file:///river.mov" start="0s" duration="60s" hasVideo="1" format="f1"/>
{more}</resources><library><event><project name="Cut">
<sequence format="f1" tcStart="{start}" tcFormat="{form}"><spine>{spine}</spine></sequence>
</project></event></library></fcpxml>"""
    return text.encode()


def otio_time(value, rate=25):
    return {"OTIO_SCHEMA": "RationalTime.1", "value": value, "rate": rate}


def otio_range(start, length, rate=25):
    return {"OTIO_SCHEMA": "TimeRange.1", "start_time": otio_time(start, rate), "duration": otio_time(length, rate)}


def otio_clip(name, start, length, *, rate=25, available=None, url="", effects=(), **more):
    reference = {"OTIO_SCHEMA": "MissingReference.1", "metadata": {}}
    if url:
        reference = {"OTIO_SCHEMA": "ExternalReference.1", "target_url": url}
    if available is not None:
        reference["available_range"] = otio_range(*available)
    return {
        "OTIO_SCHEMA": "Clip.2",
        "name": name,
        "source_range": otio_range(start, length, rate),
        "media_references": {"DEFAULT_MEDIA": reference},
        "active_media_reference_key": "DEFAULT_MEDIA",
        "effects": list(effects),
        **more,
    }


def otio_track(*items, kind="Video", **more):
    return {"OTIO_SCHEMA": "Track.1", "kind": kind, "name": "T", "children": list(items), **more}


def otio_gap(length, rate=25):
    return {"OTIO_SCHEMA": "Gap.1", "source_range": otio_range(0, length, rate)}


def otio_transition(into, out, kind="SMPTE_Dissolve", **more):
    offsets = {"in_offset": otio_time(into), "out_offset": otio_time(out)}
    return {"OTIO_SCHEMA": "Transition.1", "transition_type": kind, **offsets, **more}


def otio(*tracks, start=90_000, rate=25, **more):
    timeline = {"OTIO_SCHEMA": "Timeline.1", "name": "Cut", "global_start_time": otio_time(start, rate), **more}
    timeline["tracks"] = {"OTIO_SCHEMA": "Stack.1", "children": list(tracks)}
    return json.dumps(timeline, indent=1).encode()


def told(edls):
    """Return events in short: number of the list, channels, transition, reel, labels, record frames, what is left."""
    return [
        (
            track,
            "V"
            if event.channels.picture
            else f"A{''.join(map(str, event.channels.sound))}{'*' * event.channels.whole}",
            f"{event.transition.code}{event.transition.frames or ''}",
            event.incoming.reel,
            f"{event.incoming.source_in} {event.incoming.source_out}",
            (event.record.start, event.record.end),
            None if event.outgoing is None else f"{event.outgoing.reel} {event.outgoing.source_in}",
        )
        for track, edl in enumerate(edls)
        for event in edl.events
    ]
