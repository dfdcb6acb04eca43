/**
 * Bundles src/ into dist/: one entry, chunks for what is loaded only when used, nothing left to install. esbuild splits ES modules only, and
 * Node starts CommonJS faster, so each chunk is turned into CommonJS afterwards: a chunk is a file that is required when it is needed.
 */
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, transform } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const { version } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));
const target = 'node20.19';

/** In place of a module that is imported and never used: what matches `filter`, imported from where `importer` matches. */
const stub = (filter, contents, importer = /./) => ({
  name: `stub ${filter.source}`,
  setup(b) {
    b.onResolve({ filter }, (args) => (importer.test(args.importer) ? { path: args.path, namespace: filter.source } : undefined));
    b.onLoad({ filter: /.*/, namespace: filter.source }, () => ({ contents, loader: 'js' }));
  },
});

const bundled = await build({
  entryPoints: [`${root}src/main.ts`],
  outdir: join(root, 'dist'),
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target,
  minify: true,
  keepNames: true,
  metafile: true,
  write: false,
  legalComments: 'none',
  define: { __PMP_PD_VERSION__: JSON.stringify(version), 'import.meta.url': '__here' },
  plugins: [
    // The transport is ours (src/adapters/pagerduty): node-fetch and its punycode warning need not come along.
    stub(/^cross-fetch$/, 'const f = () => { throw new Error("no transport"); }; f.default = f; module.exports = f;'),
    // No command of ours is a program of its own, which is what commander would start.
    stub(/^node:child_process$/, 'module.exports = {};', /node_modules\/commander\//),
    stub(/^whatwg-url$/, 'module.exports = { URL, URLSearchParams, parseURL: (u) => (URL.canParse(u) ? new URL(u) : null) };'),
    // Nobody is sent to an editor, which would bring half a megabyte of character tables.
    stub(/^@inquirer\/external-editor$/, 'export const editAsync = () => { throw new Error("no editor"); };'),
    // A cluster behind a proxy is refused before any of them could be needed.
    stub(
      /^(?:socks-proxy-agent|hpagent)$/,
      'const none = class {}; export { none as SocksProxyAgent, none as HttpProxyAgent, none as HttpsProxyAgent };',
    ),
    // The kubeconfig is read by the SDK, calls are made by our transport: the generated clients stay at home.
    stub(
      /^\.\/gen\/index\.js$/,
      'export class ServerConfiguration {} export const createConfiguration = () => { throw new Error("no client"); };',
      /@kubernetes\/client-node\/dist\/config\.js$/,
    ),
  ],
  logLevel: 'warning',
});

// A build that fails leaves the last good one in place.
const fresh = `${root}dist.new`;
rmSync(fresh, { recursive: true, force: true });
mkdirSync(fresh);
await Promise.all(
  bundled.outputFiles.map(async ({ path, text }) => {
    const { code } = await transform(text, {
      format: 'cjs',
      platform: 'node',
      target,
      minify: true,
      // An import() becomes a require() of the chunk.
      supported: { 'dynamic-import': false },
    });
    const here = code.includes('__here') ? 'const __here = require("node:url").pathToFileURL(__filename).href;' : '';
    writeFileSync(join(fresh, basename(path)), `"use strict";${here}${code}`);
  }),
);

const packages = new Map();
for (const input of Object.keys(bundled.metafile.inputs)) {
  const match = /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input);
  if (match) packages.set(match[1], `${root}node_modules/${match[1]}`);
}
const licences = [...packages]
  .sort(([a], [b]) => (a < b ? -1 : 1))
  .map(([name, dir]) => {
    const manifest = JSON.parse(readFileSync(`${dir}/package.json`, 'utf8'));
    const text = ['LICENSE', 'LICENSE.md', 'license', 'LICENSE.txt', 'license.md', 'LICENCE', 'License.md']
      .map((file) => {
        try {
          return readFileSync(`${dir}/${file}`, 'utf8').trim();
        } catch {
          return undefined;
        }
      })
      .find(Boolean);
    return `${name} ${manifest.version} (${manifest.license ?? 'see its text'})\n\n${text ?? ''}`;
  });
writeFileSync(`${fresh}/THIRD-PARTY-LICENSES.txt`, `${licences.join(`\n\n${'-'.repeat(80)}\n\n`)}\n`);
rmSync(`${root}dist`, { recursive: true, force: true });
renameSync(fresh, `${root}dist`);
