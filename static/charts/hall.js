// The wall of the county hall: asks for new figures every minute and changes only what changed.
// One refusal changes nothing but a line that says since when the figures stand.
import { drawAll } from "./draw.js";

const wall = document.querySelector("[data-hall]");
const stale = wall.querySelector("[data-stale]");
const fresh = wall.querySelector("[data-fresh]");
const redraws = drawAll(document);

/** Takes over the words and numbers of a newer answer. */
function take(answer) {
  for (const place of wall.querySelectorAll("[data-live]")) {
    const newer = answer.querySelector(`[data-live="${place.dataset.live}"]`);
    if (newer && newer.textContent !== place.textContent) place.textContent = newer.textContent;
  }
  for (const box of wall.querySelectorAll("[data-chart]")) {
    const here = document.getElementById(box.dataset.from);
    const newer = answer.getElementById(box.dataset.from);
    if (!newer || newer.textContent === here.textContent) continue;
    here.textContent = newer.textContent;
    const data = JSON.parse(newer.textContent);
    box.hidden = !data;
    wall.querySelector(`[data-empty-of="${box.id}"]`).hidden = Boolean(data);
    if (!data) continue;
    if (redraws[box.id]) redraws[box.id](data);
    else Object.assign(redraws, drawAll(box.parentElement));
  }
}

async function refresh() {
  const giveUp = typeof AbortController === "function" ? new AbortController() : null;
  const timer = setTimeout(() => giveUp && giveUp.abort(), 20000);
  try {
    const response = await fetch(window.location.href, {
      credentials: "same-origin",
      cache: "no-store",
      signal: giveUp ? giveUp.signal : undefined,
    });
    const answer = new DOMParser().parseFromString(await response.text(), "text/html");
    if (!response.ok || !answer.querySelector("[data-hall]")) throw new Error("not the wall");
    take(answer);
    stale.hidden = true;
    fresh.hidden = false;
  } catch (failed) {
    stale.hidden = false;
    fresh.hidden = true;
  } finally {
    clearTimeout(timer);
    setTimeout(refresh, Number(wall.dataset.refresh) * 1000);
  }
}

setTimeout(refresh, Number(wall.dataset.refresh) * 1000);

const button = wall.querySelector("[data-full-screen]");
if (!document.documentElement.requestFullscreen) button.hidden = true;
button.addEventListener("click", () => {
  if (document.fullscreenElement) document.exitFullscreen();
  else document.documentElement.requestFullscreen();
});
