/* One entry of the paper edit as it is read, with what can be done with it. */

import { button, el } from "./dom.js";
import { thumbs } from "./paper_thumb.js";
import { lengthText } from "./paper_time.js";
import { jointWave } from "./paper_wave.js";
import { hasText, number, t } from "./texts.js";

const TIGHTER_MS = [200, 300, 500, 700, 1000, 2000];

/** Return the node of an entry; `list` does what its buttons say. */
export function blockNode({ block, at, findings, list, current }) {
  const name = t("paper.entry", { number: at + 1 });
  // Not only on the click: the entry that was the current one grows smaller at the press, and what is below moves up.
  const pressed = (event) => {
    if (event.button || list.paper.readOnly) return;
    event.preventDefault();
    list.edit(at);
  };
  const grip = el("button", { type: "button", class: "grip", text: "⠿", title: t("paper.grip"), "aria-label": t("paper.grip"), on: { pointerdown: (event) => list.grip(event, at) } });
  const body = el("div", { class: "body", tabindex: "0", dir: "auto", text: wordsOf(block), on: { mousedown: pressed, click: () => list.edit(at) } });
  return el(
    "li",
    { class: `block ${block.kind}${current ? " current" : ""}`, "aria-label": name, data: { at, text: block.text.replace(/\s+$/, "") }, on: { focusin: () => list.choose(at), pointerdown: () => list.choose(at) } },
    grip,
    body,
    facts(block),
    thumbs(block, list.paper.document.films),
    leftOut(block),
    ...jointsOf(block),
    ...findings.map((one) => el("p", { class: `said-of ${one.severity === "error" ? "bad" : "warn"}`, text: foundText(one) })),
    doings(block, at, list),
  );
}

function wordsOf({ kind, text, words, fresh }) {
  const whole = text.replace(/\s+$/, "");
  if (fresh) return whole;
  if (kind === "quote" && words) return `“${words}”`;
  return kind === "heading" ? whole.replace(/^#+\s*/, "") : whole;
}

function facts({ reel, labels, start_ms: start, ms, kind, joints = [], over = [], tightened_ms: shorter }) {
  if (!ms && !reel) return null;
  const parts = [];
  if (start !== null && start !== undefined) parts.push(t("paper.at", { time: lengthText(start) }));
  if (ms) parts.push(t("paper.lasts", { seconds: ms / 1000 }));
  if (kind === "quote" && labels) parts.push(`${reel} ${labels[0]} – ${labels[1]}`);
  if (over.length) parts.push(t("paper.over", { keys: over.map((one) => one.reel ?? one.still ?? "BL").join(", ") }));
  if (shorter) parts.push(t("paper.shorter", { seconds: shorter / 1000 }));
  if (joints.length) parts.push(t("paper.joints", { count: joints.length }));
  return el("p", { class: "facts" }, parts.map((text) => el("span", { text })));
}

function leftOut({ left_out: gone = [] }) {
  const words = gone.filter((one) => one.text);
  return words.length ? el("p", { class: "said-of" }, words.flatMap((one) => [el("del", { text: one.text }), " "])) : null;
}

function doings(block, at, list) {
  const { player, paper } = list;
  const made = [];
  if (block.play?.length) made.push(button(t("paper.playHere"), () => player.play(block.start_ms)));
  if (block.kind === "quote" && block.play?.[0]?.reel) made.push(button(t("paper.whereSaid"), () => list.onReel(block.play[0].reel, block.play[0].from_ms)));
  if (paper.readOnly) return el("div", { class: "doings" }, made);
  if (block.kind === "quote" && !block.fresh) made.push(tight(block, at, list));
  if (["quote", "narration"].includes(block.kind)) {
    made.push(button(t("paper.lay.more"), () => list.lay.open(at), { class: "changes" }));
    if (block.over?.length) made.push(button(t("paper.lay.clear"), () => list.lay.clear(at), { class: "changes" }));
  }
  made.push(
    button("↑", () => list.shift(at, -1), { class: "changes", "aria-label": t("paper.up"), title: "Alt+↑" }),
    button("↓", () => list.shift(at, 1), { class: "changes", "aria-label": t("paper.down"), title: "Alt+↓" }),
    button(t("paper.edit"), () => list.edit(at), { class: "changes" }),
    button(t("paper.remove"), () => list.remove(at), { class: "changes" }),
  );
  return el("div", { class: "doings" }, made);
}

function tight({ tight_ms: ms }, at, list) {
  const choices = [...new Set([...TIGHTER_MS, ...(ms ? [ms] : [])])].sort((one, other) => one - other);
  const label = (one) => t(one === ms ? "paper.tightOff" : "paper.tightOn", { seconds: number(one / 1000) });
  const chosen = (event) => list.tighten(at, Number(event.target.value) || null);
  return el("select", { class: "changes tight", "aria-label": t("paper.tight"), on: { change: chosen, keydown: (event) => event.stopPropagation() } },
    el("option", { value: "", text: t("paper.tightNot"), selected: !ms }),
    choices.map((one) => el("option", { value: one, text: label(one), selected: one === ms })));
}

/** Return what is to be listened to where the clip is cut, in the page's language, with its sound. */
function jointsOf({ joints = [], reel, play = [] }) {
  return joints.flatMap((one) => [
    el("p", { class: "said-of warn", text: `${t(`paper.joint.${one.joint}`, { words: one.words })} ${t("paper.joint.listen")}` }),
    jointWave(reel ?? play[0]?.voice, one),
  ]);
}

/** Return what a finding says, in the page's language where it has words for it. */
function foundText({ code, fields, what, cure }) {
  const key = `rule.paper-${code}`;
  return hasText(key) ? t(key, fields) : [what, cure].filter(Boolean).join(": ");
}
