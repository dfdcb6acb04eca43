/** Private, loopback, link-local and carrier-grade ranges of IPv4. */
const closedRanges: readonly RegExp[] = [
  /^(?:0|10|127)\./,
  /^172\.(?:1[6-9]|2\d|3[01])\./,
  /^192\.168\./,
  /^169\.254\./,
  /^100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\./,
];

/**
 * Why a call to this address never leaves the cluster or the machine; undefined: it does, as far as an address tells. The address may be a
 * secret: no part of it stands in the words.
 */
export function staysInside(address: URL): 'loopback' | 'private' | 'in-cluster' | undefined {
  const host = address.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  if (host.includes(':')) return insideV6(host);
  if (/^127\.|^0\.0\.0\.0$/.test(host) || host === 'localhost' || host.endsWith('.localhost')) return 'loopback';
  if (/^\d+\.\d+\.\d+\.\d+$/.test(host)) return closedRanges.some((range) => range.test(host)) ? 'private' : undefined;
  const local = !host.includes('.') || /\.svc(?:\.|$)|\.cluster\.local$/.test(host);
  return local ? 'in-cluster' : undefined;
}

function insideV6(host: string): 'loopback' | 'private' | undefined {
  if (host === '::1' || host === '::' || host.startsWith('::ffff:7f')) return 'loopback';
  return /^(?:f[cd]|fe[89ab])|^::ffff:(?:a[0-9a-f]{2}|c0a8|a9fe|ac1[0-9a-f]):/.test(host) ? 'private' : undefined;
}
