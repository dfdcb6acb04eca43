import type { Kind } from './kinds.ts';
import { invalid } from './status.ts';
import type { Cause } from './status.ts';
import { nameOf } from './state.ts';
import { at, same, strings, text, tree, trees } from './tree.ts';
import type { Tree } from './tree.ts';

/** @throws StatusError 422 naming everything that is wrong. */
export function validate(kind: Kind, before: Tree | undefined, after: Tree): void {
  const causes = [
    ...nameCauses(kind, after),
    ...(rules[kind.plural]?.(after) ?? []),
    ...(before === undefined ? [] : (changes[kind.plural]?.(before, after) ?? [])),
  ];
  if (causes.length > 0) throw invalid(kind, nameOf(after), causes);
}

function required(field: string): Cause {
  return { reason: 'FieldValueRequired', message: 'Required value', field };
}

function wrong(field: string, value: unknown, why: string): Cause {
  return { reason: 'FieldValueInvalid', message: `Invalid value: ${JSON.stringify(value ?? null)}: ${why}`, field };
}

function forbidden(field: string, why: string): Cause {
  return { reason: 'FieldValueForbidden', message: `Forbidden: ${why}`, field };
}

function tooLong(field: string): Cause {
  return { reason: 'FieldValueTooLong', message: `Too long: may not be more than ${mebibyte} bytes`, field };
}

const mebibyte = 1_048_576;
const subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const subdomainWords =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const keyPattern = /^[-._a-zA-Z0-9]+$/;
const keyWords =
  "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')";

function nameCauses(kind: Kind, object: Tree): Cause[] {
  const name = nameOf(object);
  if (name === '') return [{ ...required('metadata.name'), message: 'Required value: name or generateName is required' }];
  if (kind.plural !== 'customresourcedefinitions' && (!subdomain.test(name) || name.length > 253))
    return [wrong('metadata.name', name, subdomainWords)];
  const labels = strings(at(object, 'metadata', 'labels'));
  return Object.values(labels)
    .filter((value) => !/^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$/.test(value) || value.length > 63)
    .map((value) =>
      wrong(
        'metadata.labels',
        value,
        "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')",
      ),
    );
}

const rules: Readonly<Record<string, (object: Tree) => Cause[]>> = {
  secrets: (object) => {
    const data = strings(object['data']);
    const size = Object.values(data).reduce((sum, value) => sum + Buffer.from(value, 'base64').length, 0);
    return [...keyCauses(data), ...(size > mebibyte ? [tooLong('data')] : [])];
  },
  configmaps: (object) => {
    const data = strings(object['data']);
    const size = Object.values(data).reduce((sum, value) => sum + Buffer.byteLength(value), 0);
    return [...keyCauses(data), ...(size > mebibyte ? [tooLong('[]')] : [])];
  },
  deployments: workloadCauses,
  statefulsets: workloadCauses,
  services: (object) =>
    trees(at(object, 'spec', 'ports')).length === 0 && at(object, 'spec', 'clusterIP') !== 'None' ? [required('spec.ports')] : [],
};

function keyCauses(data: Readonly<Record<string, string>>): Cause[] {
  return Object.keys(data)
    .filter((key) => !keyPattern.test(key))
    .map((key) => wrong(`data[${key}]`, key, keyWords));
}

function workloadCauses(object: Tree): Cause[] {
  const spec = tree(object['spec']);
  const labels = strings(at(spec, 'template', 'metadata', 'labels'));
  const selector = spec['selector'];
  const wanted = strings(at(selector, 'matchLabels'));
  const matches = selector !== undefined && Object.entries(wanted).every(([name, value]) => labels[name] === value);
  const shown = at(spec, 'template', 'metadata', 'labels');
  return [
    ...(selector === undefined ? [required('spec.selector')] : []),
    ...(matches ? [] : [wrong('spec.template.metadata.labels', shown, '`selector` does not match template `labels`')]),
    ...podCauses(tree(at(spec, 'template', 'spec')), 'spec.template.spec'),
  ];
}

function podCauses(spec: Tree, path: string): Cause[] {
  const containers = trees(spec['containers']);
  const volumes = trees(spec['volumes']).map((volume) => text(volume['name']));
  return [
    ...(containers.length === 0 ? [required(`${path}.containers`)] : []),
    ...volumes.flatMap((name, index) => (volumes.indexOf(name) < index ? [duplicate(`${path}.volumes[${index}].name`, name)] : [])),
    ...trees(spec['volumes']).flatMap((volume, index) => volumeCauses(volume, `${path}.volumes[${index}]`)),
    ...containers.flatMap((container, index) => containerCauses(container, volumes, `${path}.containers[${index}]`)),
  ];
}

function volumeCauses(volume: Tree, path: string): Cause[] {
  const sources = Object.keys(volume).filter((name) => name !== 'name');
  if (sources.length === 0) return [{ ...required(path), message: 'Required value: must specify a volume type' }];
  if (sources.length > 1) return [forbidden(`${path}.${sources[1]}`, 'may not specify more than 1 volume type')];
  if (volume['secret'] !== undefined && text(at(volume, 'secret', 'secretName')) === '') return [required(`${path}.secret.secretName`)];
  return volume['configMap'] !== undefined && text(at(volume, 'configMap', 'name')) === '' ? [required(`${path}.configMap.name`)] : [];
}

function duplicate(field: string, value: string): Cause {
  return { reason: 'FieldValueDuplicate', message: `Duplicate value: ${JSON.stringify(value)}`, field };
}

function containerCauses(container: Tree, volumes: readonly string[], path: string): Cause[] {
  const mounts = trees(container['volumeMounts']);
  const paths = mounts.map((mount) => text(mount['mountPath']));
  return [
    ...(text(container['name']) === '' ? [required(`${path}.name`)] : []),
    ...(text(container['image']) === '' ? [required(`${path}.image`)] : []),
    ...mounts.flatMap((mount, index) => {
      const here = `${path}.volumeMounts[${index}]`;
      const name = text(mount['name']);
      return [
        ...(volumes.includes(name)
          ? []
          : [{ reason: 'FieldValueNotFound', message: `Not found: ${JSON.stringify(name)}`, field: `${here}.name` }]),
        ...(paths[index] === '' ? [required(`${here}.mountPath`)] : []),
        ...(paths.indexOf(paths[index] ?? '') < index ? [wrong(`${here}.mountPath`, paths[index], 'must be unique')] : []),
      ];
    }),
  ];
}

/** What may not change between two versions of an object. */
const changes: Readonly<Record<string, (before: Tree, after: Tree) => Cause[]>> = {
  secrets: (before, after) => [
    ...(before['type'] === after['type'] ? [] : [wrong('type', after['type'], 'field is immutable')]),
    ...frozen(before, after, ['data']),
  ],
  configmaps: (before, after) => frozen(before, after, ['data', 'binaryData']),
  deployments: fixedSelector,
  statefulsets: fixedStatefulSet,
  services: (before, after) => {
    const [old, now] = [at(before, 'spec', 'clusterIP'), at(after, 'spec', 'clusterIP')];
    return same(old, now) ? [] : [wrong('spec.clusterIPs[0]', [now], 'may not change once set')];
  },
};

function frozen(before: Tree, after: Tree, fields: readonly string[]): Cause[] {
  if (before['immutable'] !== true) return [];
  const why = 'field is immutable when `immutable` is set';
  const loosened = after['immutable'] === true ? [] : [forbidden('immutable', why)];
  return [...loosened, ...fields.filter((field) => !same(before[field] ?? {}, after[field] ?? {})).map((field) => forbidden(field, why))];
}

function fixedSelector(before: Tree, after: Tree): Cause[] {
  const [old, now] = [at(before, 'spec', 'selector'), at(after, 'spec', 'selector')];
  return same(old, now) ? [] : [wrong('spec.selector', now, 'field is immutable')];
}

const changeable = [
  'replicas',
  'ordinals',
  'template',
  'updateStrategy',
  'revisionHistoryLimit',
  'persistentVolumeClaimRetentionPolicy',
  'minReadySeconds',
];

function fixedStatefulSet(before: Tree, after: Tree): Cause[] {
  const rest = (object: Tree) => Object.fromEntries(Object.entries(tree(object['spec'])).filter(([name]) => !changeable.includes(name)));
  if (same(rest(before), rest(after))) return [];
  const list = changeable.map((name) => `'${name}'`);
  const words = `updates to statefulset spec for fields other than ${list.slice(0, -1).join(', ')} and ${list.at(-1)} are forbidden`;
  return [forbidden('spec', words)];
}
