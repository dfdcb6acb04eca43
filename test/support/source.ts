import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

export const root = resolve(import.meta.dirname, '../..');

export interface SourceFile {
  /** Relative to src/. */
  readonly path: string;
  /** First folder, or the file itself for main.ts. */
  readonly room: string;
  readonly text: string;
  /** Without comments and string contents: what the compiler sees as code. */
  readonly code: string;
  readonly imports: readonly { readonly from: string; readonly typeOnly: boolean }[];
}

export function sourceFiles(folder = join(root, 'src')): readonly SourceFile[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) =>
      sourceFile(relative(folder, join(entry.parentPath, entry.name)), readFileSync(join(entry.parentPath, entry.name), 'utf8')),
    );
}

export function sourceFile(path: string, text: string): SourceFile {
  const room = path.includes('/') ? (path.split('/')[0] ?? path) : path;
  return { path, room, text, code: codeOf(text), imports: importsOf(text) };
}

function importsOf(text: string): SourceFile['imports'] {
  const statements = text.matchAll(/^(?:import|export)\s+(type\s+)?(?:[^'";]*?\sfrom\s+)?'([^']+)'/gm);
  const dynamic = text.matchAll(/\bimport\(\s*'([^']+)'\s*\)/g);
  return [
    ...[...statements].map((m) => ({ from: m[2] ?? '', typeOnly: m[1] !== undefined })),
    ...[...dynamic].map((m) => ({ from: m[1] ?? '', typeOnly: false })),
  ];
}

function codeOf(text: string): string {
  return text
    .replace(/\/\*[\s\S]*?\*\//g, ' ')
    .replace(/(^|[^:'"`])\/\/.*$/gm, '$1')
    .replace(/'(?:\\.|[^'\\\n])*'/g, "''")
    .replace(/"(?:\\.|[^"\\\n])*"/g, '""');
}

/** What a relative import names, relative to src/; undefined for a package. */
export function target(file: SourceFile, from: string): string | undefined {
  return from.startsWith('.') ? join(dirname(file.path), from) : undefined;
}
