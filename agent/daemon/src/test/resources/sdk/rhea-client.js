'use strict';
// A client of AMQP without Azure's libraries that opens a connection as Azure's client for C# does, without SASL, or as the one for C
// does, with MSSBCBS. It is told what to do by lines of its input, and says what came.

const crypto = require('crypto');
const fs = require('fs');
const net = require('net');
const readline = require('readline');
const rhea = require('rhea');

const { HOST, PORT, IDENTITY, KEY, OPENING, CA } = process.env; // IDENTITY: devices/d or devices/d/modules/m
const asC = OPENING === 'C';
const EVENTS = `/${IDENTITY}/messages/events`;
const BOUND = `/${IDENTITY}/messages/devicebound`;
const METHODS = `/${IDENTITY}/methods/devicebound`;
const TWIN = `/${IDENTITY}/twin`;
let connection, tokens, telemetry, twin;
let ids = 0;
let releases = 0;

const say = (...words) => console.log(words.join(' '));
const once = (emitter, event) => new Promise((resolve) => emitter.once(event, resolve));

function token() {
  const resource = encodeURIComponent(`hub.example/${IDENTITY}`);
  const expiry = Math.floor(Date.now() / 1000) + 60;
  const signature = crypto.createHmac('sha256', Buffer.from(KEY, 'base64')).update(`${resource}\n${expiry}`).digest('base64');
  return `SharedAccessSignature sr=${resource}&sig=${encodeURIComponent(signature)}&se=${expiry}`;
}

async function showToken() {
  const message_id = asC ? ++ids : `id-${++ids}`;
  tokens.requests.send({
    message_id,
    to: '$cbs',
    reply_to: 'cbs',
    application_properties: { operation: 'put-token', type: 'servicebus.windows.net:sastoken', name: `hub.example/${IDENTITY}` },
    body: token(),
  });
  const { message } = await once(tokens.answers, 'message');
  say('token', message.application_properties['status-code'], message.correlation_id === message_id);
}

function connect() {
  // C names a mechanism that holds no credentials; C# sends the header of AMQP at once
  const sasl_mechanisms = asC ? { MSSBCBS: () => ({ start: (respond) => respond(undefined, '') }) } : undefined;
  connection = rhea.create_container().connect({
    transport: 'tls', host: HOST, port: PORT, servername: net.isIP(HOST) ? undefined : HOST, ca: fs.readFileSync(CA), reconnect: false, sasl_mechanisms,
    idle_time_out: asC ? 240000 : 120000,
  });
  connection.on('connection_open', () => begin().catch((error) => say('failed', error)));
  connection.on('disconnected', () => {
    say('disconnected');
    setTimeout(connect, 1000);
  });
  for (const event of ['error', 'connection_error', 'session_error', 'sender_error', 'receiver_error']) {
    connection.on(event, (context) => say(event, JSON.stringify((context.sender || context.receiver || connection).error)));
  }
}

function newSession() {
  const session = connection.create_session();
  session.begin();
  return session;
}

const link = (name, terminus, more) => ({
  name, ...terminus, ...more,
  properties: { 'com.microsoft:client-version': 'test', 'com.microsoft:api-version': '2020-09-30' },
});

async function begin() {
  const cbs = newSession();
  tokens = {
    requests: cbs.open_sender(link('cbs-sender', { target: '$cbs' })),
    answers: cbs.open_receiver(link('cbs-receiver', { source: '$cbs' })),
  };
  await once(tokens.requests, 'sendable');
  await showToken();
  const session = newSession();
  telemetry = session.open_sender(link('TelemetrySenderLink', { target: EVENTS }, { autosettle: true }));
  await once(telemetry, 'sendable');
  const isModule = IDENTITY.includes('/modules/');
  if (asC || !isModule) {
    const bound = session.open_receiver(
      link('TelemetryReceiverLink', { source: BOUND }, { rcv_settle_mode: asC ? 0 : 1, autoaccept: false }));
    bound.on('message', ({ message, delivery }) => {
      say('bound', message.body.content);
      if (message.body.content.toString() === 'release' && ++releases === 1) {
        delivery.release();
      } else {
        delivery.accept();
      }
    });
  }
  if (!asC && isModule) {
    const inputs = session.open_receiver(link('EventsReceiverLink', { source: EVENTS }, { credit_window: 50 }));
    inputs.on('message', ({ message }) => {
      const from = message.message_annotations;
      say('input', from['x-opt-input-name'], from['iothub-connection-module-id'], message.body.content);
    });
  }
  openTwin(session);
  openMethods(session);
  say('ready');
}

function openTwin(session) {
  const correlation = `twin:${crypto.randomUUID()}`;
  const more = { properties: { 'com.microsoft:channel-correlation-id': correlation } };
  const answers = session.open_receiver({ ...link('TwinReceiverLink', { source: TWIN }), ...more });
  twin = session.open_sender({ ...link('TwinSenderLink', { target: TWIN }), ...more });
  answers.on('message', ({ message }) => {
    const status = (message.message_annotations || {}).status;
    say('twin', message.correlation_id || 'change', status || '', message.body ? message.body.content : '');
  });
}

function openMethods(session) {
  const calls = session.open_receiver(link('MethodsReceiverLink', { source: METHODS }));
  const answers = session.open_sender(link('MethodsSenderLink', { target: METHODS }));
  calls.on('message', ({ message }) => {
    const name = message.application_properties['IoThub-methodname'];
    say('method', name, message.body.content);
    answers.send({
      // its sixteen bytes, which rhea sends as a UUID again
      correlation_id: message.correlation_id,
      application_properties: { 'IoThub-status': rhea.types.wrap_int(207) },
      body: rhea.message.data_section(Buffer.from(JSON.stringify(`done ${name}`))),
    });
  });
}

const COMMANDS = {
  token: () => showToken(),
  async send(text) {
    const message = {
      message_id: `m-${text}`, content_type: 'application/json', content_encoding: 'utf-8',
      application_properties: { number: text, 'iothub-outputname': 'out' },
      body: rhea.message.data_section(Buffer.from(`{"number":${text}}`)),
    };
    // the client for C sends batches, also of one message
    const delivery = asC
      ? telemetry.send(rhea.message.encode({ body: rhea.message.data_section(rhea.message.encode(message)) }), undefined, 0x80013700)
      : telemetry.send(message);
    const { delivery: settled } = await Promise.race([once(telemetry, 'accepted'), once(telemetry, 'rejected')]);
    say('sent', text, settled === delivery, JSON.stringify((settled.remote_state || {}).error || 'accepted'));
  },
  get: () => request('get', { operation: 'GET' }, ''),
  report: (json) => request('report', { operation: 'PATCH', resource: '/properties/reported' }, json),
  drop: () => connection.socket.destroy(new Error('cut')),
};

function request(correlation_id, message_annotations, text) {
  twin.send({ correlation_id, message_annotations, body: rhea.message.data_section(Buffer.from(text)) });
}

readline.createInterface({ input: process.stdin }).on('line', (line) => {
  const [command, ...rest] = line.split(' ');
  Promise.resolve(COMMANDS[command](rest.join(' '))).catch((error) => say('failed', error));
});
connect();
