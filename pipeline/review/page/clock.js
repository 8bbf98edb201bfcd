/* Times in milliseconds, as people read and type them. */

const two = (number) => String(number).padStart(2, "0");

/** Return ms as H:MM:SS.mmm; hours are left out below one hour where `short` is set. */
export function timeText(ms, short = false) {
  const whole = Math.max(0, Math.round(ms));
  const hours = Math.floor(whole / 3600000);
  const rest = `${two(Math.floor(whole / 60000) % 60)}:${two(Math.floor(whole / 1000) % 60)}`;
  const small = String(whole % 1000).padStart(3, "0");
  return short && hours === 0 ? `${rest}.${small}` : `${hours}:${rest}.${small}`;
}

/** Return a time without its thousandths, for rulers and lists. */
export const roughTime = (ms) => timeText(ms, true).slice(0, -4);

/** Return the milliseconds of `1:02:03.400`, `02:03,4` or `3.4`; null where it is no time. */
export function timeOf(text) {
  const match = /^(?:(?:(\d{1,3}):)?(\d{1,3}):)?(\d{1,4})(?:[.,](\d{1,3}))?$/.exec(text.trim());
  if (!match) return null;
  const [, hours = "0", minutes = "0", seconds, part = "0"] = match;
  return ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000 + Number(part.padEnd(3, "0"));
}

/** Return frames a second as a number from `25` or `30000/1001`. */
export function rateOf(text) {
  const [over, under = "1"] = String(text).split("/");
  return Number(over) / Number(under) || 25;
}

/** Return the start, in ms rounded up, of the frame that is `by` frames from the one shown at `ms`. */
export function frameAt(ms, rate, by) {
  const shown = Math.floor((ms * rate) / 1000 + 0.01);
  return Math.max(0, Math.ceil(((shown + by) * 1000) / rate));
}
