/* Laying a picture over an entry: a photograph, or a reel from the moment that is chosen in its film. */

import * as api from "./api.js";
import { byId, el, setText } from "./dom.js";
import { filmAddress, stillAddress } from "./paper_thumb.js";
import { t } from "./texts.js";

export class PaperLay {
  constructor(paper, pictures) {
    this.paper = paper;
    this.pictures = pictures;
    this.box = byId("lay");
    this.video = byId("lay-film");
    byId("lay-key").append(...pictures.map(({ kind, key }) => el("option", { value: key, text: `${key} · ${t(`paper.lay.${kind}`)}` })));
    byId("lay-key").addEventListener("change", () => this.#show());
    byId("lay-from").addEventListener("change", () => (this.video.currentTime = this.#from));
    this.video.addEventListener("timeupdate", () => this.video.readyState > 0 && (byId("lay-from").value = this.video.currentTime.toFixed(2)));
    this.video.addEventListener("error", () => this.#missing());
    byId("lay-cancel").addEventListener("click", () => this.box.close());
    this.box.addEventListener("close", () => this.video.pause());
    byId("lay-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#lay();
    });
  }

  get #from() {
    return Math.max(0, Number(byId("lay-from").value) || 0);
  }

  /** Ask what is to be laid over an entry. */
  open(at) {
    this.text = this.paper.texts[at];
    byId("lay-from").value = "0";
    byId("lay-seconds").value = byId("lay-move").value = "";
    setText(byId("lay-said"), "");
    this.#show();
    this.box.showModal();
  }

  /** Take everything off that lies over an entry. */
  async clear(at) {
    await this.#written(this.paper.texts[at], null);
  }

  #show() {
    const { kind, key } = this.pictures[byId("lay-key").selectedIndex] ?? {};
    const reel = kind === "reel";
    byId("lay-still").hidden = byId("lay-moves").hidden = reel;
    byId("lay-reel").hidden = !reel;
    setText(byId("lay-said"), "");
    this.video.pause();
    if (reel) this.video.src = filmAddress(key);
    else if (key) byId("lay-still").src = stillAddress(key);
    byId("lay-from").value = "0";
  }

  #missing() {
    if (this.box.open && !byId("lay-reel").hidden) setText(byId("lay-said"), t("paper.lay.noFilm"));
  }

  async #lay() {
    const { kind, key } = this.pictures[byId("lay-key").selectedIndex];
    const seconds = Number(byId("lay-seconds").value);
    const picture = { key, from_ms: kind === "reel" ? Math.round(this.#from * 1000) : 0, ms: seconds > 0 ? Math.round(seconds * 1000) : null, move: (kind === "still" && byId("lay-move").value) || null };
    if (await this.#written(this.text, picture)) this.box.close();
  }

  async #written(before, picture) {
    try {
      const { text } = await api.send("POST", "/api/quotes/over", { text: before, picture });
      const at = this.paper.texts.indexOf(before);
      if (at < 0) return this.#wrong(t("paper.lay.gone"));
      this.paper.change(this.paper.texts.map((one, place) => (place === at ? text : one)));
      return true;
    } catch (error) {
      if (!api.foreseen(error)) throw error;
      return this.#wrong(error instanceof api.Refused ? error.message : t("said.away"));
    }
  }

  #wrong(why) {
    setText(byId(this.box.open ? "lay-said" : "said"), why);
    return false;
  }
}
