/* Small pictures beside the entries: photographs, and the first frame of what lies over. Kept while the list is drawn anew. */

import { el } from "./dom.js";

const kept = new Map();
let used = new Map();

export const stillAddress = (key) => `/media/stills/${encodeURIComponent(key)}.jpg`;
export const filmAddress = (reel) => `/media/reels/${encodeURIComponent(reel)}.mp4`;

/** Begin a new drawing of the list. */
export function beginThumbs() {
  used = new Map();
}

/** Return the small pictures of an entry: of its photographs and of what lies over it; `films` says which films there are. */
export function thumbs({ play = [], over = [] }, films = {}) {
  const shown = [...play.filter((one) => one.still), ...over].flatMap((one) => {
    if (one.still) return [node(stillAddress(one.still), one.still, "img")];
    return one.reel && films[one.reel] ? [node(`${filmAddress(one.reel)}#t=${(one.from_ms / 1000).toFixed(2)}`, one.reel, "video")] : [];
  });
  return shown.length ? el("div", { class: "thumbs" }, shown) : null;
}

function node(src, name, tag) {
  const nth = used.get(src) ?? 0;
  used.set(src, nth + 1);
  const id = `${src} ${nth}`;
  if (!kept.has(id)) kept.set(id, tag === "img" ? el("img", { src, alt: name, title: name, loading: "lazy" }) : el("video", { src, title: name, "aria-label": name, preload: "metadata", muted: true, tabindex: "-1" }));
  return kept.get(id);
}
