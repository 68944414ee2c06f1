import { PgBoss } from 'pg-boss';
import { Callers, connection, rate, tell } from './figures.mjs';

const Batch = 100;
const Queue = 'jobs';
const data = { definition: 'QmSH9sDnavqN37X7pp2bYLixVddbgqUdWKBscVZtTvwM8F', market: 'CA5pMpqkYFKtme7K31pNB1s62X2SdhEv1nN9RdxKCpuQ', timeout: 60 };

const boss = new PgBoss({ ...connection, supervise: false, schedule: false });
boss.on('error', error => { throw error; });
await boss.start();
await boss.createQueue(Queue);

tell('send', await rate(Callers, async () => (await boss.send(Queue, data), 1)));
tell('send in batches of 100', await rate(8, async () => (await boss.insert(Queue, Array.from({ length: Batch }, () => ({ data }))), Batch)));
tell('fetch and complete', await rate(Callers, async () => {
  const [job] = await boss.fetch(Queue);
  if (!job) return 0;
  await boss.complete(Queue, job.id);
  return 1;
}));
tell('fetch and complete in batches of 100', await rate(8, async () => {
  const jobs = await boss.fetch(Queue, { batchSize: Batch });
  if (jobs.length === 0) return 0;
  await boss.complete(Queue, jobs.map(job => job.id));
  return jobs.length;
}));

await boss.stop({ graceful: false });
process.exit(0);
