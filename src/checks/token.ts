import type { Check } from '../engine/index.ts';
import type { Account } from '../ports/index.ts';
import { judged, type Problem } from './shared/problems.ts';
import { listed } from './shared/telling.ts';

/** What `verify` reads; PagerDuty's own names of scopes. */
const needed: ReadonlySet<string> = new Set([
  'abilities.read',
  'licenses.read',
  'users.read',
  'users:contact_methods.read',
  'schedules.read',
  'escalation_policies.read',
  'services.read',
  'incidents.read',
]);

/** Roles that PagerDuty lets see everybody's contact methods. */
const seeing: ReadonlySet<string> = new Set(['owner', 'admin', 'user']);

/** A token that belongs to a person leaves with that person; one that may write can be misused, where PagerDuty shows whether it may. */
export const token: Check = {
  id: 'token',
  title: 'PagerDuty answers this token, and whose it is is known',

  async run(_answers, world) {
    const account = await world.pagerduty.account();
    return judged([...expired(account), ...persons(account), ...tooWide(account)], whose(account));
  },
};

function whose({ token: kind, user, subdomain, scopes }: Account): string {
  const where = subdomain === undefined ? '' : ` of ${subdomain}`;
  if (kind === 'account') return `an account key${where}; PagerDuty does not show whether it is read-only`;
  if (kind === 'oauth') return `a scoped OAuth token${where}${scopes === undefined ? '' : `: ${listed(scopes, 8)}`}`;
  const person = user === undefined ? '' : `: ${user.name} (${user.email}), role ${user.role}`;
  return `a person's token${person}`;
}

function expired({ expired: over, subdomain }: Account): readonly Problem[] {
  if (over !== true) return [];
  return [
    {
      status: 'fail',
      what: `the account${subdomain === undefined ? '' : ` ${subdomain}`} has expired: PagerDuty takes no events and pages nobody`,
      hint: 'Choose a plan in PagerDuty (Account Settings, Billing); everything that was set up is still there.',
    },
  ];
}

function persons(account: Account): readonly Problem[] {
  if (account.token !== 'user') return [];
  const narrow = account.user !== undefined && !seeing.has(account.user.role);
  return [
    {
      status: 'warn',
      what: `${whose(account)}; it stops working when that person leaves${narrow ? ", and that role may not see everybody's contact methods" : ''}`,
      hint: 'Use a read-only account key (Integrations, API Access Keys) for whatever runs without that person.',
    },
  ];
}

function tooWide({ scopes }: Account): readonly Problem[] {
  const wider = scopes?.filter((scope) => /\.(?:read|write)$/.test(scope) && !needed.has(scope)) ?? [];
  if (wider.length === 0) return [];
  return [
    {
      status: 'warn',
      what: `a scoped OAuth token with more than verify needs: ${listed(wider, 6)}`,
      hint: `For verify alone register an app with these scopes: ${[...needed].join(' ')}.`,
    },
  ];
}
