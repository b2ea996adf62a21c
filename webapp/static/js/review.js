// Scoring a call: a verdict for each criterion, by key or by click, that saves itself as a draft.
// A review shows the machine's verdicts and asks why one is changed; a blind rating asks why one fails.

import { composes } from "./keys.js";
import { Draft, State } from "./draft.js";
import { Evidence } from "./evidence.js";

export class Review {
  #form = document.getElementById("review");
  #state = document.getElementById("draft-state");
  #told = document.getElementById("told");
  #scorecard;
  #evidence;
  #draft;

  /**
   * @param {import("./player.js").Player} player
   * @param {import("./scorecard.js").Scorecard} scorecard
   * @param {import("./transcript.js").Transcript | null} transcript
   */
  constructor(player, scorecard, transcript) {
    this.#scorecard = scorecard;
    this.#evidence = new Evidence(player, transcript);
    this.#draft = new Draft(this.#form);
    this.#form.classList.add("live");

    this.#form.addEventListener("input", (event) => this.#changed(event.target));
    this.#form.addEventListener("submit", (event) => this.#submit(event));
    document.getElementById("skip")?.addEventListener("submit", (event) => this.#skip(event));
    this.#form.addEventListener("click", (event) => this.#clicked(event));
    this.#form.addEventListener("keydown", (event) => this.#typed(event));
    document.addEventListener("keydown", (event) => this.#hurried(event));
    this.#told.addEventListener("click", (event) => this.#answered(event.target.closest("button")));
    this.#draft.addEventListener("state", (event) => this.#show(event.detail));
    this.#evidence.addEventListener("wanted", () => this.#addEvidence());
    scorecard.addEventListener("current", () => this.#named());

    for (const criterion of scorecard.criteria) this.#settle(criterion);
    this.#restore();
    scorecard.current = this.#undecided()[0] ?? scorecard.criteria[0];
    this.#progress();
  }

  /** Let stretches of the waveform be picked as evidence. */
  watch(wave) {
    this.#evidence.watch(wave);
    this.#evidence.showAdded();
  }

  /** The keys of a review, for `bindKeys`. */
  keys() {
    const digits = Object.fromEntries([..."123456789"].map((digit) => [digit, () => this.#pick(digit)]));
    return {
      ...digits,
      n: () => this.#pick("n"),
      a: () => this.#agree(),
      e: () => this.#addEvidence(),
      r: () => this.#write("reason"),
      w: () => this.#write("note"),
      i: () => this.#explain(),
      s: () => document.getElementById("skip")?.requestSubmit(),
      Escape: () => this.#evidence.drop(),
    };
  }

  // --- a criterion ---

  #pick(key) {
    const radio = this.#scorecard.current?.querySelector(`.outcomes input[data-key="${key}"]`);
    if (!radio) return;
    // Picked again, it is taken back.
    const chosen = radio.checked ? undecidedOf(this.#scorecard.current) : radio;
    chosen.checked = true;
    this.#scorecard.go(this.#scorecard.current);
    this.#changed(chosen);
  }

  #agree() {
    const radio = this.#scorecard.current?.querySelector(".outcomes input[data-stands]");
    if (!radio) return;
    radio.checked = true;
    this.#changed(radio);
    this.#scorecard.walk(1);
  }

  #write(what) {
    const field = this.#scorecard.current?.querySelector(`textarea[name$=".${what}"]`);
    if (!field) return;
    const folded = field.closest("details");
    if (folded) folded.open = true;
    field.closest(".why")?.classList.add("wanted");
    field.focus();
  }

  #explain() {
    const details = this.#scorecard.current?.querySelector("details.standard");
    if (details) details.open = !details.open;
  }

  #addEvidence() {
    const criterion = this.#scorecard.current;
    if (!criterion) return;
    const clips = this.#evidence.picked();
    if (!clips.length) return;
    const list = criterion.querySelector(".added");
    for (const clip of clips) list.append(this.#evidence.row(criterion.dataset.criterion, clip));
    this.#evidence.drop();
    list.lastElementChild.scrollIntoView({ block: "nearest" });
    this.#changed(list);
  }

  #clicked(event) {
    const row = event.target.closest(".remove")?.closest("li");
    if (row) {
      const list = row.parentElement;
      row.remove();
      this.#changed(list);
      this.#scorecard.go(list.closest(".criterion"));
      return;
    }
    // A click on a criterion makes it the one that keys are about.
    const criterion = event.target.closest(".criterion");
    if (criterion) this.#scorecard.current = criterion;
  }

  /** Esc leaves a field for its criterion; keys work again. */
  #typed(event) {
    if (event.key !== "Escape" || composes(event) || !event.target.matches("textarea, input")) return;
    event.preventDefault();
    const criterion = event.target.closest(".criterion");
    if (criterion) this.#scorecard.go(criterion);
    else event.target.blur();
  }

  /** Ctrl+Enter submits, also out of a field. */
  #hurried(event) {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || composes(event)) return;
    if (document.querySelector("dialog[open]")) return;
    event.preventDefault();
    this.#form.requestSubmit();
  }

  // --- what is shown of it ---

  #changed(target) {
    // Finding a direction for each line of a megabyte takes a browser many seconds.
    if (target.matches("textarea")) target.dir = target.value.length > LONG ? "ltr" : "auto";
    const criterion = target.closest(".criterion");
    if (criterion) {
      this.#evidence.showAdded();
      this.#settle(criterion);
      if (target.name) this.#fault(target.name, "");
    }
    this.#progress();
    this.#draft.changed();
  }

  /** Show what a criterion is now: its seal, its points, and whether its choice has to be explained. */
  #settle(criterion) {
    const radio = criterion.querySelector(".outcomes input:checked");
    const { outcome } = radio?.value ? radio.dataset : criterion.dataset;
    for (const name of OUTCOMES) criterion.classList.toggle(name, name === outcome);
    criterion.classList.toggle("decided", Boolean(radio?.value));
    criterion.classList.toggle("explain", Boolean(radio?.value) && radio.dataset.explain !== undefined);
    const seal = document.getElementById("seals").content.querySelector(`.icon-${outcome}`);
    criterion.querySelector(".seal").replaceChildren(seal.cloneNode(true));
    const points = criterion.querySelector(".points");
    const given = radio?.value ? radio.dataset.points : points.dataset.points;
    points.querySelector(".counted").hidden = given === "";
    points.querySelector(".free").hidden = given !== "";
    points.querySelector("b").textContent = given;
  }

  #undecided() {
    return this.#scorecard.criteria.filter((criterion) => !criterion.classList.contains("decided"));
  }

  #progress() {
    const { criteria } = this.#scorecard;
    const decided = criteria.length - this.#undecided().length;
    const line = document.getElementById("progress");
    line.querySelector(".decided").textContent = String(decided);
    line.querySelector("progress").value = decided;
    const changes = line.querySelector(".changes");
    if (!changes) return;
    const changed = criteria.filter((criterion) => criterion.classList.contains("explain")).length;
    changes.hidden = !changed;
    changes.querySelector("b").textContent = String(changed);
  }

  #named() {
    this.#evidence.name(this.#scorecard.current?.querySelector("h3 .title").textContent ?? "");
  }

  // --- saving and submitting ---

  async #submit(event) {
    const wish = event.submitter?.value ?? "submit";
    if (wish === "discard") return; // a plain form: nothing of it needs to be kept
    event.preventDefault();
    const buttons = this.#form.querySelectorAll("[type=submit]");
    for (const button of buttons) button.disabled = true;
    const answer = await this.#draft.finish(wish === "save" ? "save" : "submit");
    for (const button of buttons) button.disabled = false;
    if (!answer) this.#mend();
    if (!answer?.next) return;
    this.#draft.forget();
    location.assign(answer.next);
  }

  /** A draft is saved before its call is skipped: saved after, it would take the call up again. */
  async #skip(event) {
    if (!this.#draft.dirty) return;
    event.preventDefault();
    await this.#draft.save();
    event.target.submit();
  }

  #show({ state, answer }) {
    this.#state.dataset.state = state;
    const wording = this.#state.dataset[state === State.LOGGED_OUT ? "loggedOut" : state];
    this.#state.textContent = state === State.SAVED ? wording.replace("#", answer.at ?? "") : wording;
    if (answer.told) this.#tell(answer.told);
    const loggedOut = document.getElementById("logged-out").innerHTML;
    if (state === State.LOGGED_OUT) this.#tell(loggedOut);
    else if (state === State.SAVED && this.#told.innerHTML === loggedOut) this.#tell(""); // back, elsewhere
    if (state === State.GONE) this.#tell(document.getElementById("gone").innerHTML);
    for (const part of ["result", "presence"]) {
      if (answer[part]) document.getElementById(part).outerHTML = answer[part];
    }
    for (const [id, said] of Object.entries(answer.shown ?? {})) this.#reveal(id, said);
    const discard = document.getElementById("discard");
    if (state === State.SAVED && discard) discard.hidden = false;
    if (answer.faults || state === State.SAVED) this.#faults(answer.faults ?? {}, answer.lacks);
  }

  /** Show what the machine says of a criterion once it is decided: it was withheld until then. */
  #reveal(id, said) {
    const criterion = document.getElementById(`criterion-${id}`);
    const place = criterion?.querySelector(".machine-said[data-withheld]");
    if (!place) return;
    place.innerHTML = said.html;
    delete place.dataset.withheld;
    criterion.dataset.outcome = said.outcome;
    criterion.querySelector(".points").dataset.points = said.points;
    for (const radio of criterion.querySelectorAll('.outcomes input:not([value=""])')) {
      const agrees = radio.value === said.agrees;
      radio.toggleAttribute("data-stands", agrees);
      radio.toggleAttribute("data-explain", !agrees);
      if (agrees) radio.parentElement.append(document.getElementById("machine-mark").content.cloneNode(true));
    }
    this.#settle(criterion);
    this.#progress();
  }

  #tell(html) {
    if (this.#told.innerHTML !== html) this.#told.innerHTML = html;
  }

  #faults(faults, lacks) {
    for (const line of this.#form.querySelectorAll(".fault:not([hidden])")) {
      this.#fault(line.id.slice(0, -"-fault".length), "");
    }
    for (const [name, sentence] of Object.entries(faults)) {
      this.#fault(name, sentence);
      // The server names the first criterion; all that lack the same are marked.
      for (const criterion of lacks ? this.#scorecard.criteria.filter(LACKS[lacks]) : []) {
        this.#fault(`${criterion.dataset.criterion}.${lacks}`, sentence);
      }
    }
  }

  /** Go to the first field that is not as it must be. */
  #mend() {
    const line = this.#form.querySelector(".fault:not([hidden])");
    const criterion = line?.closest(".criterion");
    if (criterion) this.#scorecard.go(criterion);
    this.#form.querySelector("[aria-invalid]")?.focus();
  }

  /** Say at a field what is wrong with it; nothing for an empty sentence. */
  #fault(name, sentence) {
    const line = document.getElementById(`${name}-fault`);
    if (!line) return;
    line.textContent = sentence;
    line.hidden = !sentence;
    const field = this.#form.querySelector(`textarea[name="${CSS.escape(name)}"]`);
    if (sentence) field?.setAttribute("aria-invalid", "true");
    else field?.removeAttribute("aria-invalid");
    if (!sentence) return;
    field?.closest(".why")?.classList.add("wanted");
    const folded = line.closest("details");
    if (folded) folded.open = true;
  }

  // --- what this browser kept ---

  #restore() {
    const kept = this.#draft.kept();
    if (!kept) return;
    if (JSON.stringify(kept.fields) === JSON.stringify(this.#draft.fields())) {
      this.#draft.forget();
      return;
    }
    if (this.#draft.follows(kept)) {
      this.#bringBack(kept);
      return;
    }
    // Another window or another person came first: the person decides.
    this.#tell(document.getElementById("kept").innerHTML);
  }

  #bringBack(kept) {
    for (const field of this.#form.querySelectorAll("textarea")) field.value = "";
    for (const criterion of this.#scorecard.criteria) {
      criterion.querySelector(".added")?.replaceChildren();
      const none = undecidedOf(criterion);
      if (none) none.checked = true;
    }
    for (const [name, value] of kept.fields) this.#fill(name, value);
    for (const criterion of this.#scorecard.criteria) this.#settle(criterion);
    this.#evidence.showAdded();
    this.#tell(document.getElementById("restored").innerHTML);
    this.#progress();
    this.#draft.changed();
    this.#draft.save(); // at once: a save of the page before may have arrived unseen
  }

  #fill(name, value) {
    if (name.endsWith(".evidence")) {
      const criterion = name.slice(0, -".evidence".length);
      const list = document.querySelector(`#criterion-${CSS.escape(criterion)} .added`);
      list?.append(this.#evidence.row(criterion, JSON.parse(value)));
      return;
    }
    const field = this.#form.elements[name];
    if (field) field.value = value;
  }

  #answered(button) {
    const wish = button?.dataset.do;
    if (wish === "bring-back") this.#bringBack(this.#draft.kept());
    if (wish === "drop-kept") {
      this.#draft.forget();
      this.#tell("");
    }
    if (wish === "go-on") {
      // What was typed stands; it is saved on top of what the others did.
      this.#draft.rebase({ revision: button.dataset.revision, base: button.dataset.base });
      this.#tell("");
    }
    if (wish === "load-again") {
      this.#draft.forget();
      location.reload();
    }
    if (wish === "hide") this.#tell("");
  }
}

const LONG = 50_000;
const OUTCOMES = ["pass", "fail", "not_applicable", "cannot_judge", "not_measurable"];

/** What cannot be submitted, by the field that lacks something. */
const LACKS = {
  choice: (criterion) => criterion.matches(":is(.cannot_judge, .not_measurable):not(.decided)"),
  reason: (criterion) =>
    criterion.classList.contains("explain") && !criterion.querySelector('[name$=".reason"]').value.trim(),
};

function undecidedOf(criterion) {
  return criterion.querySelector('.outcomes input[value=""]');
}
