import type { Page } from '../page.ts';
import { drillPages } from './drills.ts';
import { pathPages } from './path.ts';
import { peoplePages } from './people.ts';
import { setUpPages } from './set-up.ts';
import { topicPages } from './topics.ts';

const { '11-maintenance-windows': maintenanceWindows, ...setUp } = setUpPages;
const { 'high-drill': highDrill, ...drills } = drillPages;
const { 'key-chain': keyChain, routing, delivery, 'dead-mans-switch': deadMansSwitch, runbooks, grouping } = pathPages;
const { coverage, reachability, windows, token, loops, plan } = peoplePages;

/** A page for each check, in the order in which verify tells them. */
export const checkPages: Readonly<Record<string, Page>> = {
  ...setUp,
  ...drills,
  '11-maintenance-windows': maintenanceWindows,
  'key-chain': keyChain,
  coverage,
  reachability,
  routing,
  windows,
  runbooks,
  delivery,
  'dead-mans-switch': deadMansSwitch,
  token,
  grouping,
  'high-drill': highDrill,
  loops,
  plan,
};

/** What the guide's Troubleshooting section begins with. */
export const troubleshootingPages: Readonly<Record<string, Page>> = topicPages;
