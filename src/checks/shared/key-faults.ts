import type { Integration, ServiceRole } from '../../model/index.ts';
import type { Account, ReceiverKey } from '../../ports/index.ts';
import type { Problem } from './problems.ts';

const setupWrites = 'run pmp-pd setup --apply-alertmanager';

/** What a receiver's key is held against. */
export interface Chain {
  readonly role: ServiceRole;
  readonly service: string;
  /** Integrations of that service. */
  readonly own: readonly Integration[];
  /** Of both services. */
  readonly all: readonly Integration[];
  readonly region: Account['region'];
  readonly eventsUrl: string | undefined;
}

/** Everything wrong with a receiver's key: its text, whose it is, of which kind, and where it is sent. */
export function keyFaults(key: ReceiverKey, chain: Chain): readonly Problem[] {
  return [...(textFault(key) ?? ownerFault(key, chain)), ...placeFault(key, chain)];
}

/** undefined: nothing that would keep the key from being the right one. */
function textFault({ receiver, wrong, from, path, source, fingerprint }: ReceiverKey): readonly Problem[] | undefined {
  const where = from === 'file' ? `the key file ${path ?? ''} of receiver ${receiver}` : `the key of receiver ${receiver}`;
  if (wrong === undefined) {
    if (fingerprint !== undefined) return undefined;
    // A path with nothing behind it is a fault; one that could not be followed is not known.
    return from === 'file' && source === undefined
      ? [fault(`${where} is not mounted`, `Mount the secret there: ${setupWrites}.`)]
      : [{ status: 'unknown', what: `${where} cannot be seen` }];
  }
  // Alertmanager trims what it reads from a file, and sends an inline key as it stands.
  if (from === 'file' && fingerprint !== undefined && isHarmlessInFiles(wrong)) return undefined;
  return [fault(`${where}: ${wrong}`, hintFor(wrong))];
}

function isHarmlessInFiles(wrong: string): boolean {
  return /^(?:ends in a newline|has white space around it)$/.test(wrong);
}

function hintFor(wrong: string): string {
  if (/never expands|literal text/.test(wrong))
    return `Alertmanager expands no variables: let it read the key from the mounted secret (routing_key_file); ${setupWrites}.`;
  if (/mounted|no such|no entry/.test(wrong)) return `Mount the secret there, with that entry: ${setupWrites}.`;
  if (/what is loaded/.test(wrong)) return `Reload Alertmanager, or ${setupWrites}.`;
  if (/newline|white space/.test(wrong)) return `Write the key without white space (printf, not echo), or ${setupWrites}.`;
  return `Put the integration's key there: ${setupWrites}.`;
}

function ownerFault({ receiver, style, from, wrong, fingerprint }: ReceiverKey, chain: Chain): readonly Problem[] {
  const known = chain.own.flatMap((one) => one.fingerprint ?? []);
  const owner = chain.all.find((one) => one.fingerprint === fingerprint && fingerprint !== undefined);
  if (owner === undefined) {
    if (known.length === 0) return [{ status: 'unknown', what: `PagerDuty shows no key of "${chain.service}" to compare with` }];
    const keys = known.join(' or ');
    return [
      fault(
        `receiver ${receiver} uses key ${fingerprint ?? ''}, which no integration of "${chain.service}" has (${keys})`,
        `Take the key from PagerDuty again: ${setupWrites}.`,
      ),
    ];
  }
  if (!chain.own.includes(owner))
    return [
      fault(
        `receiver ${receiver} uses the key of "${owner.service}" instead of "${chain.service}"`,
        `The keys are swapped, or the receiver reads the other entry: ${setupWrites}, which gives each its own.`,
      ),
    ];
  const kind = style === 'routing_key' ? 'events_v2' : 'prometheus';
  if (owner.type !== kind) return [wrongKind(receiver, style)];
  const newline: readonly Problem[] =
    from === 'file' && wrong !== undefined
      ? [{ status: 'warn', what: `the key of receiver ${receiver} ${wrong}; from a file Alertmanager trims it`, hint: hintFor(wrong) }]
      : [];
  return newline;
}

function wrongKind(receiver: string, style: ReceiverKey['style']): Problem {
  const hint = `A service_key belongs to a Prometheus (Events v1) integration, a routing_key to an Events API v2 one: "integration" in the answers sets both; ${setupWrites}.`;
  const key = style === 'routing_key' ? 'a Prometheus (v1) key as routing_key' : 'an Events API v2 key as service_key';
  return fault(`receiver ${receiver} sends ${key}: PagerDuty refuses it`, hint);
}

/** A key is known in its own region only; Alertmanager sends v1 to the US, whatever is configured. */
function placeFault({ receiver, style, url }: ReceiverKey, { region, eventsUrl }: Chain): readonly Problem[] {
  if (style === 'service_key')
    return region === 'us'
      ? []
      : [
          fault(
            `receiver ${receiver} uses service_key, which Alertmanager sends to the US; the account is in the EU`,
            'Say "integration: events_v2" in the answers and run pmp-pd setup --apply-alertmanager.',
          ),
        ];
  const wanted = `${eventsUrl ?? hosts[region]}/v2/enqueue`;
  const sent = url ?? `${hosts.us}/v2/enqueue`;
  if (sent.replace(/\/+$/, '') === wanted) return [];
  const elsewhere = sent.startsWith(region === 'us' ? hosts.eu : hosts.us);
  const what = elsewhere
    ? `receiver ${receiver} sends to the ${region === 'us' ? 'EU' : 'US'} region; the account is in the ${region.toUpperCase()}`
    : `receiver ${receiver} sends to ${sent}, not to ${wanted}`;
  return [fault(what, `Set its url (or global pagerduty_url) to ${wanted}: ${setupWrites}.`)];
}

const hosts = { us: 'https://events.pagerduty.com', eu: 'https://events.eu.pagerduty.com' } as const;

function fault(what: string, hint: string): Problem {
  return { status: 'fail', what, hint, awaits: 'Alertmanager to use the right key' };
}
