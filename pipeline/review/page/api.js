/* Asking the server. Three things can go wrong: it is not there, it wants its link again, it says no. */

import { said } from "./texts.js";

/** The server did not answer, or could not (5xx): try again later, nothing is lost. */
export class Unreachable extends Error {}

/** The session is over: the link that the command printed opens a new one. */
export class NeedsLink extends Error {}

/** The server said no, and why. `body` holds the whole answer. */
export class Refused extends Error {
  constructor(status, body) {
    super(said({ ...body, problem: [body.problem, body.cure].filter(Boolean).join(" ") }));
    this.status = status;
    this.body = body;
  }
}

/** Whether an error is one of these three, not a mistake of the page. */
export const foreseen = (error) => [Unreachable, NeedsLink, Refused].some((kind) => error instanceof kind);

const TIMEOUT_MS = 20000;
const bare = (etag) => (etag ?? "").replace(/^W\//, "").replace(/^"|"$/g, "");
const part = encodeURIComponent;

async function ask(path, options = {}) {
  let answer;
  try {
    answer = await fetch(path, { cache: "no-store", credentials: "same-origin", signal: AbortSignal.timeout(TIMEOUT_MS), ...options });
  } catch (error) {
    throw new Unreachable(error.message);
  }
  if (answer.ok || answer.status === 304) return answer;
  if (answer.status >= 500) throw new Unreachable(String(answer.status));
  const body = await answer.json().catch(() => ({}));
  if (answer.status === 401 || (answer.status === 403 && !options.method)) throw new NeedsLink(body.problem);
  throw new Refused(answer.status, body);
}

async function json(answer) {
  try {
    return await answer.json();
  } catch (error) {
    throw new Unreachable(error.message);
  }
}

/** Return the document at `path`. */
export const get = async (path) => json(await ask(path));

/** Return the bytes at `path`. */
export const getBytes = async (path) => new Uint8Array(await (await ask(path)).arrayBuffer());

/** Return {etag, body}, or null where what lies at `path` still has the etag `known`. */
export async function getIfChanged(path, known) {
  const answer = await ask(path, known ? { headers: { "If-None-Match": `"${known}"` } } : {});
  if (answer.status === 304) return null;
  return { etag: bare(answer.headers.get("ETag")), body: await json(answer) };
}

/** Send a change and return the answer; `etag` is what the change was made to. */
export async function send(method, path, body, { etag = null, keepalive = false } = {}) {
  const headers = { "X-Testimonio": "1" };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (etag) headers["If-Match"] = `"${etag}"`;
  return json(await ask(path, { method, headers, keepalive, body: body === undefined ? undefined : JSON.stringify(body) }));
}

/** Return the address of a track, or of something below it. */
export const trackPath = (reel, language, ...rest) =>
  ["/api/reels", part(reel), "tracks", part(language), ...rest.map(part)].join("/");
