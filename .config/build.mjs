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
    // Whether there is colour is decided by our own styles, so chalk need not find out what the terminal can.
    stub(/^#supports-color$/, 'export default { stdout: { level: 1 }, stderr: { level: 1 } };', /node_modules\/chalk\//),
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

/** Code as CommonJS; an import() becomes a require() of the chunk. */
const plain = { format: 'cjs', platform: 'node', target, minify: true, supported: { 'dynamic-import': false } };

/** What a chunk cannot do without, itself included. */
function closure(chunk, found = new Set()) {
  if (found.has(chunk)) return found;
  found.add(chunk);
  const { imports } = bundled.metafile.outputs[`dist/${chunk}`];
  for (const { path, kind } of imports) if (kind === 'import-statement' && path.startsWith('dist/')) closure(basename(path), found);
  return found;
}

const chunks = new Map(bundled.outputFiles.map(({ path, text }) => [basename(path), text]));
const dynamic = (name) => [...chunks.keys()].find((chunk) => new RegExp(`^${name}-[0-9A-Z]{8}\\.js$`).test(chunk));
/** Chunks that are always loaded together become one file: opening a file costs more than reading what is in it. */
const start = closure('main.js');
const failure = closure(dynamic('failure'));
const work = [...closure(dynamic('commands'))].filter((chunk) => !start.has(chunk) && !failure.has(chunk));
const joined = new Map([
  ['main.js', [...start]],
  [dynamic('commands'), work],
  [dynamic('failure'), [...failure].filter((chunk) => !start.has(chunk))],
]);
const homes = new Map([...joined].flatMap(([home, members]) => members.filter((chunk) => chunk !== home).map((chunk) => [chunk, home])));
const nameOf = (chunk) => `_${chunk.replaceAll(/\W/g, '_')}`;

async function joinedText(home, members) {
  const parts = members.map((chunk) => `export * ${chunk === home ? '' : `as ${nameOf(chunk)} `}from './${chunk}';`);
  const { outputFiles } = await build({
    ...plain,
    stdin: { contents: parts.join('\n'), resolveDir: root },
    bundle: true,
    write: false,
    plugins: [
      {
        name: 'chunks',
        setup(b) {
          b.onResolve({ filter: /^\.\// }, ({ path }) => {
            const chunk = basename(path);
            return members.includes(chunk) ? { path: chunk, namespace: 'chunk' } : { path, external: true };
          });
          b.onLoad({ filter: /.*/, namespace: 'chunk' }, ({ path }) => ({ contents: chunks.get(path), loader: 'js' }));
        },
      },
    ],
  });
  return outputFiles[0].text;
}

// A build that fails leaves the last good one in place.
const fresh = `${root}dist.new`;
rmSync(fresh, { recursive: true, force: true });
mkdirSync(fresh);
await Promise.all(
  [...chunks].map(async ([chunk, text]) => {
    if (homes.has(chunk)) return;
    const members = joined.get(chunk);
    const code = members === undefined ? (await transform(text, plain)).code : await joinedText(chunk, members);
    const placed = code.replaceAll(/require\("\.\/([^"]+)"\)/g, (call, name) =>
      homes.has(name) ? `require("./${homes.get(name)}").${nameOf(name)}` : call,
    );
    const here = placed.includes('__here') ? 'const __here = require("node:url").pathToFileURL(__filename).href;' : '';
    writeFileSync(join(fresh, chunk), `"use strict";${here}${placed}`);
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
