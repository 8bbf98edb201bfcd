/* Who wants to know what happened. */

export class Signals {
  #heard = new Map();

  /** Call `heard(detail)` whenever `name` happens. */
  on(name, heard) {
    if (!this.#heard.has(name)) this.#heard.set(name, []);
    this.#heard.get(name).push(heard);
  }

  /** Tell everyone who listens to `name`. */
  emit(name, detail) {
    for (const heard of this.#heard.get(name) ?? []) heard(detail);
  }
}
