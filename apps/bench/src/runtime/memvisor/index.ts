import type { Runs } from '../workload.js';
import { bigParent, spawn, startChild, stopTree, terminateChild } from './children.js';
import { crashBurst, crashLatency } from './crashes.js';
import { fair } from './fair.js';
import { floor } from './floor.js';
import { callConc, callSeq, castRun, ring } from './messages.js';
import { registry } from './registry.js';
import { telemetry } from './telemetry.js';

export const runs: Runs = {
  cast: castRun,
  call_seq: callSeq,
  call_conc: callConc,
  ring,
  spawn,
  start_child: startChild,
  terminate_child: terminateChild,
  crash_burst: crashBurst,
  crash_latency: crashLatency,
  big_parent: bigParent,
  stop_tree: stopTree,
  fair,
  registry,
  telemetry,
  floor,
};
