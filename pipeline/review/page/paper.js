/* The paper edit's page: the film is asked for, its parts are made, the cut of the address is opened. */

import * as api from "./api.js";
import { Kept } from "./kept.js";
import { PaperFilms } from "./paper_films.js";
import { PaperLay } from "./paper_lay.js";
import { PaperList } from "./paper_list.js";
import { PaperPlayer } from "./paper_player.js";
import { PaperText } from "./paper_text.js";
import { PaperWords } from "./paper_words.js";
import { byId, el, setText } from "./dom.js";
import { changeLanguage, loadTexts, ofFilm, t, uiLanguage } from "./texts.js";
import { lengthText } from "./paper_time.js";

async function begin() {
  await loadTexts();
  byId("ui-language").value = uiLanguage;
  const [film, { papers, pictures }] = await Promise.all([api.get("/api/film"), api.get("/api/papers")]);
  document.title = `${ofFilm(film.title)} – testimonio`;
  setText(byId("film-title"), ofFilm(film.title));
  document.body.classList.toggle("read-only", film.read_only);
  if (!papers.length) return fail(t("paper.none"));
  const paper = new PaperText(new Kept(film.id), film.read_only);
  build(paper, film, papers, pictures);
  await paper.adopt();
  const asked = new URLSearchParams(location.hash.slice(1)).get("cut");
  await open(paper, papers.find((one) => one.cut === asked) ?? papers[0]);
}

function build(paper, film, papers, pictures) {
  const player = new PaperPlayer(paper);
  const list = new PaperList(paper, player);
  new PaperWords(paper, list, film);
  new PaperFilms(paper, player);
  list.lay = new PaperLay(paper, pictures);
  byId("cut-choice").append(...papers.map(({ cut, file }) => el("option", { value: cut, text: `${cut} · ${file}` })));
  byId("cut-choice").addEventListener("change", async (event) => {
    const wanted = event.target.value;
    await paper.flush();
    if (paper.unsaved) event.target.value = paper.cut; // the banner says why
    else await open(paper, { cut: wanted });
  });
  byId("ui-language").addEventListener("change", async (event) => {
    await paper.flush();
    changeLanguage(event.target.value);
  });
  for (const way of ["undo", "redo"]) byId(way).addEventListener("click", () => paper.step(way));
  paper.on("state", (state) => setText(byId("save-state"), t(`paper.state.${state}`)));
  paper.on("trouble", fail);
  paper.on("document", () => {
    setText(byId("cut-length"), paper.document.ms === null ? "" : lengthText(paper.document.ms));
    byId("undo").disabled = !paper.can("undo");
    byId("redo").disabled = !paper.can("redo");
  });
  window.addEventListener("pagehide", () => paper.leave());
  document.addEventListener("keydown", (event) => {
    const key = event.key.toLowerCase();
    if (!(event.ctrlKey || event.metaKey) || !["z", "y"].includes(key) || event.target.closest("textarea")) return;
    event.preventDefault();
    paper.step(key === "y" || event.shiftKey ? "redo" : "undo");
  });
}

async function open(paper, { cut }) {
  history.replaceState(null, "", `#cut=${encodeURIComponent(cut)}`);
  byId("cut-choice").value = cut;
  try {
    await paper.open(cut);
  } catch (error) {
    if (!api.foreseen(error)) throw error;
    fail(error instanceof api.Refused ? error.message : t("said.away"));
  }
}

/** Say what went wrong, or with "" that it is over. */
function fail(text) {
  setText(byId("banner"), text);
  byId("banner").hidden = !text;
}

await begin();
document.body.dataset.ready = "yes";
