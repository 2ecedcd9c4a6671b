// Ports: OS processes and worker threads.
export * from './ports/index.js';
