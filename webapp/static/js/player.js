// The transport: plays the recording, or one clip of it that stops at its end.

/** Seconds of tolerance when a position is compared with a clip's bounds. */
const SLACK_S = 0.05;

export class Player extends EventTarget {
  #audio;
  #clip = null;
  #frame = 0;

  /** @param {HTMLAudioElement} audio */
  constructor(audio) {
    super();
    this.#audio = audio;
    for (const name of ["play", "pause"]) {
      audio.addEventListener(name, () => this.#changed());
    }
    audio.addEventListener("ended", () => {
      this.#clip = null;
      this.#changed();
    });
    audio.addEventListener("play", () => this.#tick());
    // Frames stop in a tab that is not shown; this event does not.
    audio.addEventListener("timeupdate", () => this.#atTime());
    audio.addEventListener("seeking", () => this.#leaveClipWhenOutside());
    audio.addEventListener("seeked", () => this.#atTime());
  }

  get now() {
    return this.#audio.currentTime;
  }

  get playing() {
    return !this.#audio.paused;
  }

  /** The clip being played or paused in, or null. */
  get clip() {
    return this.#clip;
  }

  /** Play a stretch from its start and stop at its end. `source` is whatever asked for it. */
  playClip(start, end, source) {
    this.#clip = { start, end, source };
    this.#audio.currentTime = start;
    this.#play();
    this.#changed();
  }

  toggle() {
    if (this.playing) this.#audio.pause();
    else this.#play();
  }

  /** Go to a place and play on from there. */
  playFrom(seconds) {
    this.seek(seconds);
    this.#play();
  }

  seek(seconds) {
    this.#clip = null;
    this.#audio.currentTime = Math.max(0, seconds);
    this.#changed();
  }

  skip(seconds) {
    this.seek(this.now + seconds);
  }

  set rate(rate) {
    this.#audio.playbackRate = rate;
  }

  #play() {
    // Rejected when a pause or another clip comes first, or when the audio is gone (an error event says so).
    this.#audio.play().catch(() => {});
  }

  #tick() {
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(() => {
      this.#atTime();
      if (this.playing) this.#tick();
    });
  }

  #atTime() {
    const clip = this.#clip;
    if (clip && this.now >= clip.end && !this.#audio.seeking) {
      this.#audio.pause();
      this.#clip = null;
      this.#changed();
    }
    this.dispatchEvent(new Event("time"));
  }

  #leaveClipWhenOutside() {
    const clip = this.#clip;
    if (clip && (this.now < clip.start - SLACK_S || this.now > clip.end + SLACK_S)) {
      this.#clip = null;
      this.#changed();
    }
  }

  #changed() {
    this.dispatchEvent(new Event("change"));
  }
}
