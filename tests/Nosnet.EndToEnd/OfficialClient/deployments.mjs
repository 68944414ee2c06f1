// Runs the official client through the lives of deployments of every strategy and prints one JSON line per call: {call, ok, value | error}.
// Usage: node deployments.mjs URL API_KEY | WALLET_SEED_HEX
import { createKeyPairSignerFromPrivateKeyBytes } from '@solana/kit';
import { createNosanaClient, NosanaNetwork } from '@nosana/kit';

const [url, credential] = process.argv.slice(2);
const MARKET = 'CA5pMpqkYFKtme7K31pNB1s62X2SdhEv1nN9RdxKCpuQ';
const isKey = credential.startsWith('nos_');
const wallet = isKey ? undefined : await createKeyPairSignerFromPrivateKeyBytes(Buffer.from(credential, 'hex'));
const client = createNosanaClient(NosanaNetwork.MAINNET, {
  logLevel: 'none',
  api: { ...(isKey && { apiKey: credential }), backend_url: url, client_manager_url: url },
  ipfs: { api: url, gateway: `${url}/ipfs/`, jwt: '' },
  ...(wallet && { wallet }),
});
const { deployments } = client.api;

async function call(name, action) {
  let line;
  try {
    line = { call: name, ok: true, value: await action() };
  } catch (e) {
    line = { call: name, ok: false, error: { message: e.message, code: e.code, statusCode: e.statusCode } };
  }
  console.log(JSON.stringify(line));
  return line.value;
}

const until = async (id, reached) => {
  for (;;) {
    const seen = await deployments.get(id);
    if (reached(seen)) return seen;
    await new Promise((next) => setTimeout(next, 200));
  }
};

const definitionOf = (cmd) => ({ version: '0.1', type: 'container', ops: [{ type: 'container/run', id: 'work', args: { image: 'busybox', cmd, expose: 8080 } }] });

// It ends when it is asked to, so that no stop waits until it is killed.
const service = (seconds) => definitionOf(`trap exit TERM; sleep ${seconds} & wait`);

for (const [strategy, more] of [['SIMPLE', {}], ['SIMPLE-EXTEND', {}], ['SCHEDULED', { schedule: '0 6 * * MON' }], ['INFINITE', { rotation_time: 20 }]]) {
  const say = (what, action) => call(`${strategy} ${what}`, action);
  const made = await say('create', () =>
    deployments.create({ name: `a ${strategy}`, market: MARKET, replicas: 1, timeout: 90, strategy, ...more, job_definition: service(600) }));
  const { id } = made;
  const deployment = await deployments.get(id);
  await say('start', async () => { await deployment.start(); return { status: deployment.status }; });
  await say('running', () => until(id, (d) => d.status === 'RUNNING' && (strategy === 'SCHEDULED' || d.active_jobs === 1)));
  await say('start again', async () => (await deployments.get(id)).start());
  await say('updateReplicaCount', async () => { await deployment.updateReplicaCount(2); return { replicas: deployment.replicas }; });
  await say('updateTimeout', async () => { await deployment.updateTimeout(120); return { timeout: deployment.timeout }; });
  await say('updateSchedule', async () => { await deployment.updateSchedule('30 7 * * TUE'); return { schedule: deployment.schedule }; });
  await say('createRevision', async () => { await deployment.createRevision(service(601)); return { active: deployment.active_revision, endpoints: deployment.endpoints }; });
  await say('updateActiveRevision', async () => { await deployment.updateActiveRevision(1); return { active: deployment.active_revision }; });
  await say('createRevision again', async () => { await deployment.createRevision(service(602)); return { active: deployment.active_revision }; });
  await say('getTasks', () => deployment.getTasks({ limit: 10 }));
  const jobs = await say('getJobs', () => deployment.getJobs({ state: 'QUEUED,RUNNING,COMPLETED,STOPPED', limit: 10 }));
  if (jobs.jobs.length > 0)
    await say('getJob', () => deployment.getJob(jobs.jobs[0].job));
  await say('getRevisions', () => deployment.getRevisions({ sort_order: 'asc' }));
  await say('getEvents', () => deployment.getEvents({ category: 'Deployment' }));
  await say('generateAuthHeader', () => deployment.generateAuthHeader());
  await say('stop', async () => { await deployment.stop(); return { status: deployment.status }; });
  const stopped = await say('stopped', () => until(id, (d) => d.status === 'STOPPED'));
  if (strategy === 'SIMPLE' || strategy === 'SCHEDULED')
    await say('archive', async () => { await stopped.archive(); return { status: (await deployments.get(id)).status }; });
  else
    await say('delete', async () => { await stopped.delete(); return (await deployments.list({ id })).total_items; });
}

// Pages, in both directions: 23 of each kind.
const NUMBERS = Array.from({ length: 23 }, (_, i) => i + 1);
const walk = (what, list, show) => call(`pages of ${what}`, async () => {
  const first = await list();
  const second = await first.nextPage();
  const third = await second.nextPage();
  const back = await third.previousPage();
  const start = await back.previousPage();
  return { total: first.total_items, forth: [first, second, third].map(show), back: [back, start].map(show), ends: [first.previousPage, third.nextPage, start.previousPage] };
});

for (const i of NUMBERS)
  await deployments.create({ name: `page ${i}`, market: MARKET, replicas: 1, timeout: 60, strategy: 'SIMPLE', job_definition: definitionOf('true') });
await walk('deployments', () => deployments.list({ search: 'page ', limit: 10, sort_order: 'asc' }), (page) => page.deployments.map((d) => d.name));

const waiting = await deployments.create({ name: 'waiting', market: 'idle', replicas: NUMBERS.length, timeout: 60, strategy: 'SIMPLE', job_definition: definitionOf('true') });
await waiting.start();
while ((await waiting.getEvents()).total_items < NUMBERS.length) await new Promise((next) => setTimeout(next, 200));
await walk('jobs', () => waiting.getJobs({ limit: 10 }), (page) => page.jobs.map((j) => j.job));
await walk('events', () => waiting.getEvents({ limit: 10, sort_order: 'asc' }), (page) => page.events.map((e) => e.tx));
await waiting.stop();

const lost = await deployments.create({ name: 'lost', market: 'invalid-market', replicas: 1, timeout: 60, strategy: 'SIMPLE', job_definition: definitionOf('echo 1') });
for (const i of NUMBERS.slice(1)) await lost.createRevision(definitionOf(`echo ${i}`));
await walk('revisions', () => lost.getRevisions({ limit: 10 }), (page) => page.revisions.map((r) => r.revision));
await lost.start();
await call('a market that there is not', async () => {
  for (;;) {
    const { events } = await lost.getEvents();
    if (events.length > 0) return events[0];
    await new Promise((next) => setTimeout(next, 200));
  }
});
// None of these can be done, so all of them stay.
for (const i of NUMBERS.slice(1)) await lost.updateReplicaCount(i);
await walk('tasks', () => lost.getTasks({ limit: 10, sort_order: 'asc' }), (page) => page.tasks.map((t) => t.limit ?? 1));
await call('a schedule that never comes', () =>
  deployments.create({ name: 'never', market: MARKET, replicas: 1, timeout: 60, strategy: 'SCHEDULED', schedule: '0 0 31 2 *', job_definition: definitionOf('true') }));
if (!isKey) {
  await call('vaults.create', () => deployments.vaults.create());
  await call('vaults.list', () => deployments.vaults.list());
}
