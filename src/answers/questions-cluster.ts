import { fileKey, textQuestion, wordQuestion, type Words } from './ask.ts';
import { guide, keyDirOf, type Draft } from './draft.ts';
import { readContext, readDns, readUrl } from './fields.ts';
import type { Question } from './question.ts';

const integration: Question = wordQuestion(
  'integration',
  {
    step: 5,
    purpose: "Kind of integration: events_v2 carries severity and links; prometheus is the guide's, on Events API v1.",
    message: 'Which kind of integration?',
    help: 'One choice sets the integration, the field in alertmanager.yml, the drill and the checks, so that they cannot disagree.',
    departure:
      'it takes the Prometheus integration (Events API v1), which carries no severity, so P3 could not stay quiet, and does not exist in the EU.',
    when: (_, { region }) => region === 'us',
  },
  [
    ['events_v2', 'Events API v2: severity, links, EU'],
    ['prometheus', "The guide's Prometheus kind (v1): no severity, US only"],
  ],
);

const hasCluster = (draft: Draft): boolean => draft.kubernetes !== 'none';
const cluster = (draft: Draft) => (draft.kubernetes === 'none' ? undefined : draft.kubernetes);

const kubernetes: Question = {
  path: ['kubernetes'],
  step: 6,
  purpose: 'The cluster that holds the keys; none: no cluster is touched.',
  message: 'Put the keys into a Kubernetes secret?',
  help: 'Without a cluster the keys stay in PagerDuty and you carry them over yourself. A webhook then is not possible: its secret would have no place.',
  ask: {
    kind: 'choice',
    options: [
      { value: 'yes', label: 'Yes', hint: 'secret pagerduty-secrets in namespace monitoring' },
      { value: 'none', label: 'No cluster', hint: 'kubernetes: none' },
    ],
    initial: (draft) => (draft.kubernetes === 'none' ? 'none' : 'yes'),
  },
  known: (draft) => draft.kubernetes !== undefined,
  put: (draft, typed) => {
    if (typed !== 'none') return { ...draft, kubernetes: cluster(draft) ?? {} };
    const { webhook: _webhook, ...rest } = draft;
    return { ...rest, kubernetes: 'none', ...(rest.alertmanager ? { alertmanager: { ...rest.alertmanager, apply: false } } : {}) };
  },
};

/** The question for one name inside of `kubernetes`. */
function clusterName(
  key: 'context' | 'namespace' | 'secret',
  words: Pick<Words, 'purpose' | 'message' | 'help' | 'flag'>,
  field: Pick<Parameters<typeof textQuestion>[1], 'usual' | 'read' | 'none'>,
): Question {
  return textQuestion(
    { ...words, path: ['kubernetes', key], step: 6, when: hasCluster },
    {
      ...field,
      now: (draft) => cluster(draft)?.[key],
      write: (draft, name) => ({ ...draft, kubernetes: { ...cluster(draft), [key]: name } }),
    },
  );
}

const context = clusterName(
  'context',
  {
    purpose: 'Context of the kubeconfig; left out: the current one.',
    message: 'kubeconfig context:',
    help: 'As `kubectl config get-contexts` lists them. Naming it keeps a later run from reaching another cluster.',
    flag: '--context',
  },
  {
    read: readContext,
    none: { means: 'the current one', write: (draft) => ({ ...draft, kubernetes: { ...cluster(draft), context: undefined } }) },
  },
);

const namespace = clusterName(
  'namespace',
  {
    purpose: 'Namespace of Alertmanager and of the secret.',
    message: 'Namespace of Alertmanager:',
    help: 'The keys go there too. It is created where it is absent; the plan says so.',
    flag: '--namespace',
  },
  { usual: guide.kubernetes.namespace, read: readDns('label') },
);

const secret = clusterName(
  'secret',
  {
    purpose: 'Name of the secret that holds both integration keys.',
    message: 'Name of the secret:',
    help: "Its keys are the guide's: PAGERDUTY_SERVICE_KEY_CRITICAL and PAGERDUTY_SERVICE_KEY_HIGH.",
  },
  { usual: guide.kubernetes.secret, read: readDns('subdomain') },
);

const apply: Question = {
  path: ['alertmanager', 'apply'],
  step: 6,
  purpose: 'Put the configuration in force in the cluster, not only into a file.',
  message: 'Put the Alertmanager configuration in force in the cluster?',
  help: 'In this order: secret, mount, rollout, configuration, reload. If a part cannot be done, the old configuration is in force again at once.',
  departure:
    "'${PAGERDUTY_SERVICE_KEY_CRITICAL}' in alertmanager.yml is never expanded: the text itself would be sent as the key. Keys are read from the mounted secret instead.",
  flag: '--apply-alertmanager',
  ask: {
    kind: 'choice',
    options: [
      {
        value: 'yes',
        label: 'Yes: mount the secret, apply, reload',
        hint: 'alertmanager.apply: true; your own routes and receivers stay, the plan shows it first',
      },
      { value: 'no', label: 'No, only write the file', hint: 'alertmanager.apply: false; nobody is paged until somebody loads it' },
    ],
    initial: (draft, { canApply }) => ((draft.alertmanager?.apply ?? canApply) ? 'yes' : 'no'),
  },
  when: hasCluster,
  known: (draft) => draft.alertmanager?.apply !== undefined,
  put: (draft, typed) => ({ ...draft, alertmanager: { ...draft.alertmanager, apply: typed === 'yes' } }),
};

function base(key: 'runbook_base' | 'graphs_base', field: 'runbookBase' | 'graphsBase', what: string): Question {
  return textQuestion(
    {
      path: ['alertmanager', key],
      step: 8,
      purpose: `Address of the ${what} for alerts that name none.`,
      message: `Address of your ${what}:`,
      help: "An alert's own annotation wins; this address stands in incidents whose alert has none.",
    },
    {
      now: (draft) => draft.alertmanager?.[field],
      usual: guide.alertmanager[field],
      read: readUrl(['https:', 'http:']),
      write: (draft, url) => ({ ...draft, alertmanager: { ...draft.alertmanager, [field]: url } }),
    },
  );
}

const windows: Question = {
  path: ['windows'],
  step: 9,
  purpose: 'Maintenance windows, by date or by rule; none: waived on purpose.',
  message: 'Maintenance windows',
  help: 'By date (2026-12-05 22:00 for 2h) or by rule (first Saturday 22:00 for 4h, the next 3).',
  departure: 'alerts are not "suppressed but still visible" during maintenance: in a window events create nothing at all.',
  ask: { kind: 'windows' },
  known: (draft) => draft.windows !== undefined,
  put: (draft) => draft,
};

const webhook: Question = textQuestion(
  {
    path: ['webhook', 'url'],
    step: 10,
    purpose: 'Where PagerDuty reports incidents to, https; left out: nowhere.',
    message: 'https address for a webhook:',
    help: 'A webhook v3 subscription for each service. Its signing secret, shown once, goes into the secret pagerduty-webhook; a ping proves it.',
    departure:
      'Alertmanager has no address that PagerDuty could call back. send_resolved is set; a webhook can inform a system of yours instead.',
    when: hasCluster,
  },
  {
    now: (draft) => draft.webhook?.url,
    read: readUrl(['https:']),
    write: (draft, url) => ({ ...draft, webhook: { url } }),
    none: { means: 'none', write: ({ webhook: _old, ...rest }) => rest },
  },
);

/** Steps 5 to 10. */
export const clusterQuestions: readonly Question[] = [
  integration,
  kubernetes,
  context,
  namespace,
  secret,
  apply,
  fileKey(['alertmanager'], 6, 'Where the Alertmanager configuration goes and what it carries.'),
  fileKey(['alertmanager', 'key_dir'], 6, `Folder in the container where the secret is mounted, by default ${keyDirOf('<secret>')}.`),
  fileKey(['alertmanager', 'file'], 6, 'File, below the working folder, that the configuration is written to.'),
  fileKey(['alertmanager', 'rules_file'], 7, 'File that the Prometheus rules are written to.'),
  fileKey(['alertmanager', 'annotations'], 8, 'Names of the annotations that carry summary, runbook and graphs.'),
  base('runbook_base', 'runbookBase', 'runbooks'),
  base('graphs_base', 'graphsBase', 'graphs'),
  windows,
  fileKey(['webhook'], 10, 'A webhook v3 subscription for each service.'),
  webhook,
];
