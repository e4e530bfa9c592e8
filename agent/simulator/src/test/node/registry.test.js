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

test('a module connects with its own key, with its device\'s, and with no other', async (t) => {
  const device = await createDevice(t);
  const other = await createDevice(t);
  const module = await createModule(device.deviceId, 'led');
  const keyOf = (identity) => identity.authentication.symmetricKey.primaryKey;

  for (const key of [keyOf(module), keyOf(device)]) {
    const client = impatient(connectionString(module, key));
    await client.open();
    await client.close();
  }
  await assert.rejects(impatient(connectionString(module, keyOf(other))).open(), { name: 'UnauthorizedError' });
});

test('a device with thumbprints and no type is self-signed', async (t) => {
  const x509Thumbprint = { primaryThumbprint: '0'.repeat(40), secondaryThumbprint: '1'.repeat(64) };
  const { deviceId } = await createDevice(t, { authentication: { x509Thumbprint } });

  const read = (await registry.get(deviceId)).responseBody;

  assert.equal(read.authentication.type, 'selfSigned');
  assert.deepEqual(read.authentication.x509Thumbprint, x509Thumbprint);
  assert.deepEqual((await registry.getTwin(deviceId)).responseBody.x509Thumbprint, x509Thumbprint);
});

test('a device is created below an edge device and cannot get a scope that nobody has', async (t) => {
  const edge = await createDevice(t, { capabilities: { iotEdge: true } });
  const child = await createDevice(t, { deviceScope: edge.deviceScope });

  assert.equal(child.deviceScope, edge.deviceScope);
  assert.deepEqual(child.parentScopes, [edge.deviceScope]);
  await assert.rejects(registry.update({ ...child, deviceScope: 'nobody' }), (error) => error.response.statusCode === 400);
});

test('devices are added, updated and removed in bulk', async (t) => {
  const ids = ['one', 'two'].map((name) => `node-${name}-${process.pid}`);
  const devices = ids.map((deviceId) => ({ deviceId, status: 'disabled' }));
  t.after(() => Promise.allSettled(ids.map((id) => registry.delete(id))));

  const added = (await registry.addDevices(devices)).responseBody;

  assert.deepEqual(added, { isSuccessful: true, errors: [], warnings: [] });
  assert.equal((await registry.get(ids[1])).responseBody.status, 'disabled');
  await assert.rejects(registry.addDevices(devices), (error) => {
    assert.equal(error.response.statusCode, 400);
    assert.equal(error.response.headers['iothub-errorcode'], 'BulkRegistryOperationFailure');
    assert.match(String(error.responseBody), /DeviceAlreadyExists/);
    return true;
  });
  await registry.updateDevices(devices.map((device) => ({ ...device, status: 'enabled' })), true);
  assert.equal((await registry.get(ids[0])).responseBody.status, 'enabled');
  await registry.removeDevices(devices, true);
  await assert.rejects(registry.get(ids[0]), { name: 'DeviceNotFoundError' });
});

test('a status that is none is refused', async (t) => {
  const device = await createDevice(t);

  await assert.rejects(registry.update({ ...device, status: 'off' }), { name: 'ArgumentError' });
});
