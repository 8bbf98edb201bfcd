/* What there is to know about the cue that is worked on: its times, what the rules find, the glossary, what people say. */

import { button, byId, el, setText } from "./dom.js";
import { frameAt, rateOf, timeOf, timeText } from "./clock.js";
import { findingText } from "./findings.js";
import { hintsFor } from "./glossary.js";
import { instant, number, t } from "./texts.js";
import { Saver } from "./saver.js";

const WHO = "testimonio:who";

export class CuePanel {
  constructor(desk, actions) {
    Object.assign(this, { desk, actions, about: null, shownComments: "", shownFindings: "", shownHints: "" });
    this.#wireTimes();
    this.#wireComments();
    for (const event of ["current", "cues", "companion", "reel"]) desk.on(event, () => this.update());
  }

  /** Show the cue as it is now. */
  update() {
    const { desk } = this;
    const { cue } = desk;
    byId("cue-none").hidden = Boolean(cue);
    byId("cue-some").hidden = !cue;
    if (!cue) return;
    const value = desk.value(cue);
    setText(byId("cue-title"), t("cue.title", { number: desk.track.placeOf(cue.id) + 1, total: desk.track.order.length }));
    for (const [id, ms] of [["time-start", value.start_ms], ["time-end", value.end_ms]]) {
      const field = byId(id);
      field.readOnly = desk.readOnly;
      if (document.activeElement === field) continue;
      field.value = timeText(ms);
      field.removeAttribute("aria-invalid");
    }
    setText(byId("time-length"), t("cue.length", { seconds: number((value.end_ms - value.start_ms) / 1000) }));
    this.#findings(cue);
    this.#hints(cue, value);
    this.#comments(cue);
  }

  #wireTimes() {
    for (const [id, edge] of [["time-start", "start_ms"], ["time-end", "end_ms"]]) {
      const field = byId(id);
      field.addEventListener("change", () => this.#setTime(field, edge, timeOf(field.value)));
      field.addEventListener("keydown", (event) => {
        const by = { ArrowUp: 1, ArrowDown: -1 }[event.key];
        const at = timeOf(field.value);
        if (!by || at === null || event.altKey || this.desk.readOnly) return;
        event.preventDefault();
        const ms = frameAt(at, rateOf(this.desk.film.rate), by);
        if (this.#setTime(field, edge, ms)) field.value = timeText(ms);
      });
    }
  }

  #setTime(field, edge, ms) {
    const { desk } = this;
    const value = { ...desk.value(desk.cue), [edge]: ms };
    const fits = ms !== null && value.end_ms > value.start_ms;
    field.setAttribute("aria-invalid", String(!fits));
    if (fits) desk.edit(desk.cue.id, { [edge]: ms }, "times");
    else desk.say(t(ms === null ? "times.unread" : "times.wrong"));
    return fits;
  }

  #findings(cue) {
    const found = cue.findings.map((finding) => findingText(finding));
    const key = JSON.stringify(found);
    if (key === this.shownFindings) return;
    this.shownFindings = key;
    const items = found.map(({ what, cure }) => el("li", {}, el("span", { class: "warn", text: what }), cure ? el("span", { class: "small", text: cure }) : null));
    byId("findings").replaceChildren(...(items.length ? items : [el("li", { class: "quiet", text: t("findings.none") })]));
  }

  #hints(cue, value) {
    const { desk } = this;
    const other = desk.companionCues(cue).map((piece) => piece.text).join(" ") || cue.source_text || "";
    const languages = [desk.companion?.language, desk.track.language];
    const hints = other ? hintsFor(desk.film.glossary ?? [], other, value.text, languages) : [];
    const key = JSON.stringify(hints);
    if (key === this.shownHints) return;
    this.shownHints = key;
    const items = hints.map((hint) => el("li", { class: hint.used ? "used" : "" },
      el("span", { text: `${hint.from} → `, dir: "auto" }),
      desk.readOnly ? el("strong", { text: hint.to }) : button(hint.to, () => this.#insert(hint.to), { title: t("glossary.insert"), class: "term", dir: "auto" }),
      el("span", { class: hint.used ? "good small" : "warn small", text: t(hint.used ? "glossary.used" : "glossary.missing") }),
      hint.note ? el("span", { class: "small", text: hint.note }) : null));
    byId("hints").replaceChildren(...(items.length ? items : [el("li", { class: "quiet", text: t("glossary.none") })]));
  }

  #insert(term) {
    const { desk } = this;
    const value = desk.value(desk.cue);
    const words = document.querySelector("textarea.words");
    const at = words ? words.selectionStart : value.text.length;
    const to = words ? words.selectionEnd : at;
    desk.edit(desk.cue.id, { text: value.text.slice(0, at) + term + value.text.slice(to) }, "term");
    desk.select(desk.cue.id, { focus: "text" });
    words?.setSelectionRange(at + term.length, at + term.length);
  }

  #wireComments() {
    const form = byId("comment-form");
    const who = byId("comment-who");
    try {
      who.value = this.desk.film.reviewer || localStorage.getItem(WHO) || "";
    } catch {
      who.value = this.desk.film.reviewer ?? "";
    }
    const field = byId("comment-text");
    const { kept } = this.desk.saver;
    field.addEventListener("input", () => this.about && kept.keepRemark(this.about.key, field.value));
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const text = field.value.trim();
      const { about } = this;
      if (!text) return;
      try {
        localStorage.setItem(WHO, who.value.trim());
      } catch {
        /* asked again the next time */
      }
      if (await this.actions.comment(text, who.value.trim())) {
        kept.keepRemark(about.key, "");
        if (this.about.key === about.key) field.value = "";
        this.desk.say(t("did.comment"));
      }
    });
  }

  /** A comment that was begun stays with its cue, whoever goes elsewhere and comes back. */
  #begun(cue) {
    const { track, history, saver } = this.desk;
    const about = { track, id: cue.id, key: Saver.key(track.reel, track.language, cue.id) };
    const before = this.about;
    if (before?.key === about.key) return;
    this.about = about;
    const renamed = before?.track === track && history.now(before.id) === cue.id;
    if (renamed) {
      saver.kept.keepRemark(about.key, byId("comment-text").value);
      saver.kept.keepRemark(before.key, "");
    } else byId("comment-text").value = saver.kept.remark(about.key);
  }

  #comments(cue) {
    byId("comment-form").hidden = this.desk.readOnly;
    this.#begun(cue);
    const key = JSON.stringify([cue.id, cue.comments]);
    if (key === this.shownComments) return;
    this.shownComments = key;
    const items = cue.comments.map(({ who, at, text }) => el("li", {},
      el("span", { class: "small" }, el("strong", { text: who || t("comment.nobody"), dir: "auto" }), ` · ${instant(at)}`), el("div", { text, dir: "auto" })));
    byId("comments").replaceChildren(...(items.length ? items : [el("li", { class: "quiet", text: t("comment.none") })]));
  }
}
