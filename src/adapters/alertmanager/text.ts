import type { AlertmanagerSettings, Parts } from '../../model/index.ts';
import { heartbeatSecretName } from '../../model/index.ts';
import type { AlertmanagerText, Templates } from '../../ports/index.ts';
import { parseConfiguration } from './config.ts';
import { merge } from './merge.ts';
import { extractParts } from './parts.ts';
import { alone, conditions, currentDialect, fill, words, type Dialect, type InlineValues, type Surroundings } from './template.ts';

/** The text work that only the cluster's adapter needs: other dialects, and putting ours into what is there. */
export interface AlertmanagerTextWork extends AlertmanagerText {
  /** Ours put into an existing configuration (see `merge`); an empty one becomes a complete configuration. */
  compose(source: string, settings: AlertmanagerSettings, dialect: Dialect, inline?: InlineValues): string;
  /** The parts as a dialect writes them: what a given Alertmanager has in force when everything is right. */
  partsOf(settings: AlertmanagerSettings, dialect: Dialect): Parts;
}

/** Parts never show a value; that there is one is all they tell. */
const someValues: InlineValues = { keys: { critical: 'some key', high: 'some key' }, watchdogUrl: 'some address' };

/**
 * Reads the templates once. @param secretName the guide's secret, for the Helm values
 * @throws PmpError where a template cannot be read
 */
export async function createAlertmanagerText(options: {
  readonly templates: Templates;
  readonly secretName?: string;
}): Promise<AlertmanagerTextWork> {
  const { templates, secretName = 'pagerduty-secrets' } = options;
  const [main, rules, values] = await Promise.all([
    templates.read('alertmanager.yml'),
    templates.read('pmp-rules.yml'),
    templates.read('helm-values.yaml'),
  ]);

  const renderWith = (settings: AlertmanagerSettings, dialect: Dialect, around: Surroundings, inline?: InlineValues): string =>
    withoutPreface(fill(main, conditions(settings, dialect, around), words(settings, inline)));
  const render = (settings: AlertmanagerSettings): string => renderWith(settings, currentDialect, alone);
  const partsOf = (settings: AlertmanagerSettings, dialect: Dialect): Parts =>
    partsIn(renderWith(settings, dialect, alone, someValues), settings);

  return {
    render: async (settings) => render(settings),
    renderRules: async (settings) => fill(rules, new Set(), words(settings)),
    parts: (settings) => partsOf(settings, currentDialect),
    partsIn: (text, settings) => {
      const wanted = partsOf(settings, currentDialect);
      return Object.fromEntries(Object.entries(partsIn(text, settings)).filter(([name]) => name in wanted));
    },
    valuesSnippet: async (settings) => helmValues(values, settings, secretName, render),
    compose: (source, settings, dialect, inline) => merge(source, (around) => renderWith(settings, dialect, around, inline)),
    partsOf,
  };
}

function partsIn(text: string, settings: AlertmanagerSettings): Parts {
  const configuration = parseConfiguration(text);
  return configuration ? extractParts(configuration, settings) : {};
}

/** The folder the prometheus-operator mounts `spec.secrets` under. */
export const operatorSecretsDir = '/etc/alertmanager/secrets';

function helmValues(
  template: string,
  settings: AlertmanagerSettings,
  secretName: string,
  render: (settings: AlertmanagerSettings) => string,
): string {
  const operator = {
    ...settings,
    keyDir: `${operatorSecretsDir}/${secretName}`,
    heartbeatDir: `${operatorSecretsDir}/${heartbeatSecretName}`,
  };
  const known = {
    ...words(settings),
    SECRET: secretName,
    HEARTBEAT_SECRET: heartbeatSecretName,
    CONFIG: indented(render(settings), 2),
    OPERATOR_CONFIG: indented(render(operator), 4),
  };
  return fill(template, new Set(settings.heartbeat ? ['heartbeat'] : []), known);
}

function indented(text: string, column: number): string {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => (line === '' ? line : ' '.repeat(column) + line))
    .join('\n')
    .trimStart();
}

/** What the template says about itself is not for the rendered file; its last paragraph is. */
function withoutPreface(text: string): string {
  const from = text.indexOf('# There is no key in here');
  return from === -1 ? text : `# alertmanager.yml, written by pmp-pd.\n#\n${text.slice(from)}`;
}
