/* Terms of the film's glossary that a cue says, whole words whatever their case. */

import { withoutTags } from "./measure.js";

const compared = (text) => withoutTags(text).normalize("NFC").toLocaleLowerCase().replace(/\s+/gu, " ");

function says(text, term) {
  const wanted = compared(term).trim().replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return wanted !== "" && new RegExp(`(?<![\\p{L}\\p{N}_])${wanted}(?![\\p{L}\\p{N}_])`, "u").test(text);
}

/** Return {from, to, note, used} for each term that `source` says, languages = [source, target]. */
export function hintsFor(glossary, source, target, [from, to]) {
  const [said, written] = [compared(source), compared(target)];
  return glossary
    .filter(({ texts }) => texts[from]?.trim() && texts[to]?.trim() && says(said, texts[from]))
    .map(({ texts, note }) => ({ from: texts[from], to: texts[to], note, used: says(written, texts[to]) }));
}
