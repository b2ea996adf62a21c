// Search in the transcript: every hit is marked, one of them is selected, so that it can be used as evidence.

import { composes } from "./keys.js";
import { shownText } from "./words.js";

const MARKS = globalThis.Highlight ? CSS.highlights : null;

export class Search {
  #transcript;
  #field = document.getElementById("find");
  #count = document.getElementById("find-count");
  #hits = [];
  #place = -1;

  /** @param {import("./transcript.js").Transcript} transcript */
  constructor(transcript) {
    this.#transcript = transcript;
    document.getElementById("finder").hidden = false;
    this.#field.addEventListener("input", (event) => {
      if (!event.isComposing) this.#search();
    });
    this.#field.addEventListener("compositionend", () => this.#search());
    this.#field.addEventListener("keydown", (event) => this.#pressed(event));
    transcript.addEventListener("text", () => this.#search());
    document.getElementById("find-next").addEventListener("click", () => this.#go(1));
    document.getElementById("find-previous").addEventListener("click", () => this.#go(-1));
  }

  open() {
    this.#field.focus();
    this.#field.select();
  }

  #pressed(event) {
    if (composes(event)) return;
    if (event.key === "Enter") {
      event.preventDefault();
      this.#go(event.shiftKey ? -1 : 1);
    } else if (event.key === "Escape") {
      event.preventDefault();
      this.#field.blur();
      this.#select();
    }
  }

  #search() {
    const wanted = folded(this.#field.value.trim());
    this.#hits = wanted ? this.#find(wanted) : [];
    this.#place = -1;
    MARKS?.set("found", new Highlight(...this.#hits.map(placesOf)));
    MARKS?.delete("found-here");
    this.#tell();
  }

  #find(wanted) {
    const found = [];
    for (const turn of this.#transcript.pane.querySelectorAll(".turn")) {
      const text = shownText(turn);
      const said = folded(text.textContent);
      for (let at = said.indexOf(wanted); at >= 0; at = said.indexOf(wanted, at + wanted.length)) {
        found.push({ text, from: at, to: at + wanted.length });
      }
    }
    return found;
  }

  #go(step) {
    if (!this.#hits.length) return;
    const first = step > 0 ? 0 : this.#hits.length - 1;
    this.#place = this.#place < 0 ? first : (this.#place + step + this.#hits.length) % this.#hits.length;
    const hit = this.#hits[this.#place];
    MARKS?.set("found-here", new Highlight(placesOf(hit)));
    this.#transcript.stopFollowing();
    this.#transcript.show(hit.text);
    if (document.activeElement !== this.#field) this.#select();
    this.#tell();
  }

  /** Make the hit the page's selection: the words that a key acts on. */
  #select() {
    const hit = this.#hits[this.#place];
    if (!hit) return;
    const { startContainer, startOffset, endContainer, endOffset } = placesOf(hit);
    getSelection().setBaseAndExtent(startContainer, startOffset, endContainer, endOffset);
  }

  #tell() {
    const { none, one, many } = this.#count.dataset;
    const total = this.#hits.length;
    if (!this.#field.value.trim()) this.#count.textContent = "";
    else if (!total) this.#count.textContent = none;
    else if (this.#place < 0) this.#count.textContent = (total === 1 ? one : many).replace("#", total);
    else this.#count.textContent = `${this.#place + 1} / ${total}`;
  }
}

/** Upper and lower case alike, as long as that changes no length. */
function folded(text) {
  const lower = text.toLowerCase();
  return lower.length === text.length ? lower : text;
}

/** The places of a hit in the document; static, for the text stays while they are used. */
function placesOf({ text, from, to }) {
  const places = {};
  const walker = document.createTreeWalker(text, NodeFilter.SHOW_TEXT);
  let at = 0;
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const end = at + node.data.length;
    if (from >= at && from < end) Object.assign(places, { startContainer: node, startOffset: from - at });
    if (to > at && to <= end) {
      return new StaticRange({ ...places, endContainer: node, endOffset: to - at });
    }
    at = end;
  }
  return null;
}
