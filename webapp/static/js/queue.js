// The queue: `n` for the next call, choosing several tasks at once. Everything works as plain forms too.

import { bindKeys } from "./keys.js";

const next = document.querySelector("#next button");
const toggle = document.getElementById("keys");
if (next && toggle) bindKeys({ n: () => next.click() }, toggle);

const form = document.getElementById("several");
const bar = document.getElementById("several-bar");
if (form && bar) {
  const ticks = [...form.querySelectorAll("input[name=task]")];
  const all = document.getElementById("all");
  const said = document.getElementById("chosen");
  let last = null;

  function show() {
    const chosen = ticks.filter((tick) => tick.checked).length;
    said.textContent = chosen ? `(${chosen})` : `(${said.dataset.none})`;
    bar.classList.toggle("idle", chosen === 0);
    all.checked = chosen > 0 && chosen === ticks.length;
    all.indeterminate = chosen > 0 && chosen < ticks.length;
  }

  /** With shift held, everything between this tick and the one before becomes as this one. */
  function extend(event) {
    const here = ticks.indexOf(event.target);
    if (here < 0) return;
    if (event.shiftKey && last !== null) {
      const [from, to] = here < last ? [here, last] : [last, here];
      for (const tick of ticks.slice(from, to + 1)) tick.checked = event.target.checked;
    }
    last = here;
    show();
  }

  all.hidden = ticks.length === 0;
  all.addEventListener("change", () => {
    for (const tick of ticks) tick.checked = all.checked;
    show();
  });
  form.addEventListener("click", extend);
  form.addEventListener("change", show);
  // Enter in a field does what stands beside it, not what the form's first button does.
  for (const field of bar.querySelectorAll("[data-does]")) {
    field.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.isComposing) return;
      event.preventDefault();
      bar.querySelector(`button[value=${field.dataset.does}]`).click();
    });
  }
  addEventListener("pageshow", show);
  show();
}
