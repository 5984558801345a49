// Bundles the front end into static/dist: hashed files, their .gz twins, the fonts, the icon
// sprite and manifest.json, which maps "app.css" to "app-HASH.css". Built aside and swapped in
// whole, so a running server never sees half a build.
import { createHash } from "node:crypto";
import { mkdir, readFile, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

import * as esbuild from "esbuild";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = join(root, "static/dist");
const fresh = join(root, `static/dist.${process.pid}`);
const modules = join(root, "node_modules");

// Phones of 2018: what they cannot parse is rewritten, what they cannot do we do not use.
const target = ["es2017", "chrome64", "firefox60", "safari11.1", "edge79"];

/** Reads a Fontsource sheet as a family of its own, without the woff twins of its woff2 files. */
const rareCharacters = {
  name: "rare-characters",
  setup(build) {
    build.onLoad({ filter: /@fontsource[\\/].*\.css$/ }, async ({ path }) => ({
      contents: (await readFile(path, "utf8"))
        .replaceAll("'Noto Sans SC'", '"Noto Sans SC Rare"')
        .replace(/, url\([^)]*\.woff\) format\('woff'\)/g, ""),
      loader: "css",
    }));
  },
};

/** Bundles every entry and returns its logical name → file name. */
async function bundle() {
  const result = await esbuild.build({
    absWorkingDir: root,
    entryPoints: {
      app: "static/app/index.js",
      early: "static/app/early.js",
      counter: "static/counter/index.js",
      scan: "static/scan/index.js",
      charts: "static/charts/index.js",
      dashboard: "static/charts/dashboard.css",
      hall: "static/charts/hall.js",
      wall: "static/charts/hall.css",
      month_paper: "static/app/month_paper.css",
      household: "static/app/household.js",
      style: "static/app/index.css",
      plain: "static/app/household.css",
      fonts: "static/app/fonts.css",
    },
    outdir: fresh,
    bundle: true,
    minify: true,
    splitting: true,
    format: "esm",
    target,
    // They have destructuring but for a corner we do not meet, and import() where it matters:
    // it fetches the code reader, without which there is still the photo.
    supported: { destructuring: true, "dynamic-import": true },
    charset: "utf8",
    legalComments: "linked",
    entryNames: "[name]-[hash]",
    chunkNames: "part-[name]-[hash]",
    assetNames: "fonts/[name]-[hash]",
    loader: { ".woff2": "file" },
    plugins: [rareCharacters],
    metafile: true,
    logLevel: "warning",
  });
  const names = { "style.css": "app.css", "plain.css": "household.css" };
  const manifest = {};
  for (const [path, output] of Object.entries(result.metafile.outputs)) {
    if (!output.entryPoint || path.includes("/part-")) continue;
    const file = relative(fresh, join(root, path));
    const name = file.replace(/-[A-Z0-9]{8}\./, ".");
    manifest[names[name] ?? name] = file;
  }
  return manifest;
}

/** Writes a file under a name that carries its hash and returns that name. */
async function writeHashed(name, content) {
  const hash = createHash("sha256").update(content).digest("hex").slice(0, 8).toUpperCase();
  const file = name.replace(/(\.\w+)$/, `-${hash}$1`);
  await writeFile(join(fresh, file), content);
  return file;
}

/** One SVG sprite of the icons listed in static/icons.json. */
async function sprite() {
  const names = JSON.parse(await readFile(join(root, "static/icons.json"), "utf8"));
  const symbols = await Promise.all(
    [...new Set(names)].map(async (name) => {
      const path = join(modules, "@tabler/icons/icons/outline", `${name}.svg`);
      const svg = await readFile(path, "utf8").catch(() => {
        throw new Error(`static/icons.json names "${name}", which Tabler's outline icons do not have`);
      });
      const drawing = svg
        .replace(/^[\s\S]*?<svg[\s\S]*?>|<\/svg>\s*$/g, "")
        .replace(/<path stroke="none" d="M0 0h24v24H0z" fill="none" ?\/>/, "")
        .replace(/\s*\n\s*/g, "");
      return `<symbol id="${name}" viewBox="0 0 24 24">${drawing}</symbol>`;
    }),
  );
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`;
}

/** A .gz twin beside every text or wasm file. */
async function compress() {
  const files = (await readdir(fresh)).filter((file) => /\.(css|js|svg|wasm)$/.test(file));
  for (const file of files) {
    await writeFile(join(fresh, `${file}.gz`), gzipSync(await readFile(join(fresh, file)), { level: 9 }));
  }
}

const began = Date.now();
try {
  await rm(fresh, { recursive: true, force: true });
  await mkdir(fresh, { recursive: true });
  const manifest = await bundle();
  manifest["icons.svg"] = await writeHashed("icons.svg", await sprite());
  manifest["favicon.svg"] = await writeHashed(
    "favicon.svg",
    await readFile(join(root, "static/app/favicon.svg")),
  );
  manifest["zxing_reader.wasm"] = await writeHashed(
    "zxing_reader.wasm",
    await readFile(join(modules, "zxing-wasm/dist/reader/zxing_reader.wasm")),
  );
  await compress();
  await writeFile(join(fresh, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  await rm(dist, { recursive: true, force: true });
  await rename(fresh, dist);
  for (const [name, file] of Object.entries(manifest)) {
    const { size } = await stat(join(dist, file));
    const { size: gzipped } = await stat(join(dist, `${file}.gz`));
    console.log(`  ${name.padEnd(18)} ${(size / 1000).toFixed(1).padStart(7)} kB, ${(gzipped / 1000).toFixed(1)} kB on the wire`);
  }
  console.log(`  built in ${((Date.now() - began) / 1000).toFixed(1)} s`);
} catch (error) {
  await rm(fresh, { recursive: true, force: true });
  console.error(`✗ the front end was not built: ${error.message}`);
  process.exit(1);
}
