// Places in a recording as people read them: `1:05`, `1:02:03`.

/** @param {number} seconds */
export function clock(seconds) {
  const whole = Math.floor(seconds);
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (number) => String(number).padStart(2, "0");
  return hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

/** A stretch in whole seconds that hold all of it: `0:14–0:17`. */
export function stretch(start, end) {
  return `${clock(start)}–${clock(Math.ceil(end))}`;
}
