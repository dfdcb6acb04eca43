import type { Sandbox } from '../../src/sandbox/index.ts';
import { mustSucceed } from './http.ts';

/** An object as the REST API sends it. */
export type Entry = { readonly id: string } & Readonly<Record<string, unknown>>;
type Fields = Readonly<Record<string, unknown>>;

const singulars = {
  services: 'service',
  escalation_policies: 'escalation_policy',
  schedules: 'schedule',
  users: 'user',
  maintenance_windows: 'maintenance_window',
  alert_grouping_settings: 'alert_grouping_setting',
} as const;
export type Plural = keyof typeof singulars;

export const critical = 'PMP Study - Critical';
export const high = 'PMP Study - High Priority';
export const criticalPolicy = 'PMP Critical Escalation';
export const highPolicy = 'PMP High Priority Escalation';
export const primary = 'PMP Primary On-Call';
export const followSun = 'PMP Follow Sun';
export const minute = 60_000;
export const hour = 60 * minute;
export const day = 24 * hour;

/** A PagerDuty account in the hands of somebody with a REST key: whatever is done goes through the API. */
export class Account {
  constructor(readonly sandbox: Sandbox) {}

  async call(method: string, path: string, body?: unknown): Promise<Fields> {
    const headers = { authorization: `Token token=${this.sandbox.token}`, from: this.sandbox.from, 'content-type': 'application/json' };
    const text = await mustSucceed(method, `${this.sandbox.apiUrl}${path}`, headers, body === undefined ? undefined : JSON.stringify(body));
    return (text === '' ? {} : JSON.parse(text)) as Fields;
  }

  async all(plural: Plural, more = ''): Promise<readonly Entry[]> {
    return (await this.call('GET', `/${plural}?limit=100${more}`))[plural] as readonly Entry[];
  }

  /** By name; people by e-mail, windows by how their description begins. */
  async find(plural: Plural, name: string): Promise<Entry> {
    const entries = await this.all(plural);
    const found = entries.find((one) => [one['name'], one['email']].includes(name) || isWindow(one, name));
    if (found === undefined) throw new Error(`no ${name} among ${plural}`);
    return found;
  }

  /** Read whole: a list leaves much out. */
  async read(plural: Plural, name: string): Promise<Entry> {
    const { id } = await this.find(plural, name);
    return (await this.call('GET', `/${plural}/${id}`))[singulars[plural]] as Entry;
  }

  async create(plural: Plural, fields: Fields): Promise<Entry> {
    const type = singulars[plural];
    return (await this.call('POST', `/${plural}`, { [type]: { type, ...fields } }))[type] as Entry;
  }

  async change(plural: Plural, name: string, fields: Fields): Promise<void> {
    const { id } = await this.find(plural, name);
    const type = singulars[plural];
    await this.call('PUT', `/${plural}/${id}`, { [type]: { type, ...fields } });
  }

  async remove(plural: Plural, name: string): Promise<void> {
    await this.call('DELETE', `/${plural}/${(await this.find(plural, name)).id}`);
  }

  /** The levels of a policy, as they are and as they shall be. */
  async levels(policy: string, change: (levels: readonly Level[]) => readonly Level[]): Promise<void> {
    const { escalation_rules: rules } = await this.read('escalation_policies', policy);
    await this.change('escalation_policies', policy, { escalation_rules: change(rules as readonly Level[]) });
  }

  async target(kind: 'user' | 'schedule', name: string): Promise<Level['targets'][number]> {
    return { id: (await this.find(kind === 'user' ? 'users' : 'schedules', name)).id, type: `${kind}_reference` };
  }

  /** Every layer of a schedule. PagerDuty answers in the opposite order of the one that it wants. */
  async layers(schedule: string, change: (layers: readonly Layer[]) => readonly Layer[]): Promise<void> {
    const { schedule_layers: layers } = await this.read('schedules', schedule);
    await this.change('schedules', schedule, { schedule_layers: change((layers as readonly Layer[]).toReversed()) });
  }

  /** Milliseconds from now. */
  async override(schedule: string, email: string, from: number, until: number): Promise<void> {
    const { id } = await this.find('schedules', schedule);
    const user = await this.target('user', email);
    await this.call('POST', `/schedules/${id}/overrides`, { overrides: [{ start: this.at(from), end: this.at(until), user }] });
  }

  async methods(email: string): Promise<readonly (Entry & { readonly type: string })[]> {
    const { id } = await this.find('users', email);
    return (await this.call('GET', `/users/${id}/contact_methods`))['contact_methods'] as readonly (Entry & { readonly type: string })[];
  }

  /** Their devices of these kinds ('phone', 'sms', 'push_notification', 'email'), and with them the rules that use them. */
  async removeMethods(email: string, ...kinds: readonly string[]): Promise<void> {
    const { id } = await this.find('users', email);
    for (const method of await this.methods(email))
      if (kinds.some((kind) => method.type === `${kind}_contact_method`))
        await this.call('DELETE', `/users/${id}/contact_methods/${method.id}`);
  }

  /** Their notification rules of an urgency, each changed, or deleted where nothing is left of it. */
  async rules(email: string, urgency: 'high' | 'low', change: (rule: Rule) => Fields | undefined): Promise<void> {
    const { id } = await this.find('users', email);
    const base = `/users/${id}/notification_rules`;
    const rules = (await this.call('GET', `${base}?urgency=${urgency}&include[]=contact_methods`))['notification_rules'] as readonly Rule[];
    for (const rule of rules) {
      const fields = change(rule);
      if (fields === undefined) await this.call('DELETE', `${base}/${rule.id}`);
      else await this.call('PUT', `${base}/${rule.id}`, { notification_rule: { type: 'assignment_notification_rule', ...fields } });
    }
  }

  /** Somebody new, with e-mail only, whose invitation lies in their mailbox. */
  async invite(name: string): Promise<string> {
    const email = `${name.toLowerCase()}@example.com`;
    await this.create('users', { name: `${name} Example`, email, role: 'limited_user' });
    return email;
  }

  async addPhone(email: string, number: string): Promise<void> {
    const { id } = await this.find('users', email);
    for (const [kind, delay] of [
      ['sms', 0],
      ['phone', 2],
    ] as const) {
      const type = `${kind}_contact_method`;
      const method = { type, label: 'Mobile', country_code: 1, address: number };
      const added = (await this.call('POST', `/users/${id}/contact_methods`, { contact_method: method }))['contact_method'] as Entry;
      const rule = {
        type: 'assignment_notification_rule',
        urgency: 'high',
        start_delay_in_minutes: delay,
        contact_method: { id: added.id, type: `${type}_reference` },
      };
      await this.call('POST', `/users/${id}/notification_rules`, { notification_rule: rule });
    }
  }

  async integrations(service: string): Promise<readonly Entry[]> {
    const { id } = await this.find('services', service);
    const whole = (await this.call('GET', `/services/${id}?include[]=integrations`))['service'] as {
      readonly integrations: readonly Entry[];
    };
    return whole.integrations;
  }

  async removeIntegration(service: string): Promise<void> {
    const { id } = await this.find('services', service);
    for (const integration of await this.integrations(service)) await this.call('DELETE', `/services/${id}/integrations/${integration.id}`);
  }

  /** @returns its key */
  async addIntegration(service: string, type: 'events_api_v2' | 'generic_events_api'): Promise<string> {
    const { id } = await this.find('services', service);
    const integration = { type: `${type}_inbound_integration`, name: 'by hand' };
    const made = (await this.call('POST', `/services/${id}/integrations`, { integration }))['integration'] as Entry;
    return String(made['integration_key']);
  }

  at(fromNow: number): string {
    return `${new Date(this.sandbox.clock.now() + fromNow).toISOString().slice(0, 19)}Z`;
  }
}

function isWindow({ type, description }: Entry, name: string): boolean {
  return type === 'maintenance_window' && String(description).startsWith(name);
}

export interface Level {
  readonly escalation_delay_in_minutes: number;
  readonly targets: readonly { readonly id: string; readonly type: string }[];
}

export interface Layer {
  readonly id: string;
  readonly name: string;
  readonly end: string | null;
  readonly users: readonly unknown[];
  readonly restrictions: readonly Readonly<Record<string, unknown>>[];
}

export interface Rule {
  readonly id: string;
  readonly start_delay_in_minutes: number;
  readonly contact_method: { readonly type: string };
}
