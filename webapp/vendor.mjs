// Copies the browser libraries that the review app serves from node_modules to webapp/static/vendor.
// npm runs it after an install; nothing in vendor/ is committed and nothing is loaded from another host.

import { cpSync, mkdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const webapp = dirname(fileURLToPath(import.meta.url));
const modules = join(webapp, "..", "node_modules");
const vendor = join(webapp, "static", "vendor");

const FILES = {
  "pico.min.css": "@picocss/pico/css/pico.min.css",
  "pico.LICENSE": "@picocss/pico/LICENSE.md",
  "htmx.min.js": "htmx.org/dist/htmx.min.js",
  "htmx.LICENSE": "htmx.org/LICENSE",
  "wavesurfer.js": "wavesurfer.js/dist/wavesurfer.esm.js",
  "regions.js": "wavesurfer.js/dist/plugins/regions.esm.js",
  "wavesurfer.LICENSE": "wavesurfer.js/LICENSE",
  "source-sans.woff2":
    "@fontsource-variable/source-sans-3/files/source-sans-3-latin-wght-normal.woff2",
  "source-sans.LICENSE": "@fontsource-variable/source-sans-3/LICENSE",
};

rmSync(vendor, { recursive: true, force: true });
mkdirSync(vendor, { recursive: true });
for (const [name, source] of Object.entries(FILES)) {
  cpSync(join(modules, source), join(vendor, name));
}
