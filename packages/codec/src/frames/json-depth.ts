/** Deeper than anything one writes by hand, and far from where walking it would exhaust the stack. */
const mostDepth = 100;

/** Whether a JSON text nests objects and arrays so deep that it may not be walked by recursion. */
export const isTooDeep = (json: string): boolean => {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < json.length; at++) {
    const unit = json.charCodeAt(at);
    if (inString) {
      if (unit === 0x5c) at++;
      else if (unit === 0x22) inString = false;
    } else if (unit === 0x22) inString = true;
    else if (unit === 0x7b || unit === 0x5b) {
      depth++;
      if (depth > mostDepth) return true;
    } else if (unit === 0x7d || unit === 0x5d) depth--;
  }
  return false;
};
