/* The sound as a picture, with the cues' edges, the shot changes and the playhead; drawn for the stretch in sight. */

import { getBytes } from "./api.js";
import { roughTime } from "./clock.js";
import { withoutTags } from "./measure.js";

const PEAK_MS = 10;
const SPANS_MS = [2000, 4000, 8000, 15000, 30000, 60000, 120000];
const RULER_MS = [100, 200, 500, 1000, 2000, 5000, 10000, 30000, 60000];
const COLOURS = ["wave", "cue", "cue-line", "cue-current", "shot", "head", "ink", "soft", "panel"];

export class Waveform {
  #waiting = false;

  constructor(desk, canvas) {
    Object.assign(this, { desk, canvas, from: 0, zoom: 3, peaks: null, ghost: null });
    this.pen = canvas.getContext("2d");
    for (const event of ["cues", "current"]) desk.on(event, () => this.later());
    desk.on("reel", () => {
      this.from = 0;
      this.#opened();
    });
    desk.on("facts", () => this.#opened());
    desk.on("current", () => this.#showCurrent());
    desk.player.on("time", () => this.#follow());
    desk.player.on("source", () => this.later());
    new ResizeObserver(() => this.later()).observe(canvas);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.later());
  }

  /** How long a stretch is in sight, in ms. */
  get span() {
    return SPANS_MS[this.zoom];
  }

  /** Return the x of an instant, in CSS pixels. */
  xOf(ms) {
    return ((ms - this.from) / this.span) * this.canvas.clientWidth;
  }

  /** Return the instant at an x. */
  timeAt(x) {
    return this.from + (x / this.canvas.clientWidth) * this.span;
  }

  /** Show a longer or shorter stretch; what is at `x` stays there. */
  zoomBy(steps, x = this.canvas.clientWidth / 2) {
    const at = this.timeAt(x);
    this.zoom = Math.min(Math.max(this.zoom + steps, 0), SPANS_MS.length - 1);
    this.moveTo(at - (x / this.canvas.clientWidth) * this.span);
  }

  /** Begin the stretch in sight at `ms`. */
  moveTo(ms) {
    const end = this.desk.reel?.duration_ms || (this.desk.track?.order.at(-1)?.end_ms ?? 0);
    const last = Math.max(end - this.span / 2, 0);
    this.from = Math.min(Math.max(ms, 0), last);
    this.later();
  }

  /** Draw before the next picture. */
  later() {
    if (this.#waiting) return;
    this.#waiting = true;
    requestAnimationFrame(() => {
      this.#waiting = false;
      if (this.desk.track) this.#draw();
    });
  }

  async #opened() {
    const { reel } = this.desk;
    this.peaks = null;
    this.later();
    if (!reel.waveform) return;
    const peaks = await getBytes(reel.waveform).catch(() => null);
    if (this.desk.reel === reel) this.peaks = peaks;
    this.later();
  }

  #showCurrent() {
    const { cue } = this.desk;
    if (!cue) return;
    const { start_ms, end_ms } = this.desk.value(cue);
    if (start_ms < this.from || end_ms > this.from + this.span) this.moveTo(start_ms - this.span / 5);
  }

  #follow() {
    const { player } = this.desk;
    if (player.clock !== "reel") return;
    if (!this.ghost && (player.time < this.from || player.time > this.from + this.span * 0.95)) this.moveTo(player.time - this.span * 0.1);
    this.later();
  }

  #draw() {
    const { canvas, pen } = this;
    const scale = window.devicePixelRatio || 1;
    const [width, height] = [canvas.clientWidth, canvas.clientHeight];
    if (canvas.width !== Math.round(width * scale) || canvas.height !== Math.round(height * scale)) {
      canvas.width = Math.round(width * scale);
      canvas.height = Math.round(height * scale);
    }
    const style = getComputedStyle(canvas);
    this.colours = Object.fromEntries(COLOURS.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]));
    this.font = style.fontFamily;
    pen.setTransform(scale, 0, 0, scale, 0, 0);
    pen.clearRect(0, 0, width, height);
    this.#drawPeaks(width, height);
    this.#drawRuler(width);
    this.#drawShots(height);
    this.#drawCues(height);
    this.#drawHead(height);
  }

  #drawPeaks(width, height) {
    const { peaks, pen } = this;
    if (!peaks) return;
    pen.fillStyle = this.colours.wave;
    const middle = height / 2 + 6;
    const room = height / 2 - 12;
    for (let x = 0; x < width; x += 1) {
      const first = Math.floor(this.timeAt(x) / PEAK_MS);
      const last = Math.max(first + 1, Math.floor(this.timeAt(x + 1) / PEAK_MS));
      let peak = 0;
      for (let place = first; place < last && place < peaks.length; place += 1) if (peaks[place] > peak) peak = peaks[place];
      const half = Math.max(0.5, (peak / 255) * room);
      pen.fillRect(x, middle - half, 1, half * 2);
    }
  }

  #drawRuler(width) {
    const { pen } = this;
    const step = RULER_MS.find((ms) => (ms / this.span) * width > 70) ?? RULER_MS.at(-1);
    pen.fillStyle = this.colours.soft;
    pen.font = `11px ${this.font}`;
    pen.textBaseline = "top";
    for (let ms = Math.ceil(this.from / step) * step; ms < this.from + this.span; ms += step) {
      const x = this.xOf(ms);
      pen.fillRect(x, 0, 1, 5);
      pen.fillText(step < 1000 ? `${roughTime(ms)}.${String(ms % 1000).padStart(3, "0")[0]}` : roughTime(ms), x + 3, 1);
    }
  }

  #drawShots(height) {
    const { pen } = this;
    pen.strokeStyle = this.colours.shot;
    pen.fillStyle = this.colours.shot;
    pen.lineWidth = 1.5;
    pen.setLineDash([4, 3]);
    for (const ms of this.desk.reel.shots_ms ?? []) {
      if (ms < this.from || ms > this.from + this.span) continue;
      const x = this.xOf(ms);
      pen.beginPath();
      pen.moveTo(x, 14);
      pen.lineTo(x, height);
      pen.stroke();
      pen.beginPath();
      pen.moveTo(x - 5, 14);
      pen.lineTo(x + 5, 14);
      pen.lineTo(x, 20);
      pen.fill();
    }
    pen.setLineDash([]);
  }

  #drawCues(height) {
    const { desk } = this;
    const { order } = desk.track;
    const first = Math.max(0, desk.track.placeAt(this.from) - 2);
    for (let place = first; place < order.length && order[place].start_ms < this.from + this.span + 10000; place += 1) {
      const cue = order[place];
      const value = this.ghost?.id === cue.id ? this.ghost : desk.value(cue);
      this.#drawCue(cue, value, height);
    }
  }

  #drawCue(cue, value, height) {
    const { pen, colours, desk } = this;
    const [left, right] = [this.xOf(value.start_ms), this.xOf(value.end_ms)];
    if (right < 0 || left > this.canvas.clientWidth) return;
    const current = cue.id === desk.current;
    const top = 22;
    pen.globalAlpha = current ? 0.32 : 0.16;
    pen.fillStyle = current ? colours["cue-current"] : colours.cue;
    pen.fillRect(left, top, right - left, height - top);
    pen.globalAlpha = 1;
    if (desk.standing(cue) === "draft") this.#hatch(left, top, right - left, height - top);
    pen.fillStyle = current ? colours["cue-current"] : colours["cue-line"];
    pen.fillRect(left, top, current ? 3 : 2, height - top);
    pen.fillRect(right - (current ? 3 : 2), top, current ? 3 : 2, height - top);
    if (right - left > 34) this.#label(cue, value, left, right, top);
  }

  #label(cue, value, left, right, top) {
    const { pen, colours, desk } = this;
    pen.save();
    pen.beginPath();
    pen.rect(left + 4, top, right - left - 8, 18);
    pen.clip();
    pen.fillStyle = colours.panel;
    pen.globalAlpha = 0.8;
    pen.fillRect(left + 4, top, right - left - 8, 17);
    pen.globalAlpha = 1;
    pen.fillStyle = colours.ink;
    pen.font = `12px ${this.font}`;
    pen.fillText(`${desk.track.placeOf(cue.id) + 1}  ${withoutTags(value.text).replace(/\s+/g, " ")}`, left + 6, top + 3);
    pen.restore();
  }

  #hatch(left, top, width, height) {
    const { pen } = this;
    pen.save();
    pen.beginPath();
    pen.rect(left, top, width, height);
    pen.clip();
    pen.strokeStyle = this.colours["cue-line"];
    pen.globalAlpha = 0.28;
    pen.lineWidth = 1;
    pen.beginPath();
    for (let x = left - height; x < left + width; x += 9) {
      pen.moveTo(x, top + height);
      pen.lineTo(x + height, top);
    }
    pen.stroke();
    pen.restore();
  }

  #drawHead(height) {
    const { player } = this.desk;
    if (player.clock !== "reel") return;
    const x = this.xOf(player.time);
    this.pen.fillStyle = this.colours.head;
    this.pen.fillRect(x - 1, 0, 2, height);
  }
}
