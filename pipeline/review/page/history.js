/* Undo and redo of everything that was done on this page since it was opened. */

const JOIN_MS = 1200;
const LONGEST = 500;

export class History {
  #done = [];
  #undone = [];
  #names = new Map();
  #stepping = false;

  /**
   * `apply(changes, side)` writes the values of `before` or `after` into the cues; `away()` says whether what failed may
   * succeed later.
   */
  constructor(apply, away) {
    Object.assign(this, { apply, away });
  }

  /** Note changed values. Typing in one cue without a pause is one step. */
  edited(changes, what) {
    const last = this.#done.at(-1);
    const [change] = changes;
    const goesOn = last?.changes?.length === 1 && changes.length === 1 && last.changes[0].id === change.id;
    if (goesOn && last.what === what && what === "text" && Date.now() - last.at < JOIN_MS) {
      last.changes[0].after = change.after;
      last.at = Date.now();
    } else this.#push({ changes, what, at: Date.now() });
    this.#undone = [];
  }

  /**
   * Note something that is undone by doing something else; both are functions that return a promise of success. What a
   * step does again is that step, not another one.
   */
  did(what, undo, redo) {
    if (this.#stepping) return;
    this.#push({ what, undo, redo, at: Date.now() });
    this.#undone = [];
  }

  /** Note that a cue goes by another id since it was made again. */
  renamed(before, after) {
    this.#names.delete(after);
    if (before !== after) this.#names.set(before, after);
  }

  /** Return the id that a cue goes by now. */
  now(id) {
    let name = id;
    while (this.#names.has(name)) name = this.#names.get(name);
    return name;
  }

  /** Take the last step back and return what it was, null where there is none, false where it could not be. */
  undo = () => this.#step(this.#done, this.#undone, "before", "undo");

  /** Take the step again that was last taken back; returns as `undo`. */
  redo = () => this.#step(this.#undone, this.#done, "after", "redo");

  /** Forget everything: another track is open. */
  clear() {
    this.#done = [];
    this.#undone = [];
    this.#names.clear();
  }

  async #step(from, to, side, way) {
    const entry = from.pop();
    if (!entry) return null;
    if (entry.changes) this.apply(entry.changes, side);
    else if (!(await this.#succeeds(entry[way]))) {
      entry.refused = this.away() ? 0 : (entry.refused ?? 0) + 1;
      if (entry.refused < 2) from.push(entry); // what is refused twice must not stand before the earlier steps for ever
      return false;
    }
    Object.assign(entry, { at: 0, refused: 0 });
    to.push(entry);
    return entry.what;
  }

  async #succeeds(step) {
    this.#stepping = true;
    try {
      return await step();
    } finally {
      this.#stepping = false;
    }
  }

  #push(entry) {
    this.#done.push(entry);
    if (this.#done.length > LONGEST) this.#done.shift();
  }
}
