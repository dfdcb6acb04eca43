import { dump } from 'js-yaml';
import { Refusal, parseYaml } from './yaml.ts';
import { decode, known } from './decode.ts';
import type { Values } from './decode.ts';
import { part, parts } from './checks.ts';
import { writeMatchers } from './matchers.ts';
import type { Matcher } from './matchers.ts';
import { rootShape } from './shapes.ts';
import type { Field, Shape } from './shapes.ts';

/** A configuration that Alertmanager has taken: every default filled in. Holds secrets. */
export interface Configuration {
  readonly minor: number;
  readonly values: Values;
}

/**
 * Reads alertmanager.yml as that version (minor of 0.x) would.
 * @throws Refusal in Alertmanager's words.
 */
export function readConfiguration(text: string, minor: number): Configuration {
  const node = parseYaml(text);
  if (node === undefined) throw new Refusal('no route provided in config');
  const values = decode(node, rootShape(minor), minor);
  if (values['route'] === undefined) throw new Refusal('no routes provided');
  const global = { ...globalDefaults(minor), ...part(values['global']) };
  global['http_config'] = withHttp(global['http_config'], httpDefaults(minor));
  const receivers = parts(values['receivers']).map((receiver) => completeReceiver(receiver, global, minor));
  return { minor, values: { templates: [], ...values, global, receivers } };
}

/** The configuration as `/api/v2/status` and the log show it: normalised, in Alertmanager's order, secrets as `<secret>`. */
export function writeConfiguration({ values, minor }: Configuration): string {
  return dump(emit(rootShape(minor), values, minor), { lineWidth: -1, noRefs: true });
}

function httpDefaults(minor: number): Values {
  return { ...(minor >= 22 ? { follow_redirects: true } : {}), ...(minor >= 24 ? { enable_http2: true } : {}) };
}

function withHttp(value: unknown, defaults: Values): Values {
  return value === undefined ? { ...defaults } : { ...defaults, ...part(value) };
}

function globalDefaults(minor: number): Values {
  return {
    resolve_timeout: '5m',
    smtp_hello: 'localhost',
    smtp_require_tls: true,
    ...(minor >= 28 ? { smtp_tls_config: { insecure_skip_verify: false } } : {}),
    ...(minor >= 30 ? { slack_app_url: 'https://slack.com/api/chat.postMessage' } : {}),
    pagerduty_url: 'https://events.pagerduty.com/v2/enqueue',
    opsgenie_api_url: 'https://api.opsgenie.com/',
    wechat_api_url: 'https://qyapi.weixin.qq.com/cgi-bin/',
    victorops_api_url: 'https://alert.victorops.com/integrations/generic/20131114/alert/',
    ...(minor >= 24 ? { telegram_api_url: 'https://api.telegram.org' } : {}),
    ...(minor >= 25 ? { webex_api_url: 'https://webexapis.com/v1/messages' } : {}),
    ...(minor >= 28 ? { rocketchat_api_url: 'https://open.rocket.chat/' } : {}),
  };
}

function completeReceiver(receiver: Values, global: Values, minor: number): Values {
  const complete: Values = { ...receiver };
  if (minor >= 33) complete['labels'] = { name: receiver['name'], ...part(receiver['labels']) };
  const http = (own: unknown) => (own === undefined ? global['http_config'] : withHttp(own, httpDefaults(minor)));
  if (receiver['pagerduty_configs'] !== undefined) {
    complete['pagerduty_configs'] = parts(receiver['pagerduty_configs']).map((config) => ({
      ...pagerdutyDefaults(config, global, minor),
      http_config: http(config['http_config']),
    }));
  }
  if (receiver['webhook_configs'] !== undefined) {
    complete['webhook_configs'] = parts(receiver['webhook_configs']).map((config) => ({
      send_resolved: true,
      max_alerts: 0,
      timeout: '0s',
      ...config,
      http_config: http(config['http_config']),
    }));
  }
  if (receiver['email_configs'] !== undefined) {
    complete['email_configs'] = parts(receiver['email_configs']).map((config) => emailDefaults(config, global));
  }
  if (receiver['slack_configs'] !== undefined) {
    complete['slack_configs'] = parts(receiver['slack_configs']).map((config) => ({
      ...slackDefaults(global),
      ...config,
      http_config: http(config['http_config']),
    }));
  }
  return complete;
}

function emailDefaults(config: Values, global: Values): Values {
  const shared = {
    from: global['smtp_from'],
    hello: global['smtp_hello'],
    smarthost: global['smtp_smarthost'],
    auth_username: global['smtp_auth_username'],
    auth_password: global['smtp_auth_password'],
    auth_secret: global['smtp_auth_secret'],
    auth_identity: global['smtp_auth_identity'],
    require_tls: global['smtp_require_tls'],
  };
  const full: Values = { send_resolved: false, html: '{{ template "email.default.html" . }}', ...shared, ...config };
  const headers = { From: full['from'], Subject: '{{ template "email.default.subject" . }}', To: full['to'], ...part(config['headers']) };
  return { ...full, headers };
}

function slackDefaults(global: Values): Values {
  const template = (name: string) => `{{ template "slack.default.${name}" . }}`;
  return {
    send_resolved: false,
    api_url: global['slack_api_url'],
    color: '{{ if eq .Status "firing" }}danger{{ else }}good{{ end }}',
    username: template('username'),
    title: template('title'),
    title_link: template('titlelink'),
    pretext: template('pretext'),
    text: template('text'),
    footer: template('footer'),
    fallback: template('fallback'),
    callback_id: template('callbackid'),
    icon_emoji: template('iconemoji'),
    icon_url: template('iconurl'),
  };
}

function pagerdutyDefaults(config: Values, global: Values, minor: number): Values {
  const client = config['client'] ?? '{{ template "pagerduty.default.client" . }}';
  const instances = (which: string) =>
    minor >= 30 ? `{{ .Alerts.${which} | toJson }}` : `{{ template "pagerduty.default.instances" .Alerts.${which} }}`;
  return {
    send_resolved: true,
    url: global['pagerduty_url'],
    client_url: '{{ template "pagerduty.default.clientURL" . }}',
    description: '{{ template "pagerduty.default.description" .}}',
    ...(minor >= 25 ? { source: client } : {}),
    ...(minor >= 30 ? { timeout: '0s' } : {}),
    ...config,
    client,
    details: {
      firing: instances('Firing'),
      resolved: instances('Resolved'),
      num_firing: '{{ .Alerts.Firing | len }}',
      num_resolved: '{{ .Alerts.Resolved | len }}',
      ...part(config['details']),
    },
  };
}

function emit(shape: Shape, values: Values, minor: number): Values {
  const out: Values = {};
  for (const [name, field] of Object.entries(shape.fields)) {
    if (!known(field, minor)) continue;
    const written = emitField(field, values[name], minor);
    if (written !== undefined) out[name] = written;
  }
  return out;
}

function emitField(field: Field, value: unknown, minor: number): unknown {
  const { type } = field;
  if (value === undefined || value === '' || value === null) return field.always === true ? emptyOf(type) : undefined;
  if (typeof type === 'object') {
    if ('go' in type) return emit(type, part(value), minor);
    return emptied(
      parts(value).map((item) => emit(type[0], item, minor)),
      field,
    );
  }
  if (type === 'secret' || type === 'secretUrl') return '<secret>';
  if (type === 'matchers') return emptied(writeMatchers(value as Matcher[]), field);
  if (type === 'strings by name' || type === 'anything by name') return sorted(part(value));
  if (type === 'anything') return redacted(value);
  if (type === 'bool') return value === true || field.always === true ? value : undefined;
  return Array.isArray(value) ? emptied(value, field) : value;
}

function emptyOf(type: Field['type']): unknown {
  if (type === 'bool') return false;
  if (type === 'int') return 0;
  return type === 'strings' ? [] : undefined;
}

function emptied(list: readonly unknown[], field: Field): unknown {
  return list.length === 0 && field.always !== true ? undefined : list;
}

function sorted(values: Values): Values | undefined {
  const names = Object.keys(values).sort();
  return names.length === 0 ? undefined : Object.fromEntries(names.map((name) => [name, values[name]]));
}

/** Kinds of notification that are taken as they come: whatever may be a secret there is hidden. */
function redacted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(redacted);
  if (typeof value !== 'object' || value === null) return value;
  const hide = (name: string, item: unknown) =>
    typeof item === 'string' && /key|token|secret|pass|url$/.test(name) && !name.endsWith('_file');
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, hide(name, item) ? '<secret>' : redacted(item)]));
}
