/* The page in the reader's language: ?ui=, what was chosen before, else the browser's own. */

const LANGUAGES = ["es", "en"];
const REMEMBERED = "testimonio:ui";
let texts = {};

/** The language of the page, `es` or `en`. */
export let uiLanguage = "es";

function chosen() {
  const asked = new URLSearchParams(location.search).get("ui");
  let before = null;
  try {
    before = localStorage.getItem(REMEMBERED);
  } catch {
    before = null;
  }
  const own = (navigator.languages ?? [navigator.language]).map((tag) => tag.slice(0, 2).toLowerCase());
  return [asked, before, ...own].find((language) => LANGUAGES.includes(language)) ?? "en";
}

/** Load the texts, remember the language and write the fixed texts of the page. */
export async function loadTexts() {
  uiLanguage = chosen();
  remember(uiLanguage);
  const answer = await fetch(`/page/texts.${uiLanguage}.json`);
  texts = await answer.json();
  document.documentElement.lang = uiLanguage;
  for (const node of document.querySelectorAll("[data-text]")) node.textContent = t(node.dataset.text);
  for (const node of document.querySelectorAll("[data-label]")) node.setAttribute("aria-label", t(node.dataset.label));
  for (const node of document.querySelectorAll("[data-hint]")) node.placeholder = t(node.dataset.hint);
  for (const node of document.querySelectorAll("[data-title]")) node.title = t(node.dataset.title);
}

function remember(language) {
  try {
    localStorage.setItem(REMEMBERED, language);
  } catch {
    /* a browser that keeps nothing shows the language of its own */
  }
}

/** Open the page again in another language; what is unsaved is kept beside it. */
export function changeLanguage(language) {
  remember(language);
  const address = new URL(location.href);
  address.searchParams.set("ui", language);
  location.replace(address);
}

/** Return the text of a key, `{name}` filled in from `values`; `key.one` stands for a count of one. */
export function t(key, values = {}) {
  const text = (values.count === 1 && texts[`${key}.one`]) || texts[key] || key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => {
    const value = values[name];
    if (value === undefined) return whole;
    return typeof value === "number" ? number(value) : String(value);
  });
}

/** Return whether there is a text for a key. */
export const hasText = (key) => key in texts;

/** Return a problem that the server names, {code, fields, problem}, in the reader's language; without a text, in English. */
export const said = ({ code, fields, problem }) => (hasText(`refused.${code}`) ? t(`refused.${code}`, fields) : problem);

/** Return a number as the reader's language writes it, with up to one decimal. */
export const number = (value) => new Intl.NumberFormat(uiLanguage, { maximumFractionDigits: 1 }).format(value);

/** Return an instant as the reader's language writes it. */
export function instant(iso) {
  const when = new Date(iso);
  if (Number.isNaN(when.getTime())) return iso;
  return new Intl.DateTimeFormat(uiLanguage, { dateStyle: "medium", timeStyle: "short" }).format(when);
}

/** Return one of a film's texts in the page's language, else in whichever there is. */
export const ofFilm = (both) => (typeof both === "string" ? both : (both?.[uiLanguage] ?? Object.values(both ?? {})[0] ?? ""));
