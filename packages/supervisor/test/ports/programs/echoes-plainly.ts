// Sends plain messages back, without the request protocol.
import { parentPort } from 'node:worker_threads';

if (parentPort === null) process.on('message', (message) => process.send?.({ heard: message }));
else parentPort.on('message', (message) => parentPort?.postMessage({ heard: message }));
