// Reading a code with the camera, and sending a photo as soon as it is chosen. The reader (a
// megabyte of WebAssembly where the browser has none of its own) comes when 扫码 is tapped.
import { announce } from "../app/once.js";
import { submit } from "../app/submit.js";
import { words } from "../app/words.js";

const FORMATS = ["qr_code", "ean_13", "ean_8", "code_128"];
const PAUSE_MS = 120;

/** The browser's own reader if it knows our codes, otherwise the one we bring. */
async function makeReader(wasm) {
  if ("BarcodeDetector" in window) {
    const known = await window.BarcodeDetector.getSupportedFormats();
    if (FORMATS.every((format) => known.includes(format))) {
      return new window.BarcodeDetector({ formats: FORMATS });
    }
  }
  const { BarcodeDetector, prepareZXingModule } = await import("barcode-detector/ponyfill");
  await prepareZXingModule({
    overrides: { locateFile: (path, prefix) => (path.endsWith(".wasm") ? wasm : prefix + path) },
    fireImmediately: true,
  });
  return new BarcodeDetector({ formats: FORMATS });
}

/** A full-screen window with the camera's picture; resolves to its parts. */
function openViewfinder(onClose) {
  const box = document.createElement("div");
  box.className = "viewfinder";
  box.setAttribute("role", "dialog");
  box.setAttribute("aria-modal", "true");
  box.setAttribute("aria-label", words.scanning);
  const video = document.createElement("video");
  video.muted = true;
  video.setAttribute("playsinline", "");
  const frame = document.createElement("div");
  frame.className = "viewfinder-frame";
  const hint = document.createElement("p");
  hint.className = "viewfinder-hint";
  hint.setAttribute("role", "status");
  hint.textContent = words.scanning;
  const close = document.createElement("button");
  close.type = "button";
  close.className = "btn btn-light viewfinder-close";
  close.textContent = words.close;
  close.addEventListener("click", onClose);
  box.append(video, frame, hint, close);
  box.addEventListener("keydown", (event) => {
    if (event.key === "Escape") onClose();
    if (event.key === "Tab") event.preventDefault(); // the close button is the only stop
  });
  document.body.append(box);
  close.focus();
  return { box, video };
}

/** Why there is no picture, as the sentence that says what to do instead. */
function reason(error) {
  if (!window.isSecureContext || !navigator.mediaDevices) return words.cameraInsecure;
  if (error && error.name === "NotAllowedError") return words.cameraRefused;
  return words.cameraMissing;
}

/** Shows the camera until a code is read; fills the field and sends its form. */
async function scan(button) {
  const field = document.getElementById(button.dataset.scanTarget);
  let open = true;
  let stream = null;
  const stop = () => {
    open = false;
    if (stream) stream.getTracks().forEach((track) => track.stop());
    finder.box.remove();
    button.focus();
  };
  announce("");
  const finder = openViewfinder(stop);
  try {
    stream = await navigator.mediaDevices.getUserMedia({
      video: { facingMode: { ideal: "environment" }, width: { ideal: 1280 }, height: { ideal: 720 } },
      audio: false,
    });
    finder.video.srcObject = stream;
    await finder.video.play();
    const reader = await makeReader(button.dataset.scanWasm);
    while (open) {
      const [code] = await reader.detect(finder.video);
      if (code && open) {
        stop();
        if (navigator.vibrate) navigator.vibrate(60);
        field.value = code.rawValue;
        if (field.form) submit(field.form);
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  } catch (error) {
    if (!open) return; // closed while the camera was starting: nothing went wrong
    stop();
    announce(reason(error), "warning");
  } finally {
    if (stream) stream.getTracks().forEach((track) => track.stop());
  }
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-scan-target]");
  if (button) scan(button);
});

document.addEventListener("change", (event) => {
  const photo = event.target.closest("[data-photo]");
  if (photo && photo.files.length && photo.form) submit(photo.form);
});
