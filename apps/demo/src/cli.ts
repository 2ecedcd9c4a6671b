#!/usr/bin/env node
import { fileURLToPath } from 'node:url';
import { freshBundle } from './bundle.js';

// The same program either way: the build's files one by one, or what setting up has made of them, which loads in a
// fifth of the time. A bundle that is not of the files as they are now is left alone.
await import(freshBundle(fileURLToPath(new URL('../bundle', import.meta.url))) ?? './main.js');
