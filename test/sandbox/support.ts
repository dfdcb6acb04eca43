import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { openSandbox } from '../../src/sandbox/index.ts';
import type { Sandbox, SandboxOptions } from '../../src/sandbox/index.ts';

export type Json = Readonly<Record<string, unknown>>;
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** Whatever the server said, parsed. */
  readonly body: ReturnType<typeof JSON.parse>;
}

/** A state file in a folder of its own, removed after the test. */
export async function stateFile(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'pmp-pd-sandbox-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return join(folder, 'sandbox.json');
}

/** An open sandbox with an account that stands still unless told otherwise; closed after the test. */
export async function opened(options: Partial<SandboxOptions> = {}): Promise<Sandbox> {
  const sandbox = await openSandbox({ stateFile: options.stateFile ?? (await stateFile()), people: 'manual', clock: 0, ...options });
  onTestFinished(() => sandbox.close());
  return sandbox;
}

/** What any client of PagerDuty's REST API does: real HTTP. */
export class Client {
  constructor(
    readonly sandbox: Sandbox,
    readonly token: string = sandbox.token,
    readonly from: string = sandbox.from,
  ) {}

  async call(method: string, path: string, body?: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    const response = await fetch(`${this.sandbox.apiUrl}${path}`, {
      method,
      headers: {
        authorization: `Token token=${this.token}`,
        accept: 'application/vnd.pagerduty+json;version=2',
        'content-type': 'application/json',
        ...(this.from === '' ? {} : { from: this.from }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text === '' ? undefined : JSON.parse(text) };
  }
  get = (path: string): Promise<Answer> => this.call('GET', path);
  post = (path: string, body?: unknown): Promise<Answer> => this.call('POST', path, body);
  put = (path: string, body?: unknown): Promise<Answer> => this.call('PUT', path, body);
  delete = (path: string): Promise<Answer> => this.call('DELETE', path);

  async user(name: string, more: Json = {}): Promise<Json & { readonly id: string }> {
    const email = `${name.split(' ')[0]?.toLowerCase()}@example.com`;
    const { body } = await this.post('/users', { user: { type: 'user', name, email, ...more } });
    return body.user;
  }
  async schedule(name: string, users: readonly string[], more: Json = {}): Promise<Json & { readonly id: string }> {
    const { body } = await this.post('/schedules', { schedule: scheduleBody(name, [layer(users)], more) });
    return body.schedule;
  }
  async policy(name: string, targets: readonly Json[]): Promise<Json & { readonly id: string }> {
    const rules = [{ escalation_delay_in_minutes: 10, targets }];
    const { body } = await this.post('/escalation_policies', {
      escalation_policy: { type: 'escalation_policy', name, escalation_rules: rules },
    });
    return body.escalation_policy;
  }
  async service(name: string, policy: string, more: Json = {}): Promise<Json & { readonly id: string }> {
    const reference = { id: policy, type: 'escalation_policy_reference' };
    const { body } = await this.post('/services', { service: { type: 'service', name, escalation_policy: reference, ...more } });
    return body.service;
  }
  /** A person, their policy and a service on it: what most other objects need. */
  async serviceWithPolicy(name = 'PMP Study - Critical'): Promise<Json & { readonly id: string }> {
    const grace = await this.user('Grace Example');
    const policy = await this.policy(`${name} policy`, [{ id: grace.id, type: 'user_reference' }]);
    return this.service(name, policy.id);
  }
}

export const layer = (users: readonly string[], more: Json = {}): Json => ({
  name: 'Weekly',
  start: '2026-09-07T12:00:00Z',
  rotation_virtual_start: '2026-09-07T12:00:00Z',
  rotation_turn_length_seconds: 604_800,
  users: users.map((id) => ({ user: { id, type: 'user_reference' } })),
  restrictions: [],
  ...more,
});

export const scheduleBody = (name: string, layers: readonly Json[], more: Json = {}): Json => ({
  type: 'schedule',
  name,
  time_zone: 'America/New_York',
  schedule_layers: layers,
  ...more,
});
