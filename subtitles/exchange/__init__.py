"""Subtitles in the files that translators' tools work with, out and back: DOCX, CSV, XLIFF 2."""
