import type { Change, Step, Todo } from '../engine/index.ts';
import { named, type Brief, type ConfigurationPart, type RenderedFile, type Seen } from '../model/index.ts';
import { partDiff, readBack, seenPart, wantedPart } from './kinds/configuration-part.ts';
import { fileDiff, seenFile } from './kinds/rendered-file.ts';

type R = ConfigurationPart | RenderedFile;

/** The guide's step 7, as far as setup can place it: the drill's own route, and the rules that the guide's load test needs. */
export const testAlert: Step<R> = {
  id: '07-test-alert',
  number: 7,
  title: 'Test Integration',

  desired(brief: Brief) {
    const rules: RenderedFile = { kind: 'file', name: brief.answers.alertmanager.rulesFile, text: brief.rulesYml };
    return named<R>([...wantedPart(brief, 'drill route', 'pmp_drill', 'drill route'), rules]);
  },

  async read(world, wanted) {
    const pairs = await Promise.all(
      [...wanted].map(async ([key, want]): Promise<[string, Seen<R> | undefined]> => [
        key,
        want.kind === 'file' ? await seenFile(world, want) : await seenPart(world, want),
      ]),
    );
    return new Map(pairs.flatMap(([key, seen]) => (seen === undefined ? [] : [[key, seen] as const])));
  },

  diff(before, after) {
    if (before.kind === 'file') return after.kind === 'file' ? fileDiff(before, after) : [];
    return after.kind === 'file' ? [] : partDiff(before, after);
  },

  async apply(world, { wanted }: Change<R>) {
    await (wanted.kind === 'file' ? world.files.write(wanted.name, wanted.text) : readBack(world, wanted));
    return undefined;
  },

  async todos(_world, brief) {
    const { rulesFile } = brief.answers.alertmanager;
    const rules = {
      who: 'whoever runs Prometheus',
      what: `load ${rulesFile} into Prometheus (rule_files, or a PrometheusRule with the operator)`,
    };
    return [rules, drillOffer(brief)];
  },
};

/** The drill that the guide's step 7 asks for. */
function drillOffer({ answers }: Brief): Todo {
  const ready =
    answers.kubernetes !== 'none' && answers.alertmanager.apply
      ? 'everybody has signed in'
      : 'the configuration is in force and everybody has signed in';
  return { who: 'the on-call team', what: `drill it once ${ready}: pmp-pd test-alert` };
}
