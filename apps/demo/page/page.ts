// The observer page: listens to the event stream, and asks when a person does.
import type {
  ActRequest,
  Build,
  EncodeRequest,
  FeedEntry,
  PageEvents,
  SearchReply,
  SearchRequest,
} from '../src/serve/messages.js';
import { TreeTable } from './tree.js';

const element = <Kind extends HTMLElement = HTMLElement>(id: string): Kind =>
  document.getElementById(id) as Kind;

/** An element with these children; whatever comes from outside is text and never markup. */
const make = (name: string, className: string, ...children: (string | Node)[]): HTMLElement => {
  const made = document.createElement(name);
  if (className !== '') made.className = className;
  made.append(...children);
  return made;
};

/** Asks the server; what it refuses is an error with its words. */
const ask = async (path: string, request: object): Promise<Response> => {
  const response = await fetch(path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(request),
  }).catch(() => {
    throw new Error('the server can not be reached');
  });
  if (!response.ok) throw new Error(await response.text());
  return response;
};

const table = new TreeTable(
  element<HTMLTableElement>('tree').tBodies[0] as HTMLTableSectionElement,
  (isEmpty) => {
    element('tree-empty').hidden = !isEmpty;
  },
  (request: ActRequest) => {
    element('act-result').textContent = '';
    ask('/act', request).catch((error: Error) => {
      element('act-result').textContent = error.message;
    });
  },
);
element<HTMLInputElement>('filter').addEventListener('input', ({ target }) => {
  table.filter = (target as HTMLInputElement).value;
});

const feed = new Map<number, FeedEntry>();
const showFeed = (entries: readonly FeedEntry[]): void => {
  for (const entry of entries) feed.set(entry.number, entry);
  for (const number of [...feed.keys()].slice(0, -200)) feed.delete(number);
  element('feed-empty').hidden = feed.size > 0;
  const list = element('feed');
  list.hidden = feed.size === 0;
  list.replaceChildren(
    ...[...feed.values()].reverse().map(({ at, kind, text, times }) => {
      const time = make('time', '', new Date(at).toLocaleTimeString());
      time.setAttribute('datetime', at);
      const count = times === 1 ? '' : ` × ${times}`;
      return make('li', '', time, ' ', make('strong', kind.replace(' ', '-'), kind), ` ${text}${count}`);
    }),
  );
};

const showBuilds = (builds: readonly Build[]): void => {
  element('builds').replaceChildren(
    ...builds.toReversed().map(({ name, state, stage, done, total, reason }) => {
      const line = make('li', '', name, ' ', make('span', state, state));
      if (state === 'building') {
        const bar = document.createElement('progress');
        bar.ariaLabel = `${name}: ${stage}`;
        if (total !== undefined) Object.assign(bar, { max: Math.max(1, total), value: done });
        line.append(
          ' ',
          make('small', '', `${stage} ${done}${total === undefined ? '' : ` of ${total}`}`),
          bar,
        );
      }
      if (reason !== undefined) line.append(make('p', '', reason));
      return line;
    }),
  );
};

const archive = element<HTMLSelectElement>('archive');
const showArchives = (names: readonly string[]): void => {
  const chosen = archive.value;
  archive.replaceChildren(...names.map((name) => new Option(name, name, false, name === chosen)));
  element('archives-empty').hidden = names.length > 0;
  element('search').hidden = names.length === 0;
};

const video = element<HTMLVideoElement>('video');
const showFrame = (name: string, seconds: number): void => {
  const help = element('video-help');
  help.hidden = false;
  if (/\.mkv$/i.test(name)) {
    help.textContent = 'Browsers do not play this kind of video; other players do.';
    return;
  }
  const source = `/videos/${encodeURIComponent(name)}`;
  if (!video.src.endsWith(source)) video.src = source;
  video.hidden = false;
  // In the middle of the frame, where rounding can not lead to its neighbour.
  video.currentTime = seconds + 1 / 60;
  help.textContent = `${name}, at the frame that holds the text.`;
};

const showResults = (name: string, { results }: SearchReply): void => {
  element('results').replaceChildren(
    ...results.map(({ citation, text, unreadable, frame, seconds }) => {
      const button = make('button', '', `frame ${frame}`) as HTMLButtonElement;
      button.type = 'button';
      button.ariaLabel = `show frame ${frame} of ${name}`;
      button.addEventListener('click', () => showFrame(name, seconds));
      const words = text ?? `unreadable: ${unreadable}`;
      return make('li', '', make('strong', '', citation), ' ', button, make('p', '', words));
    }),
  );
};

/** Has a form ask; its button waits meanwhile, and the line below it says what came of it. */
const onSubmit = (form: string, line: string, work: () => Promise<string>): void => {
  element<HTMLFormElement>(form).addEventListener('submit', (event) => {
    event.preventDefault();
    const button = element(form).querySelector('button') as HTMLButtonElement;
    button.disabled = true;
    element(line).textContent = 'working …';
    work()
      .catch((error: Error) => error.message)
      .then((said) => {
        element(line).textContent = said;
        button.disabled = false;
      });
  });
};

onSubmit('search', 'search-result', async () => {
  const question = element<HTMLInputElement>('question').value;
  const request: SearchRequest = { archive: archive.value, question };
  const reply = (await (await ask('/search', request)).json()) as SearchReply;
  showResults(request.archive, reply);
  if (reply.results.length === 0) return 'Nothing found.';
  const count = `${reply.results.length} ${reply.results.length === 1 ? 'result' : 'results'}`;
  return `${count} in ${Math.round(reply.milliseconds)} ms`;
});

onSubmit('encode', 'encode-result', async () => {
  const name = element<HTMLInputElement>('name').value.trim();
  const request: EncodeRequest = { name, text: element<HTMLTextAreaElement>('text').value };
  await ask('/encode', request);
  return `${name}.mp4 is being built.`;
});

const connect = (): void => {
  const source = new EventSource('/events');
  const on = <Name extends keyof PageEvents>(name: Name, show: (data: PageEvents[Name]) => void) =>
    source.addEventListener(name, ({ data }) => show(JSON.parse(data)));
  on('tree', (update) => {
    table.update(update);
    const megabytes = Math.round(update.rssBytes / 1e6);
    element('totals').textContent = `${update.processes} processes · ${megabytes} MB`;
  });
  on('feed', showFeed);
  on('builds', showBuilds);
  on('archives', showArchives);
  const state = (text: string, isLost: boolean) => {
    element('connection').textContent = text;
    document.body.classList.toggle('lost', isLost);
  };
  source.addEventListener('open', () => {
    // A server that was started anew counts from the beginning again.
    feed.clear();
    showFeed([]);
    element('act-result').textContent = '';
    state('connected', false);
  });
  source.addEventListener('error', () => {
    state('connection lost, trying again …', true);
    // Given up by the browser, as after an answer that is no stream.
    if (source.readyState === EventSource.CLOSED) {
      source.close();
      setTimeout(connect, 2000);
    }
  });
};
connect();
