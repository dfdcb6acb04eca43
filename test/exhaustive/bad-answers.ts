import { crashAnswers } from '../crash/answers.ts';

/** Answers that cannot work, and why a person would meet them. */
export interface BadAnswers {
  readonly why: string;
  readonly text: string | Buffer;
}

const good = crashAnswers();
const with_ = (more: string): string => `${good}${more}\n`;
const instead = (old: string, by: string): string => good.replace(old, by);
const person = '  - { name: Ada Example, email: ada@example.com, time_zone: America/New_York, phone: "+1 202 555 0101", region: us-east }';
const escape = '\u001B';

export const badAnswers: readonly BadAnswers[] = [
  { why: 'an empty file', text: '' },
  { why: 'only a comment', text: '# nothing\n' },
  { why: 'a list instead of keys', text: '- people\n- engineers\n' },
  { why: 'a word instead of keys', text: 'people\n' },
  { why: 'broken YAML', text: 'people: [\n' },
  { why: 'tabs for indentation', text: 'people:\n\t- { name: Ada }\n' },
  { why: 'two documents', text: `${good}---\n${good}` },
  { why: 'a duplicate key', text: with_('loops: 2') },
  { why: 'an alias', text: instead('lead: grace@example.com', 'lead: &a grace@example.com\nfrom: *a') },
  { why: 'a cycle', text: 'people: &p\n  - *p\n' },
  { why: 'aliases that grow (a billion laughs)', text: laughs() },
  { why: 'a YAML tag', text: instead('loops: 1', 'loops: !!js/function "function(){}"') },
  { why: 'a merge key', text: `base: &b { loops: 1 }\n<<: *b\n${good}` },
  { why: 'a key that sets a prototype', text: with_('__proto__: { polluted: true }') },
  { why: 'an unknown key', text: with_('escalations: none') },
  { why: 'a misspelt key', text: instead('engineers:', 'enginers:') },
  { why: 'binary', text: Buffer.from([0x00, 0xff, 0xfe, 0x80, 0x81, 0x00, 0x10]) },
  { why: 'an image', text: Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex') },
  { why: 'UTF-16', text: Buffer.from(good, 'utf16le') },
  { why: 'five megabytes', text: `# ${'x'.repeat(5 * 1024 * 1024)}\n${good}` },
  { why: 'nesting a hundred thousand deep', text: `people: ${'['.repeat(100_000)}` },
  { why: 'a terminal escape in a name', text: instead('name: Ada Example', `name: "Ada ${escape}[2J Example"`) },
  { why: 'a control character in a name', text: instead('name: Ada Example', 'name: "Ada\\u0007 Example"') },
  { why: 'a right-to-left mark in a name', text: instead('name: Ada Example', 'name: "Ada \\u202E Example"') },
  { why: 'a name of ten thousand characters', text: instead('name: Ada Example', `name: ${'A'.repeat(10_000)}`) },
  { why: 'an empty name', text: instead('name: Ada Example', 'name: ""') },
  { why: 'no e-mail', text: instead('email: ada@example.com', 'email: ada') },
  { why: 'the same person twice', text: instead(person, `${person}\n${person}`) },
  { why: 'EST', text: with_('time_zone: EST') },
  { why: 'a zone that does not exist', text: with_('time_zone: America/Nowhere') },
  { why: 'a phone without country', text: instead('"+1 202 555 0101"', '"202 555 0101"') },
  { why: 'nobody on the rotation', text: instead('engineers: [ada@example.com, ben@example.com, cleo@example.com]', 'engineers: []') },
  { why: 'an engineer who is nobody', text: instead('cleo@example.com]', 'nobody@example.com]') },
  { why: 'a lead who is nobody', text: instead('lead: grace@example.com', 'lead: nobody@example.com') },
  { why: 'an engineer without region', text: instead(', region: us-west', '') },
  { why: 'a region that does not exist', text: instead('region: eu', 'region: apac') },
  { why: 'a region with nobody', text: instead('region: eu', 'region: us-east') },
  { why: 'a delay below one minute', text: instead('escalate: 10', 'escalate: 0') },
  { why: 'a delay that is no number', text: instead('escalate: 10', 'escalate: soon') },
  { why: 'ten loops', text: instead('loops: 1', 'loops: 10') },
  { why: 'a window that ends before it starts', text: instead('for: 4h', 'end: "2030-12-07 21:00"') },
  { why: 'a window by an impossible date', text: instead('2030-12-07', '2030-02-30') },
  { why: 'a fifth Saturday', text: instead('start: "2030-12-07 22:00"', 'every: fifth Saturday 22:00') },
  { why: 'a webhook over plain http', text: instead('https://hooks.example.com', 'http://hooks.example.com') },
  { why: 'a webhook with a password', text: instead('https://hooks', 'https://ada:secret@hooks') },
  { why: 'a webhook without a cluster', text: with_('kubernetes: none') },
  { why: 'a namespace that Kubernetes refuses', text: with_('kubernetes: { namespace: "Not A Name", secret: pagerduty-secrets }') },
  { why: 'a relative key folder', text: instead('/etc/pagerduty-secrets', 'secrets') },
];

function laughs(): string {
  const levels = Array.from({ length: 9 }, (_, i) => `l${i + 1}: &l${i + 1} [${Array.from({ length: 9 }, () => `*l${i}`).join(', ')}]`);
  return `l0: &l0 ha\n${levels.join('\n')}\n${good}`;
}
