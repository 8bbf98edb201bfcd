/* Plays the cut from the reels' films without rendering it: two players in turn, the next one ready; cards as text. */

import { byId, setText } from "./dom.js";
import { filmAddress, stillAddress } from "./paper_thumb.js";
import { lengthText } from "./paper_time.js";
import { t } from "./texts.js";

export class PaperPlayer {
  #tick = null;

  constructor(paper) {
    this.paper = paper;
    this.screen = byId("screen");
    this.videos = [...document.querySelectorAll("#picture video:not(#over)")];
    this.over = byId("over");
    this.photograph = byId("photograph");
    this.pieces = [];
    this.at = 0;
    byId("pause").addEventListener("click", () => this.pause());
    byId("stop").addEventListener("click", () => this.stop());
    paper.on("document", () => this.#tick !== null && this.stop());
  }

  /** Play from a time of the cut, in milliseconds. */
  play(ms) {
    const blocks = this.paper.document.blocks;
    this.pieces = blocks.flatMap((block) => block.play);
    this.laid = undefined;
    this.overs = blocks.flatMap((block) => block.over);
    this.at = this.pieces.findIndex((piece) => piece.record_ms + piece.ms > ms);
    if (this.at < 0) return;
    this.screen.hidden = false;
    this.paused = false;
    this.#enter(Math.max(0, ms - this.pieces[this.at].record_ms));
    cancelAnimationFrame(this.#tick);
    this.#tick = requestAnimationFrame(() => this.#run());
  }

  /** Stop for a moment, or go on. */
  pause() {
    this.paused = !this.paused;
    setText(byId("pause"), this.paused ? t("paper.resume") : t("paper.pause"));
    const piece = this.pieces[this.at];
    if (this.paused) for (const video of [...this.videos, this.over]) video.pause();
    else if (piece) {
      this.laid = undefined;
      this.#enter(this.done);
    }
  }

  stop() {
    cancelAnimationFrame(this.#tick);
    this.#tick = null;
    for (const video of [...this.videos, this.over]) video.pause();
    this.screen.hidden = true;
  }

  /** Begin the current piece `done` milliseconds into it. */
  #enter(done) {
    const piece = this.pieces[this.at];
    this.done = done;
    this.since = performance.now() - done;
    const sounding = piece.reel ?? piece.voice;
    const [video, other] = this.#pair();
    other.pause();
    other.hidden = true;
    video.hidden = !piece.reel;
    this.failed = false;
    if (sounding) {
      this.#load(video, sounding, piece.from_ms + done);
      video.play().catch(() => {});
    }
    this.#card(piece);
    const next = this.pieces[this.at + 1];
    if (next?.reel ?? next?.voice) this.#load(other, next.reel ?? next.voice, next.from_ms);
  }

  /** Have a reel's film looked for again: it is there now. */
  made(reel) {
    for (const video of [...this.videos, this.over]) if (video.getAttribute("src") === filmAddress(reel)) video.removeAttribute("src");
  }

  #pair() {
    return this.at % 2 ? [this.videos[1], this.videos[0]] : this.videos;
  }

  #load(video, reel, ms) {
    const source = filmAddress(reel);
    if (video.getAttribute("src") !== source) {
      video.setAttribute("src", source);
      video.onerror = () => this.#missing(video, reel);
    }
    if (Math.abs(video.currentTime * 1000 - ms) > 40) video.currentTime = ms / 1000;
  }

  /** A reel whose film is not made is named on the screen, and its time goes by. */
  #missing(video, reel) {
    if (video === this.over) video.hidden = true;
    else if (video !== this.#pair()[0]) return;
    else this.failed = true;
    setText(byId("card"), t("paper.noFilm", { reel }));
    byId("card").hidden = false;
  }

  #card(piece) {
    const text = piece.texts?.join("\n") ?? (piece.reel && piece.seen === false ? piece.reel : "");
    setText(byId("card"), text);
    byId("card").hidden = Boolean(piece.still) || (Boolean(piece.reel) && piece.seen !== false);
    this.#photograph(piece.still);
  }

  #photograph(key) {
    this.photograph.hidden = !key;
    if (key && this.photograph.getAttribute("src") !== stillAddress(key)) this.photograph.setAttribute("src", stillAddress(key));
    this.photograph.alt = key ?? "";
  }

  #run() {
    if (!this.paused) this.#follow();
    if (this.#tick !== null) this.#tick = requestAnimationFrame(() => this.#run());
  }

  #follow() {
    const piece = this.pieces[this.at];
    const [video] = this.#pair();
    const sounding = (piece.reel ?? piece.voice) && !this.failed && !video.error;
    this.done = sounding ? Math.max(0, video.currentTime * 1000 - piece.from_ms) : performance.now() - this.since;
    this.#lay(piece.record_ms + this.done);
    setText(byId("play-time"), `${lengthText(piece.record_ms + this.done)} / ${lengthText(this.paper.document.ms)}`);
    if (this.done < piece.ms && !(sounding && video.ended)) return;
    this.at += 1;
    if (this.at < this.pieces.length) this.#enter(0);
    else this.stop();
  }

  /** Show what lies over the cut at `ms`. */
  #lay(ms) {
    const one = this.overs.find((over) => over.record_ms <= ms && ms < over.record_ms + over.ms);
    if (one === this.laid) return;
    this.laid = one;
    this.over.hidden = !one?.reel;
    this.over.pause();
    if (one?.reel) {
      this.#load(this.over, one.reel, one.from_ms + ms - one.record_ms);
      this.over.play().catch(() => {});
    }
    this.#card(this.pieces[this.at]);
    if (one?.still) this.#photograph(one.still);
    else if (one?.reel) byId("card").hidden = true;
  }
}
