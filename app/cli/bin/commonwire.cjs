#!/usr/bin/env node
const { existsSync } = require('node:fs');
const { join } = require('node:path');

// The repository has the command as TypeScript; a package has the bundle alone.
const source = join(__dirname, '../src/main.ts');
if (existsSync(source)) require('tsx/cjs');
require(existsSync(source) ? source : '../dist/main.js');
