// Unpacks the Chromium inside @sparticuz/chromium, with the libraries it brings, to node_modules/.chromium.
import { execFileSync } from "node:child_process";
import { createReadStream, createWriteStream, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { pipeline } from "node:stream/promises";
import { createBrotliDecompress } from "node:zlib";

const source = "node_modules/@sparticuz/chromium/bin";
const target = "node_modules/.chromium";

const unpack = (name, to, mode = 0o644) =>
  pipeline(createReadStream(`${source}/${name}`), createBrotliDecompress(), createWriteStream(to, { mode }));

mkdirSync(target, { recursive: true });
for (const name of ["al2023", "swiftshader", "fonts"]) {
  const archive = `${target}/${name}.tar`;
  await unpack(`${name}.tar.br`, archive);
  execFileSync("tar", ["-xf", archive, "-C", target]);
  rmSync(archive);
}
// the package's own fonts.conf looks in the folders of another kind of machine
writeFileSync(
  `${target}/fonts.conf`,
  `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>
<dir>${resolve(target, "fonts")}</dir><dir>/usr/share/fonts</dir><cachedir>${resolve(target, "fonts-cache")}</cachedir>
</fontconfig>`,
);
// renamed last: where the program stands, everything stands
await unpack("chromium.br", `${target}/chromium.part`, 0o755);
renameSync(`${target}/chromium.part`, `${target}/chromium`);
