/* Undo and redo of everything that was done on this page since it was opened. */

const JOIN_MS = 1200;
const LONGEST = 500;

export class History {
  #done = [];
  #undone = [];
  #names = new Map();

  /** `apply(changes, side)` writes the values of `before` or `after` into the cues. */
  constructor(apply) {
    this.apply = apply;
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

  /** Note something that is undone by doing something else; both are functions that return a promise of success. */
  did(what, undo, redo) {
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

  /** Take the last step back and return what it was, or null. */
  undo = () => this.#step(this.#done, this.#undone, "before", "undo");

  /** Take the step again that was last taken back and return what it was, or null. */
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
    else if (!(await entry[way]())) {
      from.push(entry);
      return null;
    }
    entry.at = 0;
    to.push(entry);
    return entry.what;
  }

  #push(entry) {
    this.#done.push(entry);
    if (this.#done.length > LONGEST) this.#done.shift();
  }
}
