import type { KubeConfig } from '@kubernetes/client-node';
import { clean, PmpError } from '../../engine/errors.ts';
import type { ClusterTarget } from '../../ports/index.ts';
import { isLoopback } from '../http.ts';

/** Where the kubeconfig comes from; none of both: KUBECONFIG, ~/.kube/config, the pod's service account. */
export interface KubeconfigSource {
  readonly path?: string;
  readonly text?: string;
}

export interface ChosenConfig {
  readonly config: KubeConfig;
  readonly target: ClusterTarget;
  /** Base URL of the API server, without a trailing slash. */
  readonly server: string;
}

/**
 * Loads the kubeconfig and settles on a context.
 * @throws PmpError kubernetes-config naming what is missing; never quotes the file, which holds credentials
 */
export async function loadConfig(source: KubeconfigSource | undefined, context: string | undefined): Promise<ChosenConfig> {
  // The package's main file loads every API group; the configuration alone is a third of that.
  const { KubeConfig: Config } = await import('@kubernetes/client-node/dist/config.js');
  const config = new Config();
  try {
    if (source?.text !== undefined) config.loadFromString(source.text);
    else if (source?.path !== undefined) config.loadFromFile(source.path);
    else config.loadFromDefault();
  } catch (thrown) {
    throw unreadable(source, thrown);
  }
  if (isNothingFound(config)) throw nothingFound();
  return choose(config, context);
}

/** `loadFromDefault` answers with an invented cluster where it finds nothing. */
function isNothingFound(config: KubeConfig): boolean {
  return config.currentContext === 'loaded-context' && config.getCurrentCluster()?.server === 'http://localhost:8080';
}

function nothingFound(): PmpError {
  return new PmpError('kubernetes-config', {
    message: 'No kubeconfig was found',
    cause: 'KUBECONFIG is not set, ~/.kube/config does not exist, and this is no pod',
    fix: 'Name one with --kubeconfig (on EKS `aws eks update-kubeconfig --name <cluster>` writes it), or answer `kubernetes: none`.',
  });
}

function unreadable(source: KubeconfigSource | undefined, thrown: unknown): PmpError {
  const code = thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : undefined;
  const file = thrown instanceof Error && 'path' in thrown && typeof thrown.path === 'string' ? thrown.path : source?.path;
  // js-yaml's message quotes the lines around the fault, which may hold a token; the loader's own say only which field is missing.
  const own =
    thrown instanceof Error && /^(?:clusters|users|contexts)\[\d+\]\.[\w.]+ is missing$/.test(thrown.message) ? thrown.message : undefined;
  const cause = code === 'ENOENT' ? 'there is no such file' : (own ?? code ?? 'it is no kubeconfig');
  return new PmpError('kubernetes-config', {
    message: `The kubeconfig${file === undefined ? '' : ` ${clean(file)}`} cannot be used`,
    cause: clean(cause),
    fix: 'Check the file with `kubectl config view`, or name another with --kubeconfig.',
  });
}

function choose(config: KubeConfig, wanted: string | undefined): ChosenConfig {
  const name = wanted ?? config.currentContext;
  const context = name === undefined || name === '' ? null : config.getContextObject(name);
  if (!context) throw noSuchContext(config, name);
  config.setCurrentContext(name ?? '');
  const cluster = config.getCurrentCluster();
  if (!cluster || !URL.canParse(cluster.server)) throw incomplete(context.name, 'names no cluster with a valid server address');
  if (context.user && !config.getCurrentUser())
    throw incomplete(context.name, `names the user "${clean(context.user)}", which the file does not have`);
  if (cluster.proxyUrl) throw incomplete(context.name, 'reaches its cluster through `proxy-url`, which pmp-pd does not support');
  const url = new URL(cluster.server);
  if (url.username !== '' || url.password !== '') throw incomplete(context.name, 'has a server address with user info in it');
  if (url.protocol === 'http:') {
    if (!isLoopback(url)) throw incomplete(context.name, 'reaches its cluster by plain http, which is allowed to this machine only');
    // The loader refuses plain http unless TLS verification is off; there is no TLS to verify on loopback.
    Object.assign(cluster, { skipTLSVerify: true });
  }
  return {
    config,
    server: cluster.server.replace(/\/+$/, ''),
    target: { context: clean(context.name), cluster: clean(context.cluster ?? cluster.name), server: url.host },
  };
}

function noSuchContext(config: KubeConfig, name: string | undefined): PmpError {
  const known = config.getContexts().map((one) => clean(one.name, 80));
  return new PmpError('kubernetes-config', {
    message: name ? `The kubeconfig has no context "${clean(name)}"` : 'The kubeconfig names no current context',
    cause: known.length > 0 ? `it has: ${known.join(', ')}` : 'it has no context at all',
    fix: 'Choose one with --context, or with `kubectl config use-context <name>`.',
  });
}

function incomplete(context: string, what: string): PmpError {
  return new PmpError('kubernetes-config', {
    message: `The kubeconfig's context "${clean(context)}" cannot be used: it ${what}`,
    fix: 'Choose another context with --context, or repair the kubeconfig.',
  });
}
