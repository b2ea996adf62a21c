// The form that makes a case: takes its places from where the recording plays.

/** Seconds as the form reads them: 1:05.5. */
function placed(seconds) {
  const tenths = Math.round(seconds * 10);
  const minutes = Math.floor(tenths / 600);
  const rest = tenths % 600;
  const whole = String(Math.floor(rest / 10)).padStart(2, "0");
  return `${minutes}:${whole}${rest % 10 ? `.${rest % 10}` : ""}`;
}

const audio = document.getElementById("audio");
if (audio) {
  for (const button of document.querySelectorAll("[data-place]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      document.getElementById(button.dataset.place).value = placed(audio.currentTime);
    });
  }
}
