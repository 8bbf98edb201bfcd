/* What was said, by speaker: a click on a word goes there. */

import { byId, el } from "./dom.js";
import { roughTime } from "./clock.js";
import { speakerChoice, speakerOf } from "./speakers.js";
import { t } from "./texts.js";

const PAUSE_MS = 1200;
const LONGEST_MS = 30000;
const DOUBTFUL = 600;

export class Transcript {
  constructor(desk) {
    Object.assign(this, { desk, words: [], nodes: [], lit: -1, filled: null });
    this.root = byId("transcript");
    this.root.addEventListener("click", (event) => this.#clicked(event));
    for (const event of ["reel", "facts"]) desk.on(event, () => this.show());
    desk.player.on("time", () => this.#light());
  }

  /** Fill the tab where it is in sight. */
  show() {
    const { reel } = this.desk;
    if (byId("panel-transcript").hidden || !reel || this.filled === reel) return;
    this.filled = reel;
    this.words = reel.words ?? [];
    this.nodes = [];
    this.lit = -1;
    const paragraphs = this.#paragraphs().map((paragraph) => this.#paragraph(paragraph));
    this.root.replaceChildren(...(paragraphs.length ? paragraphs : [el("p", { class: "quiet", text: t("transcript.none") })]));
  }

  #paragraphs() {
    const found = [];
    let last = null;
    for (const word of this.words) {
      const who = this.#speaker(word);
      const begins = !last || !same(who, last.who) || word.start_ms - last.end > PAUSE_MS || (word.end_ms - last.words[0].start_ms > LONGEST_MS && /[.!?…]$/u.test(last.words.at(-1).text.trim()));
      if (begins) found.push((last = { who, words: [], end: 0 }));
      last.words.push(word);
      last.end = word.end_ms;
    }
    return found;
  }

  #speaker(word) {
    const { reel, film } = this.desk;
    if (reel.speakers?.length) return speakerOf(reel.speakers, word);
    const people = film.reels.find((one) => one.key === reel.key)?.people ?? [];
    return people.length === 1 ? people[0] : null;
  }

  #paragraph({ who, words }) {
    const from = words[0].start_ms;
    const hear = el("button", { type: "button", class: "hear", data: { ms: from }, text: roughTime(from), "aria-label": t("transcript.hear", { time: roughTime(from) }) });
    const said = el("p", { dir: "auto", lang: this.desk.reel.language });
    for (const word of words) {
      const doubtful = word.confidence !== null && word.confidence !== undefined && word.confidence < DOUBTFUL;
      const percent = Math.round(word.confidence / 10);
      const unsure = word.may_be ? t("text.may_be", { percent, name: word.may_be }) : t("text.doubtful", { percent });
      const title = doubtful ? unsure : null;
      const node = el("span", { class: doubtful ? "word doubtful" : "word", data: { ms: word.start_ms }, title, text: word.text.trim() });
      this.nodes.push(node);
      said.append(node, " ");
    }
    return el("section", { class: "turn" }, el("header", {}, hear, typeof who === "string" ? el("strong", { text: who, dir: "auto" }) : who && speakerChoice(this.desk, who, words)), said);
  }

  #clicked(event) {
    const { ms } = event.target.dataset;
    if (ms === undefined) return;
    this.desk.player.seek(Number(ms));
    if (event.target.matches("button")) this.desk.player.play();
  }

  #light() {
    const { player } = this.desk;
    if (!this.nodes.length || player.clock !== "reel" || byId("panel-transcript").hidden) return;
    const place = lastBefore(this.words, player.time);
    if (place === this.lit) return;
    this.nodes[this.lit]?.classList.remove("lit");
    this.nodes[place]?.classList.add("lit");
    this.lit = place;
    if (!player.paused) this.nodes[place]?.scrollIntoView({ block: "nearest" });
  }
}

/** Whether two paragraphs are of one speaker: a name, or a turn of a voice. */
const same = (one, other) => one === other || (one?.speaker === other?.speaker && one?.voice === other?.voice);

/** Return the place of the last of `items` that has begun at `ms`, or -1. */
export function lastBefore(items, ms) {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (items[middle].start_ms <= ms + 1) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
