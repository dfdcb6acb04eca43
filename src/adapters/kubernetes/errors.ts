import { clean, PmpError, type ErrorId } from '../../engine/errors.ts';
import type { HttpFailure, HttpResponse } from '../http.ts';

/** Kubernetes' own error object, as far as it is looked at. */
export interface Status {
  readonly reason: string;
  readonly message: string;
  readonly causes: readonly { readonly reason: string; readonly message: string; readonly field: string }[];
}

/** What was being done, for the sentence: "write", "secrets", "Secret monitoring/pagerduty-secrets". */
export interface Doing {
  readonly verb: string;
  readonly what: string;
  /** Host of the API server. */
  readonly server: string;
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && name in value ? (value as Record<string, unknown>)[name] : undefined;
}
const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** The Status object of an answer; undefined where the body is none. */
export function statusOf(body: string): Status | undefined {
  try {
    const parsed: unknown = JSON.parse(body);
    if (field(parsed, 'kind') !== 'Status') return undefined;
    const causes: unknown = field(field(parsed, 'details'), 'causes');
    return {
      reason: text(field(parsed, 'reason')),
      message: text(field(parsed, 'message')),
      causes: (Array.isArray(causes) ? causes : []).map((one: unknown) => ({
        reason: text(field(one, 'reason')),
        message: text(field(one, 'message')),
        field: text(field(one, 'field')),
      })),
    };
  } catch {
    return undefined;
  }
}

/** Answers in which the server quotes what it was sent. */
const quoting: ReadonlySet<number> = new Set([400, 422, 500]);

/** An answer that is no success, as the error a person reads. @param writesSecret then words that may quote a value are left out */
export function refusal(response: HttpResponse, doing: Doing, writesSecret = false): PmpError {
  const status = statusOf(response.text);
  const words =
    writesSecret && quoting.has(response.status) ? status?.causes.map((one) => `${one.field} ${one.reason}`).join('; ') : status?.message;
  const cause = clean(words || status?.reason || `HTTP ${response.status}`);
  const fail = (id: ErrorId, message: string, fix: string, because = cause): PmpError =>
    new PmpError(id, { message, cause: because, fix, resource: doing.what });
  switch (response.status) {
    case 401:
      return fail('kubernetes-credentials', `The cluster ${doing.server} does not know who we are`, unknownPrincipal(doing.server));
    case 403:
      return forbidden(doing, status, fail);
    case 404:
      return fail(
        'kubernetes-refused',
        `Cannot ${doing.verb} ${doing.what}: it, or its namespace, does not exist`,
        'Create what is missing, or check --context and --namespace.',
      );
    case 409:
      return conflict(doing, status, fail);
    case 413:
      return fail(
        'kubernetes-refused',
        `${doing.what} is larger than the cluster takes`,
        'Shorten the configuration: a Secret or ConfigMap holds 1 MiB at most.',
      );
    case 422:
      return invalid(doing, status, fail);
    case 429:
      return fail(
        'kubernetes-unreachable',
        `The cluster ${doing.server} is overloaded and turned us away`,
        'Wait a minute and run the same command again.',
      );
    default:
      if (response.status >= 500 && response.status !== 500)
        return fail(
          'kubernetes-unreachable',
          `The cluster ${doing.server} could not ${doing.verb} ${doing.what}`,
          'Run the same command again; if it stays so, look at the health of the API server.',
        );
      return fail(
        'kubernetes-refused',
        `The cluster refused to ${doing.verb} ${doing.what}`,
        "Read the cause; it is the API server's own.",
      );
  }
}

type Fail = (id: ErrorId, message: string, fix: string, because?: string) => PmpError;

function unknownPrincipal(server: string): string {
  return /\.eks\.amazonaws\.com(?:\.cn)?(?::\d+)?$/.test(server)
    ? 'Let an admin of the cluster add your IAM principal (an EKS access entry, or aws-auth), or use the AWS profile that has one.'
    : 'Sign in to the cluster again, or use a kubeconfig with a valid token.';
}

function forbidden(doing: Doing, status: Status | undefined, fail: Fail): PmpError {
  const denied = /cannot (?<verb>\w+) resource "(?<resource>[^"]+)"/.exec(status?.message ?? '')?.groups;
  if (/system:anonymous/.test(status?.message ?? ''))
    return fail(
      'kubernetes-credentials',
      `The cluster ${doing.server} got no credentials from us`,
      'Use a kubeconfig whose context names a user with credentials.',
    );
  const verb = clean(denied?.['verb'] ?? doing.verb);
  const resource = clean(denied?.['resource'] ?? doing.what);
  return fail(
    'kubernetes-permission',
    `You may not ${verb} ${resource} in this cluster (${doing.what})`,
    `Ask for a role with the verb "${verb}" on "${resource}", or use another --context.`,
  );
}

function conflict(doing: Doing, status: Status | undefined, fail: Fail): PmpError {
  const owned = status?.causes.filter((one) => one.reason === 'FieldManagerConflict') ?? [];
  const managers = [...new Set(owned.map((one) => /"([^"]+)"/.exec(one.message)?.[1] ?? 'another manager'))].map((one) => clean(one, 80));
  if (managers.length > 0) {
    const fields = owned.map((one) => clean(one.field, 120)).join(', ');
    return fail(
      'kubernetes-conflict',
      `${doing.what} is managed by ${managers.join(' and ')}, which set another value`,
      `Change it where ${managers[0] ?? 'the other manager'} gets it from, or let pmp-pd take it over with \`adopt: true\`.`,
      `conflict with ${managers.join(', ')} over ${fields}`,
    );
  }
  return fail(
    'kubernetes-conflict',
    `${doing.what} was changed by somebody else at the same time`,
    'Run the same command again: it starts from what is there now.',
  );
}

function invalid(doing: Doing, status: Status | undefined, fail: Fail): PmpError {
  const immutable =
    status?.causes.some((one) => one.reason === 'FieldValueForbidden' && one.field === 'data') || /immutable/.test(status?.message ?? '');
  if (immutable)
    return fail(
      'kubernetes-refused',
      `${doing.what} is immutable and cannot be changed`,
      'Delete it by hand if nobody else needs it, then run setup again: it is made anew.',
    );
  return fail('kubernetes-refused', `The cluster finds ${doing.what} invalid`, 'Read the cause: it names the field.');
}

/** A call without a usable answer, as the error a person reads. */
export function unreachable(failure: HttpFailure, doing: Doing): PmpError {
  const eks = /\.eks\.amazonaws\.com(?:\.cn)?(?::\d+)?$/.test(doing.server);
  const facts = { cause: clean(failure.message), resource: doing.what };
  if (failure.reason === 'aborted')
    return new PmpError(
      'interrupted',
      { message: `Stopped while trying to ${doing.verb} ${doing.what}`, fix: 'Run the same command again to go on.' },
      { cause: failure },
    );
  if (failure.reason === 'tls')
    return new PmpError(
      'kubernetes-unreachable',
      {
        ...facts,
        message: `The certificate of the cluster ${doing.server} cannot be trusted`,
        fix: "Put the cluster's certificate authority into the kubeconfig (certificate-authority-data), or renew the expired certificate.",
      },
      { cause: failure },
    );
  const fix =
    eks && failure.reason === 'timeout'
      ? 'Connect to the VPN or run this inside the VPC: an EKS endpoint that is private answers nobody outside.'
      : 'Check the network, the VPN and --context, then try `kubectl version`.';
  return new PmpError(
    'kubernetes-unreachable',
    { ...facts, message: `The cluster ${doing.server} cannot be reached`, fix },
    { cause: failure },
  );
}
