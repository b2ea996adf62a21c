// Where words are: from characters of a turn's text to seconds of the recording and back.

const TURN = ".turn";
const WORDS = ".words";

/** @typedef {{at: number, start: number, end: number}} Word `at` is a character of the text, times are seconds */

/** The words of a turn's text, in order; none where a person wrote it. @returns {Word[]} */
function wordsIn(text) {
  const places = text.dataset.places;
  if (!places) return [];
  const from = Number(text.closest(TURN).dataset.start);
  const found = places.split(" ").map((place) => place.split(":").map(Number));
  return found.map(([at, start, end], number) => ({
    at,
    start: from + start / 100,
    end: from + (end ?? found[number + 1][1]) / 100,
  }));
}

/** What a part of a text counts for: converted words have two versions, and places are those of the first. */
function lengthOf(part) {
  return (part.dataset?.shown ?? part.textContent).length;
}

/** The character of a turn's text at a place of the document inside it. */
function characterAt(text, node, offset) {
  let at = 0;
  for (const [number, part] of [...text.childNodes].entries()) {
    if (node === text ? number === offset : part.contains(node)) {
      return node === text ? at : at + Math.min(offset, lengthOf(part));
    }
    at += lengthOf(part);
  }
  return at;
}

/** Seconds at which the word under a point of the window begins; `null` where there is no such word. */
export function momentAt(x, y) {
  const place = document.caretPositionFromPoint?.(x, y);
  const range = place ? null : document.caretRangeFromPoint?.(x, y);
  const [node, offset] = place ? [place.offsetNode, place.offset] : [range?.startContainer, range?.startOffset];
  const text = elementOf(node)?.closest(WORDS);
  if (!text) return null;
  const character = characterAt(text, node, offset);
  return wordsIn(text).findLast((word) => word.at <= character)?.start ?? null;
}

/**
 * What a selection takes of the transcript: a clip for each turn that it touches.
 * @returns {{start_s: number, end_s: number, speaker: string, quote: string}[]}
 */
export function clipsIn(range, pane) {
  const first = elementOf(range.startContainer)?.closest(TURN) ?? nextTurn(range.startContainer, pane);
  const clips = [];
  for (let turn = first; turn; turn = turn.nextElementSibling) {
    if (!turn.matches(TURN)) continue;
    const text = shownText(turn);
    if (!range.intersectsNode(turn)) break;
    const clip = range.intersectsNode(text) && clipOf(turn, text, range);
    if (clip) clips.push(clip);
  }
  return clips;
}

/** The whole of a turn as a clip. */
export function wholeTurn(turn) {
  return {
    start_s: Number(turn.dataset.start),
    end_s: Number(turn.dataset.end),
    speaker: turn.dataset.speaker,
    quote: shownText(turn).textContent.trim(),
  };
}

/** The version of a turn's text that is on the screen. */
export function shownText(turn) {
  const [first, second] = turn.querySelectorAll(WORDS);
  // Corrected text comes first, what was heard after it.
  return second && turn.closest(".as-heard") ? second : first;
}

function clipOf(turn, text, range) {
  const inside = range.cloneRange();
  if (!text.contains(range.startContainer)) inside.setStart(text, 0);
  if (!text.contains(range.endContainer)) inside.setEnd(text, text.childNodes.length);
  const selected = inside.toString();
  const quote = selected.trim();
  if (!quote) return null;
  const before = selected.length - selected.trimStart().length;
  const after = selected.length - selected.trimEnd().length;
  const from = characterAt(text, inside.startContainer, inside.startOffset) + before;
  const to = characterAt(text, inside.endContainer, inside.endOffset) - after;
  const words = wordsIn(text);
  const taken = words.filter((word, number) => word.at < to && (words[number + 1]?.at ?? Infinity) > from);
  if (!taken.length) return { ...wholeTurn(turn), quote };
  return {
    start_s: round(taken[0].start),
    end_s: round(Math.max(...taken.map((word) => word.end))),
    speaker: turn.dataset.speaker,
    quote,
  };
}

/**
 * What is said in a stretch of the recording: the words of the party who speaks most of it.
 * @param {string[]} parties whose words count; all where empty
 */
export function heardIn(start_s, end_s, pane, parties) {
  const said = new Map();
  for (const turn of pane.querySelectorAll(TURN)) {
    if (Number(turn.dataset.start) >= end_s) break;
    if (Number(turn.dataset.end) <= start_s) continue;
    const { speaker } = turn.dataset;
    if (parties.length && !parties.includes(speaker)) continue;
    const quote = quoteBetween(turn, start_s, end_s);
    if (quote) said.set(speaker, [...(said.get(speaker) ?? []), quote]);
  }
  const most = [...said].sort(([, one], [, other]) => other.join("").length - one.join("").length)[0];
  const clip = { start_s: round(start_s), end_s: round(end_s) };
  return most ? { ...clip, speaker: most[0], quote: most[1].join(" ") } : { ...clip, speaker: "unknown", quote: "" };
}

function quoteBetween(turn, start_s, end_s) {
  const text = shownText(turn);
  const words = wordsIn(text);
  if (!words.length) return text.textContent.trim();
  // Half a word is not heard.
  const inside = words.filter((word) => {
    const middle = (word.start + word.end) / 2;
    return middle >= start_s && middle <= end_s;
  });
  if (!inside.length) return "";
  const after = words[words.indexOf(inside.at(-1)) + 1];
  return plainText(text).slice(inside[0].at, after?.at).trim();
}

function plainText(text) {
  return [...text.childNodes].map((part) => part.dataset?.shown ?? part.textContent).join("");
}

function nextTurn(node, pane) {
  return [...pane.querySelectorAll(TURN)].find(
    (turn) => node.compareDocumentPosition(turn) & Node.DOCUMENT_POSITION_FOLLOWING,
  );
}

function elementOf(node) {
  return node?.nodeType === Node.TEXT_NODE ? node.parentElement : node;
}

function round(seconds) {
  return Math.round(seconds * 100) / 100;
}
