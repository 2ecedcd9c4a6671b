import { inspect } from 'node:util';
import { ArgumentError, NoRecipientError } from './errors.js';
import { type AnyPid, type AnyRef, isVia, type ProcessName, processOf, type Via } from './pid.js';
import type { Process } from './process.js';
import type { System } from './system.js';

/** The live process that `ref` stands for. */
export const resolve = (system: System, ref: AnyRef): Process | undefined => {
  if ('id' in ref) return processOf(ref);
  const found = isVia(ref) ? ref.via.whereisName(ref.key) : system.names.get((ref as ProcessName).name);
  return found === undefined ? undefined : processOf(found);
};

/** Who a plain message goes to. As in OTP, a name that nobody has is the sender's mistake; a dead pid is not. */
export const recipient = (system: System, ref: AnyRef): Process => {
  const process = resolve(system, ref);
  if (process === undefined) throw new NoRecipientError(`send: nobody is registered as ${describeRef(ref)}`);
  return process;
};

/** Who a cast goes to, if anybody: a cast never fails, not even to a via name of a registry that doesn't run. */
export const castRecipient = (system: System, ref: AnyRef): Process | undefined => {
  if ('id' in ref || !isVia(ref)) return resolve(system, ref);
  const { via, key } = ref;
  try {
    if (via.castRecipient === undefined) return resolve(system, ref);
    const found = via.castRecipient(key);
    return found === undefined ? undefined : processOf(found);
  } catch (error) {
    if (error instanceof ArgumentError) return undefined;
    throw error;
  }
};

/** The name or pid in words. */
export const describeRef = (ref: AnyRef): string =>
  'id' in ref ? ref.toString() : 'via' in ref ? `via ${inspect(ref.key)}` : `"${ref.name}"`;

/** The holder of the name, if it has one. As in OTP, a process that a signal ends has its name until its turn comes. */
export const nameTaken = (system: System, name: ProcessName | Via): AnyPid | undefined => {
  const holder = resolve(system, name);
  return holder?.dead === true && isVia(name) ? undefined : holder;
};

/** Registers a process that is being started; returns the holder when somebody else was faster. */
export const registerAs = (system: System, process: Process, name: ProcessName | Via): AnyPid | undefined => {
  if (!isVia(name)) {
    system.names.set(name.name, process);
    process.registeredName = name.name;
    return undefined;
  }
  return name.via.registerName(name.key, process, name.value)
    ? undefined
    : (nameTaken(system, name) ?? process);
};

/** `Process.register/2`. */
export const register = (system: System, name: ProcessName, pid: AnyPid): void => {
  const process = processOf(pid);
  if (typeof name.name !== 'string' || name.name === '')
    throw new ArgumentError(`register: a name is a text that is not empty, got ${String(name.name)}`);
  if (process.gone) throw new ArgumentError(`register: ${pid} is not alive`);
  if (system.names.has(name.name))
    throw new ArgumentError(`register: "${name.name}" belongs to ${system.names.get(name.name)}`);
  if (process.registeredName !== undefined)
    throw new ArgumentError(`register: ${pid} is already registered as "${process.registeredName}"`);
  system.names.set(name.name, process);
  process.registeredName = name.name;
};

/** `Process.unregister/1`. */
export const unregister = (system: System, name: ProcessName): void => {
  const process = system.names.get(name.name);
  if (process === undefined) throw new ArgumentError(`unregister: nobody is registered as "${name.name}"`);
  system.names.delete(name.name);
  process.registeredName = undefined;
};
