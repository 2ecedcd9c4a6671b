// The command line in the folder that it was called from: npm runs scripts in that of the package, where the paths that
// were given would be others.
if (process.env.INIT_CWD !== undefined) process.chdir(process.env.INIT_CWD);
await import('../apps/demo/dist/src/cli.js');
