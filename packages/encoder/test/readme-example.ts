import { describeEncoderFailure, Encoder, EncoderSupervisor, subscribeToEncoders } from '../src/index.js';

export const example = async (video: string) => {
  const supervisor = await EncoderSupervisor.startLink();
  if (!supervisor.ok) throw new Error('not started');
  const started = await EncoderSupervisor.startEncoder(supervisor.pid, { indexName: 'notes' });
  if (!started.ok || started.pid === undefined) throw new Error('not started');
  const encoder = started.pid;

  const unsubscribe = subscribeToEncoders((event) => {
    if (event.type === 'encoder_progress') console.error(event.stage, event.done, event.total);
  });
  await Encoder.addText(encoder, 'Bees make honey.\n\nShips sail.', { source: 'notes.txt' });
  const built = await Encoder.buildVideo(encoder, video);
  unsubscribe();
  if (!built.ok) throw new Error(describeEncoderFailure(built.failure));
  const { totalChunks, indexPath } = built.value;

  await EncoderSupervisor.stopEncoder(supervisor.pid, encoder);
  return { supervisor, totalChunks, indexPath };
};
