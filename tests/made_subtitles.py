"""Small subtitle files of every format, made here."""

SRT = """1
00:00:01,000 --> 00:00:02,500
{\\an8}<i>Hola</i>, ¿qué tal?

2
00:00:03,000 --> 00:00:04,000
- Bien.
- ¿Y tú?

3
00:00:05,000 --> 00:00:06,250
Eran las 12
"""

VTT = """WEBVTT - una prueba
Kind: captions

NOTE para quien traduce

STYLE
::cue(.x) { color: red; }

REGION
id:abajo

uno
00:01.000 --> 00:02.500 line:0 align:start
<v Juana><i>Hola</i>, ¿qué tal?

00:00:03.000 --> 00:00:04.000 region:abajo
Bien &amp; <c.yellow>vos</c>
"""

ASS = """[Script Info]
ScriptType: v4.00+
WrapStyle: 0

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, Underline, \
StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, Encoding
Style: Default,Arial,20,&H00FFFFFF,&H00FFFFFF,&H00000000,&H00000000,0,0,0,0,100,100,0,0,1,1,0,2,10,10,10,1
Style: Arriba,Arial,20,&H0000FFFF,&H00FFFFFF,&H00000000,&H00000000,0,-1,0,0,100,100,0,0,1,1,0,8,10,10,10,1

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
Comment: 0,0:00:00.00,0:00:05.00,Default,,0,0,0,,no se muestra
Dialogue: 0,0:00:01.00,0:00:02.50,Default,Juana,0,0,0,,{\\i1}Hola{\\i0}, ¿qué tal?\\NBien
Dialogue: 0,0:00:03.00,0:00:04.00,Arriba,,0,0,0,,Arriba{una nota}
Dialogue: 0,0:00:05.00,0:00:06.00,Default,,0,0,0,,{\\p1}m 0 0 l 10 0 10 10{\\p0}
"""

TTML = """<?xml version="1.0" encoding="UTF-8"?>
<tt xmlns="http://www.w3.org/ns/ttml" xmlns:tts="http://www.w3.org/ns/ttml#styling"
    xmlns:ttp="http://www.w3.org/ns/ttml#parameter" ttp:frameRate="25" xml:lang="es">
  <head>
    <styling><style xml:id="s" tts:fontStyle="italic"/></styling>
    <layout><region xml:id="r" tts:origin="10% 5%" tts:extent="80% 20%" tts:displayAlign="before"/></layout>
  </head>
  <body>
    <div begin="1s">
      <p begin="0s" dur="1.5s" region="r" style="s">Hola, <span tts:fontStyle="normal">¿qué tal?</span><br/>Bien</p>
      <p begin="00:00:02:00" end="00:00:03:00">dos</p>
    </div>
  </body>
</tt>
"""


def stl(blocks, *, rate=b"STL25.01", characters=b"00", start=b"00000000", count=None):
    """An EBU STL file of teletext subtitles: `blocks` are dictionaries with times as four numbers, text and the rest."""
    number = len(blocks) if count is None else count
    header = bytearray(b" " * 1024)
    header[0:3], header[3:11], header[11:12], header[12:14] = b"850", rate, b"1", characters
    header[14:16], header[238:243], header[253:255] = b"0A", b"%05d" % number, b"23"
    header[256:264] = start
    out = bytes(header)
    for index, block in enumerate(blocks):
        out += bytes((0, index & 255, index >> 8, block.get("extension", 255), block.get("cumulative", 0)))
        out += bytes(block["begin"]) + bytes(block["end"])
        out += bytes((block.get("row", 20), block.get("justification", 2), block.get("comment", 0)))
        out += block["text"][:112].ljust(112, b"\x8f")
    return out


STL = stl(
    [
        {"begin": (0, 0, 1, 0), "end": (0, 0, 2, 12), "text": b"Hola\x8aqu\xc2e tal"},
        {"begin": (0, 0, 3, 0), "end": (0, 0, 4, 0), "text": b"\x80dos\x81 y \x03tres"},
    ]
)

SAMPLES = {
    "a.srt": SRT.encode(),
    "b.vtt": VTT.encode(),
    "c.ass": ASS.encode(),
    "d.ttml": TTML.encode(),
    "e.stl": STL,
    "f.srt": SRT.encode("utf-16"),
}
