'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');
const { connect, createDevice, createModule, eventually, methods } = require('./local-hub');

/** Calls a method of a device or module; waits until the client has subscribed. */
function invoke(identity, methodName, payload) {
  const params = { methodName, payload, responseTimeoutInSeconds: 5 };
  const target = identity.moduleId ? [identity.deviceId, identity.moduleId] : [identity.deviceId];
  return eventually(() => methods.invokeDeviceMethod(...target, params)).then(({ result }) => result);
}

// no blank in the name: the SDK hears of "switch on" as "switch%20on" and finds no handler
test('a device answers a method with what it was called with', async (t) => {
  const device = await createDevice(t);
  const client = await connect(t, device);
  client.onDeviceMethod('switchOn', (request, response) =>
    response.send(201, { heard: request.payload, as: request.methodName }));

  const { status, payload } = await invoke(device, 'switchOn', { lamp: [1, 'two', null] });

  assert.equal(status, 201);
  assert.deepEqual(payload, { heard: { lamp: [1, 'two', null] }, as: 'switchOn' });
});

test('a module answers methods, also several at once', async (t) => {
  const { deviceId } = await createDevice(t);
  const module = await createModule(deviceId, 'led');
  const client = await connect(t, module);
  client.onMethod('blink', (request, response) => response.send(200, request.payload * 2));

  const results = await Promise.all([1, 2, 3, 4, 5].map((number) => invoke(module, 'blink', number)));

  assert.deepEqual(results.map((result) => result.payload), [2, 4, 6, 8, 10]);
});

test('a method of a device that is not connected fails as on the hub', async (t) => {
  const { deviceId } = await createDevice(t);

  await assert.rejects(
    methods.invokeDeviceMethod(deviceId, { methodName: 'blink', responseTimeoutInSeconds: 5 }),
    (error) => {
      assert.equal(error.response.statusCode, 404);
      assert.match(String(error.responseBody), /404103/);
      return true;
    });
});

test('a method of a device or module that does not exist is not found, with the number that says which', async (t) => {
  const { deviceId } = await createDevice(t);
  const params = { methodName: 'blink', responseTimeoutInSeconds: 5 };
  const refused = (code) => (error) => {
    assert.equal(error.response.statusCode, 404);
    assert.match(String(error.responseBody), new RegExp(`errorCode[^0-9]*${code}`));
    return true;
  };

  await assert.rejects(methods.invokeDeviceMethod('node-nobody', params), refused(404001));
  await assert.rejects(methods.invokeDeviceMethod(deviceId, 'nobody', params), refused(404010));
});
