/* The picture and its clock. Without a file that browsers play, the clock still says where one is. */

import { Signals } from "./signals.js";

/** Signals `time` (it moved), `playing` (it started or stopped) and `source` (something else is shown). */
export class Player extends Signals {
  #stopAt = null;
  #still = 0;

  constructor(video) {
    super();
    this.video = video;
    this.clock = "reel";
    this.duration = 0;
    video.addEventListener("play", () => this.#started());
    video.addEventListener("pause", () => this.emit("playing", false));
    for (const event of ["seeked", "loadedmetadata", "ended"]) video.addEventListener(event, () => this.emit("time"));
  }

  /** Show a file, or nothing; `clock` says whose times are shown, `reel` or `cut`. */
  load(address, clock, duration) {
    const before = this.clock === clock ? this.time : 0;
    this.clock = clock;
    this.duration = duration;
    this.#stopAt = null;
    if (this.video.getAttribute("src") !== address) {
      this.video.pause();
      if (address) this.video.src = address;
      else {
        this.video.removeAttribute("src");
        this.video.load();
      }
    }
    this.seek(before);
    this.emit("source");
  }

  /** Whether there is something to play. */
  get has() {
    return this.video.hasAttribute("src");
  }

  /** Whether it stands still. */
  get paused() {
    return !this.has || this.video.paused;
  }

  /** Where it is, in ms of the film or reel that is shown. */
  get time() {
    return this.has ? this.video.currentTime * 1000 : this.#still;
  }

  /** Go to an instant. */
  seek(ms) {
    const at = Math.max(0, Math.min(ms, this.duration || ms));
    this.#still = at;
    if (this.has) this.video.currentTime = at / 1000;
    this.emit("time");
  }

  /** Go back or forward. */
  skip = (ms) => this.seek(this.time + ms);

  /** Play, or stop. */
  toggle = () => (this.paused ? this.play() : this.pause());

  /** Play from where it is, up to `until` where one is given. */
  play(until = null) {
    this.#stopAt = until;
    if (this.has) this.video.play().catch(() => this.emit("playing", false));
  }

  /** Stop. */
  pause() {
    this.#stopAt = null;
    this.video.pause();
  }

  /** Play a stretch and stop at its end. */
  playRange(from, to) {
    this.seek(from);
    this.play(to);
  }

  #started() {
    this.emit("playing", true);
    const turn = () => {
      if (this.#stopAt !== null && this.time >= this.#stopAt) this.pause();
      this.emit("time");
      if (!this.paused) requestAnimationFrame(turn);
    };
    requestAnimationFrame(turn);
  }
}
