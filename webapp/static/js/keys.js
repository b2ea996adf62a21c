// Single-key shortcuts: they never fire while somebody types or composes, and can be switched off.

const STORED = "callqa.keys";
const TYPED_INTO = "input:not([type=checkbox]), textarea, select, [contenteditable]";

/** Whether a key event belongs to text being written, an input method, a browser shortcut or a dialog. */
function belongsElsewhere(event) {
  return (
    event.isComposing ||
    event.keyCode === 229 || // the key that opens a composition, in browsers that say so too late
    event.ctrlKey ||
    event.metaKey ||
    event.altKey ||
    event.target.closest?.(TYPED_INTO) !== null ||
    document.querySelector("dialog[open]") !== null
  );
}

/** Whether the focused element has its own use for the key, such as space on a button. */
function actsItself(event) {
  return event.key === " " && event.target.closest("button, summary, a, [role=switch]") !== null;
}

/**
 * Bind keys to actions.
 * @param {Record<string, () => void>} actions by `KeyboardEvent.key`
 * @param {HTMLInputElement} toggle the checkbox that switches them off and on
 */
export function bindKeys(actions, toggle) {
  toggle.checked = localStorage.getItem(STORED) !== "off";
  toggle.addEventListener("change", () => {
    localStorage.setItem(STORED, toggle.checked ? "on" : "off");
  });
  document.addEventListener("keydown", (event) => {
    const action = toggle.checked ? actions[event.key] : undefined;
    if (!action || belongsElsewhere(event) || actsItself(event)) return;
    event.preventDefault();
    action();
  });
}
