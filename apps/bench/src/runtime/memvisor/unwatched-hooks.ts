// Module hooks that load a copy of the runtime for each `?copy=…` that its entry is imported with; the copies
// `unwatched…` are without any check for listeners on diagnostics_channel.
import type { LoadHook, ResolveHook } from 'node:module';

const copyOf = (url: string | undefined): string => /\?copy=\w+$/.exec(url ?? '')?.[0] ?? '';

/** What a copied module imports from its own package is copied with it. */
export const resolve: ResolveHook = async (specifier, context, next) => {
  const resolved = await next(specifier, context);
  const copy = copyOf(context.parentURL);
  const ours = specifier.startsWith('.') || specifier === '@memvisor/supervisor';
  return copy === '' || !ours ? resolved : { ...resolved, url: resolved.url + copy };
};

export const load: LoadHook = async (url, context, next) => {
  const loaded = await next(url, context);
  if (!copyOf(url).startsWith('?copy=unwatched')) return loaded;
  return { ...loaded, source: withoutChecks(url, String(loaded.source)) };
};

/** A module without its checks. Throws where they don't look as expected, lest the copy be no different. */
const withoutChecks = (url: string, source: string): string => {
  const edit = (from: RegExp, to: string): void => {
    const edited = source.replaceAll(from, to);
    if (edited === source) throw new Error(`${url}: no ${from} to take out`);
    source = edited;
  };
  if (/import \{[^}]*\btelemetry\b[^}]*\} from/.test(source))
    edit(/\btelemetry\.\w+\.hasSubscribers\b/g, 'false');
  if (url.includes('/process/mailbox.js')) {
    // The high-water mark serves nothing but telemetry.
    edit(/\+\+this\.length !== this\.mark/g, '++this.length > 0');
    edit(/this\.mark = highWaterFrom;/g, '');
  }
  return source;
};
