import { StatusError } from './status.ts';
import { isTree, text } from './tree.ts';
import type { Tree } from './tree.ts';

/** Fields of a message by number, as Kubernetes' generated.proto has them. */
interface Message {
  readonly [number: number]: readonly [
    name: string,
    type: 'string' | 'bytes' | 'int' | 'bool' | 'strings by name' | 'bytes by name' | 'strings' | Message,
  ];
}

const metadata: Message = {
  1: ['name', 'string'],
  2: ['generateName', 'string'],
  3: ['namespace', 'string'],
  5: ['uid', 'string'],
  6: ['resourceVersion', 'string'],
  11: ['labels', 'strings by name'],
  12: ['annotations', 'strings by name'],
  14: ['finalizers', 'strings'],
};
const attributes: Message = {
  1: ['namespace', 'string'],
  2: ['verb', 'string'],
  3: ['group', 'string'],
  4: ['version', 'string'],
  5: ['resource', 'string'],
  6: ['subresource', 'string'],
  7: ['name', 'string'],
};
/** Kinds that kubectl sends this way for what people do by hand: create a secret, a config map, a namespace, and ask what they may do. */
const messages: Readonly<Record<string, Message>> = {
  Secret: {
    1: ['metadata', metadata],
    2: ['data', 'bytes by name'],
    3: ['type', 'string'],
    4: ['stringData', 'strings by name'],
    5: ['immutable', 'bool'],
  },
  ConfigMap: { 1: ['metadata', metadata], 2: ['data', 'strings by name'], 3: ['binaryData', 'bytes by name'], 4: ['immutable', 'bool'] },
  Namespace: { 1: ['metadata', metadata] },
  ServiceAccount: { 1: ['metadata', metadata] },
  SelfSubjectAccessReview: {
    1: ['metadata', metadata],
    2: ['spec', { 1: ['resourceAttributes', attributes], 2: ['nonResourceAttributes', { 1: ['path', 'string'], 2: ['verb', 'string'] }] }],
  },
  SelfSubjectReview: { 1: ['metadata', metadata] },
  DeleteOptions: {
    1: ['gracePeriodSeconds', 'int'],
    2: ['preconditions', { 1: ['uid', 'string'], 2: ['resourceVersion', 'string'] }],
    4: ['propagationPolicy', 'string'],
    5: ['dryRun', 'strings'],
  },
};

const envelope: Message = { 1: ['typeMeta', { 1: ['apiVersion', 'string'], 2: ['kind', 'string'] }], 2: ['raw', 'bytes'] };

export function isProtobuf(contentType: string): boolean {
  return contentType.startsWith('application/vnd.kubernetes.protobuf');
}

/** An object that was sent as protobuf. @throws StatusError 415 for a kind that is not described here, or where the bytes did not come through */
export function fromProtobuf(bytes: Uint8Array | undefined): Tree {
  if (bytes === undefined || Buffer.from(bytes.subarray(0, 4)).toString('latin1') !== 'k8s\0') throw unknownFormat();
  const { typeMeta, raw } = decode(bytes.subarray(4), envelope);
  const type = isTree(typeMeta) ? typeMeta : {};
  const message = messages[text(type['kind'])];
  if (message === undefined) throw unknownFormat();
  return { ...type, ...decode(Buffer.from(text(raw), 'base64'), message) };
}

function unknownFormat(): StatusError {
  const words = 'the body of the request was in an unknown format - accepted media types include: application/json, application/yaml';
  return new StatusError(415, 'UnsupportedMediaType', words, {});
}

function decode(bytes: Uint8Array, message: Message): Tree {
  const found: Tree = {};
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let shift = 1; at < bytes.length; shift *= 128) {
      const byte = bytes[at] ?? 0;
      at += 1;
      value += (byte & 127) * shift;
      if (byte < 128) break;
    }
    return value;
  };
  while (at < bytes.length) {
    const tag = varint();
    const field = message[Math.floor(tag / 8)];
    if (tag % 8 === 0) {
      const value = varint();
      if (field !== undefined) found[field[0]] = field[1] === 'bool' ? value !== 0 : value;
    } else if (tag % 8 === 2) {
      const length = varint();
      if (field !== undefined) put(found, field, bytes.subarray(at, at + length));
      at += length;
    } else at += tag % 8 === 1 ? 8 : 4;
  }
  return found;
}

function put(found: Tree, [name, type]: Message[number], bytes: Uint8Array): void {
  const old = found[name];
  const words = Buffer.from(bytes).toString();
  if (typeof type === 'object') found[name] = decode(bytes, type);
  else if (type === 'strings') found[name] = [...(Array.isArray(old) ? (old as unknown[]) : []), words];
  else if (type === 'bytes') found[name] = Buffer.from(bytes).toString('base64');
  else if (type.endsWith('by name')) {
    const entry = decode(bytes, { 1: ['key', 'string'], 2: ['value', type === 'bytes by name' ? 'bytes' : 'string'] });
    found[name] = { ...(isTree(old) ? old : {}), [text(entry['key'])]: entry['value'] ?? '' };
  } else if (words !== '') found[name] = words;
}
