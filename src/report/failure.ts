import type { PmpError } from '../engine/index.ts';
import { errorText } from './error.ts';
import { sandboxLines } from './head.ts';
import { styleOf, voiceOf, type StyleFacts } from './style.ts';

export interface Failure {
  readonly command: string;
  readonly error: PmpError;
  readonly exitCode: number;
  readonly format: 'text' | 'json';
  readonly sandbox: boolean;
}

/** A command line that cannot be run, said as a reporter would, without all that a reporter can say besides. `facts` are those of stderr. */
export async function failureWords(failure: Failure, facts: StyleFacts): Promise<{ readonly stdout?: string; readonly stderr: string }> {
  const { command, error, exitCode, format, sandbox } = failure;
  const style = styleOf(facts);
  const stderr = [...sandboxLines(voiceOf(style), sandbox), errorText(error, style), ''].join('\n');
  if (format === 'text') return { stderr };
  const { documentText, errorJson } = await import('./json.ts');
  return { stdout: documentText(errorJson(command, error, exitCode, { sandbox })), stderr };
}
