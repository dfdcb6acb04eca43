import { ok, page, param } from './call.ts';
import type { Call, Route } from './call.ts';
import { abilitiesOf, fullRoles, needAbility, seatsOf, seatsUsed, stakeholderRoles } from './plans.ts';
import { head } from './present.ts';
import { lacksAbility, notFound } from './refusal.ts';
import { vendors } from './vendors.ts';
import type { Vendor } from './vendors.ts';

const knownAbilities = new Set([
  ...abilitiesOf('trial'),
  ...abilitiesOf('business'),
  ...abilitiesOf('professional'),
  ...abilitiesOf('free'),
]);

/** What belongs to the account as a whole and cannot be written. */
export const accountRoutes: readonly Route[] = [
  { method: 'GET', path: '/abilities', handler: (call) => ok({ abilities: abilitiesOf(call.state.plan) }) },
  { method: 'GET', path: '/abilities/:ability', handler: hasAbility },
  { method: 'GET', path: '/licenses', handler: (call) => ok({ licenses: licenses(call) }) },
  { method: 'GET', path: '/vendors', handler: (call) => page(call, 'vendors', vendors, (vendor) => presentVendor(call, vendor)) },
  { method: 'GET', path: '/vendors/:vendor', handler: getVendor },
  { method: 'GET', path: '/priorities', handler: listPriorities },
  { method: 'GET', path: '/teams', handler: listTeams },
];

function hasAbility(call: Call): { status: number } {
  const ability = param(call, 'ability');
  if (!knownAbilities.has(ability)) throw notFound();
  if (!abilitiesOf(call.state.plan).includes(ability)) throw lacksAbility(ability);
  return { status: 204 };
}

function licenses(call: Call): readonly unknown[] {
  const { state } = call;
  const title = state.plan.charAt(0).toUpperCase() + state.plan.slice(1);
  const seats = seatsOf(state);
  const used = seatsUsed(state);
  const license = (id: string, name: string, group: string, roles: readonly string[], current: number, free: number | null): unknown => ({
    ...head(call.world, 'license', id, name),
    name,
    description: '',
    valid_roles: roles,
    role_group: group,
    current_value: current,
    allocations_available: free,
  });
  const full = license('PSANDLF', `${title} (Full User)`, 'FullUser', fullRoles, used, seats === null ? null : Math.max(0, seats - used));
  if (!abilitiesOf(state.plan).includes('read_only_users')) return [full];
  const looking = state.users.length - used;
  return [full, license('PSANDLS', `${title} (Stakeholder)`, 'Stakeholder', stakeholderRoles, looking, 50 - looking)];
}

function presentVendor(call: Call, vendor: Vendor): unknown {
  return {
    ...head(call.world, 'vendor', vendor.id, vendor.name),
    name: vendor.name,
    website_url: null,
    logo_url: null,
    thumbnail_url: null,
    description: `${vendor.name} integration`,
    integration_guide_url: null,
    alert_creation_default: 'create_alerts_and_incidents',
    is_pd_cef: false,
  };
}

function getVendor(call: Call): ReturnType<typeof ok> {
  const vendor = vendors.find((row) => row.id === param(call, 'vendor'));
  if (!vendor) throw notFound(5001);
  return ok({ vendor: presentVendor(call, vendor) });
}

const priorities = [
  { id: 'PSANDP1', name: 'P1', description: 'Critical issue that warrants public notification and liaison with executive teams' },
  { id: 'PSANDP2', name: 'P2', description: 'Critical system issue actively impacting many customers' },
  { id: 'PSANDP3', name: 'P3', description: 'Stability or minor customer-impacting issues that require immediate attention' },
  { id: 'PSANDP4', name: 'P4', description: 'Minor issues requiring action, but not affecting customer ability to use the product' },
  { id: 'PSANDP5', name: 'P5', description: 'Cosmetic issues or bugs, not affecting customer ability to use the product' },
];

export const isPriority = (id: unknown): boolean => priorities.some((row) => row.id === id);

function listPriorities(call: Call): ReturnType<typeof ok> {
  if (call.state.plan === 'free') throw lacksAbility('priorities');
  return page(call, 'priorities', priorities, (row) => ({
    ...head(call.world, 'priority', row.id, row.name),
    name: row.name,
    description: row.description,
  }));
}

function listTeams(call: Call): ReturnType<typeof ok> {
  needAbility(call.state, 'teams');
  return page(call, 'teams', [], (row) => row);
}
