/* Where someone has to decide: two sides of one cue, a cue that someone else deleted, a translation whose source changed. */

import { button, el } from "./dom.js";
import { cueNodes } from "./cue_text.js";
import { differences } from "./diff.js";
import { t } from "./texts.js";
import { timeText } from "./clock.js";

/** Return the box for a cue, or null where there is nothing to decide. */
export function conflictBox(desk, actions, cue) {
  const item = desk.item(cue.id);
  if (item?.gone || cue.gone) return goneBox(desk, actions, item ?? { ...cue, value: cue });
  if (item?.clash) return sidesBox(desk, item.value, item.clash, t("conflict.clash"), {
    mine: () => desk.saver.insist(item, { ...item.value }),
    theirs: () => desk.saver.giveUp(item),
  });
  if (cue.standing === "conflict" && cue.theirs) return sidesBox(desk, desk.value(cue), cue.theirs, t("conflict.merge"), {
    mine: () => actions.resolve(),
    theirs: () => (cue.theirs.text.trim() ? actions.resolve(cue.theirs) : actions.remove()),
  });
  if (cue.standing === "stale") return staleBox(desk, actions, cue);
  return null;
}

function sidesBox(desk, mine, theirs, why, take) {
  const side = (name, value, other) => {
    const text = el("div", { class: "said", dir: "auto", lang: desk.track.language });
    if (value.text.trim()) text.append(cueNodes(value.text, { marks: differences(value.text, other.text, "differs") }));
    else text.append(t("conflict.noText"));
    const times = el("span", { class: "small", text: `${timeText(value.start_ms, true)} – ${timeText(value.end_ms, true)}` });
    return el("div", { class: "side" }, el("strong", { text: t(name) }), times, text);
  };
  const readOnly = desk.readOnly;
  const buttons = el("div", { class: "tools" }, button(t("conflict.takeMine"), take.mine), button(t("conflict.takeTheirs"), take.theirs));
  return el("div", { class: "decide", role: "group", "aria-label": why },
    el("p", { text: why }), el("div", { class: "sides" }, side("conflict.mine", mine, theirs), side("conflict.theirs", theirs, mine)),
    readOnly ? null : el("p", { class: "small", text: t("conflict.edit") }), readOnly ? null : buttons);
}

function goneBox(desk, actions, item) {
  const drop = () => {
    desk.saver.giveUp(item);
    desk.track.forget(item.id);
  };
  return el("div", { class: "decide", role: "group", "aria-label": t("conflict.gone") },
    el("p", { text: t("conflict.gone") }),
    el("div", { class: "tools" }, button(t("conflict.putBack"), () => actions.putBack(item)), button(t("conflict.letGo"), drop)));
}

function staleBox(desk, actions, cue) {
  const looked = button(t("stale.looked"), () => actions.resolve(), { title: t("stale.looked.keys") });
  return el("div", { class: "decide stale", role: "group", "aria-label": t("standing.stale") },
    el("p", { text: t("stale.why") }), desk.readOnly ? null : el("div", { class: "tools" }, looked));
}
