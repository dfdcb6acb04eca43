import { critical, high } from '../account.ts';
import { configMap, deployment, entries, keyDir, secret } from '../cluster.ts';
import type { Sabotage } from '../sabotage.ts';
import type { World } from '../world.ts';

const keyFile = (role: 'critical' | 'high') => `routing_key_file: ${keyDir}/${entries[role]}`;
const anyKeyFile = (role: 'critical' | 'high') => new RegExp(`routing_key_file: ['"]?${keyDir}/${entries[role]}['"]?`);

/** Writes the key of the critical receiver otherwise, and has it read. */
const inlineKey = (world: World, line: string) => world.cluster.configure((text) => text.replace(anyKeyFile('critical'), line));

/** Items 5 to 7 and the chain of the keys. */
export const keys: readonly Sabotage[] = [
  {
    check: '05-integration-keys',
    name: 'the critical service lost its integration',
    how: ({ account }) => account.removeIntegration(critical),
    status: 'fail',
    says: /"PMP Study - Critical" has no Events API v2 integration/,
    hint: /add the integration/,
    also: { '06-kubernetes-secrets': 'skip', 'key-chain': 'fail' },
  },
  {
    check: '05-integration-keys',
    name: 'the integration was replaced by one of the guide’s Prometheus kind',
    how: async ({ account }) => {
      await account.removeIntegration(high);
      await account.addIntegration(high, 'generic_events_api');
    },
    status: 'fail',
    says: /"PMP Study - High Priority" has no Events API v2 integration/,
    hint: /pmp-pd setup/,
    also: { '06-kubernetes-secrets': 'fail', 'key-chain': 'fail' },
  },
  {
    check: '06-kubernetes-secrets',
    name: 'the integration was made anew, and nobody changed the secret',
    how: async ({ account }) => {
      await account.removeIntegration(critical);
      await account.addIntegration(critical, 'events_api_v2');
    },
    status: 'fail',
    says: /PAGERDUTY_SERVICE_KEY_CRITICAL should hold the key of "PMP Study - Critical" .* holds key \w+, which is none of this service's/,
    hint: /pmp-pd setup/,
    also: { 'key-chain': 'fail' },
  },
  {
    check: '06-kubernetes-secrets',
    name: 'the secret was deleted',
    how: ({ cluster }) => cluster.kubectl('DELETE', secret),
    status: 'fail',
    says: /there is no secret "pagerduty-secrets" in namespace monitoring/,
    hint: /pmp-pd setup/,
    also: { 'key-chain': 'fail' },
  },
  {
    check: '06-kubernetes-secrets',
    name: 'an entry of the secret is spelt otherwise',
    how: async ({ cluster }) => {
      await cluster.key('PAGERDUTY_KEY_HIGH', await cluster.keyOf(entries.high));
      await cluster.key(entries.high, null);
    },
    status: 'fail',
    says: /has no entry PAGERDUTY_SERVICE_KEY_HIGH/,
    hint: /pmp-pd setup/,
    also: { 'key-chain': 'fail' },
  },
  {
    check: '06-kubernetes-secrets',
    name: 'the secret holds a key of another account',
    how: ({ cluster }) => cluster.key(entries.high, '0123456789abcdef0123456789abcdef'),
    status: 'fail',
    says: /PAGERDUTY_SERVICE_KEY_HIGH should hold the key of "PMP Study - High Priority"/,
    hint: /pmp-pd setup/,
    also: { 'key-chain': 'fail' },
  },
  {
    check: 'key-chain',
    name: 'the keys were swapped',
    how: async ({ cluster }) => {
      const [one, other] = [await cluster.keyOf(entries.critical), await cluster.keyOf(entries.high)];
      await cluster.key(entries.critical, other);
      await cluster.key(entries.high, one);
    },
    status: 'fail',
    says: /pagerduty-critical uses the key of "PMP Study - High Priority" instead of "PMP Study - Critical"/,
    hint: /swapped/,
    also: { '06-kubernetes-secrets': 'fail' },
  },
  {
    check: 'key-chain',
    name: 'the receiver has the guide’s literal ${PAGERDUTY_SERVICE_KEY_CRITICAL}',
    how: (world) => inlineKey(world, `service_key: '\${${entries.critical}}'`),
    status: 'fail',
    says: /pagerduty-critical: the literal text \$\{PAGERDUTY_SERVICE_KEY_CRITICAL\}/,
    hint: /expands no variables/,
  },
  {
    check: 'key-chain',
    name: 'the routing key is a literal $(KEY)',
    how: (world) => inlineKey(world, `routing_key: '$(PAGERDUTY_SERVICE_KEY_CRITICAL)'`),
    status: 'fail',
    says: /the key of receiver pagerduty-critical: /,
    hint: /routing_key_file|integration's key/,
  },
  {
    check: 'key-chain',
    name: 'the secret holds a v1 key, which is sent as a routing key',
    how: async ({ account, cluster }) => cluster.key(entries.critical, await account.addIntegration(critical, 'generic_events_api')),
    status: 'fail',
    says: /a Prometheus \(v1\) key as routing_key/,
    hint: /"integration" in the answers/,
  },
  {
    check: 'key-chain',
    name: 'the v2 key is sent as a service key',
    how: ({ cluster }) => cluster.configure((text) => text.replace(anyKeyFile('high'), keyFile('high').replace('routing', 'service'))),
    status: 'fail',
    says: /an Events API v2 key as service_key/,
    hint: /"integration" in the answers/,
  },
  {
    check: 'key-chain',
    name: 'the key went into the secret with echo: it ends in a newline',
    how: async ({ cluster }) => cluster.key(entries.critical, `${await cluster.keyOf(entries.critical)}\n`),
    status: 'warn',
    says: /the key of receiver pagerduty-critical ends in a newline/,
    hint: /printf, not echo/,
  },
  {
    check: 'key-chain',
    name: 'an inline key ends in a newline',
    how: async (world) => inlineKey(world, `routing_key: "${await world.cluster.keyOf(entries.critical)}\\n"`),
    status: 'fail',
    says: /the key of receiver pagerduty-critical: ends in a newline/,
    hint: /without white space/,
  },
  {
    check: 'key-chain',
    name: 'the key was encoded twice on its way into the secret',
    how: async ({ cluster }) => cluster.key(entries.critical, Buffer.from(await cluster.keyOf(entries.critical)).toString('base64')),
    status: 'fail',
    says: /44 characters instead of 32: it is base64 of a key/,
    hint: /integration's key/,
    also: { '06-kubernetes-secrets': 'fail' },
  },
  {
    check: 'key-chain',
    name: 'the key went into the secret with its quotes',
    how: async ({ cluster }) => cluster.key(entries.high, `"${await cluster.keyOf(entries.high)}"`),
    status: 'fail',
    says: /34 characters instead of 32/,
    hint: /integration's key/,
    also: { '06-kubernetes-secrets': 'fail' },
  },
  {
    check: 'key-chain',
    name: 'a second PagerDuty block was left in the critical receiver',
    how: ({ cluster }) =>
      cluster.configure((text) =>
        text.replace(/^ {2}- name: pagerduty-critical\n {4}pagerduty_configs:\n/m, (lines) => `${lines}      - ${keyFile('high')}\n`),
      ),
    status: 'fail',
    says: /pagerduty-critical uses the key of "PMP Study - High Priority"/,
    hint: /the receiver reads the other entry/,
  },
  {
    check: 'key-chain',
    name: 'the receiver sends to the region of the EU',
    how: ({ cluster }) =>
      cluster.configure((text) =>
        text.replace(anyKeyFile('critical'), (line) => `url: https://events.eu.pagerduty.com/v2/enqueue\n        ${line}`),
      ),
    status: 'fail',
    says: /pagerduty-critical sends to the EU region; the account is in the US/,
    hint: /https:\/\/events\.pagerduty\.com\/v2\/enqueue/,
  },
  {
    check: 'key-chain',
    name: 'a proxy that was once tried is still the global pagerduty_url',
    how: ({ cluster }) => cluster.configure((text) => `${text}global:\n  pagerduty_url: https://proxy.example.com/v2/enqueue\n`),
    status: 'fail',
    says: /sends to https:\/\/proxy\.example\.com\/v2\/enqueue, not to/,
    hint: /pagerduty_url/,
  },
  {
    check: 'key-chain',
    name: 'the secret is not mounted any more',
    how: ({ cluster }) => cluster.mounts((mounts, volume) => mounts.filter(({ name }) => name !== volume)),
    status: 'fail',
    says: /key file .* of receiver pagerduty-critical: nothing is mounted there/,
    hint: /Mount the secret/,
  },
  {
    check: 'key-chain',
    name: 'the key was rotated below a subPath mount, which never sees it',
    how: async ({ account, cluster }) => {
      await cluster.mounts((mounts, volume) => [
        ...mounts.filter(({ name }) => name !== volume),
        ...Object.values(entries).map((entry) => ({ name: volume, mountPath: `${keyDir}/${entry}`, subPath: entry })),
      ]);
      await account.removeIntegration(critical);
      await cluster.key(entries.critical, await account.addIntegration(critical, 'events_api_v2'));
    },
    status: 'warn',
    says: /subPath/,
    hint: /restart/i,
  },
  {
    check: '07-alertmanager-config',
    name: 'Alertmanager was removed from the cluster',
    how: async ({ cluster }) => {
      await cluster.kubectl('DELETE', deployment);
      cluster.wait('1m');
    },
    status: 'fail',
    says: /no Alertmanager runs in that namespace/,
    hint: /Deploy Alertmanager/,
    also: { 'key-chain': 'skip', routing: 'skip', delivery: 'skip', 'dead-mans-switch': 'skip' },
  },
  {
    check: '07-alertmanager-config',
    name: 'Alertmanager was scaled to nothing',
    how: async ({ cluster }) => {
      await cluster.patch(deployment, { spec: { replicas: 0 } });
      cluster.wait('1m');
    },
    status: 'fail',
    says: /its workload has no pod/,
    hint: /at least one replica/,
    also: { 'key-chain': 'skip', routing: 'skip', delivery: 'skip', 'dead-mans-switch': 'skip' },
  },
  {
    check: '07-alertmanager-config',
    name: 'somebody put the old configuration back, which tells nobody',
    how: ({ cluster }) => cluster.configure(() => 'route: { receiver: "null" }\nreceivers: [{ name: "null" }]\n'),
    status: 'fail',
    says: /no receiver of its configuration \(ConfigMap alertmanager-config\) pages PagerDuty/,
    hint: /--apply-alertmanager/,
    also: { 'key-chain': 'fail', routing: 'fail', 'dead-mans-switch': 'warn' },
  },
  {
    check: '07-alertmanager-config',
    name: 'Alertmanager refused its newest configuration',
    how: async ({ cluster }) => {
      await cluster.write((text) => `${text}\nno_such_field: true\n`);
      await cluster.alertmanager('POST', '/-/reload').catch(() => undefined);
    },
    status: 'fail',
    says: /refused its newest configuration/,
    hint: /amtool check-config/,
  },
  {
    check: '07-alertmanager-config',
    name: 'a receiver was written and never loaded',
    how: ({ cluster }) =>
      cluster.write((text) =>
        text.replace(/^receivers:\n/m, (line) => `${line}  - name: spare\n    pagerduty_configs: [{ ${keyFile('high')} }]\n`),
      ),
    status: 'fail',
    says: /has not loaded 1 receiver of ConfigMap alertmanager-config: spare/,
    hint: /Reload it/,
  },
  {
    check: '07-alertmanager-config',
    name: 'a changed route waits for the next restart',
    how: ({ cluster }) => cluster.write((text) => text.replace(`matchers: ['severity=~"P2|high"']`, `matchers: ['severity="high"']`)),
    status: 'warn',
    says: /next restart of Deployment monitoring\/alertmanager loads something else/,
    hint: /Reload Deployment monitoring\/alertmanager/,
  },
  {
    check: '07-alertmanager-config',
    name: 'the ConfigMap was deleted, and Alertmanager still runs',
    how: ({ cluster }) => cluster.kubectl('DELETE', configMap),
    status: 'fail',
    says: /there is no ConfigMap alertmanager-config any more/,
    hint: /Repair ConfigMap alertmanager-config/,
  },
  {
    check: '07-alertmanager-config',
    name: 'one of two replicas does not come up',
    how: async ({ cluster }) => {
      await cluster.patch(configMap, {
        data: { 'alertmanager.yml': `${await cluster.text(configMap, 'alertmanager.yml')}\nno_such_field: true\n` },
      });
      await cluster.patch(deployment, { spec: { replicas: 2 } });
      cluster.wait('1m');
    },
    status: 'warn',
    says: /1 of 2 replicas/,
    hint: /kubectl get pods/,
  },
];
