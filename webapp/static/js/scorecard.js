// The scorecard: buttons that play a clip, and walking from criterion to criterion.

export class Scorecard {
  #player;
  #main = document.getElementById("main");
  #criteria = [...document.querySelectorAll(".criterion")];
  #current = null;

  /** @param {import("./player.js").Player} player */
  constructor(player) {
    this.#player = player;
    for (const button of document.querySelectorAll(".clip")) {
      button.addEventListener("click", () => this.#play(button));
    }
    player.addEventListener("change", () => this.#showPlaying());
    for (const criterion of this.#criteria) {
      criterion.addEventListener("focusin", () => {
        this.#current = criterion;
      });
    }
    for (const button of document.querySelectorAll("[data-show]")) {
      button.addEventListener("click", () => this.#view(button.dataset.show));
    }
    for (const link of document.querySelectorAll('a[href^="#criterion-"]')) {
      link.addEventListener("click", () => this.#view("scorecard"));
    }
  }

  /** Move by `step` criteria; past either end it stays. */
  walk(step) {
    const place = this.#criteria.indexOf(this.#current);
    const next = this.#criteria[place === -1 ? (step > 0 ? 0 : -1) : place + step];
    if (next) this.#go(next);
  }

  /** Go to a criterion by id. */
  open(criterion) {
    const article = document.getElementById(`criterion-${criterion}`);
    if (article) this.#go(article);
  }

  /** Play the current criterion's clip; asked again, its next one. */
  playCurrent() {
    const clips = [...(this.#current?.querySelectorAll(".clip") ?? [])];
    if (!clips.length) return;
    const last = clips.findIndex((clip) => clip.classList.contains("last"));
    this.#play(clips[(last + 1) % clips.length]);
  }

  #go(article) {
    this.#view("scorecard");
    article.focus({ preventScroll: true });
    article.scrollIntoView({ block: "nearest" });
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
