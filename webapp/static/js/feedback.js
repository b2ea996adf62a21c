// Feedback pages: buttons that play a clip on the page's own audio element.

import { Player } from "./player.js";

const player = new Player(document.getElementById("audio"));
const clips = [...document.querySelectorAll(".clip")];

for (const button of clips) {
  button.addEventListener("click", () => {
    if (player.clip?.source === button) player.toggle();
    else player.playClip(Number(button.dataset.start), Number(button.dataset.end), button);
  });
}

player.addEventListener("change", () => {
  const playing = player.playing ? player.clip?.source : null;
  for (const button of clips) button.setAttribute("aria-pressed", String(button === playing));
});
