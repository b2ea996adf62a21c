// Single-key shortcuts: they never fire while somebody types or composes, and can be switched off.

const STORED = "callqa.keys";
const TYPED_INTO =
  "textarea, select, [contenteditable], input:not([type=checkbox], [type=radio], [type=button], [type=submit])";
/** Elements with their own use for a key. */
const OWN_USE = {
  " ": "button, summary, a, label, [role=switch], [type=checkbox], [type=radio]:not(:checked)",
  ArrowLeft: "[type=radio]",
  ArrowRight: "[type=radio]",
};

/** Whether a key event belongs to text being composed with an input method. */
export function composes(event) {
  // 229 is the key that opens a composition, in browsers that say so too late.
  return event.isComposing || event.keyCode === 229;
}

/** Whether a key event belongs to text being written, an input method, a browser shortcut or a dialog. */
function belongsElsewhere(event) {
  return (
    composes(event) ||
    event.ctrlKey ||
    event.metaKey ||
    event.altKey ||
    (event.shiftKey && event.key.startsWith("Arrow")) || // extends a selection
    event.target.closest?.(TYPED_INTO) != null ||
    document.querySelector("dialog[open]") !== null
  );
}

/**
 * Bind keys to actions.
 * @param {Record<string, (event: KeyboardEvent) => void>} actions by `KeyboardEvent.key`
 * @param {HTMLInputElement} toggle the checkbox that switches them off and on
 */
export function bindKeys(actions, toggle) {
  toggle.checked = localStorage.getItem(STORED) !== "off";
  toggle.addEventListener("change", () => {
    localStorage.setItem(STORED, toggle.checked ? "on" : "off");
  });
  document.addEventListener("keydown", (event) => {
    const action = toggle.checked ? actions[event.key] : undefined;
    if (!action || belongsElsewhere(event)) return;
    if (OWN_USE[event.key] && event.target.closest?.(OWN_USE[event.key])) return;
    event.preventDefault();
    action(event);
  });
}
