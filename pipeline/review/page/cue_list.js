/* The cues side by side: a grid of which only the rows in sight are in the page. */

import { CueRow } from "./cue_row.js";
import { VirtualList } from "./virtual_list.js";
import { byId, el, setAttribute, setText } from "./dom.js";
import { FILTERS, counts, progress } from "./filters.js";
import { number, said, t } from "./texts.js";

export class CueList {
  constructor(desk, actions) {
    Object.assign(this, { desk, actions, found: null, now: null });
    this.grid = byId("grid");
    this.list = new VirtualList(this.grid, byId("rows"), (id) => new CueRow(desk, actions, this, id));
    this.grid.addEventListener("pointerdown", (event) => event.pointerType !== "touch" && event.button === 0 && this.#pressed(event, "text"));
    this.grid.addEventListener("click", (event) => this.#pressed(event, "row"));
    this.grid.addEventListener("keydown", (event) => this.#key(event));
    actions.caret = () => {
      const words = this.#words();
      return words && document.activeElement === words ? words.selectionStart : null;
    };
    desk.on("reel", () => this.#opened());
    desk.on("view", () => this.#view());
    desk.on("cues", (ids) => this.#changed(ids));
    desk.on("companion", () => this.list.update());
    desk.on("current", (detail) => this.#current(detail));
    desk.on("filter", () => this.#buttons());
    desk.player.on("time", () => this.#time());
  }

  /** Mark what a search found: `found` has a column and places(text). */
  setFound(found) {
    this.found = found;
    this.list.update();
  }

  /** Return what was searched for in a column, or null. */
  marks(column) {
    return this.found?.column === column ? this.found : null;
  }

  #opened() {
    const { desk } = this;
    this.grid.scrollTop = 0;
    setText(byId("head-source"), desk.companion ? desk.languageName(desk.companion.language) : "");
    setText(byId("head-own"), desk.languageName(desk.track.language));
    const reason = byId("why-read-only");
    const why = desk.track.readOnlyReason;
    setText(reason, desk.film.read_only ? t("readOnly") : why ? said(why) : "");
    reason.hidden = !desk.readOnly;
    this.list.setKeys([]);
    this.list.pin(null);
    this.#view();
    this.#buttons();
  }

  #view() {
    const { desk } = this;
    setAttribute(this.grid, "aria-rowcount", desk.track.order.length + 1);
    this.list.setKeys(desk.view.map((cue) => cue.id));
    byId("nothing").hidden = desk.view.length > 0;
    setText(byId("nothing"), t(desk.track.order.length ? "filter.nothing" : "track.empty"));
  }

  #changed(ids) {
    this.list.update(ids?.size === 1 ? ids : null);
    if (this.counting) return;
    this.counting = true;
    requestAnimationFrame(() => {
      this.counting = false;
      this.#buttons();
    });
  }

  #buttons() {
    const { desk } = this;
    const found = counts(desk);
    const group = byId("filters");
    if (!group.children.length) {
      group.append(...FILTERS.map((filter) => el("button", { type: "button", data: { filter }, on: { click: () => desk.setFilter(filter) } })));
    }
    for (const node of group.children) {
      const { filter } = node.dataset;
      setText(node, `${t(`filter.${filter}`)} ${number(found[filter])}`);
      setAttribute(node, "aria-pressed", desk.filter === filter);
    }
    const { approved, total, left_ms } = progress(desk);
    const minutes = Math.ceil(left_ms / 60000);
    setText(byId("progress-text"), t("progress", { approved, total, count: minutes, minutes }));
    const bar = byId("progress");
    bar.max = Math.max(total, 1);
    bar.value = approved;
  }

  #current({ id, before, focus }) {
    const { desk } = this;
    this.list.pin(id);
    for (const name of [before, id, desk.view[0]?.id]) this.list.row(name)?.update();
    if (!id) return;
    if (before !== id || focus) this.list.show(id);
    if (focus === "text") this.#words()?.focus({ preventScroll: true });
    if (focus === "row" || (focus === "text" && this.desk.readOnly)) this.list.row(id)?.node.focus({ preventScroll: true });
  }

  #words() {
    return this.list.row(this.desk.current)?.words ?? null;
  }

  /** A mouse chooses when it goes down, a finger when it has not scrolled. */
  #pressed(event, focus) {
    const node = event.target.closest(".cue");
    if (!node || node.dataset.id === this.desk.current || event.target.closest("button")) return;
    const place = caretUnder(event, node);
    this.desk.select(node.dataset.id, { seek: true, focus });
    const words = this.#words();
    if (words && document.activeElement === words) words.setSelectionRange(place ?? words.value.length, place ?? words.value.length);
    if (focus === "text") event.preventDefault();
  }

  #key(event) {
    if (!event.target.classList.contains("cue")) {
      if (event.key === "Escape") this.list.row(this.desk.current)?.node.focus();
      return;
    }
    const { view } = this.desk;
    const page = Math.max(1, Math.floor(this.grid.clientHeight / 80));
    const by = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -view.length, End: view.length }[event.key];
    if (by) this.actions.step(this.desk.current ? by : 0);
    else if (event.key === "Enter" && !event.ctrlKey && !event.metaKey) this.desk.select(this.desk.current ?? event.target.dataset.id, { focus: "text" });
    else return;
    event.preventDefault();
  }

  #time() {
    const { desk } = this;
    if (!desk.track || desk.player.clock !== "reel") return;
    const id = desk.track.at(desk.player.time)?.id ?? null;
    if (id === this.now) return;
    this.list.row(this.now)?.setNow(false);
    this.now = id;
    if (id && !desk.player.paused && byId("follow").checked && !document.activeElement?.matches("textarea")) this.list.show(id);
    this.list.row(id)?.setNow(true);
  }
}

function caretUnder(event, node) {
  const said = node.querySelector(".said");
  if (!said?.contains(event.target) || said.childNodes.length !== 1 || !document.caretPositionFromPoint) return null;
  const place = document.caretPositionFromPoint(event.clientX, event.clientY);
  return place?.offsetNode === said.firstChild ? place.offset : null;
}
