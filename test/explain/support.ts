import { styleOf, type Style } from '../../src/report/index.ts';
import type { Page } from '../../src/explain/index.ts';

export function screen(width: number, options: { color?: boolean; unicode?: boolean } = {}): Style {
  const { color = false, unicode = true } = options;
  return styleOf({ isTTY: true, env: { LANG: unicode ? 'en_US.UTF-8' : 'C', CI: 'true' }, flags: { color }, columns: width });
}

export const plain = styleOf({ isTTY: false, env: { LANG: 'en_US.UTF-8' }, flags: { plain: true } });

/** Everything on a page that is prose, as opposed to a command. */
export function proseOf({ title, means, causes, see, fix }: Page): readonly string[] {
  return [title, means, ...causes, ...[...see, ...fix].map(([text]) => text)];
}

/** The commands that have a line of their own. */
export function commandsOf({ see, fix }: Page): readonly string[] {
  return [...see, ...fix].flatMap(([, command]) => (command === undefined ? [] : [command]));
}

/** What is to be typed within prose. */
export function typedOf(page: Page): readonly string[] {
  return proseOf(page).flatMap((text) => [...text.matchAll(/`([^`]*)`/g)].map(([, typed = '']) => typed));
}
