/* A long list of rows of any height, of which only those in sight are in the page. The rows keep their order in the page. */

const BEYOND = 6;
const GUESS = 62;

/** `make(key)` returns a row {node, update()}; rows out of sight are taken out, the pinned one is not. */
export class VirtualList {
  #rows = new Map();
  #heights = new Map();
  #offsets = new Float64Array(1);
  #waiting = false;

  constructor(viewport, canvas, make) {
    Object.assign(this, { viewport, canvas, make, keys: [], places: new Map(), pinned: null });
    this.watcher = new ResizeObserver((entries) => this.#resized(entries));
    viewport.addEventListener("scroll", () => this.later(), { passive: true });
    new ResizeObserver(() => this.later()).observe(viewport);
  }

  /** Show other rows; those that stay are kept as they are. */
  setKeys(keys) {
    const anchor = this.#anchor();
    this.keys = keys;
    this.places = new Map(keys.map((key, place) => [key, place]));
    this.#place();
    if (anchor && this.places.has(anchor.key)) this.viewport.scrollTop = this.#offsets[this.places.get(anchor.key)] + anchor.by;
    this.lay();
  }

  /** Return the row of a key where it is in the page. */
  row(key) {
    return this.#rows.get(key);
  }

  /** Update the rows of these keys, or all that are in the page. */
  update(keys = null) {
    for (const [key, row] of this.#rows) if (keys === null || keys.has(key)) row.update();
  }

  /** Keep a row in the page wherever the list is scrolled to. */
  pin(key) {
    this.pinned = key;
    this.lay();
  }

  /** Scroll until a row is wholly in sight. */
  show(key) {
    const place = this.places.get(key);
    if (place === undefined) return;
    if (this.#rows.has(key) && this.#measure(key)) this.#place();
    for (let turn = 0; turn < 3; turn += 1) {
      const { scrollTop, clientHeight } = this.viewport;
      const [top, bottom] = [this.#offsets[place], this.#offsets[place + 1]];
      const room = Math.min(clientHeight / 5, 90);
      if (top < scrollTop + room) this.viewport.scrollTop = top - room;
      else if (bottom > scrollTop + clientHeight - room) this.viewport.scrollTop = Math.min(bottom - clientHeight + room, top - room);
      this.lay();
    }
  }

  /** Lay the list out before the next picture. */
  later() {
    if (this.#waiting) return;
    this.#waiting = true;
    requestAnimationFrame(() => {
      this.#waiting = false;
      this.lay();
    });
  }

  /** Lay the list out now. */
  lay() {
    const wanted = this.#wanted();
    for (const [key, row] of this.#rows) if (!wanted.has(key)) this.#drop(key, row);
    const fresh = this.#bring([...wanted.keys()]);
    let moved = false;
    for (const key of fresh) moved = this.#measure(key) || moved;
    if (moved) this.#place();
    for (const [key, row] of this.#rows) row.node.style.transform = `translateY(${this.#offsets[this.places.get(key)]}px)`;
    this.canvas.style.height = `${this.#offsets[this.keys.length]}px`;
  }

  #wanted() {
    const { scrollTop, clientHeight } = this.viewport;
    const first = Math.max(0, this.#placeAt(scrollTop) - BEYOND);
    const last = Math.min(this.keys.length, this.#placeAt(scrollTop + clientHeight) + BEYOND + 1);
    const places = Array.from({ length: Math.max(last - first, 0) }, (_, number) => first + number);
    const pinned = this.places.get(this.pinned);
    if (pinned !== undefined && pinned < first) places.unshift(pinned);
    else if (pinned !== undefined && pinned >= last) places.push(pinned);
    return new Map(places.map((place) => [this.keys[place], place]));
  }

  #bring(keys) {
    const fresh = [];
    let node = this.canvas.firstChild;
    for (const key of keys) {
      if (!this.#rows.has(key)) {
        this.#rows.set(key, this.make(key));
        fresh.push(key);
      }
      const row = this.#rows.get(key);
      if (row.node === node) node = node.nextSibling;
      else this.canvas.insertBefore(row.node, node);
    }
    for (const key of fresh) this.watcher.observe(this.#rows.get(key).node);
    return fresh;
  }

  #drop(key, row) {
    this.watcher.unobserve(row.node);
    row.node.remove();
    this.#rows.delete(key);
  }

  #measure(key) {
    const height = this.#rows.get(key).node.offsetHeight;
    if (!height || this.#heights.get(key) === height) return false;
    this.#heights.set(key, height);
    return true;
  }

  #resized() {
    const anchor = this.#anchor();
    let moved = false;
    for (const key of this.#rows.keys()) moved = this.#measure(key) || moved;
    if (!moved) return;
    this.#place();
    if (anchor) this.viewport.scrollTop = this.#offsets[this.places.get(anchor.key)] + anchor.by;
    this.lay();
  }

  #anchor() {
    if (this.viewport.scrollTop === 0) return null;
    const place = this.#placeAt(this.viewport.scrollTop);
    const key = this.keys[place];
    return key === undefined ? null : { key, by: this.viewport.scrollTop - this.#offsets[place] };
  }

  #place() {
    const offsets = new Float64Array(this.keys.length + 1);
    this.keys.forEach((key, place) => {
      offsets[place + 1] = offsets[place] + (this.#heights.get(key) ?? GUESS);
    });
    this.#offsets = offsets;
  }

  #placeAt(pixels) {
    let low = 0;
    let high = Math.max(this.keys.length - 1, 0);
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#offsets[middle] <= pixels) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}
