import type { Style } from './style.ts';
import { fit } from './text.ts';

/** One line at the bottom of a terminal that shows that something is going on. */
export interface Spinner {
  /** Shows it, or changes what it says. */
  text(words: string): void;
  /** Takes it away and gives the cursor back; `text` brings it up again. */
  stop(): void;
}

/** Columns that the moving mark and its space take, and one to spare so that the line never wraps. */
const taken = 4;
const frames = { unicode: { interval: 80, frames: [...'⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏'] }, ascii: { interval: 130, frames: [...'-\\|/'] } };

export const noSpinner: Spinner = { text: () => undefined, stop: () => undefined };

/** Loads ora only once something is to be shown. Never reads standard input: Ctrl-C must stay a signal. */
export function createSpinner(stream: NodeJS.WritableStream, style: Style): Spinner {
  const state: { wanted: string | undefined; loading: boolean; show: (() => void) | undefined; hide: (() => void) | undefined } = {
    wanted: undefined,
    loading: false,
    show: undefined,
    hide: undefined,
  };
  const load = async () => {
    const { default: ora } = await import('ora');
    const spinner = ora({
      stream,
      isEnabled: true,
      discardStdin: false,
      color: style.color ? 'cyan' : false,
      spinner: style.unicode ? frames.unicode : frames.ascii,
    });
    state.show = () => {
      spinner.text = state.wanted ?? '';
      if (!spinner.isSpinning) spinner.start();
    };
    state.hide = () => spinner.stop();
    if (state.wanted !== undefined) state.show();
  };
  return {
    text(words) {
      state.wanted = fit(words, style.width - taken, style.unicode ? '…' : '...');
      state.show?.();
      if (state.loading) return;
      state.loading = true;
      // Without it the work goes on just as well.
      load().catch(() => undefined);
    },
    stop() {
      if (state.wanted === undefined) return;
      state.wanted = undefined;
      state.hide?.();
    },
  };
}
