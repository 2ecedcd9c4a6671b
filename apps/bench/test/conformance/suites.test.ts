import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { compareTraces, describeDifference } from '../../src/conformance/compare.js';
import type { Op } from '../../src/conformance/program.js';
import { runProgram } from '../../src/conformance/run-program.js';
import { findTraceFiles, readTraceFile } from '../../src/conformance/trace-file.js';

const folder = fileURLToPath(new URL('../../../conformance/', import.meta.url));

test('the carried traces cover all six suites and what live comparisons found', () => {
  expect(readdirSync(folder).filter((name) => name.endsWith('.json'))).toEqual([
    'dynamic_supervisor.json',
    'genserver.json',
    'live-findings.json',
    'process.json',
    'registry.json',
    'statem.json',
    'supervisor.json',
  ]);
});

for (const path of await findTraceFiles([folder])) {
  const { suite, cases } = await readTraceFile(path);
  describe(`the runtime does what OTP did: ${suite}`, () => {
    for (const { name, program, trace } of cases)
      test(name, async () => {
        const { ops } = program as unknown as { readonly ops: readonly Op[] };
        const differences = compareTraces(ops, trace, await runProgram(program));
        expect(differences.map(describeDifference)).toEqual([]);
      });
  });
}
