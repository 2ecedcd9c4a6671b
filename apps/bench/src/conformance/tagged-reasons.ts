import { actionTerm } from './machine-actions.js';
import { originalSpec } from './raw-specs.js';
import type { Json, Term } from './terms.js';

type Tagged = { readonly kind: string; readonly [field: string]: unknown };

/** A reason that the runtime spells as a tagged object, as the atom or tuple that OTP has for it. */
export const encodeTagged = (reason: { readonly kind: string }, encode: (term: Term) => Json): Json => {
  const { kind, ...fields } = reason as Tagged;
  switch (kind) {
    case 'bad_return':
      return tuple(kind, { t: [':callback_module', ':init', encode(fields.value as Term)] });
    case 'bad_combination':
      return tuple(kind, options(fields.options as object, encode));
    case 'invalid_child_spec':
      return tuple(kind, encode(originalSpec(fields.value)));
    default: {
      const values = Object.values(fields);
      return values.length === 0 ? `:${kind}` : tuple(kind, ...values.map((value) => encode(plain(value))));
    }
  }
};

const tuple = (kind: string, ...rest: readonly Json[]): Json => ({ t: [`:${kind}`, ...rest] });

/** A state machine's action is an object of ours. */
const plain = (value: unknown): Term => actionTerm(value) ?? (value as Term);

const options = (given: object, encode: (term: Term) => Json): Json =>
  Object.entries(given).map(([name, value]) => ({
    t: [`:${name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`, encode(value as Term)],
  }));
