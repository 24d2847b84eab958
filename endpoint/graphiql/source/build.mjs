// Bundles the page into ../static: one script and one style sheet, minified, compressed, named after their content,
// and THIRD-PARTY-LICENCES.txt with the licence of every package that got into them.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, "..", "static");

// The fonts that GraphiQL embeds are a quarter of a megabyte and lack Vietnamese letters: page.css names the system's.
const withoutFonts = {
  name: "without-fonts",
  setup(esbuild) {
    esbuild.onLoad({ filter: /graphiql[\\/]dist[\\/]style\.css$/ }, ({ path }) => ({
      contents: readFileSync(path, "utf8").replace(/@font-face\s*\{[^}]*\}/g, ""),
      loader: "css",
    }));
  },
};

const bundle = await build({
  absWorkingDir: here,
  entryPoints: { graphiql: "main.jsx" },
  outdir: out,
  write: false,
  bundle: true,
  minify: true,
  metafile: true,
  format: "esm",
  target: ["es2022"],
  jsx: "automatic",
  charset: "utf8",
  legalComments: "none",
  plugins: [withoutFonts],
  define: { "process.env.NODE_ENV": '"production"' },
});

for (const name of readdirSync(out)) rmSync(join(out, name));
for (const file of bundle.outputFiles) {
  const hash = createHash("sha256").update(file.contents).digest("hex").slice(0, 12);
  const suffix = file.path.endsWith(".css") ? "css" : "js";
  writeFileSync(join(out, `graphiql-${hash}.${suffix}.gz`), gzipSync(file.contents, { level: 9 }));
}
writeFileSync(join(out, "THIRD-PARTY-LICENCES.txt"), licences(Object.keys(bundle.metafile.inputs)));

function licences(inputs) {
  const folders = new Set();
  for (const input of inputs) {
    const end = input.lastIndexOf("node_modules/");
    if (end < 0) continue;
    const parts = input.slice(end + "node_modules/".length).split("/");
    const name = parts[0].startsWith("@") ? parts.slice(0, 2) : parts.slice(0, 1);
    folders.add(input.slice(0, end) + ["node_modules", ...name].join("/"));
  }
  const entries = [...folders].map((folder) => entry(join(here, folder))).sort((a, b) => (a.key < b.key ? -1 : 1));
  const intro = "The files of this folder contain these packages, each under its own licence.\n";
  return [intro, ...entries.map(({ text }) => text)].join(`\n${"=".repeat(80)}\n\n`);
}

function entry(folder) {
  const about = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const file = readdirSync(folder).find((name) => /^(licen[cs]e|copying)(\.|$)/i.test(name));
  const author = typeof about.author === "string" ? about.author : about.author?.name;
  // Some packages name their licence without carrying its text.
  const text = file
    ? readFileSync(join(folder, file), "utf8").trim()
    : `Licence: ${about.license}${author ? `\nAuthor: ${author}` : ""}`;
  const key = `${about.name} ${about.version}`;
  return { key, text: `${key} (${about.license})\n\n${text}\n` };
}
