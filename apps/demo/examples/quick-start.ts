import { openEmbedder } from '@memvisor/embedding';
import { Encoder, EncoderSupervisor } from '@memvisor/encoder';
import { RetrieverSupervisor, search } from '@memvisor/retriever';

const model = await openEmbedder();
const encoders = await EncoderSupervisor.startLink();
const retrievers = await RetrieverSupervisor.startLink();
if (!model.ok || !encoders.ok || !retrievers.ok) throw new Error('not started');

const config = { embedding: { module: model.embedder } };
const encoder = await EncoderSupervisor.startEncoder(encoders.pid, { indexName: 'notes', config });
if (!encoder.ok || !encoder.pid) throw new Error('no encoder');
await Encoder.addText(encoder.pid, 'Bees turn nectar into honey.', { source: 'bees.txt' });
await Encoder.addText(encoder.pid, 'The ship sailed north in May.', { source: 'ships.txt' });
const built = await Encoder.buildVideo(encoder.pid, 'memory.mp4');
if (!built.ok) throw new Error(built.failure.kind);

const options = { video: 'memory.mp4', embedder: model.embedder };
const retriever = await RetrieverSupervisor.startRetriever(retrievers.pid, options);
if (!retriever.ok || !retriever.pid) throw new Error('no retriever');
const answer = await search(retriever.pid, 'Which month did the vessel leave?', { k: 1 });
if (answer.ok) for (const { text, source } of answer.value.results) console.log(`${source}: ${text}`);

await RetrieverSupervisor.stopAllRetrievers(retrievers.pid);
await model.embedder.close();
