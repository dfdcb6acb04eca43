import * as z from 'zod';
import { regions } from '../model/index.ts';
import { readPhone } from './phone.ts';
import { Wrong, hasUnprintable, nearest, quoted } from './wrong.ts';
import { readZone } from './zones.ts';

/** One text of the answers file: what it is read into, and how the JSON Schema shows it. */
export function textField<T extends string | number | object>(read: (text: string) => T | Wrong, meta: Record<string, unknown> = {}) {
  return z
    .string()
    .meta(meta)
    .transform((text, context): T => {
      const value = read(text);
      if (!(value instanceof Wrong)) return value;
      context.addIssue({ code: 'custom', message: value.wrong, params: { right: value.right } });
      return z.NEVER;
    });
}

/** A name as PagerDuty takes it: visible characters, no blank at either end, 1 to `limit` characters. */
export function readName(limit: number): (text: string) => string | Wrong {
  return (text) => {
    if (text.trim() === '') return new Wrong('the name is empty', 'Write a name.');
    if (hasUnprintable(text)) return new Wrong(`${quoted(text)} holds characters that nobody can see`, 'Type the name again without them.');
    if (text !== text.trim()) return new Wrong(`${quoted(text)} begins or ends with a blank`, `Write ${quoted(text.trim())}.`);
    const length = [...text].length;
    if (length > limit) return new Wrong(`the name has ${length} characters; PagerDuty takes ${limit}`, 'Shorten it.');
    return text;
  };
}

/** An address that PagerDuty can take as a login; lower case, because PagerDuty does not tell cases apart. */
export function readEmail(text: string): string | Wrong {
  const email = text.trim().toLowerCase();
  const right = 'Write an address such as ada@example.com.';
  if (email === '') return new Wrong('the e-mail is empty', right);
  if (!/^[a-z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+$/.test(email)) {
    return new Wrong(`${quoted(text)} is no e-mail address`, right);
  }
  if (email.length > 100) return new Wrong('the address is longer than the 100 characters that PagerDuty takes', right);
  if (/^\.|\.\.|\.@/.test(email)) return new Wrong(`${quoted(text)} is no e-mail address`, right);
  return email;
}

/** A web address; `schemes` such as ['https:']. User info is refused: it would be a password in a file meant for git. */
export function readUrl(schemes: readonly string[]): (text: string) => string | Wrong {
  return (text) => {
    const right = `Write an address that begins with ${schemes.map((scheme) => `${scheme}//`).join(' or ')}.`;
    if (hasUnprintable(text) || /\s/.test(text) || !URL.canParse(text)) return new Wrong(`${quoted(text)} is no web address`, right);
    const url = new URL(text);
    if (!schemes.includes(url.protocol)) return new Wrong(`${quoted(text)} does not begin with ${schemes.join(' or ')}//`, right);
    if (url.username !== '' || url.password !== '') {
      return new Wrong('the address carries a user name or password', 'Leave them out: this file is meant for git.');
    }
    return text;
  };
}

/** Kubernetes' names: a DNS label (namespace) or subdomain (secret). */
export function readDns(kind: 'label' | 'subdomain'): (text: string) => string | Wrong {
  return (text) => {
    const pattern =
      kind === 'label' ? /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/ : /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/;
    const limit = kind === 'label' ? 63 : 253;
    if (pattern.test(text) && text.length <= limit) return text;
    return new Wrong(`${quoted(text)} is no Kubernetes name`, `Write lower-case letters, digits and "-", at most ${limit} characters.`);
  };
}

/** A path in the container, absolute, without `..`. */
export function readFolder(text: string): string | Wrong {
  const right = 'Write an absolute folder such as /etc/pagerduty-secrets.';
  if (hasUnprintable(text) || !/^\/[^\0"'`$\\]+$/.test(text)) return new Wrong(`${quoted(text)} is no absolute folder`, right);
  if (text.split('/').includes('..')) return new Wrong(`${quoted(text)} climbs with ".."`, right);
  return text.replace(/\/+$/, '');
}

/** A file below the working folder, so that an answers file from elsewhere cannot write wherever it likes. */
export function readFileName(text: string): string | Wrong {
  const right = 'Write a file below the working folder, for instance alertmanager.yml.';
  if (text.trim() === '' || hasUnprintable(text)) return new Wrong(`${quoted(text)} is no file name`, right);
  if (/^(?:[/\\~]|[A-Za-z]:)/.test(text)) return new Wrong(`${quoted(text)} is not relative to the working folder`, right);
  if (text.split(/[/\\]/).includes('..')) return new Wrong(`${quoted(text)} leaves the working folder`, right);
  return text;
}

export function readAnnotation(text: string): string | Wrong {
  if (/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(text)) return text;
  return new Wrong(`${quoted(text)} is no annotation name`, 'Write letters, digits and underscores, not a digit first.');
}

/** kubeconfig's context names are free text; only what cannot be shown is refused. */
export function readContext(text: string): string | Wrong {
  if (text.trim() === '' || hasUnprintable(text))
    return new Wrong('the context has no visible name', 'Write one that `kubectl config get-contexts` lists.');
  return text;
}

/** One word of a list. */
export function wordField<const T extends string>(words: readonly [T, ...T[]]) {
  return z.enum(words);
}

export const personName = textField(readName(100), { minLength: 1, maxLength: 100 });
export const objectName = textField(readName(255), { minLength: 1, maxLength: 255 });
export const email = textField(readEmail, { format: 'email' });
export const zone = textField(readZone, { examples: ['America/New_York', 'America/Los_Angeles', 'Europe/Berlin'] });
export const phone = textField(readPhone, { examples: ['+1 202 555 0101'] });
export const region = wordField(regions);

/** What a value is called in a sentence about what was found. */
export function called(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping';
  if (typeof value === 'string') return quoted(value);
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : typeof value;
}

/** The right word for one that is none of a list. */
export function oneOf(found: unknown, words: readonly string[]): Wrong {
  const guess = typeof found === 'string' ? nearest(found, words) : undefined;
  const right = guess === undefined ? `Write ${words.length > 1 ? 'one of ' : ''}${words.join(', ')}.` : `Write ${guess}.`;
  return new Wrong(`${called(found)} is none of ${words.join(', ')}`, right);
}
