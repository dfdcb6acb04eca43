import type { Instant } from '../../model/index.ts';
import { dispatch } from '../alertmanager/dispatch.ts';
import { nextDispatch } from '../alertmanager/due.ts';
import type { Outlet } from '../alertmanager/dispatch.ts';
import type { Outcome } from '../alertmanager/judge.ts';
import type { ImitationWorld } from '../core.ts';
import { builtInKind } from './kinds.ts';
import { isReady, refreshFiles, runKey, surroundings } from './pods.ts';
import { objectsOf } from './state.ts';
import type { KubernetesState } from './state.ts';
import type { Tree } from './tree.ts';

type World = Pick<ImitationWorld<unknown>, 'now' | 'call' | 'baseUrl'>;

const pods = builtInKind('pods');

function running(state: KubernetesState): readonly Tree[] {
  return objectsOf(state, pods).filter((pod) => state.runs[runKey(pod)]?.alertmanager !== undefined && isReady(pod));
}

/** Lets every Alertmanager of the cluster tell PagerDuty what is due by now. */
export function runAlertmanagers(state: KubernetesState, world: World): void {
  const now = world.now();
  for (const pod of running(state)) {
    const replica = state.runs[runKey(pod)]?.alertmanager;
    if (replica === undefined || Object.keys(replica.memory?.pages ?? {}).length === 0) continue;
    dispatch(replica, surroundings(state, pod, now, refreshFiles(state, pod, now)), outletOf(world));
  }
}

export function nextOfAlertmanagers(state: KubernetesState): Instant | undefined {
  const due = running(state).flatMap((pod) => {
    const replica = state.runs[runKey(pod)]?.alertmanager;
    return (replica && nextDispatch(replica)) ?? [];
  });
  return due.length === 0 ? undefined : Math.min(...due);
}

const publicHosts = ['events.pagerduty.com', 'events.eu.pagerduty.com'];

/** PagerDuty's public address and the sandbox's own lead to the imitation; nothing else is there to be reached. */
function outletOf(world: World): Outlet {
  return ({ url, body }, userAgent): Outcome => {
    const target = URL.canParse(url) ? new URL(url) : undefined;
    const known = target !== undefined && (publicHosts.includes(target.hostname) || target.host === new URL(world.baseUrl).host);
    if (!known) return { status: undefined, text: `dial tcp: lookup ${target?.hostname ?? 'nowhere'}: connect: connection refused` };
    const reply = world.call('pagerduty', {
      method: 'POST',
      path: target.pathname,
      query: target.searchParams,
      headers: { 'content-type': 'application/json', 'user-agent': userAgent },
      body: JSON.stringify(body),
    });
    if (reply.wire !== undefined && reply.wire.kind !== 'drip') return { status: undefined, text: 'read: connection reset by peer' };
    const text = typeof reply.body === 'string' ? reply.body : (JSON.stringify(reply.body) ?? '');
    return { status: reply.status, text };
  };
}
