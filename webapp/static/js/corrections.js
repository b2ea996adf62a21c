// Correcting the transcript in place: what was said, and who said it. The machine's version stays beside it.

import { composes } from "./keys.js";

export class Corrections {
  #player;
  #transcript;
  #tools = document.getElementById("tools").content.firstElementChild.cloneNode(true);
  #editor = document.getElementById("editor").content.firstElementChild.cloneNode(true);
  #told = document.getElementById("corrections-told");
  #address;

  /**
   * @param {import("./player.js").Player} player
   * @param {import("./transcript.js").Transcript} transcript
   */
  constructor(player, transcript) {
    this.#player = player;
    this.#transcript = transcript;
    this.#address = this.#tools.dataset.address;
    const { pane } = transcript;
    pane.addEventListener("mouseover", (event) => this.#offer(event.target.closest(".turn")));
    pane.addEventListener("focusin", (event) => this.#offer(event.target.closest(".turn")));
    transcript.addEventListener("turn", () => {
      if (!pane.matches(":hover")) this.#offer(transcript.current);
    });
    this.#tools.addEventListener("click", (event) => this.#wished(event.target.closest("button")?.dataset.do));
    this.#editor.addEventListener("submit", (event) => this.#save(event));
    this.#editor.addEventListener("click", (event) => {
      if (event.target.closest("[data-do=cancel]")) this.#close();
    });
    this.#editor.addEventListener("keydown", (event) => this.#typed(event));
  }

  keys() {
    return {
      c: () => this.#edit(this.#turn()),
      x: () => this.#swap(this.#turn()),
    };
  }

  /** The turn that a key is about: that of the selection, of the focus, or the one that is heard. */
  #turn() {
    const selection = getSelection();
    const { pane } = this.#transcript;
    const selected = !selection.isCollapsed && pane.contains(selection.anchorNode) && selection.anchorNode.parentElement;
    return (selected || document.activeElement).closest(".turn") ?? this.#transcript.current;
  }

  #offer(turn) {
    if (!turn || this.#tools.parentElement === turn.querySelector(".bubble")) return;
    this.#tools.querySelector("[data-do=undo]").hidden = turn.dataset.seen === undefined;
    turn.querySelector(".bubble").prepend(this.#tools);
  }

  #wished(wish) {
    const turn = this.#tools.closest(".turn");
    if (wish === "edit") this.#edit(turn);
    if (wish === "swap") this.#swap(turn);
    if (wish === "undo") this.#send(turn, { kind: "undo", correction: turn.dataset.seen });
  }

  #edit(turn) {
    if (!turn) return;
    this.#close();
    const field = this.#editor.elements.value;
    // Corrected text comes before what was heard.
    field.value = turn.querySelector(".words").textContent.trim();
    turn.querySelector(".bubble").append(this.#editor);
    turn.classList.add("editing");
    field.focus();
    if (this.#player.playing) this.#player.toggle();
  }

  #close() {
    const turn = this.#editor.closest(".turn");
    if (!turn) return;
    turn.classList.remove("editing");
    this.#editor.remove();
    this.#say("");
    turn.querySelector(".at").focus({ preventScroll: true });
  }

  /** Enter saves, Esc leaves it; Shift+Enter is a new line. */
  #typed(event) {
    if (composes(event)) return;
    if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      this.#close();
    } else if (event.key === "Enter" && !event.shiftKey && event.target.matches("textarea")) {
      event.preventDefault();
      event.stopPropagation();
      this.#editor.requestSubmit();
    }
  }

  async #save(event) {
    event.preventDefault();
    const turn = this.#editor.closest(".turn");
    if (await this.#send(turn, { kind: "text", value: this.#editor.elements.value.value })) this.#close();
  }

  async #swap(turn) {
    if (!turn) return;
    const value = turn.dataset.speaker === "agent" ? "customer" : "agent";
    await this.#send(turn, { kind: "speaker", value });
  }

  /** Ask for a correction; the server's version of the turn takes the place of the page's. */
  async #send(turn, wish) {
    const body = new FormData();
    for (const [name, value] of Object.entries({ turn: turn.id.slice("turn-".length), ...wish })) body.set(name, value);
    body.set("transcript", this.#tools.dataset.transcript);
    body.set("seen", String(Math.max(this.#transcript.pane.dataset.seen, turn.dataset.seen ?? 0)));
    let response;
    try {
      response = await fetch(this.#address, {
        method: "POST",
        body,
        headers: { Accept: "application/json" },
        redirect: "manual",
      });
    } catch {
      return this.#tell(this.#told.dataset.offline);
    }
    if (response.type === "opaqueredirect" || response.status === 401) {
      return this.#say(document.getElementById("logged-out").innerHTML);
    }
    const answer = await response.json().catch(() => ({}));
    if (answer.line) this.#replace(turn, answer.line);
    if (!response.ok) return this.#tell(answer.told ?? this.#told.dataset.offline);
    this.#say("");
    this.#transcript.dispatchEvent(new Event("text"));
    return true;
  }

  #replace(turn, html) {
    const holder = document.createElement("template");
    holder.innerHTML = html;
    const fresh = holder.content.querySelector(".turn");
    // The element stays: others hold on to it.
    const kept = ["current", "editing"].filter((name) => turn.classList.contains(name));
    turn.className = fresh.className;
    turn.classList.add(...kept);
    turn.dataset.speaker = fresh.dataset.speaker;
    if (fresh.dataset.seen) turn.dataset.seen = fresh.dataset.seen;
    else delete turn.dataset.seen;
    const bubble = turn.querySelector(".bubble");
    bubble.replaceChildren(...fresh.querySelector(".bubble").childNodes);
    if (kept.includes("editing")) bubble.append(this.#editor);
    this.#offer(turn);
    this.#transcript.offerAsHeard();
    // Swapping all speakers builds on what was corrected here.
    for (const field of document.querySelectorAll(".transcript input.seen")) {
      field.value = String(Math.max(field.value, turn.dataset.seen ?? 0));
    }
  }

  /** Show a sentence. */
  #tell(sentence) {
    this.#told.textContent = sentence;
    return false;
  }

  /** Show a message of the page's own; none for an empty one. */
  #say(html) {
    this.#told.innerHTML = html;
    return false;
  }
}
