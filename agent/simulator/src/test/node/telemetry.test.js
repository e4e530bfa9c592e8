'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');
const { Message } = require('azure-iot-device');
const { connect, createDevice, createModule, eventsOf, eventually, methods, rest } = require('./local-hub');

/** The one event of a device whose property "test" has the value. */
const eventWith = (deviceId, value) =>
  eventually(async () => (await eventsOf(deviceId)).find((event) => event.properties.test === value));

function message(body, test) {
  const sent = new Message(body);
  sent.properties.add('test', test);
  return sent;
}

test('a message of a device arrives with its properties', async (t) => {
  const device = await createDevice(t);
  const client = await connect(t, device);
  const sent = message(JSON.stringify({ temperature: 21.5 }), 'a/b & c=d \u00e9');
  sent.messageId = 'message-1';
  sent.correlationId = 'correlation-1';
  sent.contentType = 'application/json';
  sent.contentEncoding = 'utf-8';

  await client.sendEvent(sent);

  const event = await eventWith(device.deviceId, 'a/b & c=d \u00e9');
  assert.deepEqual(event.body, { temperature: 21.5 });
  assert.deepEqual(event.properties, { test: 'a/b & c=d \u00e9' });
  assert.equal(event.systemProperties['message-id'], 'message-1');
  assert.equal(event.systemProperties['correlation-id'], 'correlation-1');
  assert.equal(event.systemProperties['content-type'], 'application/json');
  assert.equal(event.systemProperties['iothub-connection-device-id'], device.deviceId);
  assert.equal(event.moduleId, undefined);
});

test('a message of a module\'s output arrives with the name of the output', async (t) => {
  const { deviceId } = await createDevice(t);
  const client = await connect(t, await createModule(deviceId, 'button'));

  await client.sendOutputEvent('presses', message('pressed', 'output'));

  const event = await eventWith(deviceId, 'output');
  assert.equal(event.moduleId, 'button');
  assert.equal(event.systemProperties['output-name'], 'presses');
  assert.equal(event.systemProperties['iothub-connection-module-id'], 'button');
});

test('a client comes back by itself after the hub has dropped it, and keeps its subscriptions', async (t) => {
  const device = await createDevice(t);
  const client = await connect(t, device);
  client.onDeviceMethod('ping', (request, response) => response.send(200, 'pong'));
  const ping = () => methods.invokeDeviceMethod(device.deviceId, { methodName: 'ping', responseTimeoutInSeconds: 5 });
  await eventually(ping);

  await rest('POST', `/_sim/disconnect/${device.deviceId}`);

  await client.sendEvent(message('back', 'reconnected'));
  await eventWith(device.deviceId, 'reconnected');
  assert.equal((await eventually(ping)).result.payload, 'pong');
});
