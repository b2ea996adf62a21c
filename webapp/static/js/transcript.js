// The transcript follows the recording: it marks the turn that is heard and keeps it in view, until
// the reader scrolls; then it waits for them to ask.

import { momentAt } from "./words.js";

const STILL = matchMedia("(prefers-reduced-motion: reduce)");

export class Transcript extends EventTarget {
  pane = document.getElementById("pane");
  #player;
  #follow = document.getElementById("follow");
  #heard = document.getElementById("as-heard");
  #turns;
  #starts;
  #current = null;
  #following = true;

  /** @param {import("./player.js").Player} player */
  constructor(player) {
    super();
    this.#player = player;
    this.#turns = [...this.pane.querySelectorAll(".turn")];
    this.#starts = this.#turns.map((turn) => Number(turn.dataset.start));
    this.pane.addEventListener("click", (event) => this.#clicked(event));
    for (const name of ["wheel", "touchmove"]) {
      this.pane.addEventListener(name, () => this.#stopFollowing(), { passive: true });
    }
    this.pane.addEventListener("keydown", (event) => this.#pressed(event));
    this.pane.querySelector(".at")?.removeAttribute("tabindex");
    this.#follow.addEventListener("click", () => this.follow());
    this.#heard.addEventListener("click", () => this.showAsHeard());
    this.offerAsHeard();
    player.addEventListener("time", () => this.#atTime());
  }

  /** The turn that is heard, or was last; `null` before any. */
  get current() {
    return this.#current;
  }

  /** Show the button of `showAsHeard` where something is shown otherwise than it was heard. */
  offerAsHeard() {
    this.#heard.hidden = this.pane.querySelector("[data-original], .edited") === null;
  }

  /** Swap corrected and converted text with the machine's own version, and back. */
  showAsHeard() {
    if (this.#heard.hidden) return;
    const on = this.#heard.getAttribute("aria-pressed") === "false";
    this.#heard.setAttribute("aria-pressed", String(on));
    this.pane.classList.toggle("as-heard", on);
    for (const word of this.pane.querySelectorAll("[data-original]")) {
      if (on) word.dataset.shown = word.textContent;
      word.textContent = on ? word.dataset.original : word.dataset.shown;
      if (!on) delete word.dataset.shown;
    }
    this.dispatchEvent(new Event("text"));
  }

  /** Keep the current turn in view again. */
  follow() {
    this.#following = true;
    this.#follow.hidden = true;
    this.show(this.#current);
  }

  /** Scroll to a place in the transcript. */
  show(element) {
    if (!element?.offsetParent) return;
    const scroller =
      getComputedStyle(this.pane).overflowY === "auto" ? this.pane : document.scrollingElement;
    const frame =
      scroller === this.pane
        ? this.pane.getBoundingClientRect()
        : { top: 0, height: window.innerHeight };
    const box = element.getBoundingClientRect();
    scroller.scrollBy({
      top: box.top - frame.top - frame.height * 0.3,
      behavior: STILL.matches ? "auto" : "smooth",
    });
  }

  /** Leave the recording's place alone while the reader looks elsewhere. */
  stopFollowing() {
    this.#following = false;
    this.#follow.hidden = !this.#player.playing;
  }

  /** Up and down go from line to line once one has the focus; before that they scroll. */
  #pressed(event) {
    if (/^(Page|Arrow)(Up|Down)$|^(Home|End)$/.test(event.key)) this.#stopFollowing();
    const line = event.target.matches(".at") ? event.target.closest("li") : null;
    const step = { ArrowUp: "previousElementSibling", ArrowDown: "nextElementSibling" }[event.key];
    const next = line && step ? line[step]?.querySelector(".at") : null;
    if (!next) return;
    event.preventDefault();
    event.target.tabIndex = -1; // one stop for the Tab key, wherever it was left
    next.tabIndex = 0;
    next.focus();
  }

  #stopFollowing() {
    if (this.#following && this.#player.playing) this.stopFollowing();
  }

  #clicked(event) {
    if (event.target.closest("a, form, .tools") || String(getSelection())) return;
    const place = event.target.closest("[data-start]");
    if (!place) return;
    const word = event.target.closest(".words") && momentAt(event.clientX, event.clientY);
    this.#player.playFrom(word ?? Number(place.dataset.start));
    this.follow();
  }

  #atTime() {
    const heard = this.#turnAt(this.#player.now);
    if (heard === this.#current) return;
    this.#current?.classList.remove("current");
    this.#current?.removeAttribute("aria-current");
    this.#current = heard;
    heard?.classList.add("current");
    heard?.setAttribute("aria-current", "true");
    if (this.#following) this.show(heard);
    this.dispatchEvent(new Event("turn"));
  }

  /** The turn that is heard; where two overlap, the one that began last. */
  #turnAt(now) {
    let [low, high] = [0, this.#starts.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#starts[middle] <= now) low = middle + 1;
      else high = middle;
    }
    // A short turn may begin and end inside a long one.
    for (let place = low - 1; place >= Math.max(0, low - 8); place -= 1) {
      if (now < Number(this.#turns[place].dataset.end)) return this.#turns[place];
    }
    return null;
  }
}
