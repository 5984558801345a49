// Fetches Noto Sans SC only where the device cannot draw Chinese by itself: no phone pays for it.
function drawsChinese() {
  const canvas = document.createElement("canvas");
  const size = 40;
  canvas.width = size;
  canvas.height = size;
  const pen = canvas.getContext("2d");
  if (!pen) return true;
  const draw = (character) => {
    pen.clearRect(0, 0, size, size);
    pen.font = `${size - 8}px ${getComputedStyle(document.body).fontFamily}`;
    pen.textBaseline = "top";
    pen.fillText(character, 0, 0);
    return pen.getImageData(0, 0, size, size).data.join();
  };
  // Where the glyphs are missing every character is the same empty box, or one narrower than an em.
  const wide = (pen.font = `100px ${getComputedStyle(document.body).fontFamily}`) && pen.measureText("永").width;
  return Math.abs(wide - 100) < 3 && draw("永") !== draw("爱");
}

const sheet = document.documentElement.dataset.fonts;
if (sheet && !drawsChinese()) {
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = sheet;
  document.head.append(link);
}
