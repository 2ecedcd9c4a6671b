import { type Command, Option } from 'commander';
import type { SearchCommandOptions } from './commands/search.js';
import { rangePair, repeatable } from './commands/search-filter.js';
import {
  ffmpegOption,
  indexOption,
  jsonOption,
  path,
  share,
  wholeNumber,
} from './commands/shared-options.js';
import { isPattern } from './commands/video-pattern.js';
import { afterHelp } from './help.js';
import { metadataOption } from './metadata-option.js';

/** Adds `memvisor search`. */
export const defineSearch = (program: Command): void => {
  program
    .command('search')
    .description('answer a question with texts read from a video, or from several as one')
    .usage('[options] <video...> <question>')
    .argument('<video>', 'the video; or a pattern in quotes, such as "notes/*.mp4"', path)
    .argument('<question...>', 'the question, in quotes; before it there may be more videos or patterns')
    .addOption(new Option('-k <n>', 'how many results').argParser(wholeNumber(1, 1000)).default(5))
    .addOption(
      new Option('--mode <mode>', 'how to search').choices(['hybrid', 'dense', 'lexical']).default('hybrid'),
    )
    .addOption(
      new Option('--diversity <share>', 'how much results shall differ from each other, 0 to 1')
        .argParser(share)
        .default(0),
    )
    .addOption(
      new Option('--source <name>', 'only texts of this source; may be repeated').argParser(repeatable),
    )
    .addOption(
      new Option('--meta <key=value>', 'only texts marked with this; may be repeated').argParser(
        metadataOption,
      ),
    )
    .addOption(
      new Option(
        '--range <key=from..to>',
        'only texts marked with a number, or a text such as a date, from one to the other; page, line and offset are those of the place where texts are not marked so; may be repeated',
      ).argParser(rangePair),
    )
    .addOption(
      new Option(
        '--model <name>',
        'what the texts were embedded with, where encode was given one (default: the one built in)',
      ),
    )
    .addOption(new Option('--passages', 'join results that follow one another in their source'))
    .addOption(indexOption())
    .addOption(ffmpegOption())
    .addOption(jsonOption())
    .addHelpText('after', afterHelp.search)
    .action(async (first: string, rest: readonly string[], options: SearchCommandOptions) => {
      const videos = [first, ...rest.slice(0, -1)];
      const question = rest.at(-1) ?? '';
      // What several archives need is not loaded for one.
      if (videos.length === 1 && !isPattern(first))
        await (await import('./commands/search.js')).searchCommand(first, question, options);
      else await (await import('./commands/search-many.js')).searchManyCommand(videos, question, options);
    });
};
