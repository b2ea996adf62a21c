// Draws the recording from peaks that the server made; the browser never decodes it for drawing.

import WaveSurfer from "../vendor/wavesurfer.js";
import RegionsPlugin from "../vendor/regions.js";

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
const faint = (name, share) => `color-mix(in srgb, ${colour(name)} ${share}%, transparent)`;

const LANE_COLOURS = { agent: "agent", customer: "customer", unknown: "ink-soft", mixed: "ink-soft" };

/**
 * @typedef {object} Wave
 * @property {(start_s: number, end_s: number, parties: string[]) => void} onPicked a stretch was dragged over;
 *   `parties` are those of the lane it was dragged on, none where that tells nothing
 * @property {() => void} clearPicked take the dragged stretch off again
 * @property {(clips: {start: number, end: number, play: () => void}[]) => void} showAdded mark these clips
 */

/**
 * @param {object} parts
 * @param {HTMLElement} parts.player the section; its data attributes say where the data is
 * @param {HTMLAudioElement} parts.audio
 * @param {boolean} parts.picks whether dragging picks a stretch; else it seeks
 * @param {(mark: object) => void} parts.onMark a mark with a criterion was clicked
 * @returns {Promise<Wave | null>} `null` where nothing is picked, or the data is not to be had
 */
export async function drawWaveform({ player, audio, picks, onMark }) {
  const answer = await fetch(player.dataset.waveform).catch(() => null);
  if (!answer?.ok) return null;
  const data = await answer.json();
  labelLanes(player, data.lanes);
  drawSpeech(data);

  const container = document.getElementById("waveform");
  const lane = parseFloat(getComputedStyle(player).getPropertyValue("--lane"));
  const regions = RegionsPlugin.create();
  const wave = WaveSurfer.create({
    container,
    media: audio,
    peaks: data.peaks,
    duration: data.duration_s,
    cspNonce: player.dataset.styleNonce,
    height: lane,
    barWidth: 2,
    barGap: 1,
    barRadius: 2,
    cursorWidth: 2,
    dragToSeek: !picks,
    normalize: true,
    splitChannels: data.lanes.map(() => ({})),
    plugins: [regions],
    ...colours(data.lanes),
  });
  wave.on("ready", () => mark(regions, data));
  regions.on("region-clicked", (region, event) => {
    const chosen = data.marks[Number(region.id.slice(MARK.length))];
    if (chosen?.criterion) {
      event.stopPropagation();
      onMark(chosen);
    }
  });

  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    wave.setOptions(colours(data.lanes));
  });
  matchMedia("(max-width: 62rem)").addEventListener("change", () => {
    wave.setOptions({ height: parseFloat(getComputedStyle(player).getPropertyValue("--lane")) });
  });
  return picks ? picking(regions, container, data.lanes) : null;
}

/** Ids of regions that the server's data made; others were dragged. */
const MARK = "mark-";
const ADDED = "added-";
/** A shorter stretch is a click with an unsteady hand. */
const SHORTEST_S = 0.2;

/** Let a stretch be dragged over, one at a time; it can be moved and its ends pulled. */
function picking(regions, container, lanes) {
  let picked = null;
  let row = 0;
  let added = new Map();
  const wave = {
    onPicked: null,
    showAdded: (clips) => {
      for (const region of added.keys()) region.remove();
      added = new Map(
        clips.map(({ start, end, play }, place) => {
          const region = regions.addRegion({ id: `${ADDED}${place}`, start, end, drag: false, resize: false });
          region.element.style.backgroundColor = "";
          region.element.part.add("added");
          return [region, play];
        }),
      );
    },
    clearPicked: () => {
      picked?.remove();
      picked = null;
    },
  };
  const tell = (region) => {
    if (region !== picked) return;
    const party = lanes.length > 1 ? lanes[row] : null;
    wave.onPicked?.(region.start, region.end, ["agent", "customer"].includes(party) ? [party] : []);
  };
  container.addEventListener("pointerdown", (event) => {
    const box = container.getBoundingClientRect();
    row = Math.min(lanes.length - 1, Math.floor(((event.clientY - box.top) / box.height) * lanes.length));
  });
  regions.on("region-clicked", (region, event) => {
    if (!added.has(region)) return;
    event.stopPropagation();
    added.get(region)();
  });
  regions.enableDragSelection({ color: "", drag: true, resize: true });
  regions.on("region-initialized", (region) => {
    if (region.id.startsWith(MARK) || region.id.startsWith(ADDED)) return;
    picked?.remove();
    picked = region;
    region.element.part.add("picked");
    region.element.style.backgroundColor = "";
  });
  regions.on("region-created", (region) => {
    if (region === picked && region.end - region.start < SHORTEST_S) wave.clearPicked();
    else tell(region);
  });
  regions.on("region-updated", tell);
  return wave;
}

function colours(lanes) {
  return {
    cursorColor: colour("ink"),
    splitChannels: lanes.map((role) => ({
      waveColor: faint(LANE_COLOURS[role], 60),
      progressColor: colour(LANE_COLOURS[role]),
    })),
  };
}

/** Add the regions; what each kind looks like is the stylesheet's, by `::part`. */
function mark(regions, data) {
  data.marks.forEach((each, place) => {
    const { element } = regions.addRegion({
      id: `${MARK}${place}`,
      start: each.start_s,
      end: each.end_s,
      channelIdx: each.lane ?? -1,
      drag: false,
      resize: false,
    });
    element.style.backgroundColor = "";
    element.part.add(each.kind);
    element.title = document.querySelector(`.legend [data-kind="${each.kind}"]`)?.textContent.trim() ?? "";
  });
}

function labelLanes(player, lanes) {
  document.getElementById("lanes").replaceChildren(
    ...lanes.map((role) => {
      const item = document.createElement("li");
      item.className = role;
      item.textContent = player.dataset[role];
      return item;
    }),
  );
}

/** Who speaks when, under a lane that carries both parties. */
function drawSpeech(data) {
  const svg = document.getElementById("speech");
  svg.setAttribute("viewBox", `0 0 ${data.duration_s} 8`);
  const rows = { agent: 0, customer: 4, unknown: 2 };
  for (const { speaker, start_s, end_s } of data.speech) {
    const rect = document.createElementNS("http://www.w3.org/2000/svg", "rect");
    rect.setAttribute("class", speaker);
    rect.setAttribute("x", start_s);
    rect.setAttribute("width", end_s - start_s);
    rect.setAttribute("y", rows[speaker]);
    rect.setAttribute("height", 4);
    svg.append(rect);
  }
}
