/* Which cues the list shows, and how far the work has come. */

/** The filters, in the order of their buttons. */
export const FILTERS = ["all", "open", "draft", "stale", "conflict", "findings"];

const CONFLICTS = new Set(["conflict", "clash", "gone"]);

/** Return whether someone has to choose between two sides of this cue. */
export const inConflict = (standing) => CONFLICTS.has(standing);

/** Return whether a filter lets a cue through. */
export const passes = (filter, cue, desk) => lets(filter, cue, desk.standing(cue));

function lets(filter, cue, standing) {
  if (filter === "all") return true;
  if (filter === "open") return standing !== "approved";
  if (filter === "conflict") return inConflict(standing);
  if (filter === "findings") return cue.findings.length > 0;
  return standing === filter;
}

/** Return how many cues each filter lets through. */
export function counts(desk) {
  const found = Object.fromEntries(FILTERS.map((filter) => [filter, 0]));
  for (const cue of desk.track.order) {
    const standing = desk.standing(cue);
    for (const filter of FILTERS) if (lets(filter, cue, standing)) found[filter] += 1;
  }
  return found;
}

/** Return {approved, total, left_ms}: `left_ms` is how long the cues that no one has approved stay on screen. */
export function progress(desk) {
  let approved = 0;
  let left = 0;
  for (const cue of desk.track.order) {
    if (desk.standing(cue) === "approved") approved += 1;
    else left += cue.end_ms - cue.start_ms;
  }
  return { approved, total: desk.track.order.length, left_ms: left };
}
