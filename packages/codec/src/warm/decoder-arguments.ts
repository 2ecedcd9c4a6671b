/**
 * ffmpeg's arguments to decode H.264 as it comes on stdin, one picture at a time, to gray pixels on stdout: nothing
 * is probed, buffered or decoded ahead, and no frame is doubled or dropped for its time. The second `-threads` is for
 * what comes out: with threads, "encoding" raw pixels holds each picture back until the next one has come.
 */
export const decoderArguments = (passthrough: readonly string[]): readonly string[] => [
  ...['-hide_banner', '-nostats', '-loglevel', 'fatal', '-protocol_whitelist', 'pipe'],
  ...['-fflags', 'nobuffer', '-flags', 'low_delay', '-threads', '1', '-probesize', '32'],
  ...['-analyzeduration', '0', '-f', 'h264', '-i', 'pipe:0'],
  ...[
    '-map',
    '0:v:0',
    ...passthrough,
    '-pix_fmt',
    'gray',
    '-threads',
    '1',
    '-f',
    'rawvideo',
    '-flush_packets',
    '1',
  ],
  'pipe:1',
];
