import type { Change, Step } from '../engine/index.ts';
import { named, type Brief, type ConfigurationPart, type Seen } from '../model/index.ts';
import { partDiff, readBack, seenPart, wantedPart } from './kinds/configuration-part.ts';

/** The guide's step 8: what an incident shows by itself. Links survive when an oversized event loses its details, so they carry the addresses too. */
export const incidentContext: Step<ConfigurationPart> = {
  id: '08-incident-context',
  number: 8,
  title: 'Configure Incident Workflows',

  desired: (brief: Brief) =>
    named([
      ...wantedPart(brief, 'incident details', 'summary, severity, runbook, graphs, firing_count', 'details: '),
      ...wantedPart(brief, 'incident links', 'Runbook and Graphs', 'links: '),
    ]),

  async read(world, wanted) {
    const pairs = await Promise.all(
      [...wanted].map(async ([key, want]): Promise<[string, Seen<ConfigurationPart> | undefined]> => [key, await seenPart(world, want)]),
    );
    return new Map(pairs.flatMap(([key, seen]) => (seen === undefined ? [] : [[key, seen] as const])));
  },

  diff: partDiff,

  async apply(world, { wanted }: Change<ConfigurationPart>) {
    await readBack(world, wanted);
    return undefined;
  },
};
