// Evidence that a reviewer adds: a selection of the transcript, a stretch of the waveform, or a whole turn.

import { stretch } from "./clock.js";
import { clipsIn, heardIn, wholeTurn } from "./words.js";

const LONGEST_QUOTE = 2_000;
/** A selection over more turns than this is a slip of the hand. */
const MOST_TURNS = 12;

export class Evidence extends EventTarget {
  #player;
  #transcript;
  #wave = null;
  #bar = document.getElementById("picked");
  #row = document.getElementById("added-clip");
  #stretch = null;

  /**
   * @param {import("./player.js").Player} player
   * @param {import("./transcript.js").Transcript | null} transcript
   */
  constructor(player, transcript) {
    super();
    this.#player = player;
    this.#transcript = transcript;
    document.addEventListener("selectionchange", () => this.#offer());
    this.#bar.addEventListener("pointerdown", (event) => event.preventDefault()); // keeps the selection
    this.#bar.addEventListener("click", (event) => {
      const wish = event.target.closest("button")?.dataset.do;
      if (wish === "add") this.dispatchEvent(new Event("wanted"));
      if (wish === "play") this.#play();
      if (wish === "drop") this.drop();
    });
  }

  /** Let stretches of the waveform be picked, too. @param {import("./waveform.js").Wave} wave */
  watch(wave) {
    this.#wave = wave;
    wave.onPicked = (start_s, end_s, parties) => {
      getSelection().removeAllRanges();
      this.#stretch = this.#transcript
        ? heardIn(start_s, end_s, this.#transcript.pane, parties)
        : { start_s, end_s, speaker: "unknown", quote: "" };
      this.#offer();
    };
  }

  /** Name the criterion that evidence would go to. */
  name(criterion) {
    this.#bar.querySelector(".to").textContent = criterion;
  }

  /** What is picked: the stretch of the waveform, the selected words, else the turn that is heard. */
  picked() {
    if (this.#stretch) return [this.#stretch];
    const chosen = this.#selected();
    if (chosen.length) return chosen;
    const turn = document.activeElement?.closest?.(".turn") ?? this.#transcript?.current;
    return turn ? [wholeTurn(turn)] : [];
  }

  /** Forget what is picked. */
  drop() {
    this.#stretch = null;
    this.#wave?.clearPicked();
    const selection = getSelection();
    if (this.#transcript?.pane.contains(selection.anchorNode)) selection.removeAllRanges();
    this.#offer();
  }

  /** Mark on the waveform what was added to any criterion. */
  showAdded() {
    this.#wave?.showAdded(
      [...document.querySelectorAll(".added .clip")].map((clip) => ({
        start: Number(clip.dataset.start),
        end: Number(clip.dataset.end),
        play: () => clip.click(),
      })),
    );
  }

  /** A row of a criterion's list of added evidence. */
  row(criterion, clip) {
    const row = this.#row.content.firstElementChild.cloneNode(true);
    const button = row.querySelector(".clip");
    Object.assign(button.dataset, { start: clip.start_s, end: clip.end_s });
    button.querySelector(".span").textContent = stretch(clip.start_s, clip.end_s);
    row.querySelector("q").textContent = clip.quote;
    row.querySelector(".quote").hidden = !clip.quote;
    row.querySelector(".silent").hidden = Boolean(clip.quote);
    const speaker = row.querySelector(".quote .speaker");
    speaker.classList.add(clip.speaker);
    speaker.textContent = this.#bar.dataset[clip.speaker];
    const field = row.querySelector("input");
    field.name = `${criterion}.evidence`;
    field.value = JSON.stringify({ ...clip, quote: clip.quote.slice(0, LONGEST_QUOTE) });
    return row;
  }

  #selected() {
    const selection = getSelection();
    const pane = this.#transcript?.pane;
    if (!pane || selection.isCollapsed || !selection.rangeCount) return [];
    const range = selection.getRangeAt(0);
    if (!pane.contains(range.startContainer) && !pane.contains(range.endContainer)) return [];
    if (pane.contains(document.activeElement) && document.activeElement.matches("textarea")) return [];
    return clipsIn(range, pane).slice(0, MOST_TURNS);
  }

  #offer() {
    const chosen = this.#selected();
    if (chosen.length) {
      this.#stretch = null;
      this.#wave?.clearPicked();
    }
    const clips = this.#stretch ? [this.#stretch] : chosen;
    this.#bar.hidden = !clips.length;
    if (!clips.length) return;
    this.#bar.querySelector(".span").textContent = stretch(
      clips[0].start_s,
      clips.at(-1).end_s,
    );
    this.#bar.querySelector("q").textContent = clips.map((clip) => clip.quote).join(" / ");
  }

  #play() {
    const clips = this.picked();
    if (!clips.length) return;
    const button = this.#bar.querySelector("[data-do=play]");
    this.#player.playClip(clips[0].start_s, clips.at(-1).end_s, button);
  }
}
