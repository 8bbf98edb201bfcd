/* Keeps every keystroke in the browser and brings it to the server, one cue after another. */

import { Signals } from "./signals.js";
import * as api from "./api.js";

const PAUSE_MS = 800;
const RETRY_MS = [1000, 2000, 4000, 8000];
const UNFIT = new Set([400, 413, 422]); // will be refused again as it is
const same = (a, b) => a.text === b.text && a.start_ms === b.start_ms && a.end_ms === b.end_ms;
const valueOf = ({ text, start_ms, end_ms }) => ({ text, start_ms, end_ms });

/** Signals `state` (something began, ended or failed) and `cue` with a {reel, language, id} whose unsaved state changed. */
export class Saver extends Signals {
  #items = new Map();
  #queue = Promise.resolve();
  #timer = null;
  #failures = 0;

  /**
   * `trackOf(reel, language)` returns the open track, or undefined. `renaming(item, before, after)` may be set: it is told
   * that a cue goes by another id, and returns what to do once the track knows.
   */
  constructor(kept, trackOf) {
    super();
    this.kept = kept;
    this.trackOf = trackOf;
    this.away = false;
    this.needsLink = false;
    this.saving = false;
    window.addEventListener("online", () => this.flush());
  }

  static key = (reel, language, id) => `${reel}/${language}/${id}`;

  /** Return the unsaved state of a cue, or undefined. */
  item(reel, language, id) {
    if (this.#items.size === 0) return undefined;
    return this.#items.get(Saver.key(reel, language, id));
  }

  /** Return every unsaved cue. */
  get items() {
    return [...this.#items.values()];
  }

  /** Take over what closed tabs left unsaved. */
  async adopt() {
    const found = (await this.kept.adopt()).filter(([key]) => !this.#items.has(key));
    for (const [key, item] of found) {
      this.#items.set(key, { ...item, version: 0, problem: null });
      this.emit("cue", item);
    }
    if (found.length) this.flush();
    return found.length;
  }

  /** Note what a cue is to become. It is kept at once and saved when typing pauses. */
  edit(track, cue, change) {
    const key = Saver.key(track.reel, track.language, cue.id);
    const before = this.#items.get(key);
    const { reel, language } = track;
    const item = before ?? { reel, language, id: cue.id, etag: cue.etag, base: valueOf(cue), version: 0, clash: null };
    item.value = { ...valueOf(before?.value ?? cue), ...change };
    item.version += 1;
    item.problem = null;
    item.unfit = false;
    item.at = Date.now();
    if (same(item.value, item.base) && !item.clash && !cue.gone) this.#forget(key, item);
    else this.#remember(key, item);
    this.#schedule(PAUSE_MS);
  }

  /** Save now what can be saved, and return when that is done. */
  flush({ keepalive = false } = {}) {
    clearTimeout(this.#timer);
    this.#timer = null;
    for (const key of this.#items.keys()) this.#then(() => this.#push(key, keepalive));
    return this.#then(() => this.#settled());
  }

  #then(done) {
    this.#queue = this.#queue.then(done, done);
    return this.#queue;
  }

  /** Save one cue before something else is done with it; false where it could not be. */
  async settle(track, id) {
    const key = Saver.key(track.reel, track.language, id);
    if (!this.#items.has(key)) return true;
    await this.#then(() => this.#push(key, false));
    this.#settled();
    return !this.#items.has(key);
  }

  /** Settle a clash or a gone cue in favour of what the server has. */
  giveUp(item) {
    this.#forget(Saver.key(item.reel, item.language, item.id), item);
    this.emit("state");
  }

  /** Settle a clash in favour of `value`: it is saved over what the server has. */
  insist(item, value) {
    Object.assign(item, { value, etag: item.clash.etag, base: valueOf(item.clash), clash: null, at: Date.now() });
    item.version += 1;
    this.#remember(Saver.key(item.reel, item.language, item.id), item);
    return this.flush();
  }

  async #push(key, keepalive) {
    const item = this.#items.get(key);
    if (!item || item.clash || item.unfit || item.gone || this.needsLink) return;
    if (item.value.end_ms <= item.value.start_ms) return;
    const sent = { version: item.version, value: valueOf(item.value) };
    this.saving = true;
    this.emit("state");
    try {
      const path = api.trackPath(item.reel, item.language, "cues", item.id);
      const answer = await api.send("PUT", path, sent.value, { etag: item.etag, keepalive });
      this.#arrived();
      this.#saved(key, item, sent, answer);
    } catch (error) {
      this.#failed(key, item, error);
    } finally {
      this.saving = false;
      this.emit("state");
    }
  }

  #saved(key, item, sent, answer) {
    const cues = answer.cues ?? [];
    const now = cues.find((cue) => cue.id === item.id) ?? cues.find((cue) => same(cue, sent.value)) ?? null;
    const before = item.id;
    // Nobody is told before the track knows: an editor that showed the older text for an instant would lose its cursor.
    this.#items.delete(key);
    if (now && item.version !== sent.version) {
      Object.assign(item, { id: now.id, etag: now.etag, base: valueOf(now), problem: null });
      this.#hold(Saver.key(item.reel, item.language, now.id), item);
    }
    if (!this.#items.has(key)) this.kept.drop(key);
    const follow = now && now.id !== before ? this.renaming?.(item, before, now.id) : null;
    this.trackOf(item.reel, item.language)?.apply(answer);
    follow?.();
    this.emit("cue", item);
    this.emit("saved", item);
  }

  #failed(key, item, error) {
    if (error instanceof api.Refused) {
      this.#arrived();
      this.#refused(key, item, error);
      return;
    }
    if (error instanceof api.NeedsLink) this.needsLink = true;
    else if (error instanceof api.Unreachable) this.lost();
    else throw error;
  }

  #refused(key, item, error) {
    const theirs = error.body.theirs;
    if (error.status === 409 && theirs) {
      if (!same(theirs, item.value)) this.#remember(key, Object.assign(item, { clash: theirs }));
      this.trackOf(item.reel, item.language)?.apply({ cues: [theirs] });
      if (!item.clash) this.#forget(key, item);
    } else if (error.status === 404) {
      this.#remember(key, Object.assign(item, { gone: true }));
    } else this.#remember(key, Object.assign(item, { problem: error.message || String(error.status), unfit: UNFIT.has(error.status) }));
    this.emit("refused", { item, error });
  }

  #remember(key, item) {
    this.#hold(key, item);
    this.emit("cue", item);
    this.emit("state");
  }

  #hold(key, item) {
    this.#items.set(key, item);
    const { problem, unfit, version, ...kept } = item;
    this.kept.put(key, kept);
  }

  #forget(key, item) {
    this.#items.delete(key);
    this.kept.drop(key);
    this.emit("cue", item);
  }

  #arrived() {
    this.#failures = 0;
    this.away = false;
    this.needsLink = false;
  }

  /** The server did not answer, here or elsewhere: say so and try again. */
  lost() {
    this.away = true;
    this.#schedule(RETRY_MS[Math.min(this.#failures, RETRY_MS.length - 1)]);
    this.#failures += 1;
    this.emit("state");
  }

  /** The server answers again. */
  found() {
    const wasAway = this.away || this.needsLink;
    this.#arrived();
    if (wasAway) this.flush();
    this.emit("state");
  }

  #settled() {
    this.emit("state");
    if (this.#items.size && this.#timer === null && this.items.some((item) => !item.clash && !item.gone && !item.unfit)) {
      this.#schedule(this.away || this.items.some((item) => item.problem) ? RETRY_MS[Math.min(this.#failures, RETRY_MS.length - 1)] : PAUSE_MS);
    }
  }

  #schedule(ms) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = null;
      if (this.#items.size) this.flush();
    }, ms);
  }
}
