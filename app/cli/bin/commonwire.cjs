#!/usr/bin/env node
// `npx commonwire` in the repository, where the command is TypeScript.
require('tsx/cjs');
require('../src/main.ts');
