import { cursorTo, clearLine, moveCursor } from 'node:readline';
import { Writable } from 'node:stream';
import { Terminal } from '@xterm/headless';

/** A real terminal's screen behind a stream that behaves as a terminal's does. */
export class Screen extends Writable {
  readonly isTTY = true;
  readonly rows = 30;
  raw = '';
  readonly #terminal: Terminal;

  constructor(readonly columns: number) {
    super({ decodeStrings: false });
    this.#terminal = new Terminal({ cols: columns, rows: this.rows, convertEol: true, allowProposedApi: true, scrollback: 1000 });
  }

  override _write(chunk: string | Buffer, _: string, done: () => void): void {
    this.raw += chunk.toString();
    this.#terminal.write(chunk.toString(), done);
  }
  cursorTo(x: number, y?: number): boolean {
    return y === undefined ? cursorTo(this, x) : cursorTo(this, x, y);
  }
  clearLine(direction: -1 | 0 | 1): boolean {
    return clearLine(this, direction);
  }
  moveCursor(x: number, y: number): boolean {
    return moveCursor(this, x, y);
  }

  /** What stands on the screen now, without trailing blanks. */
  async lines(): Promise<readonly string[]> {
    await new Promise<void>((resolve) => {
      this.write('', () => this.#terminal.write('', resolve));
    });
    const { active } = this.#terminal.buffer;
    const rows = Array.from({ length: active.length }, (_, row) => active.getLine(row)?.translateToString(true) ?? '');
    return rows.slice(0, rows.findLastIndex((row) => row !== '') + 1);
  }
}
