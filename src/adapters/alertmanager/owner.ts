import { clean } from '../../engine/errors.ts';
import type { KubeObject } from '../../ports/index.ts';
import { fieldsOf } from './config.ts';
import { atLeast } from './version.ts';
import type { ConfigSource } from './workload.ts';

export type Owner = 'Helm' | 'Argo CD' | 'Flux';

/** The tool that would undo a patch. Argo CD renders Helm charts, whose labels then lie about Helm: it is asked first. */
export function ownerOf(object: KubeObject): Owner | undefined {
  const { labels = {}, annotations = {} } = object.metadata;
  const has = (record: Readonly<Record<string, string>>, prefix: string): boolean =>
    Object.keys(record).some((key) => key.startsWith(prefix));
  if (has(labels, 'argocd.argoproj.io/') || has(annotations, 'argocd.argoproj.io/')) return 'Argo CD';
  if (has(labels, 'kustomize.toolkit.fluxcd.io/') || has(labels, 'helm.toolkit.fluxcd.io/')) return 'Flux';
  if (
    labels['app.kubernetes.io/managed-by'] === 'Helm' ||
    labels['heritage'] === 'Helm' ||
    annotations['meta.helm.sh/release-name'] !== undefined
  )
    return 'Helm';
  return undefined;
}

export interface Situation {
  readonly owner: Owner | undefined;
  readonly version: string | undefined;
  readonly source: ConfigSource | undefined;
  readonly sourceObject: KubeObject | undefined;
  readonly custom: KubeObject | undefined;
  readonly heartbeat: boolean;
  readonly label: string;
}

/** Why nothing may be patched, with what to do instead; undefined where it may. */
export function handsOff(situation: Situation): string | undefined {
  const { owner, version, source, sourceObject, custom, heartbeat, label } = situation;
  const name = clean(label, 120);
  if (owner === 'Helm')
    return `Helm owns ${name} and would undo a patch: put the printed values into your values.yaml and run \`helm upgrade\``;
  if (owner) return `${owner} owns ${name} and would undo a patch: put the printed values into the repository that it follows`;
  if (custom && fieldsOf(custom['spec'])['alertmanagerConfiguration'] !== undefined)
    return `${name} takes its configuration from an AlertmanagerConfig object (spec.alertmanagerConfiguration): put the printed routes and receivers into that`;
  if (!source)
    return `the configuration of ${name} comes from neither a ConfigMap nor a Secret: put the printed configuration where it is kept`;
  if (!sourceObject && !custom)
    return `${source.kind} ${clean(source.name, 80)}, which holds the configuration of ${name}, does not exist: create it with the printed configuration`;
  if (sourceObject?.['immutable'] === true)
    return `${source.kind} ${clean(source.name, 80)} is immutable: replace it by one with the printed configuration`;
  if (version === undefined)
    return `the version of ${name} cannot be seen, neither from the server nor from its image: give the image a version tag (0.25 or later)`;
  if (!atLeast(version, 0, 22))
    return `${name} runs Alertmanager ${clean(version, 20)}, which does not know \`matchers\`: upgrade it to 0.25 or later`;
  if (source.kind === 'Secret') return undefined;
  if (!atLeast(version, 0, 25))
    return `${name} runs Alertmanager ${clean(version, 20)}, which reads no key files, and its configuration is in a ConfigMap, where a key must not be: upgrade it to 0.25 or later, or move its configuration into a Secret`;
  if (heartbeat && !atLeast(version, 0, 26))
    return `${name} runs Alertmanager ${clean(version, 20)}, which reads no webhook address from a file, and its configuration is in a ConfigMap, where the dead-man's-switch address must not be: upgrade it to 0.26 or later, move its configuration into a Secret, or leave the address out`;
  return undefined;
}
