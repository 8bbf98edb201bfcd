/* What differs between two texts, word by word. */

const wordsOf = (text) => text.match(/\s+|[^\s]+/gu) ?? [];

/** Return the places of `text` that are not in `other`, as marks for cueNodes. */
export function differences(text, other, name) {
  const [mine, theirs] = [wordsOf(text), wordsOf(other)];
  const lengths = Array.from({ length: mine.length + 1 }, () => new Uint16Array(theirs.length + 1));
  for (let i = mine.length - 1; i >= 0; i -= 1) {
    for (let j = theirs.length - 1; j >= 0; j -= 1) {
      const goesOn = mine[i] === theirs[j];
      lengths[i][j] = goesOn ? lengths[i + 1][j + 1] + 1 : Math.max(lengths[i + 1][j], lengths[i][j + 1]);
    }
  }
  return marksAlong(mine, theirs, lengths, name);
}

function marksAlong(mine, theirs, lengths, name) {
  const marks = [];
  let at = 0;
  let j = 0;
  for (let i = 0; i < mine.length; i += 1) {
    while (j < theirs.length && mine[i] !== theirs[j] && lengths[i][j + 1] > lengths[i + 1][j]) j += 1;
    const common = j < theirs.length && mine[i] === theirs[j];
    if (common) j += 1;
    else if (mine[i].trim()) marks.push([at, at + mine[i].length, name, null]);
    at += mine[i].length;
  }
  return marks;
}
