/* Who speaks: the turn that a word is in, and the choice that says whose voice it is. */

import * as api from "./api.js";
import { el } from "./dom.js";
import { roughTime } from "./clock.js";
import { t } from "./texts.js";

const SURE = ["said", "same voice"];

/** Return the turn that a word is in, or the nearest one: `turns` are in order of time. */
export function speakerOf(turns, word) {
  const middle = (word.start_ms + word.end_ms) / 2;
  let low = 0;
  let high = turns.length - 1;
  while (low < high) {
    const half = (low + high + 1) >> 1;
    if (turns[half].start_ms <= middle) low = half;
    else high = half - 1;
  }
  const next = turns[low + 1];
  return next && middle >= turns[low].end_ms && next.start_ms - middle < middle - turns[low].end_ms ? next : turns[low];
}

/** Return a choice of who speaks in a paragraph; for who may only read, what is known of it. */
export function speakerChoice(desk, turn, words) {
  const label = labelOf(turn);
  const { reel, film } = desk;
  if (film.read_only || !reel.voices?.length) return el("strong", { text: label, dir: "auto" });
  const time = roughTime(words[0].start_ms);
  const options = reel.voices.map(({ key, name }) => el("option", { value: key, text: name || t("transcript.interviewer") }));
  const choice = el("select", { class: "who", dir: "auto", "aria-label": t("transcript.who", { time }) }, el("option", { value: "", text: label }), options);
  choice.addEventListener("change", () => choice.value && say(desk, { turn, words, choice }));
  return choice;
}

function labelOf({ speaker, name, voice, known }) {
  const shown = speaker === "interviewer" ? t("transcript.interviewer") : name;
  if (!shown) return t("transcript.whoIs", { voice });
  return SURE.includes(known) ? shown : t("transcript.probably", { name: shown });
}

async function say(desk, { words, choice }) {
  const { reel } = desk;
  choice.disabled = true;
  const body = { start_ms: words[0].start_ms, end_ms: words.at(-1).end_ms, speaker: choice.value };
  try {
    const answer = await api.send("POST", `/api/reels/${encodeURIComponent(reel.key)}/speakers`, body);
    if (desk.reel !== reel) return;
    desk.reel = { ...reel, speakers: answer.speakers };
    desk.emit("facts");
  } catch (error) {
    if (!api.foreseen(error)) throw error;
    desk.say(error instanceof api.Refused ? error.message : t("said.away"));
    choice.value = "";
    choice.disabled = false;
  }
}
