import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { load } from 'js-yaml';
import { expect, test } from 'vitest';

// oxlint-disable-next-line typescript/no-explicit-any
type Loose = any;

const text = readFileSync(new URL('../../templates/drill-reminder-cronjob.yaml', import.meta.url), 'utf8');
const job = load(text) as Loose;
const pod = job.spec.jobTemplate.spec.template.spec;
const script = pod.containers[0].args[0] as string;

/** Runs the reminder as on every day its schedule names in two years. @returns the days it posted on */
function postedOn(): readonly string[] {
  const days = Array.from({ length: 24 }, (_, month) =>
    [1, 2, 3].map((day) => new Date(Date.UTC(2026, month, day)).toISOString().slice(0, 10)),
  ).flat();
  const stubs =
    'date() { command date -d "$DAY" "$@"; }; cat() { echo https://hooks.example.com/secret; }; curl() { read -r line; echo "$DAY $* <$line>"; }';
  const all = `${stubs}\nfor DAY in ${days.join(' ')}; do (\n${script}\n); done`;
  return execFileSync('/bin/sh', ['-eu', '-c', all], { encoding: 'utf8' }).trim().split('\n');
}

test('the team is reminded of the drill once a month, on a working day, and the address stands in no argument', () => {
  expect(job.spec.schedule).toBe('0 10 1-3 * *');
  const posted = postedOn();
  expect(new Set(posted.map((line) => line.slice(0, 7))).size).toBe(24);
  expect(posted).toHaveLength(24);
  for (const line of posted) {
    expect([1, 2, 3, 4, 5]).toContain(new Date(line.slice(0, 10)).getUTCDay());
    const [words = '', input = ''] = line.split(' <');
    expect(words).toContain('pmp-pd test-alert');
    expect(words).not.toContain('hooks.example.com');
    expect(input).toContain('url = "https://hooks.example.com/secret"');
  }
});

test('the reminder needs no right in the cluster, and its only secret is the webhook', () => {
  expect(pod.automountServiceAccountToken).toBe(false);
  expect(pod.securityContext.runAsNonRoot).toBe(true);
  expect(pod.containers[0].securityContext).toMatchObject({ readOnlyRootFilesystem: true, allowPrivilegeEscalation: false });
  expect(text).not.toMatch(/https:\/\/hooks/);
});
