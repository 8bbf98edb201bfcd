/* What the rules find. The server says it in English; in another language the rule gives the words and the finding its figures. */

import { hasText, t } from "./texts.js";

const QUOTED = /'(.+?)'(?=$|[\s,;).])/gu;
const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

/** Return {what, cure} of a finding; where the page has no words of its own for a rule, those that came. */
export function findingText({ rule, what, cure }) {
  const side = /\s(before|after|behind)\s/.exec(what)?.[1];
  const key = [`rule.${rule}.${side}`, `rule.${rule}`].find(hasText);
  const came = { what: capital(what), cure: capital(cure ?? "") };
  if (!key) return came;
  const [measured, limit] = (what.match(/\d+(?:\.\d+)?/g) ?? []).map(Number);
  const [detail, other] = [...what.matchAll(QUOTED)].map((match) => match[1]);
  const text = t(key, { measured, limit, detail, other });
  if (/\{(measured|limit|detail|other)\}/.test(text)) return came;
  return { what: text, cure: hasText(`rule.${rule}.cure`) ? t(`rule.${rule}.cure`) : came.cure };
}
