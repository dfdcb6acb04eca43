import type { DrillVia } from '../../engine/index.ts';
import type { World } from '../../ports/index.ts';
import type { Book } from '../book.ts';
import type { DrillPlan } from '../order.ts';
import { alertmanagerWay } from './alertmanager.ts';
import { eventsWay } from './events.ts';
import { stressWay } from './stress.ts';
import type { Way } from './way.ts';

export type { Way } from './way.ts';

export const ways: Readonly<Record<DrillVia, (world: World, plan: DrillPlan, book: Book) => Promise<Way>>> = {
  alertmanager: alertmanagerWay,
  events: eventsWay,
  stress: stressWay,
};
