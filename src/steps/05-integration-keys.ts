import type { Change, Step } from '../engine/index.ts';
import { integrationLabel, integrationName, keyOf, named, type Brief, type Integration, type Seen } from '../model/index.ts';

/** The guide's step 5: an integration per service, whose key goes on in memory; people see fingerprints. */
export const integrationKeys: Step<Integration> = {
  id: '05-integration-keys',
  number: 5,
  title: 'Get Integration Keys',

  desired({ answers }: Brief) {
    const type = answers.integration;
    return named(
      [answers.names.criticalService, answers.names.highService].map((service): Integration => {
        const needs = [keyOf({ kind: 'service', name: service })];
        return { kind: 'integration', name: integrationName(service, type), service, type, label: integrationLabel(type), needs };
      }),
    );
  },

  async read(world, wanted) {
    const found = await world.pagerduty.integrations([...wanted.values()].map((i) => i.service));
    return new Map(
      [...wanted].flatMap(([key, want]): [string, Seen<Integration>][] => {
        const match = found.find((i) => i.value?.service === want.service && i.value.type === want.type && i.value.label === want.label);
        return match?.value ? [[key, { ...match, detail: `key ${match.value.fingerprint ?? 'unread'}` }]] : [];
      }),
    );
  },

  diff: () => [],

  async apply(world, { wanted }: Change<Integration>) {
    await world.pagerduty.createIntegration(wanted);
    const key = await world.pagerduty.integrationKey(wanted.service, wanted.type);
    return key === undefined ? undefined : `key ${key.fingerprint}`;
  },
};
