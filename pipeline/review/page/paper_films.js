/* The films that the cut plays and that are not made yet: named, made when asked for, played from then on. */

import * as api from "./api.js";
import { byId, setText } from "./dom.js";
import { waveMade } from "./paper_wave.js";
import { said, t } from "./texts.js";

const ASK_MS = 1000;
const OVER = new Set(["done", "failed"]);

export class PaperFilms {
  constructor(paper, player) {
    Object.assign(this, { paper, player, wanted: new Set(), failed: new Map() });
    byId("make-films").addEventListener("click", () => this.#make());
    paper.on("document", () => this.#show());
  }

  get #missing() {
    return Object.entries(this.paper.document.films ?? {}).filter(([, there]) => !there).map(([reel]) => reel);
  }

  #show(percent = null) {
    const missing = this.#missing;
    const making = missing.some((reel) => this.wanted.has(reel));
    byId("films").hidden = !missing.length;
    byId("make-films").hidden = this.paper.readOnly || making;
    const why = [...this.failed.values()].join(" ");
    const text = making ? t("paper.films.making", { reels: missing.join(", "), percent: percent ?? 0 }) : t("paper.films", { reels: missing.join(", "), count: missing.length });
    setText(byId("films-said"), why && !making ? `${text} ${why}` : text);
  }

  async #make() {
    this.failed.clear();
    for (const reel of this.#missing) {
      try {
        await api.send("POST", "/api/media", { reel });
        this.wanted.add(reel);
      } catch (error) {
        this.#wrong(reel, error);
      }
    }
    this.#show();
    if (this.wanted.size) await this.#ask();
  }

  async #ask() {
    try {
      const { jobs } = await api.get("/api/media");
      const own = [...this.wanted].map((reel) => jobs.filter((job) => job.reel === reel).at(-1)).filter(Boolean);
      for (const job of own.filter(({ state }) => OVER.has(state))) this.#over(job);
      const [total, done] = ["total", "done"].map((name) => own.reduce((sum, job) => sum + job[name], 0));
      this.#show(total ? Math.floor((100 * done) / total) : 0);
    } catch (error) {
      if (!api.foreseen(error)) throw error;
    }
    if (this.wanted.size) setTimeout(() => this.#ask(), ASK_MS);
  }

  #over({ reel, state, problem }) {
    this.wanted.delete(reel);
    if (state === "failed") this.failed.set(reel, `${reel}: ${problem ? said(problem) : t("media.failed")}`);
    else {
      this.paper.document.films[reel] = true;
      this.player.made(reel);
      waveMade(reel);
      this.paper.emit("blocks");
    }
  }

  #wrong(reel, error) {
    if (!api.foreseen(error)) throw error;
    this.failed.set(reel, `${reel}: ${error instanceof api.Refused ? error.message : t("said.away")}`);
  }
}
