'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');
const { connect, connectionString, createDevice, createModule, impatient, registry } = require('./local-hub');

test('a device is created with keys that the hub made, read and deleted', async (t) => {
  const device = await createDevice(t);
  const { primaryKey, secondaryKey } = device.authentication.symmetricKey;

  const read = (await registry.get(device.deviceId)).responseBody;

  assert.equal(read.status, 'enabled');
  assert.equal(read.authentication.type, 'sas');
  assert.equal(Buffer.from(primaryKey, 'base64').toString('base64'), primaryKey);
  assert.ok(Buffer.from(primaryKey, 'base64').length >= 32);
  assert.notEqual(primaryKey, secondaryKey);
  assert.equal(read.authentication.symmetricKey.primaryKey, primaryKey);
  assert.ok(read.etag);
  assert.ok(read.generationId);

  const deviceId = `${device.deviceId}-2`;
  await registry.create({ deviceId });
  await registry.delete(deviceId);
  await assert.rejects(registry.get(deviceId), { name: 'DeviceNotFoundError' });
});

test('a device that exists cannot be created again', async (t) => {
  const { deviceId } = await createDevice(t);

  await assert.rejects(registry.create({ deviceId }), { name: 'DeviceAlreadyExistsError' });
});

test('a device that does not exist can be neither read nor deleted', async () => {
  await assert.rejects(registry.get('node-nobody'), { name: 'DeviceNotFoundError' });
  await assert.rejects(registry.delete('node-nobody'), { name: 'DeviceNotFoundError' });
});

test('a device is updated and listed', async (t) => {
  const device = await createDevice(t);

  const updated = (await registry.update({ ...device, status: 'disabled', statusReason: 'a test' })).responseBody;

  assert.equal(updated.status, 'disabled');
  assert.equal((await registry.get(device.deviceId)).responseBody.statusReason, 'a test');
  assert.ok((await registry.list()).responseBody.some((listed) => listed.deviceId === device.deviceId));
  await assert.rejects(impatient(connectionString(device)).open());
});

test('modules are created, listed and deleted', async (t) => {
  const { deviceId } = await createDevice(t);
  const led = await createModule(deviceId, 'led');
  await createModule(deviceId, 'button');

  assert.equal(led.deviceId, deviceId);
  assert.equal(led.moduleId, 'led');
  assert.ok(led.authentication.symmetricKey.primaryKey);
  const listed = (await registry.getModulesOnDevice(deviceId)).responseBody.map((module) => module.moduleId);
  assert.deepEqual(listed.sort(), ['button', 'led']);
  await assert.rejects(registry.addModule({ deviceId, moduleId: 'led' }), (error) => error.response.statusCode === 409);

  await registry.removeModule(deviceId, 'led');

  await assert.rejects(registry.getModule(deviceId, 'led'), (error) => error.response.statusCode === 404);
});

test('an edge device comes with $edgeAgent and $edgeHub, other devices with no module', async (t) => {
  const edge = await createDevice(t, { capabilities: { iotEdge: true } });
  const plain = await createDevice(t);

  const ids = async (deviceId) =>
    (await registry.getModulesOnDevice(deviceId)).responseBody.map((module) => module.moduleId).sort();

  assert.equal((await registry.get(edge.deviceId)).responseBody.capabilities.iotEdge, true);
  assert.deepEqual(await ids(edge.deviceId), ['$edgeAgent', '$edgeHub']);
  assert.deepEqual(await ids(plain.deviceId), []);
});

test('a device connects with either of its keys and with no other', async (t) => {
  const device = await createDevice(t);
  const other = await createDevice(t);
  const { primaryKey, secondaryKey } = device.authentication.symmetricKey;

  for (const key of [primaryKey, secondaryKey]) {
    const client = impatient(connectionString(device, key));
    await client.open();
    await client.close();
  }
  const wrong = other.authentication.symmetricKey.primaryKey;
  await assert.rejects(impatient(connectionString(device, wrong)).open(), { name: 'UnauthorizedError' });
});

test('a module connects with its own key and not with its device\'s', async (t) => {
  const device = await createDevice(t);
  const module = await createModule(device.deviceId, 'led');
  const deviceKey = device.authentication.symmetricKey.primaryKey;

  await connect(t, module);
  await assert.rejects(impatient(connectionString(module, deviceKey)).open(), { name: 'UnauthorizedError' });
});
