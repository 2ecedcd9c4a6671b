import { canonicalText, isStructured } from './canonical-key.js';

/** A map whose keys are compared by value. Texts, numbers and pids cost what they cost in a `Map`. */
export class KeyMap<Value> {
  private readonly simple = new Map<unknown, Value>();
  private readonly structured = new Map<string, Value>();

  get(key: unknown): Value | undefined {
    return isStructured(key) ? this.structured.get(canonicalText(key)) : this.simple.get(key);
  }

  set(key: unknown, value: Value): void {
    if (isStructured(key)) this.structured.set(canonicalText(key), value);
    else this.simple.set(key, value);
  }

  delete(key: unknown): void {
    if (isStructured(key)) this.structured.delete(canonicalText(key));
    else this.simple.delete(key);
  }

  clear(): void {
    this.simple.clear();
    this.structured.clear();
  }

  *values(): Generator<Value> {
    yield* this.simple.values();
    yield* this.structured.values();
  }
}
