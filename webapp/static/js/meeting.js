// A call laid open: what is agreed on a criterion is entered by key, each criterion's form on its own.

import { composes } from "./keys.js";

export class Meeting {
  #scorecard;

  /** @param {import("./scorecard.js").Scorecard} scorecard */
  constructor(scorecard) {
    this.#scorecard = scorecard;
    document.addEventListener("keydown", (event) => this.#pressed(event));
    addEventListener("hashchange", () => this.#begin());
    this.#begin();
  }

  /** The keys of a meeting, for `bindKeys`. */
  keys() {
    const digits = Object.fromEntries([..."123456789"].map((digit) => [digit, () => this.#pick(digit)]));
    return {
      ...digits,
      n: () => this.#pick("n"),
      r: () => this.#write(".agreeing"),
      c: () => this.#write(".clarifying"),
      i: () => this.#explain(),
    };
  }

  /** At the criterion that the address names, else at the first. */
  #begin() {
    const named = location.hash ? document.getElementById(decodeURIComponent(location.hash.slice(1))) : null;
    const criterion = named?.closest(".criterion");
    if (criterion) this.#scorecard.go(criterion);
    else this.#scorecard.current = this.#scorecard.criteria[0] ?? null;
  }

  #pick(key) {
    const radio = this.#scorecard.current?.querySelector(`.agreeing input[data-key="${key}"]`);
    if (!radio) return;
    radio.closest("details").open = true;
    radio.checked = true;
  }

  #write(part) {
    const folded = this.#scorecard.current?.querySelector(part);
    if (!folded) return;
    folded.open = true;
    folded.querySelector("textarea").focus();
  }

  #explain() {
    const details = this.#scorecard.current?.querySelector("details.standard");
    if (details) details.open = !details.open;
  }

  /** Ctrl+Enter sends the form that is written in, else the current criterion's; Esc leaves a field. */
  #pressed(event) {
    if (composes(event) || document.querySelector("dialog[open]")) return;
    const field = event.target.closest?.("textarea");
    if (event.key === "Escape" && field) {
      event.preventDefault();
      this.#scorecard.go(field.closest(".criterion"));
    }
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    const form = field?.form ?? this.#scorecard.current?.querySelector(".agreeing form");
    if (!form) return;
    event.preventDefault();
    form.requestSubmit();
  }
}
