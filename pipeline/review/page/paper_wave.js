/* The sound around a joint, with the line where it is cut: what is left out is pale. */

import { getBytes } from "./api.js";
import { el } from "./dom.js";
import { t } from "./texts.js";

const PEAK_MS = 10;
const AROUND_MS = 900;
const HEIGHT = 36;
const known = new Map(); // by reel, its peaks or what will be

/** Return the picture of the sound around a joint of a reel; it stays empty where the reel's film is not made. */
export function jointWave(reel, { at_ms: at, head }) {
  const count = (2 * AROUND_MS) / PEAK_MS;
  const canvas = el("canvas", { class: "wave", width: count, height: HEIGHT, role: "img", "aria-label": t("paper.joint.wave"), hidden: true });
  peaksOf(reel).then((peaks) => peaks && draw(canvas, peaks, at, head));
  return canvas;
}

/** Have the sound of a reel asked for again: its film is made now. */
export function waveMade(reel) {
  known.delete(reel);
}

function peaksOf(reel) {
  if (!known.has(reel)) known.set(reel, getBytes(`/api/reels/${encodeURIComponent(reel)}/waveform`).catch(() => null));
  return known.get(reel);
}

function draw(canvas, peaks, at, head) {
  const pen = canvas.getContext("2d");
  const style = getComputedStyle(document.body);
  const [first, cut] = [Math.round((at - AROUND_MS) / PEAK_MS), AROUND_MS / PEAK_MS];
  for (let x = 0; x < canvas.width; x += 1) {
    const high = Math.max(1, ((peaks[first + x] ?? 0) / 255) ** 0.6 * HEIGHT);
    pen.globalAlpha = x < cut === head ? 0.3 : 1;
    pen.fillStyle = style.getPropertyValue("--soft");
    pen.fillRect(x, (HEIGHT - high) / 2, 1, high);
  }
  pen.globalAlpha = 1;
  pen.fillStyle = style.getPropertyValue("--bad");
  pen.fillRect(cut - 1, 0, 2, HEIGHT);
  canvas.hidden = false;
}
