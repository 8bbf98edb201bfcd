/* Search and replace in one language; formatting tags are never touched, and all can be taken back. */

import { byId, setText } from "./dom.js";
import { tagPlaces } from "./measure.js";
import { t } from "./texts.js";

export class FindBar {
  constructor(desk, list) {
    Object.assign(this, { desk, list, hits: [], place: -1, pattern: null });
    this.bar = byId("find");
    this.open = this.open.bind(this);
    for (const id of ["find-text", "find-where", "find-case", "find-word"]) byId(id).addEventListener("input", () => this.search());
    byId("find-text").addEventListener("keydown", (event) => event.key === "Enter" && this.#go(event.shiftKey ? -1 : 1));
    byId("replace-text").addEventListener("keydown", (event) => event.key === "Enter" && this.#replace());
    byId("find-next").addEventListener("click", () => this.#go(1));
    byId("find-previous").addEventListener("click", () => this.#go(-1));
    byId("replace-one").addEventListener("click", () => this.#replace());
    byId("replace-all").addEventListener("click", () => this.#replaceAll());
    byId("find-close").addEventListener("click", () => this.close());
    this.bar.addEventListener("keydown", (event) => event.key === "Escape" && this.close());
    desk.on("cues", () => this.pattern && this.#look());
    desk.on("reel", () => this.search());
  }

  /** Open the bar, with what is selected in the text as what to look for. */
  open() {
    const words = document.activeElement?.matches("textarea.words") ? document.activeElement : null;
    const chosen = words?.value.slice(words.selectionStart, words.selectionEnd) ?? "";
    this.bar.hidden = false;
    if (chosen && !chosen.includes("\n")) byId("find-text").value = chosen;
    byId("find-text").focus();
    byId("find-text").select();
    byId("find-open").setAttribute("aria-expanded", "true");
    this.search();
  }

  /** Close the bar and go back to the cue. */
  close() {
    this.bar.hidden = true;
    byId("find-open").setAttribute("aria-expanded", "false");
    this.pattern = null;
    this.list.setFound(null);
    if (this.desk.current) this.desk.select(this.desk.current, { focus: "text" });
    else byId("find-open").focus();
  }

  /** Look for what the bar says. */
  search() {
    const text = byId("find-text").value;
    this.place = -1;
    this.pattern = text && !this.bar.hidden ? patternOf(text, byId("find-case").checked, byId("find-word").checked) : null;
    this.column = byId("find-where").value;
    const off = this.column !== "own" || this.desk.readOnly;
    for (const id of ["replace-text", "replace-one", "replace-all"]) byId(id).disabled = off;
    this.#look();
    const found = this.pattern && { column: this.column, source: String(this.pattern), places: (said) => places(said, this.pattern).map((one) => [...one, "found", null]) };
    this.list.setFound(found);
  }

  #textOf(cue) {
    if (this.column === "own") return this.desk.value(cue).text;
    const pieces = this.desk.companionCues(cue);
    return pieces.length ? pieces.map((piece) => piece.text).join("\n") : (cue.source_text ?? "");
  }

  #look() {
    this.hits = [];
    if (this.pattern && this.desk.track) {
      for (const cue of this.desk.track.order) {
        for (const [first, last] of places(this.#textOf(cue), this.pattern)) this.hits.push({ id: cue.id, first, last });
      }
    }
    this.#count();
  }

  #count() {
    const many = this.hits.length;
    const key = !this.pattern ? "find.type" : many === 0 ? "find.none" : this.place < 0 ? "find.count" : "find.place";
    setText(byId("find-count"), t(key, { count: many, place: this.place + 1 }));
  }

  #go(by) {
    if (!this.hits.length) return;
    if (this.place < 0) {
      const at = this.desk.cue ? this.desk.track.placeOf(this.desk.current) : 0;
      const next = this.hits.findIndex((hit) => this.desk.track.placeOf(hit.id) >= at);
      this.place = by > 0 ? Math.max(next, 0) : (next > 0 ? next : this.hits.length) - 1;
    } else this.place = (this.place + by + this.hits.length) % this.hits.length;
    this.#show();
  }

  #show() {
    const { id, first, last } = this.hits[this.place];
    if (this.list.found) this.list.found.here = this.hits[this.place];
    this.desk.select(id, { seek: true });
    this.list.list.show(id);
    const words = this.list.list.row(id)?.words;
    if (this.column === "own" && words) words.setSelectionRange(first, last);
    this.#count();
  }

  #replace() {
    if (byId("replace-one").disabled) return;
    if (this.place < 0 || !this.hits[this.place]) {
      this.#go(1);
      return;
    }
    const { id, first, last } = this.hits[this.place];
    const { text } = this.desk.value(this.desk.track.cues.get(id));
    const { place } = this;
    this.desk.edit(id, { text: text.slice(0, first) + byId("replace-text").value + text.slice(last) }, "replace");
    this.#look();
    this.place = this.hits.length ? place % this.hits.length : -1;
    if (this.place >= 0) this.#show();
    else this.#count();
  }

  #replaceAll() {
    const written = byId("replace-text").value;
    const count = this.hits.length;
    const edits = [...new Set(this.hits.map((hit) => hit.id))].map((id) => {
      const { text } = this.desk.value(this.desk.track.cues.get(id));
      const found = places(text, this.pattern).reverse();
      return { id, change: { text: found.reduce((said, [first, last]) => said.slice(0, first) + written + said.slice(last), text) } };
    });
    if (!edits.length) return;
    this.desk.editAll(edits, "replace");
    this.desk.saver.flush();
    this.desk.say(t("find.replaced", { count }));
  }
}

function patternOf(text, heedCase, wholeWords) {
  const literal = text.normalize("NFC").replace(/[.*+?^${}()|[\]\\/]/g, "\\$&").replace(/\s+/gu, "\\s+");
  const bounded = wholeWords ? `(?<![\\p{L}\\p{N}_])${literal}(?![\\p{L}\\p{N}_])` : literal;
  return new RegExp(bounded, heedCase ? "gu" : "giu");
}

/** Return where a pattern is found outside of formatting tags. */
function places(text, pattern) {
  const tags = tagPlaces(text);
  return [...text.matchAll(pattern)]
    .map((match) => [match.index, match.index + match[0].length])
    .filter(([first, last]) => last > first && !tags.some(([open, close]) => first < close && last > open));
}
