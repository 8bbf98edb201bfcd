/* A hand on the waveform: a click goes there, an edge or a whole cue is dragged, the wheel moves and zooms. */

import { t } from "./texts.js";
import { timeText } from "./clock.js";

const REACH = { mouse: 6, pen: 10, touch: 24 };
const SNAP_PX = 8;
const LEAST_MS = 100;
const STILL_PX = { mouse: 3, pen: 5, touch: 10 };

export class WaveformHand {
  constructor(desk, wave) {
    Object.assign(this, { desk, wave, held: null });
    const { canvas } = wave;
    canvas.addEventListener("pointerdown", (event) => this.#down(event));
    canvas.addEventListener("pointermove", (event) => this.#move(event));
    canvas.addEventListener("pointerup", (event) => this.#up(event));
    canvas.addEventListener("pointercancel", () => this.#cancel());
    // What a finger chose may move the page; the click that follows would land on whatever lies there then.
    canvas.addEventListener("touchend", (event) => event.cancelable && event.preventDefault());
    canvas.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
    canvas.addEventListener("keydown", (event) => this.#key(event));
    desk.player.on("time", () => this.#tell());
  }

  #down(event) {
    if (!this.desk.track || event.button !== 0) return;
    const x = event.offsetX;
    const by = event.pointerType in REACH ? event.pointerType : "mouse";
    const under = by === "touch" ? this.#underFinger(x) : this.#under(x, REACH[by]);
    this.held = { ...under, x, still: STILL_PX[by], moved: false, chosen: under.chosen ?? under.cue, from: this.wave.from };
    this.wave.canvas.setPointerCapture(event.pointerId);
  }

  #under(x, reach) {
    const { desk, wave } = this;
    let found = { cue: null, part: "empty" };
    let nearest = reach + 1;
    for (const cue of desk.track.order.slice(Math.max(0, desk.track.placeAt(wave.timeAt(x - reach)) - 1)).slice(0, 4)) {
      const value = desk.value(cue);
      const [left, right] = [wave.xOf(value.start_ms), wave.xOf(value.end_ms)];
      const own = cue.id === desk.current ? 1 : 0;
      if (Math.abs(x - left) - own < nearest) [found, nearest] = [{ cue, part: "start" }, Math.abs(x - left) - own];
      if (Math.abs(x - right) - own < nearest) [found, nearest] = [{ cue, part: "end" }, Math.abs(x - right) - own];
      if (x > left && x < right && found.part === "empty") found = { cue, part: "whole" };
    }
    return found;
  }

  /** A finger moves the chosen cue only, with a wide reach at its edges: wiping over the others moves the picture. */
  #underFinger(x) {
    const { desk, wave } = this;
    const chosen = desk.track.at(wave.timeAt(x));
    const touched = { cue: chosen, part: "empty" };
    if (!desk.cue) return touched;
    const value = desk.value(desk.cue);
    const [left, right] = [wave.xOf(value.start_ms), wave.xOf(value.end_ms)];
    const inside = Math.min(REACH.touch, (right - left) / 3);
    const part = x < left + inside ? "start" : x > right - inside ? "end" : "whole";
    return x < left - REACH.touch || x > right + REACH.touch ? touched : { cue: desk.cue, part, chosen: chosen ?? desk.cue };
  }

  #move(event) {
    const { held, wave } = this;
    if (!held) {
      const { part } = this.desk.track ? this.#under(event.offsetX, REACH.mouse) : { part: "empty" };
      wave.canvas.dataset.over = this.desk.readOnly ? "empty" : part;
      return;
    }
    const by = event.offsetX - held.x;
    if (!held.moved && Math.abs(by) < held.still) return;
    held.moved = true;
    if (held.part === "empty" || this.desk.readOnly) wave.moveTo(held.from - (by / wave.canvas.clientWidth) * wave.span);
    else this.#drag(by, event.altKey);
  }

  #drag(by, free) {
    const { held, wave, desk } = this;
    const value = desk.value(held.cue);
    const ms = (by / wave.canvas.clientWidth) * wave.span;
    const { start_ms, end_ms } = value;
    const ghost = { id: held.cue.id, text: value.text, start_ms, end_ms };
    if (held.part !== "end") ghost.start_ms = start_ms + ms;
    if (held.part !== "start") ghost.end_ms = end_ms + ms;
    if (!free) this.#snap(ghost, held.part);
    this.#limit(ghost, held, value);
    ghost.start_ms = Math.round(ghost.start_ms);
    ghost.end_ms = Math.round(ghost.end_ms);
    wave.ghost = ghost;
    wave.later();
  }

  #snap(ghost, part) {
    const { desk, wave } = this;
    const reach = (SNAP_PX / wave.canvas.clientWidth) * wave.span;
    const near = (ms) => {
      const found = (desk.reel.shots_ms ?? []).filter((shot) => Math.abs(shot - ms) < reach);
      return found.length ? found.reduce((a, b) => (Math.abs(b - ms) < Math.abs(a - ms) ? b : a)) - ms : null;
    };
    const gap = desk.film.style.gap_ms;
    const [start, end] = [near(ghost.start_ms), near(ghost.end_ms + gap)];
    if (part === "start" && start !== null) ghost.start_ms += start;
    if (part === "end" && end !== null) ghost.end_ms += end;
    const by = start ?? end;
    if (part === "whole" && by !== null) {
      ghost.start_ms += by;
      ghost.end_ms += by;
    }
  }

  #limit(ghost, held, value) {
    const { desk } = this;
    const [before, after] = [-1, 1].map((by) => desk.track.neighbour(held.cue.id, by));
    const lowest = Math.min(before ? desk.value(before).end_ms : 0, value.start_ms);
    const highest = Math.max(after ? desk.value(after).start_ms : desk.reel.duration_ms || Infinity, value.end_ms);
    const length = value.end_ms - value.start_ms;
    if (held.part === "whole") {
      ghost.start_ms = Math.min(Math.max(ghost.start_ms, lowest), highest - length);
      ghost.end_ms = ghost.start_ms + length;
    } else if (held.part === "start") ghost.start_ms = Math.max(lowest, Math.min(ghost.start_ms, ghost.end_ms - LEAST_MS));
    else ghost.end_ms = Math.min(highest, Math.max(ghost.end_ms, ghost.start_ms + LEAST_MS));
  }

  #up(event) {
    const { held, wave, desk } = this;
    const { ghost } = wave;
    this.#cancel();
    if (!held) return;
    if (!held.moved) {
      desk.player.seek(wave.timeAt(event.offsetX));
      if (held.chosen) desk.select(held.chosen.id);
    } else if (ghost) {
      desk.edit(ghost.id, { start_ms: ghost.start_ms, end_ms: ghost.end_ms }, "times");
      desk.saver.flush();
      desk.say(t("said.moved", { start: timeText(ghost.start_ms, true), end: timeText(ghost.end_ms, true) }));
    }
  }

  #cancel() {
    this.held = null;
    this.wave.ghost = null;
    this.wave.later();
  }

  #wheel(event) {
    event.preventDefault();
    const { wave } = this;
    if (event.ctrlKey || event.metaKey) wave.zoomBy(Math.sign(event.deltaY), event.offsetX);
    else wave.moveTo(wave.from + ((event.deltaX || event.deltaY) / wave.canvas.clientWidth) * wave.span);
  }

  #key(event) {
    const { player } = this.desk;
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const by = { ArrowLeft: -100, ArrowRight: 100, PageUp: 5000, PageDown: -5000 }[event.key];
    if (by) player.skip(by);
    else if (event.key === "+" || event.key === "-") this.wave.zoomBy(event.key === "+" ? -1 : 1);
    else if (event.key === "Home") player.seek(0);
    else if (event.key === "End") player.seek(player.duration);
    else return;
    event.preventDefault();
  }

  #tell() {
    const { canvas } = this.wave;
    if (document.activeElement !== canvas && !this.desk.player.paused) return;
    canvas.setAttribute("aria-valuenow", String(Math.round(this.desk.player.time)));
    canvas.setAttribute("aria-valuemax", String(this.desk.player.duration || 0));
    canvas.setAttribute("aria-valuetext", timeText(this.desk.player.time, true));
  }
}
