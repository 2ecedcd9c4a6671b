import { posix } from 'node:path';
import { Parser } from 'htmlparser2';
import { fail } from '../failure.js';

/** What a book says of itself: its title, and its text documents in reading order. */
export type PackageDocument = { readonly title: string | undefined; readonly spine: readonly string[] };

/** Calls back for each element, with its attributes and the text directly in it. */
const eachElement = (
  xml: string,
  onElement: (name: string, attributes: Readonly<Record<string, string>>, text: string) => void,
): void => {
  const open: { name: string; attributes: Record<string, string>; text: string }[] = [];
  const parser = new Parser(
    {
      onopentag: (name, attributes) => open.push({ name: name.replace(/^.*:/, ''), attributes, text: '' }),
      ontext: (text) => {
        const innermost = open.at(-1);
        if (innermost !== undefined) innermost.text += text;
      },
      onclosetag: () => {
        const closed = open.pop();
        if (closed !== undefined) onElement(closed.name, closed.attributes, closed.text);
      },
    },
    { xmlMode: true },
  );
  parser.end(xml);
};

/** Where META-INF/container.xml says that the package document is. */
export const packagePath = (containerXml: string): string => {
  let path: string | undefined;
  eachElement(containerXml, (name, attributes) => {
    if (name === 'rootfile') path ??= attributes['full-path'];
  });
  return path ?? fail({ kind: 'damaged', detail: 'its container names no package document' });
};

/** @param path where the package document is; what it names is relative to it */
export const readPackage = (xml: string, path: string): PackageDocument => {
  const items = new Map<string, string>();
  const order: string[] = [];
  let title: string | undefined;
  eachElement(xml, (name, { id, href, idref, 'media-type': type }, text) => {
    if (name === 'title') title ??= text.replace(/\s+/g, ' ').trim() || undefined;
    else if (name === 'itemref' && idref !== undefined) order.push(idref);
    else if (name === 'item' && id !== undefined && href !== undefined && isText(type))
      items.set(id, resolve(path, href));
  });
  return { title, spine: order.flatMap((id) => items.get(id) ?? []) };
};

/** Books may have pictures and the like in their spine; they are no text. */
const isText = (mediaType: string | undefined): boolean =>
  mediaType === 'application/xhtml+xml' || mediaType === 'text/html';

const resolve = (from: string, href: string): string => {
  const path = href.replace(/[#?].*$/, '');
  try {
    return posix.join(posix.dirname(from), decodeURIComponent(path));
  } catch {
    return posix.join(posix.dirname(from), path);
  }
};

/** Fonts are obfuscated in many books; that is no protection of the text. */
const fontAlgorithm = /embedding$|pdf\/enc#RC$/;

/** The files that META-INF/encryption.xml says are encrypted, fonts left out. */
export const encryptedFiles = (xml: string): ReadonlySet<string> => {
  const files = new Set<string>();
  let isFont = false;
  // Elements come at their end: the method of a file before the file.
  eachElement(xml, (name, attributes) => {
    if (name === 'EncryptionMethod') isFont = fontAlgorithm.test(attributes.Algorithm ?? '');
    else if (name === 'CipherReference' && !isFont && attributes.URI !== undefined)
      files.add(resolve('', attributes.URI));
  });
  return files;
};
