import { Writable } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';

/** What a prompt drew last, so that it can be taken away whole when the terminal has another width. */
export interface Frame {
  /** Where the prompt draws. */
  readonly output: NodeJS.WritableStream;
  /** Once it stands there for the first time. */
  readonly drawn: Promise<void>;
  /** Its lines as they stand there. */
  lines(): readonly string[];
  /** What was typed behind a message whose last line is this. */
  typed(message: string): string;
  /**
   * Takes it away after a resize, when its lines may have been broken anew, and leaves the cursor where the prompt's own clearing ends at
   * the same place: it counts the lines that it drew, not those that they have become.
   */
  wipe(): void;
}

/** Rows back to the line with the cursor, and the cursor's column: how a prompt ends whatever it draws. */
const ending = /(?:\u001B\[(?<up>\d+)A)?\u001B\[(?<column>\d+)G$/;

export function frameOn(stderr: NodeJS.WriteStream): Frame {
  const drawn = { lines: [''], below: 0, column: 0 };
  const first: { settle?: () => void } = {};
  const standing = new Promise<void>((resolve) => {
    first.settle = resolve;
  });
  const note = (text: string): void => {
    const visible = stripVTControlCharacters(text);
    const found = ending.exec(text)?.groups;
    if (found) drawn.column = Number(found['column'] ?? 1) - 1;
    if (visible.trim() === '') return;
    drawn.lines = visible.split('\n');
    drawn.below = Number(found?.['up'] ?? 0);
    first.settle?.();
  };
  class Output extends Writable {
    get columns(): number {
      return stderr.columns;
    }
    override _write(chunk: string | Buffer, _encoding: string, written: (error?: Error | null) => void): void {
      note(chunk.toString());
      stderr.write(chunk);
      // At once: what is said next goes to stderr directly and must not come before it.
      written();
    }
  }
  const promptLine = (): number => drawn.lines.length - 1 - drawn.below;
  return {
    output: new Output(),
    drawn: standing,
    lines: () => drawn.lines,
    typed: (message) => {
      const line = drawn.lines[promptLine()] ?? '';
      const at = line.indexOf(`${message} `);
      return at < 0 ? '' : line.slice(at + message.length + 1);
    },
    wipe: () => {
      const columns = stderr.columns || 80;
      const rows = (line: string): number => Math.max(1, Math.ceil(line.length / columns));
      const above = drawn.lines.slice(0, promptLine()).reduce((sum, line) => sum + rows(line), Math.floor(drawn.column / columns));
      const up = above > 0 ? `\u001B[${above}A` : '';
      const back = drawn.below > 0 ? `\u001B[${drawn.below}A` : '';
      stderr.write(`${up}\r\u001B[J${'\n'.repeat(drawn.lines.length - 1)}${back}`);
    },
  };
}
