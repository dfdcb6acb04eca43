/** The guide's ten steps as the wizard announces them. */
export interface GuideStep {
  readonly number: number;
  /** The guide's own heading. */
  readonly title: string;
  /** What setup will do there, one sentence. */
  readonly does: string;
}

export const guideSteps: readonly GuideStep[] = [
  {
    number: 1,
    title: 'Create PagerDuty Services',
    does: 'Two services, one for P1 and one for P2 and P3, each with a grouping setting of its own.',
  },
  { number: 2, title: 'Configure Escalation Policies', does: 'Who is called, and who next when nobody acknowledges.' },
  { number: 3, title: 'Set Up On-Call Schedules', does: 'Who is on call when: the weekly rotation and Follow Sun.' },
  { number: 4, title: 'Configure Users', does: 'People, their phones, and how each of them is woken.' },
  { number: 5, title: 'Get Integration Keys', does: 'One integration for each service; its key goes to the cluster without being shown.' },
  {
    number: 6,
    title: 'Configure AlertManager',
    does: 'The Kubernetes secret with both keys, and an Alertmanager configuration that reads them.',
  },
  {
    number: 7,
    title: 'Test Integration',
    does: 'A rule and a route for the test alert; nothing to decide. At the end stands the command for a drill.',
  },
  { number: 8, title: 'Configure Incident Workflows', does: 'Summary, severity, runbook, graphs and firing count in every incident.' },
  {
    number: 9,
    title: 'Set Up Maintenance Windows',
    does: 'Planned windows for deployments, database upgrades and infrastructure changes.',
  },
  {
    number: 10,
    title: 'Configure Webhook Callbacks (Optional)',
    does: 'Resolves are sent to PagerDuty; a webhook can report back to you.',
  },
];
