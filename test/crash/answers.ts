/** Small answers that reach every kind of thing setup makes. The windows are dates, so that no run depends on the hour it is made at. */
export function crashAnswers(changed = false): string {
  const dan = '  - { name: Dan Example, email: dan@example.com, time_zone: Europe/London, phone: "+1 202 555 0106", region: eu }\n';
  return `people:
  - { name: Ada Example, email: ada@example.com, time_zone: America/New_York, phone: "+1 202 555 0101", region: us-east }
  - { name: Ben Example, email: ben@example.com, time_zone: America/Los_Angeles, region: us-west }
  - { name: Cleo Example, email: cleo@example.com, time_zone: Europe/Berlin, phone: "+1 202 555 0103", region: eu }
${changed ? dan : ''}  - { name: Grace Example, email: grace@example.com, time_zone: America/New_York, phone: "+1 202 555 0104" }
  - { name: Alan Example, email: alan@example.com, time_zone: America/New_York }
engineers: [ada@example.com, ben@example.com, cleo@example.com${changed ? ', dan@example.com' : ''}]
lead: grace@example.com
cto: alan@example.com
loops: ${changed ? 2 : 1}
escalation:
  critical:
    - { respond: 5, escalate: ${changed ? 12 : 10} }
    - { respond: 5, escalate: 15 }
    - { respond: 5, escalate: 30 }
  high:
    - { respond: 15, escalate: 30 }
    - { respond: 15, escalate: 60 }
alertmanager:
  apply: true
  key_dir: /etc/pagerduty-secrets
windows:
  - { name: Database upgrade, start: "2030-12-07 22:00", for: 4h }
${changed ? '  - { name: Deployment, start: "2031-01-14 06:00", for: 2h, services: [high] }\n' : ''}webhook:
  url: https://hooks.example.com/${changed ? 'pagerduty-2' : 'pagerduty'}
`;
}
