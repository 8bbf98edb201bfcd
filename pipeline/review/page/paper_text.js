/* The text of the paper edit that is open: its blocks, every change of them, and how it is saved. Nothing typed is lost. */

import * as api from "./api.js";
import { t } from "./texts.js";

const WAIT_MS = 500;
const AGAIN_MS = 4000;
const MOST_STEPS = 200;
const path = (cut) => `/api/papers/${encodeURIComponent(cut)}`;

/** Return the blocks with a blank line before and behind the one that came to stand at a place; a text ends with one end. */
function spaced(texts, at) {
  const apart = (text) => (/(?:\r?\n[ \t]*){2}$/.test(text) ? text : `${text.trimEnd()}\n\n`);
  return texts.map((text, place) => {
    if (place === at && place === texts.length - 1) return `${text.trimEnd()}\n`;
    return (place === at || place === at - 1) && text.trim() ? apart(text) : text;
  });
}

export class PaperText {
  #heard = new Map();
  #timer = null;
  #saving = null;
  #past = [];
  #future = [];

  #left = new Map(); // by cut, what a closed tab left and could not be saved yet

  constructor(kept, readOnly) {
    this.kept = kept;
    this.readOnly = readOnly;
    this.cut = null;
    this.document = null;
    this.texts = []; // of the blocks, as they are on the page
    this.base = ""; // what the next save is made of
  }

  on(what, heard) {
    this.#heard.set(what, [...(this.#heard.get(what) ?? []), heard]);
  }

  emit(what, value) {
    for (const heard of this.#heard.get(what) ?? []) heard(value);
  }

  get text() {
    return this.texts.join("");
  }

  /** Save what closed tabs left. */
  async adopt() {
    for (const [key, item] of await this.kept.adopt()) {
      if (!key.startsWith("paper:")) continue;
      try {
        await api.send("PUT", path(key.slice(6)), { base: item.base, text: item.text });
        this.kept.drop(key);
      } catch (error) {
        if (!api.foreseen(error)) throw error;
        this.#left.set(key.slice(6), item);
        this.emit("trouble", t("paper.left"));
      }
    }
  }

  /** Whether something was typed that is not in the file. */
  get unsaved() {
    return this.cut !== null && this.text !== this.base;
  }

  /** Open a cut, once what a closed tab left of it is saved. Whoever calls has saved the one before. */
  async open(cut) {
    const left = this.#left.get(cut);
    if (left) {
      await api.send("PUT", path(cut), { base: left.base, text: left.text });
      this.#left.delete(cut);
      this.kept.drop(`paper:${cut}`);
      this.emit("trouble", "");
    }
    const document = await api.get(path(cut));
    this.emit("conflicts", []);
    this.cut = cut;
    this.#past = [];
    this.#future = [];
    this.base = document.text;
    this.#show(document);
    this.emit("state", this.readOnly ? "reading" : "saved");
  }

  can(way) {
    return !this.readOnly && (way === "undo" ? this.#past : this.#future).length > 0;
  }

  /** Go one step back or forward. */
  step(way) {
    const [from, to] = way === "undo" ? [this.#past, this.#future] : [this.#future, this.#past];
    if (this.readOnly || !from.length) return;
    to.push(this.texts);
    this.texts = from.pop();
    this.#changed();
    this.emit("blocks");
  }

  /** Put `texts` in the place of the blocks; `typing` goes on with the step that was begun. */
  change(texts, { typing = false } = {}) {
    if (this.readOnly) return;
    if (!typing) {
      this.#past.push(this.texts);
      if (this.#past.length > MOST_STEPS) this.#past.shift();
      this.#future = [];
    }
    this.texts = texts;
    this.#changed();
    if (!typing) this.emit("blocks");
  }

  /** Put a block's text at a place, with a blank line before and behind it. */
  insert(at, text) {
    const texts = [...this.texts];
    texts.splice(at, 0, text);
    this.change(spaced(texts, at));
  }

  move(from, to) {
    if (to === from || to === from + 1) return;
    const texts = [...this.texts];
    const [taken] = texts.splice(from, 1);
    const at = to > from ? to - 1 : to;
    texts.splice(at, 0, taken);
    this.change(spaced(texts, at));
  }

  remove(at) {
    this.change(this.texts.filter((_, place) => place !== at));
  }

  /** Save now; resolves when what is on the page is in the file, or cannot be. */
  async flush() {
    clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#saving) await this.#saving;
    if (this.text !== this.base) await this.#save();
  }

  /** The tab closes: what is kept in the browser is saved by the next one, if this does not arrive. */
  leave() {
    if (this.text === this.base || this.readOnly) return;
    api.send("PUT", path(this.cut), { base: this.base, text: this.text }, { keepalive: true }).catch(() => {});
  }

  #changed() {
    this.kept.put(`paper:${this.cut}`, { base: this.base, text: this.text, at: Date.now() });
    this.emit("state", this.kept.works ? "typed" : "unkept");
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.flush(), WAIT_MS);
  }

  async #save() {
    this.#saving = this.#send();
    await this.#saving;
    this.#saving = null;
    if (this.text !== this.base && !this.#timer) this.#timer = setTimeout(() => this.flush(), AGAIN_MS);
  }

  async #send() {
    const [cut, sent] = [this.cut, this.text];
    this.emit("state", "saving");
    try {
      const document = await api.send("PUT", path(cut), { base: this.base, text: sent });
      if (cut !== this.cut) return;
      this.emit("trouble", "");
      if (this.text === sent) this.#saved(document);
      else this.base = sent; // typed on meanwhile: that was made of what was sent
      if (document.conflicts.length) this.emit("conflicts", document.conflicts);
    } catch (error) {
      if (!api.foreseen(error)) throw error;
      this.emit("state", "unsaved");
      this.emit("trouble", error instanceof api.Refused ? error.message : t("paper.away"));
    }
  }

  #saved(document) {
    this.base = document.text;
    this.kept.drop(`paper:${this.cut}`);
    this.#show(document);
    this.emit("state", document.merged ? "merged" : "saved");
  }

  #show(document) {
    this.document = document;
    this.texts = document.blocks.map((block) => block.text);
    this.emit("document");
    this.emit("blocks");
  }
}
