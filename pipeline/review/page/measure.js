/* How much there is to read: the same counts as the rules of the command line (tags and marks that nobody sees do not count). */

const TAG = /<\/?(?:[ibus]|font(?:\s[^<>]*)?)\s*>|\{\\[^{}]*\}/giu;
const UNSEEN = /[\p{Mn}\p{Me}\p{Cf}]/gu;

/** Return the formatting tags of a text as [first, one past the last] places. */
export const tagPlaces = (text) => [...text.matchAll(TAG)].map((match) => [match.index, match.index + match[0].length]);

/** Return the text without formatting. */
export const withoutTags = (text) => text.replace(TAG, "");

/** Return the characters that are seen of one line. */
export const width = (text) => [...withoutTags(text).replace(UNSEEN, "")].length;

/** Return the characters of each line. */
export const lineWidths = (text) => text.split("\n").map((line) => width(line.trim()));

/** Return characters a second, a line break counted as one space. */
export function speedOf(value) {
  const read = width(withoutTags(value.text).split(/\s+/u).filter(Boolean).join(" "));
  return (read * 1000) / Math.max(value.end_ms - value.start_ms, 1);
}

/** Return the speed limit of a language in a style; `es-PE` counts as `es`. */
export function speedLimit(style, language) {
  const speeds = style.speeds ?? {};
  return speeds[language.toLowerCase()] ?? speeds[language.toLowerCase().split("-")[0]] ?? Math.max(...Object.values(speeds), 17);
}

/** Return what is said while typing: widths, speed and which of them are over the style's limits. */
export function measured(value, style, language) {
  const widths = lineWidths(value.text);
  const limit = speedLimit(style, language);
  const speed = speedOf(value);
  return {
    widths,
    longLines: widths.map((count) => count > style.max_line_length),
    tooManyLines: widths.length > style.max_lines,
    speed,
    limit,
    tooFast: Math.ceil(speed - 1e-9) > limit,
    nearlyTooFast: speed > limit * 0.9,
    duration: value.end_ms - value.start_ms,
  };
}
