// Runs the official client through the Jobs API guide's flow and prints one JSON line per call: {call, ok, value | error}.
// Usage: node flow.mjs URL API_KEY
import fs from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import WebSocket from 'ws';
import { createNosanaClient, getJobExposedServices, NosanaNetwork } from '@nosana/kit';

const [url, apiKey] = process.argv.slice(2);
const GUIDE_MARKET = 'CA5pMpqkYFKtme7K31pNB1s62X2SdhEv1nN9RdxKCpuQ';

const clientFor = (key) =>
  createNosanaClient(NosanaNetwork.MAINNET, {
    logLevel: 'none',
    api: { apiKey: key, backend_url: url, client_manager_url: url },
    ipfs: { api: url, gateway: `${url}/ipfs/`, jwt: key ?? '' },
  });

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

const until = async (job, reached) => {
  for (;;) {
    const seen = await client.api.jobs.get(job);
    if (reached(seen)) return seen;
    await new Promise((next) => setTimeout(next, 100));
  }
};

// By its host name, whatever the machine's resolver makes of *.localhost.
const textOf = (host, path = '/', { method = 'GET', authorization = undefined } = {}) => new Promise((found, failed) => {
  const headers = { host: `${host}:${new URL(url).port}`, ...(authorization && { authorization }) };
  http.request(url + path, { method, headers }, (answer) => answer.setEncoding('utf8').toArray().then((parts) => found(parts.join('')), failed)).on('error', failed).end();
});
const jsonOf = async (...asked) => JSON.parse(await textOf(...asked));

// The first data of an event stream.
const firstEventOf = (host, path, authorization) => new Promise((found, failed) => {
  const asking = http.get(url + path, { headers: { host, authorization } }, async (answer) => {
    let text = '';
    for await (const part of answer.setEncoding('utf8')) {
      text += part;
      const event = /^data: (.*)\n\n/m.exec(text);
      if (event) {
        found(JSON.parse(event[1]));
        asking.destroy();
        return;
      }
    }
  }).on('error', failed);
});

// What a node's WebSocket says first, or how it closes.
const socketOf = (host, asked) => new Promise((found, failed) => {
  const socket = new WebSocket(url.replace('http', 'ws') + asked.path, { headers: { host } });
  socket.on('open', () => socket.send(JSON.stringify(asked)));
  socket.on('message', (message) => {
    const { path, data } = JSON.parse(message);
    found({ path, data: JSON.parse(data) });
    socket.close();
  });
  socket.on('close', (code, reason) => found({ code, reason: String(reason) }));
  socket.on('error', failed);
});

const container = (id, cmd, more = {}) => ({ type: 'container/run', id, args: { image: 'busybox', cmd, ...more } });
const definitionOf = (...ops) => ({ version: '0.1', type: 'container', meta: { trigger: 'api' }, ops });
const hello = definitionOf(container('hello', 'echo hello from the official client'));
// It ends when it is asked to, so that no stop waits until it is killed.
const web = definitionOf(container('web', 'trap exit TERM; mkdir /w; echo hi > /w/index.html; httpd -p 8080 -h /w; sleep 1000 & wait', { expose: 8080 }));

const client = clientFor(apiKey);

// The guide's flow.
await call('markets.list', () => client.api.markets.list());
await call('markets.get', () => client.api.markets.get(GUIDE_MARKET));
await call('markets.getRequiredResources', () => client.api.markets.getRequiredResources(GUIDE_MARKET));
await call('credits.balance', () => client.api.credits.balance());

const cid = await call('ipfs.pin', () => client.ipfs.pin(hello));
await call('ipfs.retrieve', () => client.ipfs.retrieve(cid));
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'pinned-'));
const file = path.join(folder, 'file.txt');
fs.writeFileSync(file, 'a pinned file\n');
const fileCid = await call('ipfs.pinFile', () => client.ipfs.pinFile(file));
fs.rmSync(folder, { recursive: true });
await call('ipfs.retrieve file', () => client.ipfs.retrieve(fileCid));

const posted = await call('jobs.list', () => client.api.jobs.list({ ipfsHash: cid, market: GUIDE_MARKET, timeout: 600 }));
await call('jobs.get until ended', () => until(posted.job, (job) => job.state >= 2));
await call('credits.balance after', () => client.api.credits.balance());

const webCid = await client.ipfs.pin(web);
const serving = await call('jobs.list with service', () => client.api.jobs.list({ ipfsHash: webCid, market: GUIDE_MARKET, timeout: 600 }));
await call('jobs.get while running', () => until(serving.job, (job) => job.state === 1 && job.timeStart > 0));
await call('getJobExposedServices', async () => getJobExposedServices(web, serving.job));
await call('the service at its derived id', () => {
  const [{ hash }] = getJobExposedServices(web, serving.job);
  return until(serving.job, (job) => job.endpoints[0].status === 'ONLINE').then(() => textOf(`${hash}.localhost`));
});
// The node at its own name, in small letters as browsers send it.
const { node } = await client.api.jobs.get(serving.job);
const host = `${node.toLowerCase()}.localhost`;
const owner = { authorization: `Bearer ${apiKey}` };
await call('node address', async () => ({ node, answer: await jsonOf(host) }));
await call('node info', () => jsonOf(host, '/node/info'));
await call('node ops', () => jsonOf(host, `/job/${serving.job}/ops`, owner));
await call('node endpoints', () => jsonOf(host, `/job/${serving.job}/endpoints`, owner));
await call('node job info', () => firstEventOf(host, `/job/${serving.job}/info`, owner.authorization));
await call('node flog', () => socketOf(host, { path: '/flog', header: owner.authorization, body: { jobAddress: serving.job, opId: 'web' } }));
await call('node flog of nobody', () => socketOf(host, { path: '/flog', body: { jobAddress: serving.job } }));
await call('node restart', () => jsonOf(host, `/job/${serving.job}/group/web/operation/web/restart`, { method: 'POST', ...owner }));
await call('jobs.extend', () => client.api.jobs.extend({ address: serving.job, seconds: 300 }));
await call('jobs.stop', () => client.api.jobs.stop(serving.job));
await call('jobs.get until stopped', () => until(serving.job, (job) => job.state >= 2));
await call('jobs.extend after the end', () => client.api.jobs.extend({ address: serving.job, seconds: 60 }));
await call('jobs.stop after the end', () => client.api.jobs.stop(serving.job));

// Each refusal has to read as a sentence. All pins come before the other clients: the kit keeps its IPFS token in a place that all of them share.
const malformed = await client.ipfs.pin({ version: '0.1', type: 'container', ops: [{ type: 'container/run', id: 'a b', args: {} }] });
const some = posted.job;
await call('no key', () => clientFor(undefined).api.credits.balance());
await call('wrong key', () => clientFor('nos_this_key_was_never_made').api.credits.balance());
await call('unknown job', () => client.api.jobs.get('So11111111111111111111111111111111111111112'));
await call('not an address', () => client.api.jobs.get('a/b c'));
await call('unknown market', () => client.api.jobs.list({ ipfsHash: cid, market: 'So11111111111111111111111111111111111111112', timeout: 60 }));
await call('too few credits', () => client.api.jobs.list({ ipfsHash: cid, market: 'dear', timeout: 86400 }));
await call('a CID that is not pinned', () => client.api.jobs.list({ ipfsHash: 'QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWnPbdG', market: GUIDE_MARKET, timeout: 60 }));
await call('a malformed definition', () => client.api.jobs.list({ ipfsHash: malformed, market: GUIDE_MARKET, timeout: 60 }));
await call('a timeout of nothing', () => client.api.jobs.list({ ipfsHash: cid, market: GUIDE_MARKET, timeout: 0 }));
await call('no definition', () => client.api.jobs.list({ market: GUIDE_MARKET }));
await call('extend without seconds', () => client.api.jobs.extend({ address: some }));
await call('an address in the wrong field', () => client.api.jobs.extend({ jobAddress: some, seconds: 60 }));
await call('credits.balance at the end', () => client.api.credits.balance());
