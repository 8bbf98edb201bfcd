/* Films that browsers play, made when asked for: the button, the progress, the reason where there is none. */

import { Signals } from "./signals.js";
import * as api from "./api.js";
import { byId, setText } from "./dom.js";
import { said, t } from "./texts.js";

const ASK_MS = 1000;
const OVER = new Set(["done", "failed"]);
const failure = ({ problem }) => (problem ? said(problem) : t("media.failed"));

/** Signals `done` with a {reel} or {cut} whose film can be played from now on. */
export class MediaJobs extends Signals {
  constructor(desk) {
    super();
    Object.assign(this, { desk, wanted: null, asking: null });
    byId("make-media").addEventListener("click", () => this.#make());
  }

  /** Say what there is of a {reel} or {cut}: nothing where it plays, else the reason and, where it can be made, a button. */
  offer(wanted, address, problem) {
    this.wanted = wanted;
    byId("no-media").hidden = Boolean(address);
    byId("make-media").hidden = Boolean(problem) || this.desk.film.read_only;
    byId("media-progress").hidden = true;
    setText(byId("media-why"), problem ? said(problem) : t(wanted.cut ? "media.noCut" : "media.noReel"));
    if (!address && !problem) this.#ask();
  }

  async #make() {
    byId("make-media").hidden = true;
    setText(byId("media-why"), t("media.begins"));
    await this.#tried(() => api.send("POST", "/api/media", this.wanted));
    this.#ask();
  }

  async #ask() {
    clearTimeout(this.asking);
    const { wanted } = this;
    const answer = await this.#tried(() => api.get("/api/media"));
    const job = answer?.jobs.filter(({ reel, cut }) => (wanted.reel ? reel === wanted.reel : cut === wanted.cut)).at(-1);
    if (!job || wanted !== this.wanted) return;
    this.#show(job);
    if (job.state === "done") this.emit("done", wanted);
    if (!OVER.has(job.state)) this.asking = setTimeout(() => this.#ask(), ASK_MS);
  }

  #show(job) {
    const running = !OVER.has(job.state);
    const bar = byId("media-progress");
    byId("make-media").hidden = running || job.state === "done" || this.desk.film.read_only;
    bar.hidden = !running;
    if (job.total) {
      bar.max = job.total;
      bar.value = job.done;
    } else bar.removeAttribute("value");
    const percent = job.total ? Math.floor((100 * job.done) / job.total) : 0;
    setText(byId("media-why"), job.state === "failed" ? failure(job) : t("media.making", { percent }));
  }

  async #tried(done) {
    try {
      return await done();
    } catch (error) {
      if (!api.foreseen(error)) throw error;
      setText(byId("media-why"), error.message || t("said.away"));
      return null;
    }
  }
}
