import { profileNames } from '@memvisor/codec';
import { Command, Option } from 'commander';
import type { SearchCommandOptions } from './commands/search.js';
import { rangePair, repeatable } from './commands/search-filter.js';
import {
  ffmpegOption,
  indexOption,
  jsonOption,
  path,
  pathOption,
  paths,
  share,
  wholeNumber,
} from './commands/shared-options.js';
import { isPattern } from './commands/video-pattern.js';
import { afterHelp } from './help.js';
import { type LogLevel, logLevels, useLogger } from './logging.js';
import { metadataOption } from './metadata-option.js';

/** A command's code is loaded when it is the one that was asked for. */
const loading =
  <Args extends unknown[]>(load: () => Promise<(...args: Args) => Promise<void>>) =>
  async (...args: Args): Promise<void> =>
    (await load())(...args);

/** The command line `memvisor`. */
export const createProgram = (): Command => {
  const program = new Command('memvisor')
    .description('Keeps texts in a video and finds them again')
    .version('0.1.0')
    .option('--debug', 'print stack traces of errors')
    .addOption(
      new Option('--log <level>', 'what the processes log, as JSON lines on stderr')
        .choices(logLevels)
        .default('silent'),
    )
    .hook('preAction', (command) => useLogger(command.opts<{ log: LogLevel }>().log))
    .showHelpAfterError('Run it with --help to see how it is used.')
    .configureHelp({ showGlobalOptions: true })
    .addHelpText('after', afterHelp.memvisor);

  program
    .command('encode')
    .description('encode texts into a video and an index')
    .argument(
      '<texts...>',
      'text, Markdown, source code, HTML, PDF, EPUB, DOCX, directories of them, or - for standard input',
      paths,
    )
    .requiredOption('--out <file>', 'the video to write: .mp4, .mkv, .mov or .webm', path)
    .addOption(indexOption())
    .addOption(new Option('--codec <name>', `the profile: ${profileNames.join(', ')} (default: h264)`))
    .addOption(new Option('--format <format>', 'frame format (default: packed)').choices(['packed', 'json']))
    .addOption(
      new Option('--meta <key=value>', 'mark all the texts with it; may be repeated').argParser(
        metadataOption,
      ),
    )
    .addOption(pathOption('--root <folder>', 'name sources relative to it (default: the current folder)'))
    .addOption(new Option('--absolute', 'name sources by their full paths').conflicts('root'))
    .addOption(new Option('--strict', 'fail when a file can not be read, instead of leaving it out'))
    .addOption(
      new Option('--chunk-size <n>', 'characters in a chunk (default: 1024)').argParser(
        wholeNumber(16, 1_000_000),
      ),
    )
    .addOption(
      new Option('--overlap <n>', 'characters that neighbours share (default: 32)').argParser(
        wholeNumber(0, 1_000_000),
      ),
    )
    .addOption(
      new Option(
        '--model <name>',
        'embedding model: a folder or a Hugging Face name (default: the one built in)',
      ),
    )
    .addOption(
      new Option(
        '--storage <form>',
        'how vectors are kept: smaller ones find a little less (default: int6)',
      ).choices(['float32', 'float16', 'int8', 'int6', 'int4']),
    )
    .addOption(
      new Option(
        '--reduce-to <n>',
        'numbers of each vector to keep: 176 for large indexes (default: all)',
      ).argParser(wholeNumber(1, 65_536)),
    )
    .addOption(ffmpegOption())
    .addOption(jsonOption())
    .addHelpText('after', afterHelp.encode)
    .action(loading(async () => (await import('./commands/encode.js')).encodeCommand));

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

  program
    .command('verify')
    .description('read every frame of a video and hold its index against it')
    .argument('<video>', 'the video to check', path)
    .addOption(indexOption())
    .addOption(ffmpegOption())
    .addOption(jsonOption())
    .addHelpText('after', afterHelp.verify)
    .action(loading(async () => (await import('./commands/verify.js')).verifyCommand));

  program
    .command('recover')
    .description('rebuild the index and the texts of a video from the video alone')
    .argument('<video>', 'the video to read', path)
    .addOption(pathOption('--out <folder>', 'write the texts there, a file for each source'))
    .addOption(new Option('--texts-only', 'make no index').conflicts(['index', 'model']))
    .addOption(
      new Option('--model <name>', 'what embeds the texts (default: the model that the video names)'),
    )
    .addOption(indexOption())
    .addOption(ffmpegOption())
    .addOption(jsonOption())
    .addHelpText('after', afterHelp.recover)
    .action(loading(async () => (await import('./commands/recover.js')).recoverCommand));

  program
    .command('convert')
    .description('turn a memvid v1 archive into one of ours, or any archive into one that memvid v1 opens')
    .argument('<video>', 'the archive to turn into another', path)
    .requiredOption('--out <file>', 'the video to write; its index goes beside it', path)
    .addOption(
      new Option('--format <format>', 'packed: an archive of ours; json: one for memvid v1')
        .choices(['packed', 'json'])
        .default('packed'),
    )
    .addOption(
      new Option('--codec <name>', `the profile, for packed: ${profileNames.join(', ')} (default: h264)`),
    )
    .addOption(
      new Option(
        '--model <name>',
        'embedding model: a folder or a Hugging Face name (default: the one built in; json from memvid v1 keeps its vectors)',
      ),
    )
    .addOption(
      new Option('--texts-from-index', "where frames can't be read, take their texts from memvid v1's index"),
    )
    .addOption(
      pathOption('--index <file>', "memvid v1's index (default: beside the video, _index.json or .json)"),
    )
    .addOption(ffmpegOption())
    .addOption(jsonOption())
    .addHelpText('after', afterHelp.convert)
    .action(loading(async () => (await import('./commands/convert.js')).convertCommand));

  program
    .command('info')
    .description('tell what a video and its index are')
    .argument('<video>', 'the video to tell of', path)
    .addOption(indexOption())
    .addOption(ffmpegOption())
    .addOption(jsonOption())
    .addHelpText('after', afterHelp.info)
    .action(loading(async () => (await import('./commands/info.js')).infoCommand));

  return program;
};
