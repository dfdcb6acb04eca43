/** What a field of the configuration may hold, and since (until) which minor version of Alertmanager 0.x it exists. */
export interface Field {
  readonly type:
    | 'string'
    | 'secret'
    | 'secretUrl'
    | 'bool'
    | 'int'
    | 'duration'
    | 'url'
    | 'strings'
    | 'matchers'
    | 'strings by name'
    | 'anything by name'
    | 'anything'
    | Shape
    | readonly [Shape];
  readonly since?: number;
  readonly until?: number;
  /** Sent out even where it is empty. */
  readonly always?: true;
}

export interface Shape {
  /** Go's name of the type, which refusals carry. */
  readonly go: string;
  readonly fields: Readonly<Record<string, Field>>;
  /** Which checks follow once it is decoded. */
  readonly check?: 'route' | 'receiver' | 'pagerduty' | 'webhook' | 'slack' | 'email' | 'inhibit' | 'interval' | 'root';
}

const text = { type: 'string' } as const;
const secret = { type: 'secret' } as const;
const bool = { type: 'bool' } as const;
const duration = { type: 'duration' } as const;
const anything = { type: 'anything' } as const;

const tlsConfig: Shape = {
  go: 'config.plain',
  fields: {
    ca: { ...text, since: 26 },
    cert: { ...text, since: 26 },
    key: { ...secret, since: 26 },
    ca_file: text,
    cert_file: text,
    key_file: text,
    server_name: text,
    insecure_skip_verify: { ...bool, always: true },
    min_version: { ...text, since: 25 },
    max_version: { ...text, since: 26 },
  },
};
export const httpConfig: Shape = {
  go: 'config.plain',
  fields: {
    basic_auth: {
      type: {
        go: 'config.BasicAuth',
        fields: { username: text, username_file: { ...text, since: 27 }, password: secret, password_file: text },
      },
    },
    authorization: { type: { go: 'config.Authorization', fields: { type: text, credentials: secret, credentials_file: text } }, since: 22 },
    oauth2: { ...anything, since: 23 },
    bearer_token: secret,
    bearer_token_file: text,
    tls_config: { type: tlsConfig },
    follow_redirects: { ...bool, since: 22, always: true },
    enable_http2: { ...bool, since: 24, always: true },
    proxy_url: text,
    no_proxy: { ...text, since: 26 },
    proxy_from_environment: { ...bool, since: 26 },
    proxy_connect_header: { ...anything, since: 26 },
    http_headers: { ...anything, since: 28 },
  },
};
const http = { type: httpConfig } as const;
const link: Shape = { go: 'config.PagerdutyLink', fields: { href: text, text } };
const image: Shape = { go: 'config.PagerdutyImage', fields: { src: text, alt: text, href: text } };

export function pagerdutyShape(minor: number): Shape {
  return {
    go: 'config.plain',
    check: 'pagerduty',
    fields: {
      send_resolved: { ...bool, always: true },
      http_config: http,
      service_key: secret,
      service_key_file: { ...text, since: 25 },
      routing_key: secret,
      routing_key_file: { ...text, since: 25 },
      url: { type: 'url' },
      client: text,
      client_url: text,
      description: text,
      details: { type: minor >= 30 ? 'anything by name' : 'strings by name' },
      images: { type: [image] },
      links: { type: [link] },
      source: { ...text, since: 25 },
      severity: text,
      class: text,
      component: text,
      group: text,
      timeout: { ...duration, since: 30, always: true },
    },
  };
}

function webhookShape(minor: number): Shape {
  return {
    go: 'config.plain',
    check: 'webhook',
    fields: {
      send_resolved: { ...bool, always: true },
      http_config: http,
      url: { type: minor >= 26 ? 'secretUrl' : 'url' },
      url_file: { ...text, since: 26 },
      max_alerts: { type: 'int', always: true },
      timeout: { ...duration, since: 28, always: true },
      payload: { ...anything, since: 33 },
    },
  };
}
const email: Shape = {
  go: 'config.plain',
  check: 'email',
  fields: {
    send_resolved: { ...bool, always: true },
    to: text,
    from: text,
    hello: text,
    smarthost: text,
    auth_username: text,
    auth_password: secret,
    auth_password_file: { ...text, since: 25 },
    auth_secret: secret,
    auth_identity: text,
    headers: { type: 'strings by name' },
    html: text,
    text,
    require_tls: bool,
    tls_config: { type: tlsConfig },
    threading: { ...anything, since: 30 },
  },
};
const slack: Shape = {
  go: 'config.plain',
  check: 'slack',
  fields: {
    send_resolved: { ...bool, always: true },
    http_config: http,
    api_url: { type: 'secretUrl' },
    api_url_file: { ...text, since: 22 },
    app_token: { ...secret, since: 30 },
    app_token_file: { ...text, since: 30 },
    app_url: { type: 'url', since: 30 },
    channel: text,
    username: text,
    color: text,
    title: text,
    title_link: text,
    pretext: text,
    text,
    fields: anything,
    short_fields: { ...bool, always: true },
    footer: text,
    fallback: text,
    callback_id: text,
    icon_emoji: text,
    icon_url: text,
    image_url: text,
    thumb_url: text,
    link_names: { ...bool, always: true },
    mrkdwn_in: { type: 'strings' },
    actions: anything,
    timeout: { ...duration, since: 30 },
  },
};
/** Kinds of notification that the imitation takes as they come: nothing of ours depends on what is in them. */
const others: Readonly<Record<string, Field>> = {
  discord_configs: { ...anything, since: 26 },
  opsgenie_configs: anything,
  wechat_configs: anything,
  pushover_configs: anything,
  victorops_configs: anything,
  sns_configs: { ...anything, since: 23 },
  telegram_configs: { ...anything, since: 24 },
  webex_configs: { ...anything, since: 25 },
  msteams_configs: { ...anything, since: 26 },
  msteamsv2_configs: { ...anything, since: 28 },
  jira_configs: { ...anything, since: 28 },
  rocketchat_configs: { ...anything, since: 28 },
  incidentio_configs: { ...anything, since: 29 },
  mattermost_configs: { ...anything, since: 30 },
};

export const routeShape: Shape = {
  go: 'config.plain',
  check: 'route',
  get fields(): Readonly<Record<string, Field>> {
    return routeFields;
  },
};
const routeFields: Readonly<Record<string, Field>> = {
  receiver: text,
  group_by: { type: 'strings' },
  match: { type: 'strings by name' },
  match_re: { type: 'strings by name' },
  matchers: { type: 'matchers', since: 22 },
  mute_time_intervals: { type: 'strings', since: 22 },
  active_time_intervals: { type: 'strings', since: 24 },
  continue: { ...bool, always: true },
  routes: { type: [routeShape] },
  group_wait: duration,
  group_interval: duration,
  repeat_interval: duration,
};

export function rootShape(minor: number): Shape {
  const receiver: Shape = {
    go: 'config.plain',
    check: 'receiver',
    fields: {
      name: text,
      labels: { type: 'strings by name', since: 33 },
      pagerduty_configs: { type: [pagerdutyShape(minor)] },
      webhook_configs: { type: [webhookShape(minor)] },
      email_configs: { type: [email] },
      slack_configs: { type: [slack] },
      ...others,
    },
  };
  const inhibit: Shape = {
    go: 'config.plain',
    check: 'inhibit',
    fields: {
      name: { ...text, since: 30 },
      source_match: { type: 'strings by name' },
      source_match_re: { type: 'strings by name' },
      source_matchers: { type: 'matchers', since: 22 },
      sources: { ...anything, since: 32 },
      target_match: { type: 'strings by name' },
      target_match_re: { type: 'strings by name' },
      target_matchers: { type: 'matchers', since: 22 },
      equal: { type: 'strings' },
    },
  };
  const interval: Shape = { go: 'config.plain', check: 'interval', fields: { name: text, time_intervals: anything } };
  return {
    go: 'config.plain',
    check: 'root',
    fields: {
      global: { type: globalShape },
      route: { type: routeShape },
      inhibit_rules: { type: [inhibit] },
      receivers: { type: [receiver] },
      templates: { type: 'strings', always: true },
      mute_time_intervals: { type: [interval], since: 22 },
      time_intervals: { type: [interval], since: 24 },
      tracing: { ...anything, since: 30 },
    },
  };
}

const globalShape: Shape = {
  go: 'config.plain',
  fields: {
    resolve_timeout: { ...duration, always: true },
    http_config: http,
    smtp_from: text,
    smtp_hello: text,
    smtp_smarthost: text,
    smtp_auth_username: text,
    smtp_auth_password: secret,
    smtp_auth_password_file: { ...text, since: 25 },
    smtp_auth_secret: secret,
    smtp_auth_identity: text,
    smtp_require_tls: { ...bool, always: true },
    smtp_tls_config: { type: tlsConfig, since: 28 },
    slack_api_url: { type: 'secretUrl' },
    slack_api_url_file: { ...text, since: 22 },
    slack_app_token: { ...secret, since: 30 },
    slack_app_url: { type: 'url', since: 30 },
    pagerduty_url: { type: 'url' },
    opsgenie_api_url: { type: 'url' },
    opsgenie_api_key: secret,
    opsgenie_api_key_file: { ...text, since: 24 },
    wechat_api_url: { type: 'url' },
    wechat_api_secret: secret,
    wechat_api_corp_id: text,
    victorops_api_url: { type: 'url' },
    victorops_api_key: secret,
    victorops_api_key_file: { ...text, since: 25 },
    telegram_api_url: { type: 'url', since: 24 },
    webex_api_url: { type: 'url', since: 25 },
    rocketchat_api_url: { type: 'url', since: 28 },
    rocketchat_token: { ...secret, since: 28 },
    rocketchat_token_id: { ...secret, since: 28 },
    jira_api_url: { type: 'url', since: 28 },
  },
};
