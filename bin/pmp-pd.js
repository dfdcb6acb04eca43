#!/usr/bin/env node
'use strict';
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(
    `pmp-pd needs Node.js 20.19 or newer; this is ${process.versions.node}.\nInstall a newer one (https://nodejs.org) and run the same command again.\n`,
  );
  process.exitCode = 2;
} else if (process.argv.length === 3 && (process.argv[2] === '--version' || process.argv[2] === '-V')) {
  process.stdout.write(`${require('../package.json').version}\n`);
} else {
  import('../dist/main.mjs')
    .then((main) => main.run(process))
    .catch((error) => {
      process.stderr.write(
        `pmp-pd could not start: ${error && error.message}\nInstall it again (npm ci in a checkout), then run the same command.\n`,
      );
      process.exitCode = 1;
    });
}
