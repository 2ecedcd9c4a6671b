const canNotRequireModules = '--no-experimental-require-module';

/**
 * Node's flags (`execArgv`) for threads of a pool that may be ended at any moment. Node aborts the whole process when a
 * thread is terminated while `require` loads an ES module (20.19, 22.12 and newer can do so), as pools such as piscina
 * try to first. With these flags `require` refuses ES modules, and `import`, which is safe, loads them. Empty where Node can
 * not do it anyway.
 *
 * @example
 * new Piscina({ filename: new URL('./worker.js', import.meta.url).href, execArgv: [...terminableThreadFlags] });
 */
export const terminableThreadFlags: readonly string[] = process.allowedNodeEnvironmentFlags.has(
  canNotRequireModules,
)
  ? [canNotRequireModules]
  : [];
