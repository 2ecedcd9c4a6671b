/** The entry of a reader's threads. */
export { readBinary as default } from './read-binary.js';
