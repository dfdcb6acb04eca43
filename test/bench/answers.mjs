/** Answers of a company with so many engineers, a lead and a CTO: everybody with a phone, a third of them in each region. */

const places = [
  { region: 'us-east', zone: 'America/New_York' },
  { region: 'us-west', zone: 'America/Los_Angeles' },
  { region: 'eu', zone: 'Europe/Berlin' },
];

/** Only one hundred numbers are reserved for fiction in each area code. */
const areas = ['202', '212', '213', '305', '312', '404', '415', '503', '512', '617', '702'];

const phone = (index) => `+1 ${areas[Math.floor(index / 100) % areas.length]} 555 01${String(index % 100).padStart(2, '0')}`;

/** @returns the text of a pmp-pd.yaml */
export function answersFor(engineers, more = '') {
  const team = Array.from({ length: engineers }, (_, index) => {
    const { region, zone } = places[index % places.length];
    const number = String(index + 1).padStart(4, '0');
    return { name: `Engineer ${number} Example`, email: `engineer-${number}@example.com`, zone, phone: phone(index), region };
  });
  const above = [
    { name: 'Grace Example', email: 'grace@example.com', zone: 'America/New_York', phone: phone(engineers) },
    { name: 'Alan Example', email: 'alan@example.com', zone: 'America/New_York', phone: phone(engineers + 1) },
  ];
  const line = ({ name, email, zone, phone, region }) =>
    `  - { name: ${name}, email: ${email}, time_zone: ${zone}, phone: "${phone}"${region === undefined ? '' : `, region: ${region}`} }`;
  return [
    'people:',
    ...[...team, ...above].map(line),
    'engineers:',
    ...team.map(({ email }) => `  - ${email}`),
    'lead: grace@example.com',
    'cto: alan@example.com',
    more,
  ].join('\n');
}
