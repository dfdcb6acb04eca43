'use strict';
// Preloaded into the program: writes down every attempt to reach anything but this machine, and refuses it.
const { appendFileSync } = require('node:fs');
const dns = require('node:dns');
const net = require('node:net');
const dgram = require('node:dgram');

const loopback = /^(?:127\.\d+\.\d+\.\d+|::1|localhost|::ffff:127\.\d+\.\d+\.\d+)$/;
const log = process.env.ONLY_LOOPBACK_LOG;
const note = (what) => appendFileSync(log, `${what}\n`);

const connect = net.Socket.prototype.connect;
net.Socket.prototype.connect = function guarded(...args) {
  const first = Array.isArray(args[0]) ? args[0][0] : args[0];
  const options = typeof first === 'object' && first !== null ? first : { port: first, host: args[1] };
  if (options.path === undefined || options.path === null) {
    const host = options.host ?? 'localhost';
    note(`${loopback.test(host) ? 'loopback' : 'OUTSIDE'} ${host}`);
    if (!loopback.test(host)) throw new Error(`tried to reach ${host}`);
  }
  return connect.apply(this, args);
};
for (const name of ['lookup', 'resolve', 'resolve4', 'resolve6']) {
  const original = dns[name];
  dns[name] = function guarded(host, ...rest) {
    if (!loopback.test(host)) note(`OUTSIDE dns ${host}`);
    return original.call(this, host, ...rest);
  };
}
const send = dgram.Socket.prototype.send;
dgram.Socket.prototype.send = function guarded(...args) {
  note('OUTSIDE udp');
  return send.apply(this, args);
};
