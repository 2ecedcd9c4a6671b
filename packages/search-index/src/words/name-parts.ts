/** A run of letters and digits of a length that names have: what is longer is an encoding. */
const run = /(?<![A-Za-z0-9])[A-Za-z0-9]{4,40}(?![A-Za-z0-9])/g;
/** Where a part of a name ends and the next begins: `parse|Config`, `HTTP|Server`. */
const joint = /(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/;
/** The same joints, found sooner: most texts and words have none. */
const anyJoint = /[a-z0-9][A-Z]|[A-Z]{2}[a-z]/;
const shortestPart = 2;

/**
 * A text with the parts of its names after them, as programmers write names (`parseConfig`): they are asked for by their
 * words as well, and with the case of the letters the parts are lost. See docs/decisions/0209.
 */
export const withNameParts = (text: string): string =>
  anyJoint.test(text)
    ? text.replace(run, (name) => {
        if (!anyJoint.test(name)) return name;
        const parts = name.split(joint).filter((part) => part.length >= shortestPart);
        return parts.length > 1 ? `${name} ${parts.join(' ')}` : name;
      })
    : text;
