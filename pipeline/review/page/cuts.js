/* A cut as a producer reads it: its captions at record time, and what is heard before and after each edit. */

import * as api from "./api.js";
import { button, byId, el, setText } from "./dom.js";
import { cueNodes } from "./cue_text.js";
import { roughTime, timeText } from "./clock.js";
import { t } from "./texts.js";
import { lastBefore } from "./transcript.js";

const AROUND_MS = 2000;

export class Cuts {
  constructor(desk, media) {
    Object.assign(this, { desk, media, cut: null, rows: [], lit: null });
    const chosen = byId("cut-choice");
    for (const { key } of desk.film.cuts) chosen.append(el("option", { value: key, text: key }));
    chosen.addEventListener("change", () => this.open(chosen.value));
    byId("cut-language").addEventListener("change", () => this.#fill());
    desk.player.on("time", () => this.#light());
    media.on("done", ({ cut }) => cut && this.cut?.key === cut && this.open(cut));
  }

  /** The tab is in sight: show its cut. */
  show() {
    const { cuts } = this.desk.film;
    if (!cuts.length) byId("cut-lines").replaceChildren(el("p", { class: "quiet", text: t("cut.none") }));
    else if (this.cut) this.#play();
    else this.open(byId("cut-choice").value || cuts[0].key);
  }

  /** Read a cut. */
  async open(key) {
    try {
      this.cut = await api.get(`/api/cuts/${encodeURIComponent(key)}`);
    } catch (error) {
      if (!api.foreseen(error)) throw error;
      this.cut = null;
      byId("cut-lines").replaceChildren(el("p", { class: "warn", text: error instanceof api.Refused ? error.message : t("said.away") }));
      return;
    }
    const languages = Object.keys(this.cut.captions ?? {});
    byId("cut-language").replaceChildren(...languages.map((language) => el("option", { value: language, text: this.desk.languageName(language) })));
    this.#play();
    this.#fill();
  }

  /** Return the texts on screen at an instant, [language, text] each. */
  captionsAt(ms) {
    return Object.entries(this.cut?.captions ?? {}).map(([language, captions]) => {
      const caption = captions[lastBefore(captions, ms)];
      return [language, caption && ms < caption.end_ms ? caption.text : ""];
    });
  }

  #play() {
    this.desk.player.load(this.cut.media, "cut", this.cut.duration_ms);
    this.media.offer({ cut: this.cut.key }, this.cut.media, this.cut.media_problem);
  }

  #fill() {
    const { cut } = this;
    const captions = cut.captions?.[byId("cut-language").value] ?? [];
    const lines = [
      ...cut.events.map((event) => ({ at: event.record_in_ms, order: 0, node: this.#event(event) })),
      ...captions.map((caption) => ({ at: caption.start_ms, order: 1, caption, node: this.#caption(caption) })),
    ].sort((a, b) => a.at - b.at || a.order - b.order);
    this.rows = lines.filter((line) => line.caption).map((line) => ({ ...line.caption, node: line.node }));
    this.lit = null;
    setText(byId("cut-facts"), t("cut.facts", { events: cut.events.length, length: roughTime(cut.duration_ms), count: captions.length }));
    byId("cut-lines").replaceChildren(...lines.map((line) => line.node));
  }

  #event(event) {
    const { player } = this.desk;
    const at = event.record_in_ms;
    const hear = el("button", { type: "button", class: "hear", text: t("cut.hear"), "aria-label": t("cut.hearAt", { time: roughTime(at) }),
      on: { click: () => player.playRange(Math.max(0, at - AROUND_MS), at + AROUND_MS) } });
    const said = t("cut.event", { number: String(event.number), reel: event.reel ?? t("cut.black") });
    return el("div", { class: "edit" }, el("span", { class: "small", text: roughTime(at) }), el("span", { text: said, dir: "auto" }), hear);
  }

  #caption(caption) {
    const { desk } = this;
    const go = button(timeText(caption.start_ms, true), () => desk.player.seek(caption.start_ms), { class: "hear" });
    const text = el("div", { class: "said", dir: "auto", lang: byId("cut-language").value });
    text.append(cueNodes(caption.text));
    const known = caption.cue_id && desk.film.reels.some((reel) => reel.key === caption.reel);
    const edit = known ? button(t("cut.edit"), () => desk.emit("wanted", { reel: caption.reel, language: byId("cut-language").value, id: caption.cue_id }), { class: "small", "aria-label": t("cut.editAt", { time: roughTime(caption.start_ms) }) }) : null;
    return el("div", { class: "caption" }, go, text, edit);
  }

  #light() {
    const { player } = this.desk;
    if (player.clock !== "cut") return;
    const place = lastBefore(this.rows, player.time);
    const row = this.rows[place] && player.time < this.rows[place].end_ms ? this.rows[place].node : null;
    if (row === this.lit) return;
    this.lit?.classList.remove("now");
    row?.classList.add("now");
    if (row && !player.paused) row.scrollIntoView({ block: "nearest" });
    this.lit = row;
  }
}
