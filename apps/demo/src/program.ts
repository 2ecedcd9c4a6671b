import { profileNames } from '@memvisor/codec';
import { Command, Option } from 'commander';
import type { ServeCommandOptions } from './commands/serve.js';
import {
  ffmpegOption,
  indexOption,
  jsonOption,
  path,
  pathOption,
  wholeNumber,
} from './commands/shared-options.js';
import { defineEncode } from './define-encode.js';
import { defineSearch } from './define-search.js';
import { afterHelp } from './help.js';
import { loading } from './loading.js';
import { type LogLevel, logLevels, useLogger } from './logging.js';

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

  defineEncode(program);
  defineSearch(program);

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

  program
    .command('serve')
    .description(
      'run encoders and retrievers with a page that shows all processes at work, on this machine alone',
    )
    .argument('[folder]', 'where videos are and are written (default: the current folder)', path)
    .addOption(
      new Option('--port <n>', '0 for any that is free').argParser(wholeNumber(0, 65_535)).default(4300),
    )
    .addOption(jsonOption())
    .addHelpText('after', afterHelp.serve)
    .action(async (folder: string | undefined, options: ServeCommandOptions) =>
      (await import('./commands/serve.js')).serveCommand(folder ?? '.', options),
    );

  return program;
};
