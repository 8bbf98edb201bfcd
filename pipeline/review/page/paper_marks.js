/* Passages that people marked: underlined in what was said, added to the words that are chosen, and taken out again. */

import * as api from "./api.js";
import { byId, el, setText } from "./dom.js";
import { t } from "./texts.js";

export class PaperMarks {
  constructor(words) {
    this.words = words;
    this.marks = [];
    byId("marking").addEventListener("submit", (event) => {
      event.preventDefault();
      this.add();
    });
  }

  /** Load the marks of the reel that is shown. */
  async load() {
    this.marks = [];
    await this.#ask("GET");
  }

  /** Mark the chosen words with the tags that are written. */
  async add() {
    const span = this.words.span();
    const tags = byId("tags").value.split(/[;,]/).map((tag) => tag.trim()).filter(Boolean);
    if (!span || !tags.length) {
      byId("tags").focus();
      return;
    }
    if (await this.#ask("POST", "", { ...span, tags })) {
      byId("tags").value = "";
      setText(byId("taken"), t("mark.done"));
    }
  }

  /** Show the marks that some of the chosen words have. */
  chosen(span) {
    byId("tags").disabled = byId("mark").disabled = !span || this.words.paper.readOnly;
    const here = span ? this.marks.filter((one) => one.from_ms < span.to_ms && span.from_ms < one.to_ms) : [];
    byId("marks-here").replaceChildren(...here.map((one) => this.#chip(one)));
  }

  #chip(one) {
    const tags = [one.tags.join(", "), one.by].filter(Boolean).join(" · ");
    const gone = () => this.#ask("POST", "/remove", { line: one.line, text: one.text });
    return el("span", { class: "chip", title: one.note }, tags, " ", el("button", { type: "button", text: "×", "aria-label": t("mark.remove", { tags }), on: { click: gone } }));
  }

  async #ask(method, rest = "", body = undefined) {
    const { reel } = this.words;
    const path = `/api/reels/${encodeURIComponent(reel)}/marks${rest}`;
    try {
      const { marks } = method === "GET" ? await api.get(path) : await api.send(method, path, body);
      if (reel === this.words.reel) this.#show(marks);
      return true;
    } catch (error) {
      if (!api.foreseen(error)) throw error;
      setText(byId("taken"), error instanceof api.Unreachable ? t("said.away") : error.message);
      return false;
    }
  }

  #show(marks) {
    this.marks = marks;
    for (const [at, word] of this.words.words.entries()) {
      const over = marks.filter((one) => one.from_ms < word.end_ms && word.start_ms < one.to_ms);
      const node = this.words.nodes[at];
      node.classList.toggle("marked", over.length > 0);
      node.title = [...new Set(over.flatMap((one) => one.tags))].join(", ");
    }
    this.chosen(this.words.span());
  }
}
