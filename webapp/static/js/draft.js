// Keeps a form's content: on the server a moment after each change, in this browser until the server has it.

const QUIET_MS = 900;
const AGAIN_MS = 15_000;

/** How far what was typed is saved. */
export const State = Object.freeze({
  SAVED: "saved",
  SAVING: "saving",
  CHANGED: "changed",
  OFFLINE: "offline",
  LOGGED_OUT: "logged_out",
  REFUSED: "refused",
  UNSUBMITTED: "unsubmitted",
  CONFLICT: "conflict",
  GONE: "gone",
});

export class Draft extends EventTarget {
  #form;
  #key;
  #timer = 0;
  #sending = null;
  #dirty = false;
  #stopped = false;

  /** @param {HTMLFormElement} form its `data-keep` names it in this browser, `data-save` is where it is saved */
  constructor(form) {
    super();
    this.#form = form;
    this.#key = `callqa.draft.${form.dataset.keep}`;
    addEventListener("online", () => this.#dirty && this.save());
    addEventListener("pagehide", () => this.#dirty && this.#send("save", { keepalive: true }));
    document.addEventListener("visibilitychange", () => {
      if (document.hidden && this.#dirty) this.save();
    });
  }

  /** Something was typed or picked. */
  changed() {
    this.#dirty = true;
    this.#keep();
    this.#tell(State.CHANGED);
    clearTimeout(this.#timer);
    if (!this.#stopped) this.#timer = setTimeout(() => this.save(), QUIET_MS);
  }

  /** Whether there is something that the server does not have. */
  get dirty() {
    return this.#dirty || this.#sending !== null;
  }

  /** What this browser kept and the server never got: `{madeFrom, at, fields}`, or `null`. */
  kept() {
    try {
      return JSON.parse(localStorage.getItem(this.#key));
    } catch {
      return null; // another version's, or no storage
    }
  }

  /** Whether what this browser kept was typed into a page made from the same as this one. */
  follows(kept) {
    return JSON.stringify(kept.madeFrom) === JSON.stringify(this.#madeFrom());
  }

  /** Forget what this browser kept. */
  forget() {
    try {
      localStorage.removeItem(this.#key);
    } catch {
      // no storage: there is nothing to forget
    }
  }

  /** The form's fields as the server would get them. */
  fields() {
    return [...new FormData(this.#form)].filter(([name]) => !BOOKKEEPING.has(name));
  }

  /** Save now. Resolves to the server's answer, or `null` where it has none. */
  async save() {
    clearTimeout(this.#timer);
    if (this.#sending) {
      await this.#sending;
      if (!this.#dirty) return null;
    }
    return this.#once("save");
  }

  /** Save and do more with it, such as `submit`. Resolves as `save` does. */
  async finish(what) {
    clearTimeout(this.#timer);
    await this.#sending;
    return this.#once(what);
  }

  /** Go on from another revision of the draft, after a conflict. */
  rebase(names) {
    for (const [name, value] of Object.entries(names)) {
      if (this.#form.elements[name]) this.#form.elements[name].value = value;
    }
    this.#stopped = false;
    this.changed();
  }

  async #once(what) {
    this.#sending = this.#send(what);
    try {
      return await this.#sending;
    } finally {
      this.#sending = null;
    }
  }

  async #send(what, options = {}) {
    const body = new FormData(this.#form);
    body.set("do", what);
    this.#dirty = false;
    this.#tell(State.SAVING);
    let response;
    try {
      response = await fetch(this.#form.dataset.save, {
        method: "POST",
        body,
        headers: { Accept: "application/json" },
        redirect: "manual", // to the login, where it leads anywhere
        ...options,
      });
    } catch {
      return this.#failed(State.OFFLINE);
    }
    if (response.type === "opaqueredirect" || response.status === 401) return this.#failed(State.LOGGED_OUT);
    const answer = await response.json().catch(() => ({}));
    if (response.ok) return this.#saved(answer);
    if (response.status >= 500 || response.status === 429) return this.#failed(State.OFFLINE);
    // A conflict that comes with a revision kept what was sent, as a draft.
    const kept = response.status !== 409 || "revision" in answer;
    const refused = what === "save" ? State.REFUSED : State.UNSUBMITTED;
    const state = response.status === 404 ? State.GONE : kept ? refused : State.CONFLICT;
    // Sending the same again would not help.
    this.#stopped = state === State.GONE || state === State.CONFLICT;
    if ("revision" in answer) this.#form.elements.revision.value = answer.revision;
    return this.#failed(state, answer);
  }

  #saved(answer) {
    if ("revision" in answer) this.#form.elements.revision.value = answer.revision;
    if (!this.#dirty) this.forget();
    this.#tell(this.#dirty ? State.CHANGED : State.SAVED, answer);
    return answer;
  }

  #failed(state, answer = {}) {
    this.#dirty = true;
    this.#keep();
    clearTimeout(this.#timer);
    if (state === State.OFFLINE || state === State.LOGGED_OUT) {
      this.#timer = setTimeout(() => this.save(), AGAIN_MS);
    }
    this.#tell(state, answer);
    return null;
  }

  #keep() {
    const kept = { madeFrom: this.#madeFrom(), at: Date.now(), fields: this.fields() };
    try {
      localStorage.setItem(this.#key, JSON.stringify(kept));
    } catch {
      // Full or forbidden: the server's copy is then the only one.
    }
  }

  #madeFrom() {
    const { revision, base } = this.#form.elements;
    return [revision.value, base?.value ?? ""];
  }

  #tell(state, answer = {}) {
    this.dispatchEvent(new CustomEvent("state", { detail: { state, answer } }));
  }
}

/** Fields that say what the rest was made from. */
const BOOKKEEPING = new Set(["revision", "base", "scorecard", "do"]);
