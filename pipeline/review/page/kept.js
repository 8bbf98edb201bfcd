/* What was typed and is not saved yet, kept in the browser at each keystroke. A tab that closes leaves it for the next one. */

const PREFIX = "testimonio:kept:";
const REMARKS = "testimonio:remark:";

export class Kept {
  /** `film` tells apart two films that were open at one address, copies of one film too. */
  constructor(film) {
    this.prefix = `${PREFIX}${film}:`;
    this.remarks = `${REMARKS}${film}:`;
    this.tab = `${Date.now().toString(36)}${Math.random().toString(36).slice(2, 8)}`;
    this.works = true;
    if (navigator.locks) navigator.locks.request(`testimonio-tab-${this.tab}`, () => new Promise(() => {}));
  }

  /** Keep `item` under this tab's name; false where the browser refuses. */
  put(key, item) {
    try {
      localStorage.setItem(`${this.prefix}${this.tab}:${key}`, JSON.stringify(item));
      this.works = true;
    } catch {
      this.works = false;
    }
    return this.works;
  }

  /** Forget what is kept under `key`. */
  drop(key) {
    try {
      localStorage.removeItem(`${this.prefix}${this.tab}:${key}`);
    } catch {
      this.works = false;
    }
  }

  /** Return the comment that was begun on a cue and never sent, or "". */
  remark(key) {
    try {
      return localStorage.getItem(this.remarks + key) ?? "";
    } catch {
      return "";
    }
  }

  /** Keep a comment that was begun; an empty one is forgotten. */
  keepRemark(key, text) {
    try {
      if (text) localStorage.setItem(this.remarks + key, text);
      else localStorage.removeItem(this.remarks + key);
    } catch {
      this.works = false;
    }
  }

  /** Take over what closed tabs left: [key, item] pairs, the latest of each key, now kept under this tab's name. */
  async adopt() {
    const alive = await this.#alive();
    const found = new Map();
    for (const name of this.#names()) {
      const [tab, ...rest] = name.slice(this.prefix.length).split(":");
      if (tab === this.tab || alive.has(tab)) continue;
      const item = this.#read(name);
      const key = rest.join(":");
      if (item && !(found.get(key)?.at > item.at)) found.set(key, item);
      if (!item || this.put(key, found.get(key))) localStorage.removeItem(name);
    }
    return [...found];
  }

  async #alive() {
    if (!navigator.locks) return new Set();
    const state = await navigator.locks.query();
    return new Set(state.held.map((lock) => lock.name.replace("testimonio-tab-", "")));
  }

  #names() {
    try {
      return Object.keys(localStorage).filter((name) => name.startsWith(this.prefix));
    } catch {
      this.works = false;
      return [];
    }
  }

  #read(name) {
    try {
      return JSON.parse(localStorage.getItem(name));
    } catch {
      return null;
    }
  }
}
