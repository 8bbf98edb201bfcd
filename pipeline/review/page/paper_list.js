/* The entries of the paper edit: read, edited in place, moved, taken out; what is wrong stands at its entry. */

import * as api from "./api.js";
import { byId, button, el, setText } from "./dom.js";
import { blockNode } from "./paper_block.js";
import { drag } from "./paper_drag.js";
import { beginThumbs } from "./paper_thumb.js";
import { lengthText } from "./paper_time.js";
import { said, t } from "./texts.js";

const PARTS = "button, select, .body"; // what of an entry takes the focus

const bare = (text) => text.replace(/\s+$/, "");

export class PaperList {
  constructor(paper, player) {
    this.paper = paper;
    this.player = player;
    this.box = byId("blocks");
    this.current = null;
    this.editing = null;
    this.onReel = () => {};
    paper.on("blocks", () => this.draw());
    paper.on("conflicts", (conflicts) => this.#clashes(conflicts));
    byId("play-all").addEventListener("click", () => player.play(0));
    byId("add").addEventListener("change", (event) => this.#addKind(event.target));
    this.box.addEventListener("keydown", (event) => this.#key(event));
    byId("add").disabled = paper.readOnly;
  }

  /** Put an entry's text before the entry `place`, else behind the current one, and make it the current one. */
  add(text, place = this.current === null ? this.paper.texts.length : this.current + 1) {
    this.#close();
    const at = Math.min(place, this.paper.texts.length);
    this.current = at;
    this.paper.insert(at, text);
    this.box.children[at]?.scrollIntoView({ block: "nearest" });
  }

  draw() {
    const { document: shown, texts } = this.paper;
    const fits = shown && texts.length === shown.blocks.length;
    const known = new Map(shown.blocks.map((block) => [block.text, block]));
    const open = this.#openField();
    beginThumbs();
    const nodes = texts.map((text, at) => {
      const same = fits && shown.blocks[at].text === text;
      const block = same ? shown.blocks[at] : { ...(known.get(text) ?? { kind: "note" }), text, fresh: !known.has(text) };
      const findings = same ? shown.findings.filter((one) => one.block === at) : [];
      return blockNode({ block, at, findings, list: this, current: at === this.current });
    });
    const focused = this.#focused();
    this.drawing = true; // a field that is taken away loses the focus: that is not the end of typing
    this.box.replaceChildren(...nodes);
    this.drawing = false;
    if (open) this.#reopen(open);
    else if (focused) this.#refocus(focused);
    this.#chapters();
    const problem = byId("paper-problem");
    const loose = shown.problem && !shown.findings.some((one) => one.block !== null);
    problem.hidden = !shown.problem;
    if (shown.problem) setText(problem, loose ? said(shown.problem) : t("paper.cannot", { count: shown.findings.filter((one) => one.severity === "error").length }));
    byId("play-all").disabled = Boolean(shown.problem);
  }

  choose(at) {
    if (at === this.current) return;
    this.box.children[this.current]?.classList.remove("current");
    this.current = at;
    this.box.children[at]?.classList.add("current");
  }

  grip(event, at) {
    if (this.paper.readOnly || event.button) return;
    event.preventDefault();
    this.choose(at);
    drag(event, this.box, (place) => this.#moved(at, place));
  }

  /** Move an entry one up or down. */
  shift(at, by) {
    const to = at + by;
    if (to < 0 || to >= this.paper.texts.length) return;
    this.#moved(at, by > 0 ? to + 1 : to);
    this.box.children[this.current]?.querySelector(".grip").focus();
  }

  remove(at) {
    this.current = at ? at - 1 : null;
    this.editing = null;
    this.paper.remove(at);
  }

  async tighten(at, ms) {
    try {
      const { text } = await api.send("POST", "/api/quotes/tight", { text: this.paper.texts[at], tight_ms: ms });
      this.paper.change(this.paper.texts.map((one, place) => (place === at ? text : one)));
    } catch (error) {
      if (!api.foreseen(error)) throw error;
      setText(byId("said"), error instanceof api.Refused ? error.message : t("said.away"));
    }
  }

  /** Edit an entry's text in place. */
  edit(at, { all = false } = {}) {
    if (this.paper.readOnly || this.editing === at) return;
    this.#close();
    this.choose(at);
    this.editing = at;
    const body = this.box.children[at].querySelector(".body");
    const text = this.paper.texts[at];
    const field = el("textarea", { spellcheck: "true", dir: "auto", "aria-label": t("paper.text"), on: { input: () => this.#typed(field), blur: () => this.#close(), keydown: (event) => this.#fieldKey(event) } });
    field.value = bare(text);
    this.before = this.paper.texts;
    body.replaceChildren(field);
    field.focus();
    if (all) field.select();
  }

  #typed(field) {
    const at = this.editing;
    const behind = this.paper.texts[at].slice(bare(this.paper.texts[at]).length) || "\n\n";
    const text = field.value + behind;
    const first = this.paper.texts === this.before;
    this.paper.change(this.paper.texts.map((one, place) => (place === at ? text : one)), { typing: !first || !this.before });
    this.before = null;
  }

  #close() {
    if (this.editing === null || this.drawing) return;
    const at = this.editing;
    this.editing = null;
    if (!this.paper.texts[at]?.trim()) this.paper.change(this.paper.texts.filter((_, place) => place !== at), { typing: true });
    this.draw();
  }

  /** Return which part of which entry has the focus, null where none has: a save that comes back draws the entries again. */
  #focused() {
    const node = document.activeElement?.closest("#blocks > .block");
    return node && { at: Number(node.dataset.at), text: node.dataset.text, part: [...node.querySelectorAll(PARTS)].indexOf(document.activeElement) };
  }

  #refocus({ at, text, part }) {
    const { texts } = this.paper;
    const same = bare(texts[at] ?? "") === text ? at : texts.findIndex((one) => bare(one) === text);
    const parts = [...(this.box.children[same < 0 ? (this.current ?? 0) : same]?.querySelectorAll(PARTS) ?? [])];
    (parts[part] ?? parts[0])?.focus({ preventScroll: true });
  }

  #openField() {
    const field = this.editing === null ? null : this.box.querySelector("textarea");
    return field && { text: field.value, ends: [field.selectionStart, field.selectionEnd], focus: document.activeElement === field };
  }

  #reopen({ text, ends, focus }) {
    const { texts } = this.paper;
    const same = (one) => bare(one ?? "") === bare(text);
    const at = same(texts[this.editing]) ? this.editing : texts.findIndex(same);
    this.editing = null;
    if (at < 0 || !focus) return;
    this.edit(at);
    const field = this.box.querySelector("textarea");
    field.value = text;
    field.setSelectionRange(...ends);
    this.before = null;
  }

  #fieldKey(event) {
    event.stopPropagation();
    if (event.key !== "Escape" && !(event.key === "Enter" && (event.ctrlKey || event.metaKey))) return;
    event.preventDefault();
    const at = this.editing;
    this.#close();
    this.box.children[at]?.querySelector(".body").focus();
  }

  #key(event) {
    const node = event.target.closest(".block");
    if (!node || this.editing !== null) return;
    const at = Number(node.dataset.at);
    if (event.altKey && ["ArrowUp", "ArrowDown"].includes(event.key)) this.shift(at, event.key === "ArrowUp" ? -1 : 1);
    else if (event.key === "Delete" && !this.paper.readOnly) this.remove(at);
    else if (event.key === "Enter" && event.target.matches(".body")) this.edit(at);
    else return;
    event.preventDefault();
  }

  #moved(at, place) {
    this.current = place > at ? place - 1 : place;
    this.paper.move(at, place);
  }

  #addKind(choice) {
    const kind = choice.value;
    choice.value = "";
    if (!kind) return;
    const texts = { heading: t("paper.new.heading"), title: t("paper.new.title"), narration: t("paper.new.narration"), picture: t("paper.new.picture"), music: t("paper.new.music"), note: t("paper.new.note") };
    this.add(`${texts[kind]}\n\n`);
    this.edit(this.current, { all: true });
  }

  #chapters() {
    const buttons = this.paper.document.chapters.map(({ block, texts, ms, level }) =>
      button(`${"· ".repeat(level - 1)}${texts[0]} ${lengthText(ms)}`, () => this.box.children[block]?.scrollIntoView({ block: "start" })),
    );
    byId("chapters").replaceChildren(...buttons);
  }

  #clashes(conflicts) {
    const items = conflicts.map((one) => {
      const item = el("li", {}, el("strong", { text: t("paper.clash") }));
      const keep = (text, other) => {
        item.remove();
        this.#settle(one, text, other);
      };
      for (const [label, own, other] of [["paper.keepMine", one.mine, one.theirs], ["paper.keepTheirs", one.theirs, one.mine]]) {
        item.append(el("pre", { text: own || t("paper.takenOut"), dir: "auto" }), button(t(label), () => keep(own, other)));
      }
      return item;
    });
    byId("conflicts").replaceChildren(...items);
  }

  /** Put the version that was chosen in the place of the one that stands there, and take the comment behind it away. */
  #settle({ mine, theirs }, text) {
    const stands = bare(mine || theirs);
    const texts = [...this.paper.texts];
    const at = texts.findIndex((one) => bare(one) === stands);
    if (at < 0) return;
    if (mine && theirs && texts[at + 1]?.startsWith("<!--") && texts[at + 1].includes(bare(theirs))) texts[at] += texts.splice(at + 1, 1)[0].slice(bare(texts[at + 1] ?? "").length) || "\n";
    const behind = texts[at].slice(bare(texts[at]).length).replace(/^\n*/, "\n\n");
    if (text) texts[at] = bare(text) + behind;
    else texts.splice(at, 1);
    this.paper.change(texts);
  }
}
