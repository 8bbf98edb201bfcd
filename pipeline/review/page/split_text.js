/* Parting a text in two where formatting goes on in both. */

import { tagPlaces, withoutTags, width } from "./measure.js";

const nameOf = (tag) => tag.replace(/[</>]/g, "").trim().split(/\s/)[0].toLowerCase();

function openAt(text) {
  const opened = [];
  for (const [first, last] of tagPlaces(text)) {
    const tag = text.slice(first, last);
    if (tag.startsWith("{")) continue;
    if (!tag.startsWith("</")) opened.push(tag);
    else {
      const place = opened.map(nameOf).lastIndexOf(nameOf(tag));
      if (place >= 0) opened.splice(place, 1);
    }
  }
  return opened;
}

/** Return where a person would part a text that gives no other hint: at a line break, else at the space nearest the middle. */
export function likelyPlace(text) {
  const middle = text.length / 2;
  const places = (pattern) => [...text.matchAll(pattern)].map((match) => match.index);
  const nearest = (all) => all.sort((a, b) => Math.abs(a - middle) - Math.abs(b - middle))[0];
  return nearest(places(/\n/g)) ?? nearest(places(/\s/g)) ?? Math.floor(middle);
}

/** Return the two texts on either side of `place`, or null where one would be empty. */
export function partedAt(text, place) {
  const inTag = tagPlaces(text).find(([first, last]) => first < place && place < last);
  const at = inTag ? inTag[1] : place;
  const opened = openAt(text.slice(0, at));
  const closing = [...opened].reverse().map((tag) => `</${nameOf(tag)}>`).join("");
  const texts = [text.slice(0, at).trimEnd() + closing, opened.join("") + text.slice(at).trimStart()];
  return texts.every((part) => withoutTags(part).trim()) ? texts : null;
}

/** Return the instant at which a cue parted into `texts` would change, by how much there is to read. */
export function likelyTime(value, texts) {
  const [first, second] = texts.map(width);
  return Math.round(value.start_ms + ((value.end_ms - value.start_ms) * first) / Math.max(first + second, 1));
}
