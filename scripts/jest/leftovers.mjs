import { readdirSync, readFileSync } from 'node:fs';

/** Processes that carry this test run's mark in their environment and still run (Linux only; else none). */
export const findRunProcesses = (mark) => {
  const found = [];
  let entries = [];
  try {
    entries = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  } catch {
    return found;
  }
  for (const pid of entries) {
    if (Number(pid) === process.pid) continue;
    try {
      const environment = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
      if (!environment.includes(`MEMVISOR_TEST_RUN=${mark}`)) continue;
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
      if (command !== '') found.push({ pid: Number(pid), command });
    } catch {
      // Ended while we looked, or not ours to read.
    }
  }
  return found;
};
