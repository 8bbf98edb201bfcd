/* What was said in a reel, word by word: words are chosen by mouse, touch or keys, and taken into the cut as a quote. */

import * as api from "./api.js";
import { byId, el, setText } from "./dom.js";
import { drag } from "./paper_drag.js";
import { PaperMarks } from "./paper_marks.js";
import { t } from "./texts.js";

const MOST_WORDS = 60;
const PAUSE_MS = 1500;

export class PaperWords {
  #anchor = null;
  #head = null;

  constructor(paper, list, film) {
    this.paper = paper;
    this.list = list;
    this.box = byId("words");
    this.words = [];
    this.nodes = [];
    this.marks = new PaperMarks(this);
    const reels = film.reels.filter((reel) => Object.keys(reel.tracks).length);
    byId("reel-choice").append(...reels.map(({ key, people }) => el("option", { value: key, text: [key, ...people].join(" · ") })));
    byId("reel-choice").addEventListener("change", (event) => this.open(event.target.value));
    byId("take").addEventListener("click", () => this.take());
    this.box.addEventListener("pointerdown", (event) => this.#pressed(event));
    this.box.addEventListener("keydown", (event) => this.#key(event));
    list.onReel = (reel, ms) => this.show(reel, ms);
    if (reels.length) this.open(reels[0].key);
  }

  async open(reel) {
    this.reel = reel;
    byId("reel-choice").value = reel;
    this.#choose(null, null);
    let [said, facts] = [{ words: [] }, { speakers: [] }];
    try {
      const at = encodeURIComponent(reel);
      [said, facts] = await Promise.all([api.get(`/api/reels/${at}/said`), api.get(`/api/reels/${at}`)]);
    } catch (error) {
      if (!api.foreseen(error)) throw error;
      if (this.reel === reel) this.box.replaceChildren(el("p", { class: "quiet", text: error instanceof api.Refused || error instanceof api.NeedsLink ? error.message : t("said.away") }));
      return;
    }
    if (this.reel !== reel) return;
    this.words = said.words;
    this.#draw(said.language, facts.speakers);
    await this.marks.load();
  }

  /** Bring the words of a reel from `ms` on into sight. */
  async show(reel, ms) {
    if (reel !== this.reel) await this.open(reel);
    const at = this.words.findIndex((word) => word.end_ms > ms);
    this.nodes[at]?.scrollIntoView({ block: "center" });
  }

  /** Return from when to when the chosen words are said, {from_ms, to_ms}, or null. */
  span() {
    const [first, last] = this.#range();
    return first === null ? null : { from_ms: this.words[first].start_ms, to_ms: this.words[last].end_ms };
  }

  /** Take the chosen words into the cut, before the entry `place`; without it, behind the current one. */
  async take(place) {
    const [[first, last], span] = [this.#range(), this.span()];
    if (!span || this.paper.readOnly) return;
    try {
      const body = { reel: this.reel, ...span };
      const { text } = await api.send("POST", "/api/quotes", body);
      this.list.add(text, place);
      setText(byId("taken"), t("paper.taken", { count: last - first + 1 }));
    } catch (error) {
      if (!api.foreseen(error)) throw error;
      setText(byId("taken"), error instanceof api.Refused ? error.message : t("said.away"));
    }
  }

  #draw(language, turns) {
    const paragraphs = [];
    this.nodes = this.words.map((word, at) => {
      const node = el("span", { class: "word", role: "option", "aria-selected": "false", text: word.text, data: { at } });
      const turn = turns.find((one) => one.start_ms <= word.start_ms && word.start_ms < one.end_ms);
      const before = this.words[at - 1];
      const last = paragraphs.at(-1);
      const paused = before && word.start_ms - before.end_ms > PAUSE_MS;
      const changed = turn && last?.voice && turn.voice !== last.voice;
      if (!last || changed || ((paused || /[.?!]$/.test(before.text)) && last.nodes.length > MOST_WORDS)) {
        paragraphs.push({ voice: turn?.voice, name: turn?.name, nodes: [] });
      }
      paragraphs.at(-1).nodes.push(node, " ");
      return node;
    });
    const drawn = paragraphs.map(({ name, nodes }) => el("p", { lang: language, dir: "auto" }, name ? el("span", { class: "who", text: name }) : null, nodes));
    this.box.replaceChildren(...(drawn.length ? drawn : [el("p", { class: "quiet", text: t("paper.nothingSaid") })]));
  }

  #range() {
    if (this.#anchor === null) return [null, null];
    return [Math.min(this.#anchor, this.#head), Math.max(this.#anchor, this.#head)];
  }

  #choose(anchor, head) {
    const [from, to] = this.#range();
    if (from !== null) for (let at = from; at <= to; at += 1) this.nodes[at]?.setAttribute("aria-selected", "false");
    this.nodes[this.#head]?.classList.remove("at");
    [this.#anchor, this.#head] = [anchor, head];
    const [first, last] = this.#range();
    if (first !== null) for (let at = first; at <= last; at += 1) this.nodes[at].setAttribute("aria-selected", "true");
    this.nodes[head]?.classList.add("at");
    byId("take").disabled = first === null || this.paper.readOnly;
    setText(byId("taken"), first === null ? "" : t("paper.chosen", { count: last - first + 1 }));
    this.marks.chosen(this.span());
  }

  #pressed(event) {
    const at = wordAt(event);
    if (at === null || event.button) return;
    const [first, last] = this.#range();
    if (event.pointerType === "touch") {
      this.#touched(at);
      return;
    }
    event.preventDefault();
    this.box.focus({ preventScroll: true });
    if (first !== null && last > first && at >= first && at <= last && !event.shiftKey) {
      drag(event, this.list.box, (place) => this.take(place));
      document.addEventListener("click", (click) => wordAt(click) === at && this.#choose(at, at), { once: true });
      return;
    }
    this.#choose(event.shiftKey && this.#anchor !== null ? this.#anchor : at, at);
    const move = (moved) => {
      const over = wordAt(document.elementFromPoint(moved.clientX, moved.clientY));
      if (over !== null) this.#choose(this.#anchor, over);
    };
    document.addEventListener("pointermove", move);
    document.addEventListener("pointerup", () => document.removeEventListener("pointermove", move), { once: true });
  }

  /** The first tap chooses a word, the second one as far as there, the third begins anew. */
  #touched(at) {
    const [first, last] = this.#range();
    this.#choose(first !== null && first === last && at !== first ? this.#anchor : at, at);
  }

  #key(event) {
    if (event.key === "Enter") {
      event.preventDefault();
      this.take();
      return;
    }
    const steps = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 10, ArrowUp: -10, Home: -Infinity, End: Infinity };
    const step = steps[event.key];
    if (step === undefined || event.ctrlKey || event.altKey || event.metaKey || !this.words.length) return;
    event.preventDefault();
    const from = this.#head ?? -1;
    const at = Math.max(0, Math.min(this.words.length - 1, from + step));
    this.#choose(event.shiftKey && this.#anchor !== null ? this.#anchor : at, at);
    this.nodes[at].scrollIntoView({ block: "nearest" });
  }
}

function wordAt(where) {
  const node = (where?.target ?? where)?.closest?.("#words .word");
  return node ? Number(node.dataset.at) : null;
}
