import { param } from './call.ts';
import type { Call } from './call.ts';
import { notFound } from './refusal.ts';
import type { PolicyRow, ScheduleRow, ServiceRow, UserRow } from './types.ts';

function found<T extends { readonly id: string }>(rows: readonly T[], id: string, code: number): T {
  const row = rows.find((candidate) => candidate.id === id);
  if (!row) throw notFound(code);
  return row;
}

/** The object that the path's `:id` names. @throws Refusal 404 with the code of its kind */
export const userOf = (call: Call): UserRow => found(call.state.users, param(call, 'id'), 2013);
export const scheduleOf = (call: Call): ScheduleRow => found(call.state.schedules, param(call, 'id'), 3004);
export const policyOf = (call: Call): PolicyRow => found(call.state.policies, param(call, 'id'), 5001);
export const serviceOf = (call: Call): ServiceRow => found(call.state.services, param(call, 'id'), 5002);
