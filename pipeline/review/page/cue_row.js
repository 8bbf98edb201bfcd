/* One cue in the list: number and times, the other language, its own text (typed in where it stands) and how it stands. */

import { button, el, setAttribute, setText } from "./dom.js";
import { cueNodes, doubtfulMarks } from "./cue_text.js";
import { conflictBox } from "./conflict_box.js";
import { inConflict } from "./filters.js";
import { measured } from "./measure.js";
import { number, t } from "./texts.js";
import { timeText } from "./clock.js";

export class CueRow {
  constructor(desk, actions, list, id) {
    Object.assign(this, { desk, actions, list, id, words: null, shown: "" });
    this.nr = el("strong");
    this.times = el("span");
    this.when = el("div", { role: "gridcell", class: "when" }, this.nr, this.times);
    this.source = el("div", { role: "gridcell", class: "source", dir: "auto" });
    this.own = el("div", { role: "gridcell", class: "own" });
    this.state = el("div", { role: "gridcell", class: "state" });
    this.below = el("div", { role: "gridcell", class: "below" });
    this.node = el("div", { role: "row", class: "cue", tabindex: "-1", data: { id } }, this.when, this.source, this.own, this.state);
    this.update();
  }

  /** Bring the row up to date; the text under the cursor is touched only where someone else changed it. */
  update() {
    const cue = this.desk.track.cues.get(this.id);
    if (!cue) return;
    const value = this.desk.value(cue);
    const current = this.desk.current === this.id;
    const place = this.desk.track.placeOf(this.id);
    this.standing = this.desk.standing(cue);
    this.node.className = `cue is-${this.standing}${current ? " current" : ""}${this.node.classList.contains("now") ? " now" : ""}`;
    setAttribute(this.node, "aria-rowindex", place + 2);
    setAttribute(this.node, "aria-selected", current);
    setAttribute(this.node, "tabindex", current || (!this.desk.current && this.desk.view[0]?.id === this.id) ? 0 : -1);
    setText(this.nr, String(place + 1));
    setText(this.times, `${timeText(value.start_ms, true)}\n${number((value.end_ms - value.start_ms) / 1000)} s`);
    this.#showSource(cue);
    if (current && !this.desk.readOnly) this.#edited(cue, value);
    else this.#still(cue, value);
    this.#showState(cue, value);
  }

  #showSource(cue) {
    const pieces = this.desk.companionCues(cue);
    const marks = this.list.marks("companion");
    const text = pieces.length ? pieces.map((piece) => piece.text).join("\n") : (cue.source_text ?? "");
    const doubtful = pieces.length === 1 ? doubtfulMarks(pieces[0]) : [];
    const key = JSON.stringify([text, doubtful, marks?.source]);
    if (this.sourceShown === key) return;
    this.sourceShown = key;
    this.source.lang = this.desk.companion?.language ?? "";
    this.source.replaceChildren(cueNodes(text, { marks: [...(marks?.places(text) ?? []), ...doubtful] }));
  }

  #still(cue, value) {
    this.words = null;
    const found = this.list.marks("own");
    const doubtful = this.desk.item(cue.id) ? [] : doubtfulMarks(cue);
    const text = el("div", { class: "said", dir: "auto", lang: this.desk.track.language });
    text.append(cueNodes(value.text, { marks: [...(found?.places(value.text) ?? []), ...doubtful] }));
    const current = this.desk.current === cue.id;
    this.own.replaceChildren(...(inConflict(this.standing) && !current ? [text, el("div", { class: "chip", text: t("row.open") })] : [text]));
    const box = current ? conflictBox(this.desk, this.actions, cue) : null;
    if (box) this.#showBelow(box);
    else this.below.remove();
  }

  #edited(cue, value) {
    if (!this.words) this.#makeEditor();
    if (this.words.value !== value.text) this.#replaceText(value.text);
    this.#fit();
    const place = this.desk.track.placeOf(cue.id) + 1;
    setAttribute(this.words, "aria-label", t("row.text", { number: place, language: this.desk.languageName(this.desk.track.language) }));
    this.#count(value);
    this.#showHits(value);
    const box = JSON.stringify([this.standing, cue.theirs, this.desk.item(cue.id)?.clash, cue.source_text]);
    if (box !== this.shown) {
      this.shown = box;
      this.#showBelow(conflictBox(this.desk, this.actions, cue), this.tools);
    }
    this.unapprove.hidden = this.standing !== "approved";
    setText(this.tools.firstChild, t(this.standing === "approved" ? "do.approved" : "do.approve"));
  }

  #showHits(value) {
    const found = this.list.marks("own");
    const places = found?.places(value.text) ?? [];
    this.hit.hidden = places.length === 0;
    if (!places.length) return;
    const here = found.here?.id === this.id ? found.here.first : -1;
    this.hit.replaceChildren(cueNodes(value.text, { marks: places.map(([first, last]) => [first, last, first === here ? "found here" : "found", null]) }));
  }

  #replaceText(text) {
    const { selectionStart, selectionEnd } = this.words;
    this.words.value = text;
    if (document.activeElement === this.words) this.words.setSelectionRange(selectionStart, selectionEnd);
  }

  #makeEditor() {
    const { desk, actions } = this;
    this.shown = "";
    this.words = el("textarea", {
      class: "words", rows: "2", dir: "auto", lang: desk.track.language, spellcheck: "true", autocomplete: "off",
      on: {
        input: () => desk.edit(this.id, { text: this.words.value }),
        blur: () => desk.saver.flush(),
      },
    });
    this.counts = el("div", { class: "counts", id: `counts-${this.id}` });
    this.words.setAttribute("aria-describedby", this.counts.id);
    const tool = (key, pressed) => button(t(key), pressed, { title: t(`${key}.keys`) });
    this.tools = el("div", { class: "tools" },
      tool("do.approve", actions.approveNext), tool("do.split", actions.split), tool("do.join", actions.join),
      tool("do.add", actions.add), tool("do.delete", actions.remove));
    this.unapprove = tool("do.unapprove", actions.approve);
    this.tools.append(this.unapprove);
    this.hit = el("div", { class: "hit said", dir: "auto", "aria-hidden": "true" });
    this.own.replaceChildren(this.words, this.hit, this.counts);
  }

  #showBelow(...parts) {
    this.below.replaceChildren(...parts.filter(Boolean));
    if (!this.below.isConnected) this.node.append(this.below);
  }

  #fit() {
    this.words.style.height = "auto";
    this.words.style.height = `${this.words.scrollHeight + 2}px`;
  }

  #count(value) {
    const { desk } = this;
    const found = measured(value, desk.film.style, desk.track.language);
    const lines = found.widths.map((count, line) => el("span", { class: found.longLines[line] ? "bad" : "", text: number(count) }));
    const between = lines.flatMap((line, place) => (place ? [" + ", line] : [line]));
    const speed = el("span", { class: found.tooFast ? "bad" : found.nearlyTooFast ? "near" : "good", text: t("count.speed", { speed: found.speed, limit: found.limit }) });
    const many = found.tooManyLines ? [el("span", { class: "bad", text: t("count.lines", { count: found.widths.length, limit: desk.film.style.max_lines }) })] : [];
    this.counts.replaceChildren(el("span", {}, ...between, ` ${t("count.characters", { limit: desk.film.style.max_line_length })}`), speed, ...many);
  }

  #showState(cue, value) {
    const badge = el("span", { class: `badge ${this.standing}`, text: t(`standing.${this.standing}`), title: cue.made_by ? t("row.madeBy", { who: cue.made_by }) : null });
    const parts = [badge];
    const found = measured(value, this.desk.film.style, this.desk.track.language);
    parts.push(el("span", { class: found.tooFast ? "small bad" : "small", text: t("row.speed", { speed: found.speed }) }));
    if (cue.findings.length) parts.push(el("span", { class: "small warn", text: t("row.findings", { count: cue.findings.length }) }));
    if (cue.comments.length) parts.push(el("span", { class: "small", text: t("row.comments", { count: cue.comments.length }) }));
    const item = this.desk.item(cue.id);
    if (item?.problem) parts.push(el("span", { class: "small bad", text: item.problem }));
    else if (item && !item.clash) parts.push(el("span", { class: "small", text: t("row.unsaved") }));
    this.state.replaceChildren(...parts);
  }

  /** Show whether the cue is the one on screen. */
  setNow(now) {
    this.node.classList.toggle("now", now);
  }
}
