import { profileNames } from '@memvisor/codec';
import { type Command, Option } from 'commander';
import {
  ffmpegOption,
  indexOption,
  jsonOption,
  path,
  pathOption,
  paths,
  wholeNumber,
} from './commands/shared-options.js';
import { afterHelp } from './help.js';
import { loading } from './loading.js';
import { metadataOption } from './metadata-option.js';

/** Adds `memvisor encode`. */
export const defineEncode = (program: Command): void => {
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
};
