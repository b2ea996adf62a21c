// The page of one call: player, waveform, transcript, scorecard and keys, put together.

import { clock } from "./clock.js";
import { Corrections } from "./corrections.js";
import { bindKeys } from "./keys.js";
import { Meeting } from "./meeting.js";
import { Player } from "./player.js";
import { Review } from "./review.js";
import { Scorecard } from "./scorecard.js";
import { Search } from "./search.js";
import { Transcript } from "./transcript.js";
import { drawWaveform } from "./waveform.js";

const SKIP_S = 5;

const by = (id) => document.getElementById(id);
const section = by("player");
const audio = by("audio");
const player = new Player(audio);
const scorecard = new Scorecard(player);
const transcript = by("pane") ? new Transcript(player) : null;
const search = transcript ? new Search(transcript) : null;
const corrections = transcript && by("tools") ? new Corrections(player, transcript) : null;
const meeting = by("meeting") ? new Meeting(scorecard) : null;
const review = by("review") ? new Review(player, scorecard, transcript) : null;

audio.removeAttribute("controls");
audio.hidden = true;
by("transport").hidden = false;

const play = by("play");
play.addEventListener("click", () => player.toggle());
by("rewind").addEventListener("click", () => player.skip(-SKIP_S));
by("forward").addEventListener("click", () => player.skip(SKIP_S));

const speed = by("speed");
speed.addEventListener("change", () => {
  player.rate = Number(speed.value);
});

function changeSpeed(step) {
  const choice = speed.selectedIndex + step;
  if (choice < 0 || choice >= speed.options.length) return;
  speed.selectedIndex = choice;
  player.rate = Number(speed.value);
}

player.addEventListener("time", () => {
  by("now").textContent = clock(player.now);
});
player.addEventListener("change", () => {
  play.classList.toggle("on", player.playing);
  play.setAttribute("aria-label", player.playing ? section.dataset.pause : section.dataset.play);
  by("playing").textContent = player.clip?.source.dataset.title ?? "";
});

function showFault() {
  const line = by("playing");
  line.textContent = section.dataset.failed;
  line.classList.add("fault");
  play.disabled = true;
}
audio.addEventListener("error", showFault);
if (audio.error) showFault();

const help = by("help");
by("help-open").addEventListener("click", () => help.showModal());

bindKeys(
  {
    " ": () => player.toggle(),
    ArrowLeft: () => player.skip(-SKIP_S),
    ArrowRight: () => player.skip(SKIP_S),
    "[": () => changeSpeed(-1),
    "]": () => changeSpeed(1),
    j: () => scorecard.walk(1),
    k: () => scorecard.walk(-1),
    ".": () => scorecard.playCurrent(),
    "/": () => search?.open(),
    m: () => transcript?.showAsHeard(),
    "?": () => help.showModal(),
    ...corrections?.keys(),
    ...meeting?.keys(),
    ...review?.keys(),
  },
  by("keys-on"),
);

const paper = by("print");
if (paper) {
  paper.hidden = false;
  paper.addEventListener("click", () => window.print());
}

drawWaveform({
  player: section,
  audio,
  picks: review !== null,
  onMark: (mark) => {
    scorecard.open(mark.criterion);
    player.playClip(mark.start_s, mark.end_s, clipOf(mark));
  },
}).then((wave) => wave && review?.watch(wave));

/** The button of the clip that a mark on the waveform stands for. */
function clipOf(mark) {
  const clips = document.querySelectorAll(`#criterion-${CSS.escape(mark.criterion)} .clip`);
  return [...clips].find((clip) => Number(clip.dataset.start) === mark.start_s) ?? clips[0];
}
