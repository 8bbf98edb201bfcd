/* Puts the page together: the film is asked for, its parts are made, the reel of the address is opened. */

import * as api from "./api.js";
import { Actions } from "./actions.js";
import { CueList } from "./cue_list.js";
import { CuePanel } from "./cue_panel.js";
import { Cuts } from "./cuts.js";
import { Desk } from "./desk.js";
import { FindBar } from "./find_bar.js";
import { Kept } from "./kept.js";
import { MediaJobs } from "./media_jobs.js";
import { Notices } from "./notices.js";
import { Player } from "./player.js";
import { Saver } from "./saver.js";
import { Screen } from "./screen.js";
import { Transcript } from "./transcript.js";
import { Waveform } from "./waveform.js";
import { WaveformHand } from "./waveform_hand.js";
import { byId, el, setText } from "./dom.js";
import { listen, shortcuts, showHelp } from "./keys.js";
import { changeLanguage, loadTexts, ofFilm, t, uiLanguage } from "./texts.js";
import { wireTabs } from "./tabs.js";

const asked = () => new URLSearchParams(location.hash.slice(1));

async function begin() {
  await loadTexts();
  byId("ui-language").value = uiLanguage;
  const film = await api.get("/api/film");
  document.title = `${ofFilm(film.title)} – testimonio`;
  setText(byId("film-title"), ofFilm(film.title));
  document.body.classList.toggle("read-only", film.read_only);
  const saver = new Saver(new Kept(film.id), (reel, language) => openTrack(desk, reel, language));
  const desk = new Desk(film, saver, new Player(byId("video")));
  byId("ui-language").addEventListener("change", async (event) => {
    await saver.flush();
    changeLanguage(event.target.value);
  });
  build(desk);
  api.get("/api/papers").then(({ papers }) => (byId("paper-link").hidden = !papers.length), () => {});
  await saver.adopt();
  await openAsked(desk);
  document.body.dataset.ready = "yes";
}

function openTrack(desk, reel, language) {
  const { track } = desk;
  return track?.reel === reel && track.language === language ? track : undefined;
}

function build(desk) {
  const actions = new Actions(desk);
  const media = new MediaJobs(desk);
  const list = new CueList(desk, actions);
  const cuts = new Cuts(desk, media);
  const find = new FindBar(desk, list);
  const transcript = new Transcript(desk);
  const wave = new Waveform(desk, byId("wave"));
  new Notices(desk);
  new CuePanel(desk, actions);
  new Screen(desk, actions, cuts);
  new WaveformHand(desk, wave);
  byId("zoom-in").addEventListener("click", () => wave.zoomBy(-1));
  byId("zoom-out").addEventListener("click", () => wave.zoomBy(1));
  for (const way of ["undo", "redo"]) byId(way).addEventListener("click", () => actions.back(way));
  byId("find-open").addEventListener("click", () => (byId("find").hidden ? find.open() : find.close()));
  byId("help-open").addEventListener("click", showHelp);
  byId("help-close").addEventListener("click", () => byId("help").close());
  const showTab = wireTabs(byId("tabs"), (panel) => tabShown(desk, panel, { cuts, transcript, media, list }));
  listen(shortcuts(desk, actions, find));
  wireChoices(desk, showTab);
  desk.on("reel", () => showReel(desk, media));
  media.on("done", ({ reel }) => reel && reel === desk.reel?.key && again(desk, media));
}

function tabShown(desk, panel, { cuts, transcript, media, list }) {
  const inCut = panel === "panel-cuts";
  document.body.classList.toggle("in-cut", inCut);
  if (inCut) cuts.show();
  else if (desk.reel && desk.player.clock === "cut") showReel(desk, media);
  if (panel === "panel-transcript") transcript.show();
  list.list.later();
}

function showReel(desk, media) {
  if (document.body.classList.contains("in-cut")) return;
  desk.player.load(desk.reel.media, "reel", desk.reel.duration_ms);
  if (desk.shownReel !== desk.reel.key) desk.player.seek(0);
  desk.shownReel = desk.reel.key;
  media.offer({ reel: desk.reel.key }, desk.reel.media, desk.reel.media_problem);
}

async function again(desk, media) {
  await desk.refreshFacts();
  showReel(desk, media);
}

function wireChoices(desk, showTab) {
  const [reels, languages] = [byId("reel-choice"), byId("language-choice")];
  for (const reel of desk.film.reels.filter((one) => readyLanguages(one).length)) {
    reels.append(el("option", { value: reel.key, text: [reel.key, ...reel.people].join(" · ") }));
  }
  const changed = () => openOne(desk, reels.value, languages.value);
  reels.addEventListener("change", changed);
  languages.addEventListener("change", changed);
  desk.on("wanted", async ({ reel, language, id }) => {
    showTab("panel-cues");
    await openOne(desk, reel, language);
    desk.select(id, { seek: true, focus: "text" });
  });
  desk.on("reel", () => {
    fillLanguages(desk, languages);
    reels.value = desk.reel.key;
  });
}

function fillLanguages(desk, choice) {
  const { tracks, language: spoken } = desk.film.reels.find((reel) => reel.key === desk.reel.key);
  const name = (language) => t(spoken === language ? "track.spoken" : "track.translation", { language: desk.languageName(language) });
  choice.replaceChildren(...Object.keys(tracks).map((language) => el("option", { value: language, text: name(language), disabled: isMissing(tracks[language]) })));
  choice.value = desk.track.language;
}

/** Whether there is nothing yet to work on in a language. */
const isMissing = (track) => track.there === false;

const readyLanguages = (reel) => Object.keys(reel.tracks).filter((language) => !isMissing(reel.tracks[language]));

async function openAsked(desk) {
  const hash = asked();
  const reels = desk.film.reels.filter((reel) => readyLanguages(reel).length);
  const reel = reels.find((one) => one.key === hash.get("reel")) ?? reels[0];
  if (!reel) {
    setText(byId("nothing"), t("film.empty"));
    byId("nothing").hidden = false;
    return;
  }
  await openOne(desk, reel.key, hash.get("lang"));
  if (desk.track?.cues.has(hash.get("cue"))) desk.select(hash.get("cue"), { seek: true });
}

async function openOne(desk, key, language) {
  const reel = desk.film.reels.find((one) => one.key === key);
  const languages = readyLanguages(reel);
  const translation = languages.find((one) => one !== reel.language) ?? languages[0];
  const chosen = languages.includes(language) ? language : translation;
  try {
    await desk.open(key, chosen);
  } catch (error) {
    if (!api.foreseen(error)) throw error;
    desk.say(error instanceof api.Refused ? error.message : t("said.away"));
    return;
  }
  history.replaceState(null, "", `#${new URLSearchParams({ reel: key, lang: chosen })}`);
}

begin().catch((error) => {
  const banner = byId("banner");
  banner.hidden = false;
  banner.textContent = error instanceof api.NeedsLink ? t("banner.link") : `${t("banner.failed")} ${error.message}`;
  if (!api.foreseen(error)) throw error;
});
