/* Everything that is done to cues beyond typing: each asks the server, and each can be undone. */

import * as api from "./api.js";
import { t } from "./texts.js";
import { likelyPlace, likelyTime, partedAt } from "./split_text.js";
import { frameAt, rateOf } from "./clock.js";
import { inConflict } from "./filters.js";

const LEAST_MS = 100;
const NEW_MS = 2000;

export class Actions {
  constructor(desk) {
    this.desk = desk;
    this.queue = Promise.resolve();
    this.caret = () => null;
  }

  /** Set the start of the cue at the playhead. */
  setIn = () => this.#setEdge("start_ms", "end_ms", (at, other) => at < other);

  /** Set the end of the cue at the playhead. */
  setOut = () => this.#setEdge("end_ms", "start_ms", (at, other) => at > other);

  #setEdge(edge, other, fits) {
    const { desk } = this;
    if (!desk.cue || desk.readOnly) return;
    const at = Math.round(desk.player.time);
    const value = desk.value(desk.cue);
    if (!fits(at, value[other])) desk.say(t("times.wrong"));
    else desk.edit(desk.cue.id, { [edge]: at }, "times");
  }

  /** Part the cue at the cursor; in time at the playhead where it is inside the cue. */
  split = () =>
    this.#with(async (cue, value) => {
      const [{ desk }, caret] = [this, this.caret()];
      const place = caret > 0 && caret < value.text.length ? caret : likelyPlace(value.text);
      const texts = partedAt(value.text, place);
      if (!texts || inConflict(desk.standing(cue))) return desk.say(t(texts ? "split.conflict" : "split.empty"));
      const head = Math.round(desk.player.time);
      const inside = desk.player.clock === "reel" && head > value.start_ms + LEAST_MS && head < value.end_ms - LEAST_MS;
      return this.#split(cue.id, inside ? head : likelyTime(value, texts), texts, value);
    });

  async #split(id, atMs, texts, whole, before = null) {
    const { desk } = this;
    if (!(await this.#post(id, ["split"], { at_ms: atMs, texts }))) return false;
    const [, made] = this.#rename([id, whole.start_ms], [before, atMs]);
    const redo = () => this.#split(desk.history.now(id), atMs, texts, whole, made);
    desk.history.did(t("did.split"), () => this.#unsplit(id, made, whole), redo);
    desk.say(t("did.split"));
    return true;
  }

  async #unsplit(id, next, whole) {
    const [first, second] = [id, next].map((name) => this.desk.history.now(name));
    if (!(await this.#ready(second)) || !(await this.#post(first, ["join"], { next: second }))) return false;
    this.#rename([first, whole.start_ms]);
    this.#restore(this.desk.history.now(first), whole);
    return true;
  }

  /** Join the cue with the next one. */
  join = () =>
    this.#with(async (cue) => {
      const next = this.desk.track.neighbour(cue.id, 1);
      if (!next) return this.desk.say(t("join.none"));
      return (await this.#ready(next.id)) && this.#join(cue.id, next.id);
    });

  async #join(id, nextId) {
    const { desk } = this;
    const [first, second] = [id, nextId].map((name) => ({ ...desk.value(desk.track.cues.get(name)) }));
    if (!(await this.#post(id, ["join"], { next: nextId }))) return false;
    this.#rename([id, first.start_ms]);
    const redo = () => this.#join(desk.history.now(id), desk.history.now(nextId));
    desk.history.did(t("did.join"), () => this.#unjoin(id, nextId, first, second), redo);
    desk.say(t("did.join"));
    return true;
  }

  async #unjoin(id, nextId, first, second) {
    const name = this.desk.history.now(id);
    const body = { at_ms: first.end_ms, texts: [first.text, second.text] };
    if (!(await this.#post(name, ["split"], body))) return false;
    const [one, two] = this.#rename([name, first.start_ms], [nextId, first.end_ms]);
    this.#restore(one, first);
    this.#restore(two, second);
    return true;
  }

  /** Add an empty cue at the playhead, or after the cue where the playhead is on one. */
  add = () =>
    this.#alone(async () => {
      const { desk } = this;
      if (desk.readOnly) return;
      const gap = desk.film.style.gap_ms;
      let start = Math.round(desk.player.time);
      let place = desk.track.placeAt(start);
      while (desk.track.order[place]?.start_ms <= start) start = desk.track.order[place++].end_ms + gap;
      const next = desk.track.order[place];
      const end = Math.min(start + NEW_MS, next ? next.start_ms - gap : desk.reel.duration_ms || start + NEW_MS);
      if (end - start < LEAST_MS) return desk.say(t("add.none"));
      await this.#add({ start_ms: start, end_ms: end, text: "" });
    });

  async #add(value) {
    const { desk } = this;
    const known = new Set(desk.track.cues.keys());
    const answer = await this.#send("POST", [], value);
    const made = answer?.cues.find((cue) => !known.has(cue.id));
    if (!made) return null;
    desk.history.did(t("did.add"), () => this.#remove(desk.history.now(made.id)), () => this.#again(made.id, value));
    this.#goOn(made.id, { focus: "text" });
    return made.id;
  }

  async #again(id, value) {
    const { desk } = this;
    const known = new Set(desk.track.cues.keys());
    const answer = await this.#send("POST", [], value);
    const made = answer?.cues.find((cue) => !known.has(cue.id));
    if (made && made.id !== id) desk.history.renamed(desk.history.now(id), made.id);
    return Boolean(made);
  }

  /** Delete the cue. */
  remove = () =>
    this.#with(async (cue, value) => {
      const { desk } = this;
      const kept = { text: value.text, start_ms: value.start_ms, end_ms: value.end_ms };
      const next = desk.track.neighbour(cue.id, 1) ?? desk.track.neighbour(cue.id, -1);
      if (!(await this.#remove(cue.id))) return;
      desk.history.did(t("did.delete"), () => this.#again(cue.id, kept), () => this.#remove(desk.history.now(cue.id)));
      desk.say(t("said.deleted"));
      this.#goOn(next?.id ?? null, { focus: "row" });
    });

  async #remove(id) {
    return (await this.#ready(id)) && Boolean(await this.#send("DELETE", [id], undefined, this.desk.track.cues.get(id)?.etag));
  }

  /** Approve the cue, or take the approval back. */
  approve = () =>
    this.#with((cue) => this.#approve(cue.id, this.desk.standing(cue) !== "approved"));

  /** Approve the cue and go to the next one that the list shows. */
  approveNext = () =>
    this.#with(async (cue) => {
      const next = this.#following(() => true);
      if (inConflict(this.desk.standing(cue))) return this.desk.say(t("approve.conflict"));
      const done = this.desk.standing(cue) === "approved" || (await this.#approve(cue.id, true));
      if (done && next) this.#goOn(next.id, { seek: true, focus: "text" });
    });

  async #approve(id, approved) {
    const { desk } = this;
    if (inConflict(desk.standing(desk.track.cues.get(id)))) return desk.say(t("approve.conflict"));
    const answer = await this.#post(id, ["approve"], { approved });
    if (!answer) return false;
    const set = (to) => async () => Boolean(await this.#post(desk.history.now(id), ["approve"], { approved: to }));
    desk.history.did(t(approved ? "did.approve" : "did.unapprove"), set(!approved), set(approved));
    desk.say(t(approved ? "did.approve" : "did.unapprove"));
    return true;
  }

  /** Settle a conflict, or say of a stale translation that it was looked at. */
  resolve = (value = null) =>
    this.#with(async (cue, own) => {
      const { text, start_ms, end_ms } = value ?? own;
      if (await this.#post(cue.id, ["resolve"], { text, start_ms, end_ms })) this.desk.say(t("did.resolve"));
    });

  /** Put a cue back that someone else deleted while it was worked on. */
  putBack = (item) =>
    this.#alone(async () => {
      const { track, saver } = this.desk;
      const answer = await this.#send("POST", [], item.value);
      if (!answer) return;
      saver.giveUp(item);
      track.forget(item.id);
      this.#goOn(answer.cues[0]?.id ?? null, { focus: "text" });
    });

  /** Add a comment to the cue; true where it arrived. */
  comment = (text, who) =>
    this.#with(async (cue) => Boolean(await this.#post(cue.id, ["comments"], { text, who })));

  /** Go to the next cue of the list for which `wanted` holds, round the end. */
  next(wanted, missing) {
    const found = this.#following(wanted, true);
    if (found) this.desk.select(found.id, { seek: true, focus: "text" });
    else this.desk.say(t(missing));
  }

  #following(wanted, round = false) {
    const { view, track, current } = this.desk;
    const cues = round ? track.order : view;
    const place = cues.findIndex((cue) => cue.id === current);
    const after = cues.slice(place + 1);
    return (round ? [...after, ...cues.slice(0, place + 1)] : after).find(wanted) ?? null;
  }

  /** Go `by` cues on in the list. */
  step(by) {
    const { view, current } = this.desk;
    const place = view.findIndex((cue) => cue.id === current);
    const cue = view[place < 0 ? 0 : Math.min(Math.max(place + by, 0), view.length - 1)];
    if (cue) this.desk.select(cue.id, { seek: true, focus: document.activeElement?.matches("textarea.words") ? "text" : "row" });
  }

  /** Move the playhead by frames. */
  frames(by) {
    const { player, film } = this.desk;
    player.pause();
    player.seek(frameAt(player.time, rateOf(film.rate), by));
  }

  #with(done) {
    return this.#alone(async () => {
      const { desk } = this;
      if (!desk.cue || desk.readOnly) return false;
      const { id } = desk.cue;
      const saved = (await this.#ready(id)) && desk.track.cues.get(desk.history.now(id));
      return saved ? done(saved, desk.value(saved)) : false;
    });
  }

  async #ready(id) {
    if (await this.desk.saver.settle(this.desk.track, id)) return true;
    this.desk.say(t(this.desk.item(id)?.clash || this.desk.item(id)?.gone ? "approve.conflict" : "said.notSaved"));
    return false;
  }

  /** Take the last step back, or take it again: `way` is `undo` or `redo`. */
  back = (way) =>
    this.#alone(async () => {
      const what = await this.desk.history[way]();
      if (what !== false) this.desk.say(t(what === null ? `${way}.nothing` : `${way}.did`));
    });

  /** Do one thing after the other, in the order of the keys. */
  #alone(done) {
    const turn = this.queue.then(() => {
      this.here = this.desk.current;
      return done();
    });
    this.queue = turn.catch(() => null);
    return turn;
  }

  async #post(id, rest, body) {
    return (await this.#ready(id)) && this.#send("POST", [id, ...rest], body, this.desk.track.cues.get(id)?.etag);
  }

  async #send(method, rest, body, etag = null) {
    const { track, saver } = this.desk;
    try {
      const answer = await api.send(method, api.trackPath(track.reel, track.language, "cues", ...rest), body, { etag });
      saver.found();
      track.apply(answer);
      return answer;
    } catch (error) {
      if (error instanceof api.Refused) {
        this.desk.say(error.status === 409 ? t("said.changedElsewhere") : error.message || t("said.refused"));
        await this.desk.poll();
      } else if (error instanceof api.Unreachable) {
        saver.lost();
        this.desk.say(t("said.notDone"));
      } else if (error instanceof api.NeedsLink) await this.desk.poll();
      else throw error;
      return null;
    }
  }

  /** Follow cues, [id, where it starts now], that may go by another id since; return their ids. */
  #rename(...followed) {
    const { desk } = this;
    const places = followed.map(([id, start]) => [id, desk.track.order.find((cue) => cue.start_ms === start)?.id ?? id]);
    for (const [id, now] of places) if (id !== null) desk.history.renamed(id, now);
    this.#goOn(places[0][1], { focus: "text" });
    return places.map(([, now]) => now);
  }

  /** Go to a cue when an answer has come, unless the person went to another one meanwhile and types there. */
  #goOn(id, how) {
    const { desk } = this;
    if (![this.here, desk.history.now(this.here)].includes(desk.current)) return;
    desk.select(id, how);
    this.here = id;
  }

  #restore(id, value) {
    const cue = this.desk.track.cues.get(id);
    const { text, start_ms, end_ms } = value;
    if (cue) this.desk.saver.edit(this.desk.track, cue, { text, start_ms, end_ms });
  }
}
