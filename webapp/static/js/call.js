// The page of one call: player, waveform, transcript, scorecard and keys, put together.

import { bindKeys } from "./keys.js";
import { Player } from "./player.js";
import { Scorecard } from "./scorecard.js";
import { Transcript } from "./transcript.js";
import { drawWaveform } from "./waveform.js";

const SKIP_S = 5;

const by = (id) => document.getElementById(id);
const section = by("player");
const audio = by("audio");
const player = new Player(audio);
const scorecard = new Scorecard(player);
if (by("pane")) new Transcript(player);

audio.removeAttribute("controls");
audio.hidden = true;
by("transport").hidden = false;

function clock(seconds) {
  const whole = Math.floor(seconds);
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (number) => String(number).padStart(2, "0");
  return hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

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
    "?": () => help.showModal(),
  },
  by("keys-on"),
);

drawWaveform({
  player: section,
  audio,
  onMark: (mark) => {
    scorecard.open(mark.criterion);
    player.playClip(mark.start_s, mark.end_s, clipOf(mark));
  },
});

/** The button of the clip that a mark on the waveform stands for. */
function clipOf(mark) {
  const clips = document.querySelectorAll(`#criterion-${CSS.escape(mark.criterion)} .clip`);
  return [...clips].find((clip) => Number(clip.dataset.start) === mark.start_s) ?? clips[0];
}
