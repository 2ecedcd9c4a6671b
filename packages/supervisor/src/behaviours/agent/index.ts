// Agents.
export { type AgentProtocol, type AgentRef, defineAgent, startAgent } from './agent.js';
export type { AgentAsker } from './client.js';
/** What one can ask of an agent. */
export * as Agent from './client.js';
