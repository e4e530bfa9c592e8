'use strict';
// Load by AMQP for the benchmark of the built-in hub, with the library that Azure's client for Node.js uses.
//   node amqp-load.js hold IDENTITIES IOTHUB COUNT ADDRESS CA                  stays connected until it is stopped; says READY
//   node amqp-load.js rate IDENTITIES IOTHUB COUNT ADDRESS CA WINDOW SECONDS   messages a second that the hub takes, as JSON
// IDENTITIES is what IoT Hub's REST interface lists.

const crypto = require('crypto');
const fs = require('fs');
const rhea = require('rhea');

const [command, identities, iotHub, count, host, ca, window, seconds] = process.argv.slice(2);
const modules = JSON.parse(fs.readFileSync(identities)).filter(({ moduleId }) => !moduleId.startsWith('$')).slice(0, Number(count));
const trusted = fs.readFileSync(ca);

const once = (emitter, event) => new Promise((resolve) => emitter.once(event, resolve));
const pause = (millis) => new Promise((resolve) => setTimeout(resolve, millis));

function token({ deviceId, moduleId, authentication }) {
  const resource = encodeURIComponent(`${iotHub}/devices/${deviceId}/modules/${moduleId}`);
  const expiry = Math.floor(Date.now() / 1000) + 3600;
  const key = Buffer.from(authentication.symmetricKey.primaryKey, 'base64');
  const signature = crypto.createHmac('sha256', key).update(`${resource}\n${expiry}`).digest('base64');
  return `SharedAccessSignature sr=${resource}&sig=${encodeURIComponent(signature)}&se=${expiry}`;
}

async function connect(module) {
  const connection = rhea.create_container().connect({ transport: 'tls', host, port: 5671, ca: trusted, reconnect: false });
  connection.on('disconnected', ({ error }) => {
    console.error(`the hub ended a connection: ${error}`);
    process.exit(1);
  });
  await once(connection, 'connection_open');
  const requests = connection.open_sender('$cbs');
  const answers = connection.open_receiver('$cbs');
  await once(requests, 'sendable');
  requests.send({
    message_id: 'token', to: '$cbs', body: token(module),
    application_properties: { operation: 'put-token', type: 'servicebus.windows.net:sastoken', name: iotHub },
  });
  const { message } = await once(answers, 'message');
  if (message.application_properties['status-code'] !== 200) {
    throw new Error(message.application_properties['status-description']);
  }
  return { connection, address: `/devices/${module.deviceId}/modules/${module.moduleId}` };
}

const telemetry = (connection, address) => connection.open_sender(`${address}/messages/events`);

const message = (output) => ({
  application_properties: { 'iothub-outputname': output },
  body: rhea.message.data_section(Buffer.alloc(256)),
});

// as modules of Azure's clients, which want everything
async function hold() {
  for (const module of modules) {
    const { connection, address } = await connect(module);
    for (const end of ['messages/events', 'twin', 'methods/devicebound']) {
      connection.open_receiver(`${address}/${end}`);
    }
    connection.open_sender(`${address}/methods/devicebound`);
    const twin = connection.open_sender(`${address}/twin`);
    const sender = telemetry(connection, address);
    await Promise.all([once(twin, 'sendable'), once(sender, 'sendable')]);
    twin.send({ correlation_id: 'twin', message_annotations: { operation: 'GET' }, body: rhea.message.data_section(Buffer.alloc(0)) });
    sender.send(message('held'));
    await once(sender, 'accepted');
  }
  console.log('READY');
}

async function rate() {
  let accepted = 0;
  for (const module of modules) {
    const { connection, address } = await connect(module);
    const sender = telemetry(connection, address);
    const kept = message('kept');
    sender.on('accepted', () => {
      accepted++;
      sender.send(kept);
    });
    await once(sender, 'sendable');
    for (let i = 0; i < Number(window); i++) {
      sender.send(kept);
    }
  }
  const rates = [];
  await pause(3000);
  const cpu = process.cpuUsage();
  const began = process.hrtime.bigint();
  for (let round = 0; round < 3; round++) {
    const before = accepted;
    const from = process.hrtime.bigint();
    await pause(1000 * Number(seconds));
    rates.push(Math.round((accepted - before) / (Number(process.hrtime.bigint() - from) / 1e9)));
  }
  const { user, system } = process.cpuUsage(cpu);
  console.log(JSON.stringify({ rates, load_cpu: (user + system) / (Number(process.hrtime.bigint() - began) / 1e3) }));
  process.exit(0);
}

(command === 'hold' ? hold() : rate()).catch((error) => {
  console.error(error);
  process.exit(1);
});
