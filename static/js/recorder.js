// A clip from the camera, which is then a film like any other. Offered where the browser can record.
import { clock } from "./clock.js";
import { need } from "./dom.js";

const WIDTH = 1280;
const HEIGHT = 720;
// Before it records, in seconds.
const COUNTDOWN = 3;
// Before the limit, in seconds: browsers stop a little later than they are asked to.
const EARLY = 0.5;
// How often what was recorded is handed over, and the time is shown, in milliseconds.
const PIECE = 1000;
const TICK = 200;
// Why there is no picture, by the names that browsers have for it.
const REASONS = {
  NotAllowedError:
    "Your browser does not let this page use the camera. Allow it, often with a button beside the address, and try again.",
  NotFoundError: "No camera was found. Connect one and try again.",
  OverconstrainedError: "No camera was found. Connect one and try again.",
  NotReadableError:
    "The camera cannot be used. Close other programs or pages that use it, and try again.",
};
const UNKNOWN =
  "The camera did not start. Try again, or record with another program and choose the file.";

/**
 * @param {HTMLFormElement} form
 * @param {HTMLElement} panel of the form: the camera stops when it is left
 * @param {number} longest in seconds
 * @param {(clip: File) => void} choose
 */
export function startRecorder(form, panel, longest, choose) {
  if (!navigator.mediaDevices || !("MediaRecorder" in window)) return;
  new Recorder(form, longest, choose).listen(panel);
}

class Recorder {
  /** @type {MediaStream | null} what the camera sees */
  stream = null;
  /** @type {MediaRecorder | null} while it records */
  recorder = null;
  /** @type {number | undefined} */
  timer = undefined;
  isOpening = false;

  /** @param {HTMLFormElement} form @param {number} longest @param {(clip: File) => void} choose */
  constructor(form, longest, choose) {
    this.longest = longest;
    this.choose = choose;
    this.button = need(form, "[data-record]", HTMLButtonElement);
    this.root = need(form, "[data-recorder]", HTMLElement);
    this.problem = need(this.root, "[data-no-camera]", HTMLElement);
    this.view = need(this.root, "[data-camera-view]", HTMLElement);
    this.live = need(this.view, "[data-live]", HTMLVideoElement);
    this.countdown = need(this.view, "[data-countdown]", HTMLElement);
    this.begin = need(this.view, "[data-begin]", HTMLButtonElement);
    this.end = need(this.view, "[data-end]", HTMLButtonElement);
    this.clock = need(this.view, "[data-clock]", HTMLElement);
    this.words = need(this.view, "[data-camera-words]", HTMLElement);
  }

  /** @param {HTMLElement} panel */
  listen(panel) {
    this.button.hidden = false;
    this.root.hidden = false;
    this.button.addEventListener("click", () => this.open());
    this.begin.addEventListener("click", () => this.count(COUNTDOWN));
    this.end.addEventListener("click", () => this.recorder?.stop());
    const leave = need(this.view, "[data-leave]", HTMLButtonElement);
    leave.addEventListener("click", () => {
      this.close();
      this.button.focus();
    });
    new MutationObserver(() => panel.hidden && this.close()).observe(panel, {
      attributeFilter: ["hidden"],
    });
  }

  async open() {
    if (this.isOpening || this.stream) return;
    this.isOpening = true;
    this.problem.hidden = true;
    try {
      this.stream = await camera();
      this.live.srcObject = this.stream;
      this.view.hidden = false;
      await this.live.play();
      this.clock.textContent = `Up to ${clock(this.longest)}.`;
      this.begin.focus();
    } catch (thrown) {
      this.close();
      this.refuse(thrown);
    } finally {
      this.isOpening = false;
    }
  }

  /** @param {unknown} thrown */
  refuse(thrown) {
    const name = thrown instanceof DOMException ? thrown.name : "";
    this.problem.textContent =
      Object.entries(REASONS).find(([each]) => each === name)?.[1] ?? UNKNOWN;
    this.problem.hidden = false;
    this.problem.focus();
  }

  /** @param {number} left in seconds */
  count(left) {
    this.begin.hidden = true;
    this.countdown.hidden = !left;
    this.countdown.textContent = String(left);
    this.words.textContent = left ? `Recording starts in ${left}` : "Recording";
    if (left) this.timer = setTimeout(() => this.count(left - 1), 1000);
    else this.record();
  }

  record() {
    if (!this.stream) return;
    /** @type {Blob[]} */
    const pieces = [];
    const recorder = new MediaRecorder(this.stream);
    this.recorder = recorder;
    recorder.addEventListener("dataavailable", ({ data }) => data.size && pieces.push(data));
    recorder.addEventListener("stop", () => this.keep(recorder, pieces));
    // The camera was unplugged, or the browser gave up: what there is is kept.
    recorder.addEventListener("error", () => recorder.state === "recording" && recorder.stop());
    recorder.start(PIECE);
    this.end.hidden = false;
    this.end.focus();
    this.watch(performance.now());
  }

  /** Shows the time, and stops at the limit. @param {number} begun */
  watch(begun) {
    const seconds = (performance.now() - begun) / 1000;
    this.clock.textContent = `${clock(Math.floor(seconds))} of ${clock(this.longest)}`;
    if (seconds >= this.longest - EARLY) this.recorder?.stop();
    else this.timer = setTimeout(() => this.watch(begun), TICK);
  }

  /** @param {MediaRecorder} recorder @param {Blob[]} pieces */
  keep(recorder, pieces) {
    if (this.recorder !== recorder) return; // it was left
    this.close();
    const type = recorder.mimeType || pieces[0]?.type || "";
    const ending = type.startsWith("video/mp4") ? "mp4" : "webm";
    this.choose(new File(pieces, `Clip ${now()}.${ending}`, { type }));
    this.button.textContent = "Record again";
    this.button.focus();
  }

  /** Stops the camera, and what it records is thrown away. */
  close() {
    clearTimeout(this.timer);
    const recorder = this.recorder;
    this.recorder = null;
    if (recorder?.state === "recording") recorder.stop();
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    this.stream = null;
    this.live.srcObject = null;
    this.view.hidden = true;
    this.begin.hidden = false;
    this.end.hidden = true;
    this.countdown.hidden = true;
    this.words.textContent = "";
  }
}

/** With sound, where there is a microphone. */
async function camera() {
  const video = { width: { ideal: WIDTH }, height: { ideal: HEIGHT } };
  try {
    return await navigator.mediaDevices.getUserMedia({ video, audio: true });
  } catch (thrown) {
    if (thrown instanceof DOMException && thrown.name === "NotAllowedError") throw thrown;
    return navigator.mediaDevices.getUserMedia({ video });
  }
}

/** Such as 2026-05-01 14.30. */
const now = () => new Date().toLocaleString("sv").slice(0, 16).replace(":", ".");
