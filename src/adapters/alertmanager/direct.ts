import { clean, PmpError } from '../../engine/errors.ts';
import type { Parts } from '../../model/index.ts';
import type { Alertmanager, AlertmanagerFound, AlertmanagerText } from '../../ports/index.ts';
import type { Http } from '../http.ts';
import { remembering } from '../remember.ts';
import { addressOf, getFrom, postTo } from '../web.ts';
import { drilling } from './drilling.ts';
import { keysSeenFromOutside } from './keys.ts';
import { observing } from './observe.ts';
import { addressFromOutside } from './outlets.ts';
import { configurationOf, statusOf, type PostingServer, type Server, type ServerStatus } from './server.ts';

/** The server that ALERTMANAGER_URL names. */
export function serverAt(options: { readonly http: Http; readonly url: URL; readonly signal?: AbortSignal }): PostingServer {
  const asked = { ...options, what: 'Alertmanager', setting: 'ALERTMANAGER_URL', id: 'alertmanager-unreachable' } as const;
  return { name: addressOf(options.url), get: getFrom(asked), post: postTo(asked), shared: true };
}

/** What can be said of an Alertmanager that only its address is known of. */
export function foundDirectly(server: Server, { version }: ServerStatus): AlertmanagerFound {
  return {
    shape: 'plain',
    workload: `Alertmanager at ${server.name}`,
    ...(version === undefined ? {} : { version }),
    replicas: 1,
    configuration: 'what cannot be seen from outside',
    subPath: false,
    handsOff: onlyRead(server),
  };
}

function onlyRead(server: Server): string {
  return `ALERTMANAGER_URL names ${clean(server.name, 120)}, whose configuration is only read: put the rendered alertmanager.yml in force where it is kept`;
}

/** An Alertmanager outside any cluster that we know: it takes alerts, and is looked at; its configuration is never changed. Where its key files come from cannot be seen. */
export function createAlertmanagerAt(options: { readonly server: PostingServer; readonly text: AlertmanagerText }): Alertmanager {
  const { server, text } = options;
  const status = remembering(statusOf);
  const observed = observing({
    servers: () => Promise.resolve([server]),
    status: status.ask,
    logs: () => Promise.resolve([]),
    webhookAddress: () => Promise.resolve(() => undefined),
    addresses: () => Promise.resolve(addressFromOutside),
  });
  const refuse = async (): Promise<never> => {
    throw new PmpError('not-ours', {
      message: `Alertmanager at ${clean(server.name, 120)} was not changed`,
      cause: onlyRead(server),
      fix: 'Do what the cause says, or name its cluster in the answers (kubernetes) and unset ALERTMANAGER_URL.',
    });
  };
  const servers = () => Promise.resolve([server]);
  return {
    ...observed,
    // There is one, or none: nothing to tell of the others.
    ...drilling({ now: servers, known: servers, status: status.ask, notify: () => undefined }),
    find: async () => foundDirectly(server, await status.ask(server)),
    managedElsewhere: () => Promise.resolve(undefined),
    source: () => Promise.resolve(undefined),
    keys: async () => keysSeenFromOutside(configurationOf(server, await status.ask(server))),
    partsInForce: async (settings): Promise<Parts> => text.partsIn((await status.ask(server)).original, settings),
    mount: refuse,
    configure: refuse,
    forget() {
      status.forget();
      observed.forget();
    },
  };
}
