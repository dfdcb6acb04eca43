import { InvalidArgumentError, Option, type Command } from 'commander';
import { duration, number, oneOf, optional, text, texts } from '../line/flags.ts';
import { examples, withGlobals, type Fill } from '../line/line.ts';
import type { Handlers } from '../program.ts';
import { globals } from '../line/read-options.ts';
import type { TestAlertOptions } from './options.ts';

/** The command line of `pmp-pd test-alert`. */
export function addTestAlert(root: Command, handlers: Handlers, done: (code: number) => void, fill: Fill): void {
  fill(root.command('test-alert').summary('one drill: an alert that really pages, timed hop by hop, and nothing left ringing'), (command) =>
    withGlobals(command)
      .description(
        'One drill, from the alert to its end. Shows who will be paged and by which channel, and asks, before anything rings.\nItems 8, 9 and 10 of the checklist are proven by it; whatever happens, the incident is resolved at the end.',
      )
      .addOption(new Option('--severity <which>', 'the service that is drilled').choices(['critical', 'high']).default('critical'))
      .addOption(
        new Option(
          '--via <way>',
          'alertmanager: an alert posted to it; events: straight to PagerDuty; stress: load in a pod (default: alertmanager, where one answers)',
        ).choices(['alertmanager', 'events', 'stress']),
      )
      .addOption(
        new Option('--ack <who>', 'human: waits for whoever is paged; auto: acknowledges by API, which tests no human')
          .choices(['human', 'auto'])
          .default('human'),
      )
      .option('--require-human', 'an acknowledgement by API, or by somebody who was not called, is a failure', false)
      .option('--escalation', 'leave it unanswered until every level was called; takes the real minutes', false)
      .option(
        '--timeout <duration>',
        'how long somebody has to acknowledge, e.g. 8m (default: until shortly before the next level is called)',
        duration,
      )
      .option('--pod <namespace/name>', 'with --via stress: the pod that gets the load (default: the first in a namespace "pmp…")', podName)
      .addOption(
        new Option('--anyway <what>', 'drill in spite of an open maintenance window, or of a real incident; may be repeated').argParser(
          anyway,
        ),
      )
      .option('-y, --yes', 'ring without asking; with --cleanup: end also a drill that may still go on', false)
      .option('--cleanup', 'resolve what earlier drills left behind, and nothing else; spares one that goes on', false)
      .addHelpText(
        'after',
        examples([
          ['pmp-pd test-alert', 'the monthly drill of the critical service'],
          ['pmp-pd test-alert --severity high --via events', 'the other service, past Alertmanager'],
          ['pmp-pd test-alert --escalation', 'is everybody called when nobody answers? 25 minutes with the guide’s policy'],
          ['pmp-pd test-alert --ack auto --yes -o json', 'by a script at night: proves all but the human'],
          ['pmp-pd test-alert --cleanup', 'after a drill that was killed'],
          ['pmp-pd test-alert --sandbox --yes', 'to try it: no real phone rings'],
        ]),
      )
      .action(async (options: Record<string, unknown>) => done(await handlers.testAlert(testAlertOptions(options)))),
  );
}

const excusable = ['window', 'incident'] as const;

function anyway(value: string, before: unknown): readonly string[] {
  const items = value.split(',').map((item) => item.trim());
  const wrong = items.find((item) => oneOf(item, excusable) === undefined);
  if (wrong !== undefined) throw new InvalidArgumentError('It is window or incident; nothing else can be excused.');
  return [...texts(before), ...items];
}

/** A pod by itself, or with its namespace. */
function podName(value: string): string {
  if (!/^(?:[a-z0-9]([a-z0-9-]*[a-z0-9])?\/)?[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/.test(value))
    throw new InvalidArgumentError('A pod is <namespace>/<name>, as kubectl get pods -A shows it.');
  return value;
}

function testAlertOptions(options: Record<string, unknown>): TestAlertOptions {
  const pod = text(options['pod']);
  const parts = pod?.split('/') ?? [];
  return {
    ...globals(options),
    severity: oneOf(options['severity'], ['critical', 'high']) ?? 'critical',
    ...optional('via', oneOf(options['via'], ['alertmanager', 'events', 'stress'])),
    ack: oneOf(options['ack'], ['human', 'auto']) ?? 'human',
    requireHuman: options['requireHuman'] === true,
    escalation: options['escalation'] === true,
    ...optional('timeout', number(options['timeout'])),
    ...optional('pod', pod === undefined ? undefined : { namespace: parts.length > 1 ? parts[0] : undefined, name: parts.at(-1) ?? pod }),
    anyway: texts(options['anyway']).flatMap((word) => oneOf(word, excusable) ?? []),
    yes: options['yes'] === true,
    cleanup: options['cleanup'] === true,
  };
}
