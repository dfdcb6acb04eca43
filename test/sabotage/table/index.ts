import { checks } from '../../../src/checks/index.ts';
import type { Sabotage } from '../sabotage.ts';
import { theAccount } from './account.ts';
import { evidence } from './evidence.ts';
import { keys } from './keys.ts';
import { people } from './people.ts';
import { routes } from './routes.ts';
import { setUp } from './set-up.ts';

const order = checks.map(({ id }) => id);

/** By check, in the order of the checklist. */
export const sabotages: readonly Sabotage[] = [...setUp, ...people, ...keys, ...routes, ...evidence, ...theAccount].toSorted(
  (a, b) => order.indexOf(a.check) - order.indexOf(b.check),
);
