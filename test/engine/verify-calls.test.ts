import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { InProcess } from '../support/in-process.ts';

const regions = ['us-east', 'us-west', 'eu'];
const engineers = Array.from({ length: 10 }, (_, index) => `engineer${index}`);
const person = (name: string, index: number, region?: string) =>
  `  - { name: ${name}, email: ${name}@example.com, time_zone: America/New_York, phone: "+1 202 555 01${String(index).padStart(2, '0')}"${region === undefined ? '' : `, region: ${region}`} }`;
const answers = `people:
${engineers.map((name, index) => person(name, index, regions[index % 3])).join('\n')}
${person('grace', 20)}
${person('alan', 21)}
engineers: [${engineers.map((name) => `${name}@example.com`).join(', ')}]
lead: grace@example.com
cto: alan@example.com
alertmanager: { apply: true }
`;

test('a healthy verify of a team of ten engineers, drilled, needs no more than 40 calls to PagerDuty, none of them a write', async () => {
  const world = new InProcess();
  try {
    writeFileSync(join(world.folder, 'pmp-pd.yaml'), answers);
    const sandbox = await world.sandbox();
    expect((await world.setup()).code).toBe(0);
    for (const name of [...engineers, 'grace', 'alan']) sandbox.doAction('sign-in', `${name}@example.com`);
    expect((await world.setup()).code).toBe(0);
    for (const [service, id] of [
      ['PMP Study - Critical', '01K4N4YQ0000000000000000C0'],
      ['PMP Study - High Priority', '01K4N4YQ0000000000000000H0'],
    ] as const) {
      const alerts = [{ severity: 'critical' as const, status: 'resolved' as const, details: { pmp_drill: id } }];
      const log = [
        { type: 'notify', at: '2s', who: 'engineer0@example.com', channel: 'push' },
        { type: 'acknowledge', at: '60s', who: 'engineer0@example.com', channel: 'mobile' },
      ];
      sandbox.plantIncident({ title: `[DRILL pmp-pd ${id}] test`, service, created: '2d', alerts, log });
    }
    sandbox.clearAccessLog();
    const { checks } = await world.verify();
    expect(checks.filter(({ verdict }) => verdict.status === 'fail').map(({ id }) => id)).toEqual([
      '10-escalation',
      '11-maintenance-windows',
    ]);
    const { reads, writes } = sandbox.status().calls.pagerduty;
    expect(reads).toBeGreaterThan(5);
    expect(reads).toBeLessThanOrEqual(40);
    expect(writes).toBe(0);
  } finally {
    await world.close();
  }
}, 60_000);
