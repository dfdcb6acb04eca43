/** Bundles src/ into dist/: one entry, chunks for what is loaded only when used, nothing left to install. */
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const { version } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));
const stub = (name, contents) => ({
  name: `stub-${name}`,
  setup(b) {
    b.onResolve({ filter: new RegExp(`^${name}$`) }, () => ({ path: name, namespace: `stub-${name}` }));
    b.onLoad({ filter: /.*/, namespace: `stub-${name}` }, () => ({ contents, loader: 'js' }));
  },
});

// A build that fails leaves the last good one in place.
const fresh = `${root}dist.new`;
rmSync(fresh, { recursive: true, force: true });
const result = await build({
  entryPoints: [`${root}src/main.ts`],
  outdir: fresh,
  outExtension: { '.js': '.mjs' },
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  minify: true,
  keepNames: true,
  metafile: true,
  legalComments: 'none',
  define: { __PMP_PD_VERSION__: JSON.stringify(version) },
  banner: { js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);" },
  plugins: [
    // The transport is ours (src/adapters/pagerduty): node-fetch and its punycode warning need not come along.
    stub(
      'cross-fetch',
      'const f = () => { throw new Error("no transport"); }; f.default = f; f.Headers = globalThis.Headers; module.exports = f;',
    ),
    stub('whatwg-url', 'module.exports = { URL, URLSearchParams, parseURL: (u) => (URL.canParse(u) ? new URL(u) : null) };'),
  ],
  logLevel: 'warning',
});

const packages = new Map();
for (const input of Object.keys(result.metafile.inputs)) {
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
