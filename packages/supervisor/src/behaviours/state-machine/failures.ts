/**
 * Why a state machine ended over something that a callback returned; the names are OTP's. It ends with a
 * crash reason around this, and its `terminate` gets this as it stands.
 */
export type MachineFault =
  /** Not one of the results that a callback may return. */
  | { readonly kind: 'bad_return_from_state_function'; readonly value: unknown }
  /** An `enter` callback that went to another state. */
  | { readonly kind: 'bad_state_enter_return_from_state_function'; readonly value: unknown }
  /** Not an action, or one with a wrong field. */
  | { readonly kind: 'bad_action_from_state_function'; readonly action: unknown }
  /** An `enter` callback that postponed or inserted an event. */
  | { readonly kind: 'bad_state_enter_action_from_state_function'; readonly action: unknown }
  /** `stopWithReplies` with something that is not a reply. */
  | { readonly kind: 'bad_reply_action_from_state_function'; readonly action: unknown };

/** The state that the machine is in has no handler for the event: `function_clause` in OTP. */
export class UnhandledEventError extends Error {
  override readonly name = 'UnhandledEventError';
  constructor(
    readonly machine: string,
    readonly state: string,
    readonly event: { readonly type: string; readonly content?: unknown },
  ) {
    super(`${machine}: state "${state}" has no handler for ${describeEvent(event)}`);
  }
}

const describeEvent = ({ type, content }: { readonly type: string; readonly content?: unknown }): string => {
  const inner =
    typeof content === 'object' && content !== null && 'type' in content ? content.type : undefined;
  return inner === undefined ? type : `${type} "${String(inner)}"`;
};
