/* The picture, what is read under it, and the buttons that move it. */

import { byId, el, setText } from "./dom.js";
import { cueNodes } from "./cue_text.js";
import { timeText } from "./clock.js";
import { t } from "./texts.js";

export class Screen {
  constructor(desk, actions, cuts) {
    Object.assign(this, { desk, cuts, shown: "" });
    const { player } = desk;
    const wire = (id, done) => byId(id).addEventListener("click", done);
    wire("play", player.toggle);
    wire("back", () => player.skip(-1000));
    wire("forward", () => player.skip(1000));
    wire("frame-back", () => actions.frames(-1));
    wire("frame-forward", () => actions.frames(1));
    wire("set-in", actions.setIn);
    wire("set-out", actions.setOut);
    byId("speed").addEventListener("change", (event) => {
      player.video.playbackRate = Number(event.target.value);
    });
    player.on("playing", () => this.#playing());
    for (const event of ["time", "source"]) player.on(event, () => this.update());
    for (const event of ["cues", "companion", "current"]) desk.on(event, () => this.update());
  }

  #playing() {
    const { paused } = this.desk.player;
    byId("play").setAttribute("aria-label", t(paused ? "do.playOnly" : "do.pause"));
    byId("play").dataset.playing = String(!paused);
  }

  /** Show the time and what is on screen at it. */
  update() {
    const { player } = this.desk;
    if (!this.desk.track) return;
    setText(byId("time-now"), timeText(player.time));
    const lines = player.clock === "cut" ? this.cuts.captionsAt(player.time) : this.#reelLines();
    for (const id of ["set-in", "set-out"]) byId(id).disabled = this.desk.readOnly || player.clock !== "reel";
    const key = JSON.stringify(lines);
    if (key === this.shown) return;
    this.shown = key;
    byId("on-screen").replaceChildren(...lines.map(([language, text]) => {
      const line = el("p", { lang: language, dir: "auto" });
      line.append(cueNodes(text, { names: false }));
      return line;
    }));
  }

  #reelLines() {
    const { desk } = this;
    return [desk.companion, desk.track].filter(Boolean).map((track) => {
      const cue = track.at(desk.player.time);
      if (!cue) return [track.language, ""];
      return [track.language, (track === desk.track ? desk.value(cue) : cue).text];
    });
  }
}
