/* Every shortcut: one table, which the dialog shows and the keyboard follows. Ctrl+Alt is AltGr on many keyboards and is not used. */

import { byId, el } from "./dom.js";
import { t } from "./texts.js";
import { inConflict } from "./filters.js";

const onMac = /Mac|iPhone|iPad/.test(navigator.platform);

/** Return the shortcuts in groups: [name, [[keys, text key, what to do]]]. */
export function shortcuts(desk, actions, find) {
  const { player } = desk;
  const standing = (wanted) => (cue) => wanted(desk.standing(cue));
  return [
    ["keys.film", [
      ["Alt+K", "do.play", player.toggle],
      ["Alt+J", "do.back", () => player.skip(-1000)],
      ["Alt+L", "do.forward", () => player.skip(1000)],
      ["Alt+,", "do.frameBack", () => actions.frames(-1)],
      ["Alt+.", "do.frameForward", () => actions.frames(1)],
      ["Alt+P", "do.playCue", () => playCue(desk)],
    ]],
    ["keys.times", [
      ["Alt+I", "do.in", actions.setIn],
      ["Alt+O", "do.out", actions.setOut],
    ]],
    ["keys.move", [
      ["Alt+ArrowUp", "do.previous", () => actions.step(-1)],
      ["Alt+ArrowDown", "do.next", () => actions.step(1)],
      ["Alt+R", "do.nextStale", () => actions.next(standing((one) => one === "stale"), "next.noStale")],
      ["Alt+C", "do.nextConflict", () => actions.next(standing(inConflict), "next.noConflict")],
      ["Alt+G", "do.nextFinding", () => actions.next((cue) => cue.findings.length > 0, "next.noFinding")],
    ]],
    ["keys.cue", [
      ["Ctrl+Enter", "do.approveNext", actions.approveNext],
      ["Ctrl+Shift+Enter", "do.approveOnly", actions.approve],
      ["Alt+V", "stale.looked", () => desk.cue && desk.standing(desk.cue) === "stale" && actions.resolve()],
      ["Alt+X", "do.split", actions.split],
      ["Alt+M", "do.join", actions.join],
      ["Alt+A", "do.add", actions.add],
      ["Alt+Delete", "do.delete", actions.remove],
      ["Alt+T", "do.comment", () => byId("comment-text").focus()],
    ]],
    ["keys.work", [
      ["Ctrl+Z", "do.undo", () => actions.back("undo")],
      ["Ctrl+Shift+Z", "do.redo", () => actions.back("redo")],
      ["Ctrl+Y", null, () => actions.back("redo")],
      ["Ctrl+S", "do.save", () => desk.saver.flush()],
      ["Ctrl+F", "do.find", find.open],
      ["F1", "do.help", showHelp],
    ]],
  ];
}

function playCue(desk) {
  if (!desk.cue) return;
  const { start_ms, end_ms } = desk.value(desk.cue);
  desk.player.playRange(start_ms, end_ms);
}

/** Show the dialog of shortcuts. */
export function showHelp() {
  if (!byId("help").open) byId("help").showModal();
}

/** Follow the shortcuts and fill the dialog that lists them. */
export function listen(groups) {
  const table = new Map(groups.flatMap(([, keys]) => keys.map(([name, , done]) => [name, done])));
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.defaultPrevented || byId("help").open) return;
    const done = table.get(nameOf(event)) ?? plainKey(event, table);
    if (!done || leftToTheField(event)) return;
    event.preventDefault();
    done();
  });
  document.addEventListener("beforeinput", (event) => {
    const way = { historyUndo: "Ctrl+Z", historyRedo: "Ctrl+Shift+Z" }[event.inputType];
    if (!way || !event.target.matches?.("textarea.words")) return;
    event.preventDefault();
    table.get(way)();
  });
  fillHelp(groups);
}

function nameOf(event) {
  if (event.getModifierState("AltGraph") || (event.altKey && (event.ctrlKey || event.metaKey))) return null;
  const held = [[event.ctrlKey || event.metaKey, "Ctrl"], [event.altKey, "Alt"], [event.shiftKey, "Shift"]];
  const letter = /^[a-z]$/i.test(event.key) ? event.key : (/^Key([A-Z])$/.exec(event.code)?.[1] ?? null);
  const sign = { Comma: ",", Period: ".", NumpadEnter: "Enter" }[event.code];
  const key = (event.altKey && sign) || letter?.toUpperCase() || event.key;
  return [...held.filter(([down]) => down).map(([, name]) => name), key].join("+");
}

/** Space and ? where nothing is typed and nothing is pressed by Space. */
function plainKey(event, table) {
  if (event.ctrlKey || event.altKey || event.metaKey || event.target.closest("input, textarea, select, button, summary, video, [role=tab]")) return null;
  if (event.key === " ") return table.get("Alt+K");
  return event.key === "?" ? showHelp : null;
}

/** Undo in the other fields is theirs, and a second Ctrl+F is the browser's. */
function leftToTheField(event) {
  const name = nameOf(event);
  const field = event.target.closest("input, textarea");
  if (/^Ctrl\+(Shift\+)?[ZY]$/.test(name ?? "")) return Boolean(field) && !field.matches("textarea.words");
  return name === "Ctrl+F" && field?.id === "find-text";
}

function fillHelp(groups) {
  const shown = (name) => name.split("+").flatMap((key, place) => [place ? "+" : "", el("kbd", { text: keyName(key) })]);
  const parts = groups.map(([title, keys]) => el("section", {}, el("h3", { text: t(title) }), el("dl", {},
    ...keys.filter(([, text]) => text).map(([name, text]) => el("div", {}, el("dt", {}, ...shown(name)), el("dd", { text: t(text) }))))));
  byId("help-keys").replaceChildren(...parts);
}

function keyName(key) {
  const names = { ArrowUp: "↑", ArrowDown: "↓", Enter: "↵", Alt: onMac ? "⌥" : "Alt", Ctrl: onMac ? "⌘" : "Ctrl", Shift: t("key.shift"), Delete: t("key.delete") };
  return names[key] ?? key;
}
