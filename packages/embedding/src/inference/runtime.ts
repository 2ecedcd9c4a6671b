/** The native runtime's module. */
export type Runtime = typeof import('onnxruntime-node');

/**
 * Loads the native runtime. Unless the environment says otherwise its telemetry is switched off first: on Linux it
 * would report to its maker, keep a device id in the user's cache and leave a log file in the temporary folder
 * for each process. In a worker thread `process.env` is a copy the runtime does not see, so there the
 * environment of the process itself must hold `ORT_DISABLE_TELEMETRY=1`.
 */
export const loadRuntime = async (): Promise<Runtime> => {
  process.env.ORT_DISABLE_TELEMETRY ??= '1';
  return import('onnxruntime-node');
};
