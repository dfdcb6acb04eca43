#!/usr/bin/env node
'use strict';
// In the JavaScript of 2009, and without calls that break over lines: a Node that is too old must be able to read this to say so.
var numbers = process.versions.node.split('.');
var major = Number(numbers[0]);
var asked = process.argv[2];

function failed(error) {
  var message = 'pmp-pd could not start: ' + (error && error.message) + '\n';
  process.stderr.write(message + 'Install it again (npm ci in a checkout), then run the same command.\n');
  process.exitCode = 1;
}

if (major < 20 || (major === 20 && Number(numbers[1]) < 19)) {
  var message = 'pmp-pd needs Node.js 20.19 or newer; this is ' + process.versions.node + '.\n';
  process.stderr.write(message + 'Install a newer one (https://nodejs.org) and run the same command again.\n');
  process.exitCode = 2;
} else if (process.argv.length === 3 && (asked === '--version' || asked === '-V')) {
  process.stdout.write(require('../package.json').version + '\n');
} else {
  new Promise(function (resolve) {
    resolve(require('../dist/main.js').run(process));
  }).catch(failed);
}
