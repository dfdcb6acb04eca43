import type { Finding } from '../engine/index.ts';
import { errorParts } from './error.ts';
import { fact } from './lines.ts';
import { voiceOf, type Style } from './style.ts';
import { stopped } from './text.ts';

/** What preflight found, one fact a line, under a failure why and the way out; without `verbose` only what is amiss, so perhaps ''. Ends without a newline. */
export function findingsText(findings: readonly Finding[], style: Style, verbose: boolean): string {
  const voice = voiceOf(style);
  const told = findings.filter(({ status }) => verbose || status !== 'pass');
  const lines = told.flatMap(({ title, status, evidence, error }) => {
    const tone = ({ pass: 'quiet', warn: 'warn', fail: 'bad' } as const)[status];
    const line = fact(
      voice,
      [voice.mark(status), { text: ' ' }],
      [{ text: `${voice.say(title)}:` }, { text: stopped(voice.say(evidence)), tone }],
    );
    if (error === undefined) return line;
    // The evidence has said what failed.
    const [, ...more] = errorParts(voice, error);
    return [...line, ...more.flatMap((parts) => fact(voice, [{ text: '    ' }], parts))];
  });
  return lines.join('\n');
}
