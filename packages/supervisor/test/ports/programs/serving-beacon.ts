// A child that answers requests and holds a connection to the socket `argv[2]`; it ignores SIGTERM.
import { connect } from 'node:net';
import { serveParent } from '../../../src/ports/serve-parent.js';

process.on('SIGTERM', () => {});
serveParent(() => process.pid);
connect(process.argv[2] ?? '').write(String(process.pid));
