/* What is on the desk: a film, one reel of it, the track that is worked on and its companion in the other language. */

import { Signals } from "./signals.js";
import { History } from "./history.js";
import { Track } from "./track.js";
import { passes } from "./filters.js";
import { ofFilm } from "./texts.js";
import * as api from "./api.js";

const POLL_MS = 3000;

/** Signals `reel`, `cues` (Set of ids or null), `companion`, `current` ({id, before}), `view` (the list's cues), `said` (for everyone to hear). */
export class Desk extends Signals {
  constructor(film, saver, player) {
    super();
    Object.assign(this, { film, saver, player });
    this.reel = null;
    this.track = null;
    this.companion = null;
    this.current = null;
    this.filter = "all";
    this.view = [];
    this.history = new History((changes, side) => this.#write(changes, side), () => saver.away || saver.needsLink);
    saver.on("cue", (item) => this.#unsaved(item));
    saver.renaming = (item, before, after) => this.#renaming(item, before, after);
    setInterval(() => this.poll(), POLL_MS);
  }

  /** Open a reel to work on one of its languages. */
  async open(reel, language) {
    await this.saver.flush();
    const facts = await api.get(`/api/reels/${encodeURIComponent(reel)}`);
    const track = new Track(reel, language);
    await track.refresh();
    const other = this.#companionOf(facts, track);
    const companion = other ? await this.#besides(new Track(reel, other)) : null;
    Object.assign(this, { reel: facts, track, companion, current: null });
    this.history.clear();
    track.on("cues", (ids) => this.#changed(ids));
    companion?.on("cues", () => this.emit("companion"));
    for (const item of this.saver.items) this.#unsaved(item, true);
    this.#seeView();
    this.emit("reel", facts);
    this.emit("companion");
    this.emit("cues", null);
  }

  async #besides(track) {
    try {
      await track.refresh();
      return track;
    } catch (error) {
      if (!(error instanceof api.Refused)) throw error;
      return null; // it is not there yet, or cannot be read: the work goes on without it
    }
  }

  /** Ask again what there is of the reel: its film has been made. */
  async refreshFacts() {
    try {
      this.reel = await api.get(`/api/reels/${encodeURIComponent(this.reel.key)}`);
      this.emit("facts");
    } catch (error) {
      this.#pollFailed(error);
    }
  }

  #companionOf(facts, track) {
    const known = this.film.reels.find((reel) => reel.key === facts.key)?.tracks ?? {};
    if (track.sourceLanguage && track.sourceLanguage !== track.language) return track.sourceLanguage;
    return Object.keys(known).find((language) => language !== track.language) ?? null;
  }

  /** Ask whether anyone else changed something. What is being typed stays as it is. */
  async poll() {
    if (!this.track || this.polling) return;
    this.polling = true;
    try {
      await this.saver.adopt();
      const { track, companion } = this;
      await track.refresh((id) => Boolean(this.saver.item(track.reel, track.language, id)));
      if (companion) await companion.refresh();
      this.trouble = null;
      this.saver.found();
    } catch (error) {
      this.#pollFailed(error);
    } finally {
      this.polling = false;
    }
  }

  #pollFailed(error) {
    if (error instanceof api.NeedsLink) {
      this.saver.needsLink = true;
      this.saver.emit("state");
    } else if (error instanceof api.Unreachable) this.saver.lost();
    else if (!(error instanceof api.Refused)) throw error;
    else if (this.trouble !== error.message) {
      this.trouble = error.message;
      this.say(error.message);
    }
  }

  /** Return a language's name in the page's language. */
  languageName(language) {
    const names = this.film.language_names?.[language];
    return names ? ofFilm(names) : language;
  }

  /** Return the companion's cues that belong to a cue: what it translates, or what translates it. */
  companionCues(cue) {
    if (!this.companion) return [];
    if (this.track.sourceLanguage === this.companion.language) {
      return (cue.source_ids ?? []).map((id) => this.companion.cues.get(id)).filter(Boolean);
    }
    if (this.translatedFrom !== this.companion.order) {
      this.translatedFrom = this.companion.order;
      this.translations = new Map();
      for (const other of this.companion.order) {
        for (const id of other.source_ids ?? []) this.translations.set(id, [...(this.translations.get(id) ?? []), other]);
      }
    }
    return this.translations.get(cue.id) ?? [];
  }

  /** Whether nothing can be changed here. */
  get readOnly() {
    return Boolean(this.film.read_only || this.track?.readOnlyReason);
  }

  /** Return the unsaved state of a cue of the open track, or undefined. */
  item(id) {
    return this.track ? this.saver.item(this.track.reel, this.track.language, id) : undefined;
  }

  /** Return what a cue says and when, what is not saved yet included. */
  value(cue) {
    return this.item(cue.id)?.value ?? cue;
  }

  /** Return how a cue stands: the server's word, or `clash` and `gone` where this page knows better. */
  standing(cue) {
    const item = this.item(cue.id);
    if (item?.gone || cue.gone) return "gone";
    if (item?.clash) return "clash";
    return cue.standing;
  }

  /** The cue that is worked on, or null. */
  get cue() {
    return this.track?.cues.get(this.current) ?? null;
  }

  /** Change a cue's text or times as a person does: kept, saved after a pause, can be undone. */
  edit(id, change, what = "text") {
    this.editAll([{ id, change }], what);
  }

  /** Change several cues in one step. */
  editAll(edits, what) {
    if (this.readOnly) return;
    const changes = edits.map(({ id, change }) => {
      const { text, start_ms, end_ms } = this.value(this.track.cues.get(id));
      const before = { text, start_ms, end_ms };
      return { id, before, after: { ...before, ...change } };
    });
    this.#write(changes, "after");
    this.history.edited(changes, what);
  }

  #write(changes, side) {
    for (const change of changes) {
      const id = this.history.now(change.id);
      const cue = this.track.cues.get(id);
      if (cue) this.saver.edit(this.track, cue, change[side]);
    }
    if (changes.length === 1) this.select(this.history.now(changes[0].id));
  }

  /** Work on another cue. `seek` shows it too, unless the film is playing. */
  select(id, { seek = false, focus = null } = {}) {
    const before = this.current;
    if (id !== before) {
      this.current = id;
      this.saver.flush();
      if (before !== null) this.#seeView();
    }
    if (seek && this.cue && this.player.paused && this.player.clock === "reel") this.player.seek(this.value(this.cue).start_ms);
    this.emit("current", { id, before, focus });
  }

  /** Show only some of the cues. */
  setFilter(filter) {
    this.filter = filter;
    this.#seeView();
    this.emit("filter");
  }

  /** Say something to everyone, by eye and by ear. */
  say(text) {
    this.emit("said", text);
  }

  /** Stay with a cue, its text and the cursor in it, when it goes by another id. */
  #renaming({ reel, language }, before, after) {
    if (reel !== this.track?.reel || language !== this.track.language) return null;
    this.history.renamed(before, after);
    if (this.current !== before) return null;
    const words = document.activeElement?.matches("textarea.words") ? document.activeElement : null;
    const [from, to] = [words?.selectionStart, words?.selectionEnd];
    return () => {
      this.current = after;
      this.#seeView();
      this.emit("current", { id: after, before, focus: words ? "text" : null });
      if (words) document.activeElement.setSelectionRange?.(from, to);
    };
  }

  #changed(ids) {
    this.#seeView();
    this.emit("cues", ids);
  }

  #unsaved(item, quiet = false) {
    const { track } = this;
    if (!track || item.reel !== track.reel || item.language !== track.language) return;
    if (!track.cues.has(item.id) && this.item(item.id)) track.addGone(item.id, item.value);
    else if (!quiet) this.#changed(new Set([item.id]));
  }

  #seeView() {
    const { order } = this.track;
    const view = this.filter === "all" ? order : order.filter((cue) => cue.id === this.current || passes(this.filter, cue, this));
    const same = view.length === this.view.length && view.every((cue, place) => cue.id === this.view[place].id);
    this.view = view;
    if (!same) this.emit("view");
  }
}
