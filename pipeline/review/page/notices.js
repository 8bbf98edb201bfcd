/* What everyone has to know: saved or not, the server gone, something done. By eye and by ear. */

import { byId, setText } from "./dom.js";
import { t } from "./texts.js";

const SHOWN_MS = 5000;

export class Notices {
  constructor(desk) {
    Object.assign(this, { desk, timer: null });
    desk.on("said", (text) => this.say(text));
    desk.saver.on("state", () => this.#state());
    desk.saver.on("refused", ({ item, error }) => this.say(error.status === 409 ? t("said.clash") : error.status === 404 ? t("said.gone") : item.problem));
    window.addEventListener("beforeunload", (event) => this.desk.saver.items.length && event.preventDefault());
    document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && desk.saver.flush({ keepalive: true }));
    window.addEventListener("pagehide", () => desk.saver.flush({ keepalive: true }));
    this.#state();
  }

  /** Say something: shown for a while, and read by screen readers. */
  say(text) {
    setText(byId("said"), "");
    setText(byId("said"), text);
    byId("said").classList.add("seen");
    clearTimeout(this.timer);
    this.timer = setTimeout(() => byId("said").classList.remove("seen"), SHOWN_MS);
  }

  #state() {
    const { saver } = this.desk;
    const open = saver.items.filter((item) => item.clash || item.gone).length;
    const waiting = saver.items.length - open;
    const state = saver.needsLink ? "link" : saver.away ? "away" : waiting ? (saver.saving ? "saving" : "unsaved") : open ? "open" : "saved";
    const node = byId("save-state");
    node.dataset.state = state;
    setText(node, t(`save.${state}`, { count: state === "open" ? open : saver.items.length }));
    const problem = saver.needsLink ? "banner.link" : saver.away ? "banner.away" : saver.kept.works ? null : "banner.notKept";
    byId("banner").hidden = !problem;
    setText(byId("banner"), problem ? t(problem, { count: saver.items.length }) : "");
  }
}
