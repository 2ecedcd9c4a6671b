import type { IncomingMessage } from 'node:http';

/**
 * Why a request is not for us; `undefined` where it is. The page listens on this machine alone, but any website that the
 * browser shows may try to reach it: under another name (DNS rebinding), or by sending forms and scripts across.
 */
export const refusal = ({ headers, method }: IncomingMessage, port: number): string | undefined => {
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`];
  if (!hosts.includes(headers.host ?? '')) return 'this page answers to 127.0.0.1 and localhost only';
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none')
    return 'other websites may not ask here';
  const { origin } = headers;
  if (origin !== undefined && !hosts.some((host) => origin === `http://${host}`))
    return 'other websites may not ask here';
  if (method === 'GET' || method === 'HEAD') return undefined;
  // What changes something comes from the page's own script; a form of another site can send neither of these.
  if (origin === undefined) return 'a request that changes something must say where it comes from';
  if (headers['content-type'] !== 'application/json') return 'expected application/json';
  return undefined;
};

/** Sent with everything: nothing from elsewhere is loaded, nobody frames the page, nothing is guessed. */
export const safeHeaders = {
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; media-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Resource-Policy': 'same-origin',
} as const;
