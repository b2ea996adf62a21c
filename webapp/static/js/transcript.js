// The transcript follows the recording: it marks the turn that is heard and keeps it in view, until
// the reader scrolls; then it waits for them to ask.

const STILL = matchMedia("(prefers-reduced-motion: reduce)");

export class Transcript {
  #player;
  #pane = document.getElementById("pane");
  #follow = document.getElementById("follow");
  #turns;
  #current = null;
  #following = true;

  /** @param {import("./player.js").Player} player */
  constructor(player) {
    this.#player = player;
    this.#turns = [...this.#pane.querySelectorAll(".turn")].map((element) => ({
      element,
      start: Number(element.dataset.start),
      end: Number(element.dataset.end),
    }));
    this.#pane.addEventListener("click", (event) => this.#clicked(event));
    for (const name of ["wheel", "touchmove"]) {
      this.#pane.addEventListener(name, () => this.#stopFollowing(), { passive: true });
    }
    this.#pane.addEventListener("keydown", (event) => {
      if (/^(Page|Arrow)(Up|Down)$|^(Home|End)$/.test(event.key)) this.#stopFollowing();
    });
    this.#follow.addEventListener("click", () => this.follow());
    this.#offerOriginal(document.getElementById("as-recognised"));
    player.addEventListener("time", () => this.#atTime());
  }

  /** A button that swaps converted words with what the recogniser wrote; `null` where none was converted. */
  #offerOriginal(button) {
    if (!button) return;
    button.hidden = false;
    button.addEventListener("click", () => {
      for (const word of this.#pane.querySelectorAll("[data-original]")) {
        [word.textContent, word.dataset.original] = [word.dataset.original, word.textContent];
      }
      button.setAttribute("aria-pressed", String(button.getAttribute("aria-pressed") === "false"));
    });
  }

  /** Keep the current turn in view again. */
  follow() {
    this.#following = true;
    this.#follow.hidden = true;
    this.#show();
  }

  #stopFollowing() {
    if (!this.#following || !this.#player.playing) return;
    this.#following = false;
    this.#follow.hidden = false;
  }

  #clicked(event) {
    if (event.target.closest("a") || String(getSelection())) return;
    const place = event.target.closest("[data-start]");
    if (!place) return;
    this.#player.playFrom(Number(place.dataset.start));
    this.follow();
  }

  #atTime() {
    const heard = this.#turnAt(this.#player.now);
    if (heard === this.#current) return;
    this.#current?.element.classList.remove("current");
    this.#current?.element.removeAttribute("aria-current");
    this.#current = heard;
    heard?.element.classList.add("current");
    heard?.element.setAttribute("aria-current", "true");
    if (this.#following) this.#show();
  }

  /** The turn that is heard; where two overlap, the one that began last. */
  #turnAt(now) {
    return this.#turns.findLast((turn) => turn.start <= now && now < turn.end) ?? null;
  }

  #show() {
    const turn = this.#current?.element;
    if (!turn || !turn.offsetParent) return;
    const scroller =
      getComputedStyle(this.#pane).overflowY === "auto" ? this.#pane : document.scrollingElement;
    const frame =
      scroller === this.#pane
        ? this.#pane.getBoundingClientRect()
        : { top: 0, height: window.innerHeight };
    const box = turn.getBoundingClientRect();
    scroller.scrollBy({
      top: box.top - frame.top - frame.height * 0.3,
      behavior: STILL.matches ? "auto" : "smooth",
    });
  }
}
