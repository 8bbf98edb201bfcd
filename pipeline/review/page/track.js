/* One language of a reel as the server has it, and where its cues are. What is typed and not saved yet is the saver's. */

import { Signals } from "./signals.js";
import * as api from "./api.js";

const later = (a, b) => a.start_ms - b.start_ms || a.end_ms - b.end_ms;

/** Signals `cues` with a Set of the ids that changed, or null where all may have. */
export class Track extends Signals {
  constructor(reel, language) {
    super();
    this.reel = reel;
    this.language = language;
    this.etag = null;
    this.changes = 0;
    this.sourceLanguage = null;
    this.readOnlyReason = null;
    this.cues = new Map();
    this.order = [];
    this.places = new Map();
  }

  /** Fetch what changed since the last time; `keep(id)` says of a cue that is gone whether it must stay visible. */
  async refresh(keep = () => false) {
    const { changes } = this;
    const answer = await api.getIfChanged(api.trackPath(this.reel, this.language), this.etag);
    // What was asked for before a change and comes after it is older than the change.
    if (!answer || changes !== this.changes) return false;
    const { body } = answer;
    this.sourceLanguage = body.source_language;
    this.readOnlyReason = body.read_only_reason;
    const cues = new Map(body.cues.map((cue) => [cue.id, cue]));
    for (const [id, cue] of this.cues) if (!cues.has(id) && keep(id)) cues.set(id, { ...cue, gone: true });
    const changed = this.etag === null ? null : differing(this.cues, cues);
    this.cues = cues;
    this.etag = answer.etag ?? body.etag;
    this.#sort();
    if (changed === null || changed.size) this.emit("cues", changed);
    return true;
  }

  /** Take in what a change was answered with. */
  apply(answer) {
    this.changes += 1;
    const ids = new Set(answer.removed ?? []);
    for (const id of ids) this.cues.delete(id);
    for (const cue of answer.cues ?? []) {
      this.cues.set(cue.id, cue);
      ids.add(cue.id);
    }
    if (answer.before && answer.before === this.etag) this.etag = answer.etag;
    this.#sort();
    this.emit("cues", ids);
  }

  /** Show a cue of which only unsaved text is left. */
  addGone(id, value) {
    const cue = { id, etag: null, standing: "edited", source_text: "", source_ids: [], findings: [], doubtful: [], comments: [] };
    this.cues.set(id, { ...cue, ...value, gone: true });
    this.#sort();
    this.emit("cues", new Set([id]));
  }

  /** Take a cue of this page only out of the list. */
  forget(id) {
    this.cues.delete(id);
    this.#sort();
    this.emit("cues", new Set([id]));
  }

  /** Return the cue's place in order of time, or -1. */
  placeOf(id) {
    return this.places.get(id) ?? -1;
  }

  /** Return the cue `by` places on, or undefined. */
  neighbour(id, by) {
    return this.order[this.placeOf(id) + by];
  }

  /** Return the place of the first cue that ends after `ms`. */
  placeAt(ms) {
    let low = 0;
    let high = this.order.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.order[middle].end_ms <= ms) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Return the cue on screen at `ms`, or null. */
  at(ms) {
    const cue = this.order[this.placeAt(ms)];
    return cue && cue.start_ms <= ms ? cue : null;
  }

  #sort() {
    this.order = [...this.cues.values()].sort(later);
    this.places = new Map(this.order.map((cue, place) => [cue.id, place]));
  }
}

function differing(before, after) {
  const ids = new Set();
  for (const [id, cue] of after) {
    const old = before.get(id);
    if (!old || JSON.stringify(old) !== JSON.stringify(cue)) ids.add(id);
  }
  for (const id of before.keys()) if (!after.has(id)) ids.add(id);
  return ids;
}
