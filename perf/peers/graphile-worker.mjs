import { Logger, makeWorkerUtils, run } from 'graphile-worker';
import pg from 'pg';
import { Callers, connection, rate, Seconds, tell } from './figures.mjs';

const Slots = 24;
const Batch = 1000;
const data = { definition: 'QmSH9sDnavqN37X7pp2bYLixVddbgqUdWKBscVZtTvwM8F', market: 'CA5pMpqkYFKtme7K31pNB1s62X2SdhEv1nN9RdxKCpuQ', timeout: 60 };
const logger = new Logger(() => () => {});
const pgPool = new pg.Pool(connection);

const utils = await makeWorkerUtils({ pgPool, logger });
await utils.migrate();
tell('add', await rate(Callers, async () => (await utils.addJob('job', data), 1)));
tell('run', await work({}, await fill(30_000)));
// What it did not come to is done with, so that both begin with the same.
await pgPool.query('DELETE FROM graphile_worker._private_jobs');
tell('run in batches', await work({ localQueue: { size: 500 }, completeJobBatchDelay: 0, failJobBatchDelay: 0 }, await fill(250_000)));
process.exit(0);

/** Puts jobs in, as many as fit into ten seconds, and gives how many there were. */
async function fill(jobs) {
  const end = performance.now() + 10_000;
  const specs = Array.from({ length: Batch }, () => ({ identifier: 'job', payload: data }));
  let count = 0;
  for (; count < jobs && performance.now() < end; count += Batch)
    await utils.addJobs(specs);
  return count;
}

/** Jobs that its workers carry out a second, out of so many, as they are but for what is said of them. */
async function work(worker, jobs) {
  let count = 0;
  const start = performance.now();
  const runner = await run({ pgPool, logger, noHandleSignals: true, taskList: { job: async () => { count++; } }, preset: { worker: { concurrentJobs: Slots, ...worker } } });
  while (performance.now() - start < Seconds * 1000 && count < jobs)
    await new Promise(done => setTimeout(done, 10));
  const figure = count / ((performance.now() - start) / 1000);
  await runner.stop();
  return figure;
}
