// The scorecard: buttons that play a clip, and walking from criterion to criterion.

export class Scorecard extends EventTarget {
  #player;
  #main = document.getElementById("main");
  #criteria = [...document.querySelectorAll(".criterion")];
  #current = null;

  /** @param {import("./player.js").Player} player */
  constructor(player) {
    super();
    this.#player = player;
    document.addEventListener("click", (event) => {
      const clip = event.target.closest?.(".clip");
      if (clip) this.#play(clip);
      const view = event.target.closest?.("[data-show]");
      if (view) this.#view(view.dataset.show);
      if (event.target.closest?.('a[href^="#criterion-"]')) this.#view("scorecard");
    });
    document.addEventListener("focusin", (event) => {
      const criterion = event.target.closest?.(".criterion");
      if (criterion) this.current = criterion;
    });
    player.addEventListener("change", () => this.#showPlaying());
  }

  /** The criterion that keys are about; `null` before any was gone to. */
  get current() {
    return this.#current;
  }

  set current(criterion) {
    if (criterion === this.#current) return;
    this.#current?.classList.remove("current");
    this.#current = criterion;
    criterion?.classList.add("current");
    this.dispatchEvent(new Event("current"));
  }

  /** Every criterion, in the order they are shown. */
  get criteria() {
    return this.#criteria;
  }

  /** Move by `step` criteria; past either end it stays. */
  walk(step) {
    const place = this.#criteria.indexOf(this.#current);
    const next = this.#criteria[place === -1 ? (step > 0 ? 0 : -1) : place + step];
    if (next) this.go(next);
  }

  /** Go to a criterion by id. */
  open(criterion) {
    const article = document.getElementById(`criterion-${criterion}`);
    if (article) this.go(article);
  }

  /** Go to a criterion. */
  go(article) {
    this.#view("scorecard");
    article.focus({ preventScroll: true });
    article.scrollIntoView({ block: "nearest" });
  }

  /** Play the current criterion's clip; asked again, its next one. */
  playCurrent() {
    const clips = [...(this.#current?.querySelectorAll(".clip") ?? [])];
    if (!clips.length) return;
    const last = clips.findIndex((clip) => clip.classList.contains("last"));
    this.#play(clips[(last + 1) % clips.length]);
  }

  #view(name) {
    this.#main.dataset.view = name;
    for (const button of document.querySelectorAll("[data-show]")) {
      button.setAttribute("aria-pressed", String(button.dataset.show === name));
    }
  }

  #play(button) {
    if (this.#player.clip?.source === button) {
      this.#player.toggle();
      return;
    }
    for (const other of document.querySelectorAll(".clip.last")) other.classList.remove("last");
    button.classList.add("last");
    this.#player.playClip(Number(button.dataset.start), Number(button.dataset.end), button);
  }

  #showPlaying() {
    for (const button of document.querySelectorAll(".clip[aria-pressed=true]")) {
      button.setAttribute("aria-pressed", "false");
    }
    if (this.#player.playing) this.#player.clip?.source?.setAttribute("aria-pressed", "true");
  }
}
