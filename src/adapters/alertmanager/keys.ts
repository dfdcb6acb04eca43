import { clean } from '../../engine/errors.ts';
import type { ReceiverKey, Secret } from '../../ports/index.ts';
import { reveal, secretOf } from '../secret.ts';
import { fieldLists, textOf, type Configuration, type Fields } from './config.ts';
import { isTemplate, wrongWith } from './judge.ts';
import { usEventsUrl } from './template.ts';

/** One PagerDuty block of a receiver, and which key it uses. */
export interface Pager {
  readonly receiver: string;
  /** Its place among the receiver's PagerDuty blocks. */
  readonly index: number;
  readonly style: ReceiverKey['style'];
  readonly from: ReceiverKey['from'];
  /** Path of a key by file, or the text of an inline one. */
  readonly text: string;
  readonly url?: string;
}

/** Every PagerDuty block; with both kinds of key Alertmanager uses the service key. */
export function pagersIn(configuration: Configuration): readonly Pager[] {
  return configuration.receivers.flatMap((receiver) =>
    fieldLists(receiver['pagerduty_configs']).flatMap((pager, index) => {
      const key = keyOf(pager);
      if (!key) return [];
      const url = textOf(pager['url']) ?? textOf(configuration.global['pagerduty_url']) ?? usEventsUrl;
      const name = textOf(receiver['name']) ?? '';
      return [{ receiver: name, index, ...key, ...(key.style === 'routing_key' ? { url: withoutUserInfo(url) } : {}) }];
    }),
  );
}

function keyOf(pager: Fields): Pick<Pager, 'style' | 'from' | 'text'> | undefined {
  for (const style of ['service_key', 'routing_key'] as const) {
    const [inline, file] = [textOf(pager[style]), textOf(pager[`${style}_file`])];
    if (inline) return { style, from: 'inline', text: inline };
    if (file) return { style, from: 'file', text: file };
  }
  return undefined;
}

function withoutUserInfo(url: string): string {
  if (!URL.canParse(url)) return clean(url, 200);
  const { origin, pathname } = new URL(url);
  return clean(`${origin}${pathname}`, 200);
}

/** What is known of a pager's key. `held` is the key with its white space; `wrong` is said where there is no text to judge. */
export interface Holding {
  readonly source?: string;
  readonly held?: Secret;
  readonly wrong?: string;
}

/** A pager with what was found behind it, never the key itself. */
export function receiverKey(pager: Pager, { source, held, wrong }: Holding): ReceiverKey {
  const text = held && reveal(held);
  const judged = text === undefined || isTemplate(text) ? wrong : (wrong ?? wrongWith(text));
  const known = text !== undefined && text.trim() !== '' && !isTemplate(text);
  return {
    receiver: clean(pager.receiver, 200),
    style: pager.style,
    from: pager.from,
    ...(pager.from === 'file' ? { path: clean(pager.text, 300) } : {}),
    ...(source === undefined ? {} : { source }),
    ...(known ? { fingerprint: secretOf(text.trim()).fingerprint } : {}),
    ...(judged === undefined ? {} : { wrong: judged }),
    ...(pager.url === undefined ? {} : { url: pager.url }),
  };
}

/** What a loaded configuration alone tells: styles, paths and addresses. Where the files come from and what inline keys say it hides. */
export function keysSeenFromOutside(loaded: Configuration): readonly ReceiverKey[] {
  return pagersIn(loaded).map((pager) => receiverKey(pager, {}));
}
