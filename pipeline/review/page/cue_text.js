/* A cue's text as elements: <i>, <b> and <u> as they look, everything else that was typed as text. */

import { el } from "./dom.js";
import { tagPlaces } from "./measure.js";
import { t } from "./texts.js";

const LOOKS = { i: "em", b: "strong", u: "u", s: "s" };
const TURNING = /[\u202A-\u202E\u2066-\u2069\u200E\u200F\u061C]/u;
const TURNING_NAMES = {
  "\u202A": "LRE", "\u202B": "RLE", "\u202C": "PDF", "\u202D": "LRO", "\u202E": "RLO", "\u2066": "LRI",
  "\u2067": "RLI", "\u2068": "FSI", "\u2069": "PDI", "\u200E": "LRM", "\u200F": "RLM", "\u061C": "ALM",
};

/**
 * Return the text as nodes. `marks` are [first, one past the last, class, title] places in it; marks and characters that
 * turn the writing direction are shown, the latter by their names where `names` is set (a viewer must not see them).
 */
export function cueNodes(text, { marks = [], names = true } = {}) {
  const root = document.createDocumentFragment();
  let open = root;
  let at = 0;
  for (const [first, last] of [...tagPlaces(text), [text.length, text.length]]) {
    open.append(...stretches(text, at, first, marks, names));
    open = stepInto(open, text.slice(first, last), root, names);
    at = last;
  }
  return root;
}

function stepInto(open, tag, root, names) {
  if (!tag) return open;
  if (tag.startsWith("{")) {
    if (names) open.append(el("span", { class: "chip", text: tag.slice(1, -1), dir: "ltr" }));
    return open;
  }
  const name = tag.replace(/[</>]/g, "").trim().split(/\s/)[0].toLowerCase();
  if (tag.startsWith("</")) return open === root || open.dataset.tag !== name ? open : open.parentNode;
  const inner = el(LOOKS[name] ?? "span", { data: { tag: name } });
  open.append(inner);
  return inner;
}

function stretches(text, from, to, marks, names) {
  const edges = new Set([from, to]);
  for (const [first, last] of marks) for (const edge of [first, last]) if (edge > from && edge < to) edges.add(edge);
  const places = [...edges].sort((a, b) => a - b);
  return places.slice(1).flatMap((last, number) => {
    const first = places[number];
    const mark = marks.find((one) => one[0] <= first && one[1] >= last);
    const nodes = letters(text.slice(first, last), names);
    return mark ? [el("mark", { class: mark[2], title: mark[3] }, nodes)] : nodes;
  });
}

function letters(text, names) {
  if (!names || !TURNING.test(text)) return [document.createTextNode(text)];
  return text.split(new RegExp(`(${TURNING.source})`, "u")).filter(Boolean).map((piece) => {
    const name = TURNING_NAMES[piece];
    return name ? el("span", { class: "chip", text: name, title: t("text.turning") }) : document.createTextNode(piece);
  });
}

/** Return the places of a cue's doubtful words as marks; the server counts characters, the page counts code units. */
export function doubtfulMarks(cue) {
  if (!cue?.doubtful?.length) return [];
  const units = [0];
  for (const letter of cue.text) units.push(units.at(-1) + letter.length);
  return cue.doubtful.map(([first, last, confidence]) => {
    const title = t("text.doubtful", { percent: Math.round(confidence / 10) });
    return [units[first] ?? cue.text.length, units[last] ?? cue.text.length, "doubtful", title];
  });
}
