'use strict';

const assert = require('node:assert/strict');
const crypto = require('node:crypto');
const { test } = require('node:test');
const { connect, createDevice, registry } = require('./local-hub');

const MANIFEST = {
  modulesContent: {
    $edgeAgent: {
      'properties.desired': {
        schemaVersion: '1.1',
        runtime: { type: 'docker', settings: {} },
        systemModules: {},
        modules: { led: { type: 'docker', status: 'running', settings: { image: 'led:1', createOptions: '{}' } } },
      },
    },
    $edgeHub: { 'properties.desired': { schemaVersion: '1.1', routes: { up: 'FROM /messages/* INTO $upstream' } } },
    led: { 'properties.desired': { colour: 'green' } },
  },
};

const identity = async (deviceId, moduleId) => (await registry.getModule(deviceId, moduleId)).responseBody;
const desired = async (deviceId, moduleId) =>
  (await registry.getModuleTwin(deviceId, moduleId)).responseBody.properties.desired;

test('a manifest reaches the twins of its modules and creates those that are missing', async (t) => {
  const { deviceId } = await createDevice(t, { capabilities: { iotEdge: true } });

  await registry.applyConfigurationContentOnDevice(deviceId, MANIFEST);

  assert.equal((await desired(deviceId, '$edgeAgent')).modules.led.settings.image, 'led:1');
  assert.equal((await desired(deviceId, '$edgeHub')).routes.up, 'FROM /messages/* INTO $upstream');
  assert.equal((await desired(deviceId, 'led')).colour, 'green');
});

test('a module of a manifest has no key until the runtime gives it one', async (t) => {
  const { deviceId } = await createDevice(t, { capabilities: { iotEdge: true } });
  await registry.applyConfigurationContentOnDevice(deviceId, MANIFEST);
  const led = await identity(deviceId, 'led');
  assert.equal(led.authentication.type, 'none');
  const key = () => crypto.randomBytes(32).toString('base64');

  await registry.updateModule({
    ...led,
    authentication: { type: 'sas', symmetricKey: { primaryKey: key(), secondaryKey: key() } },
  });

  const client = await connect(t, await identity(deviceId, 'led'));
  assert.equal((await client.getTwin()).properties.desired.colour, 'green');
});

test('a second manifest replaces the desired properties of the first', async (t) => {
  const { deviceId } = await createDevice(t, { capabilities: { iotEdge: true } });
  await registry.applyConfigurationContentOnDevice(deviceId, MANIFEST);
  const second = structuredClone(MANIFEST);
  second.modulesContent.led['properties.desired'] = { blink: true };

  await registry.applyConfigurationContentOnDevice(deviceId, second);

  const led = await desired(deviceId, 'led');
  assert.equal(led.blink, true);
  assert.equal(led.colour, undefined);
});

test('a module that is named without content is registered', async (t) => {
  const { deviceId } = await createDevice(t, { capabilities: { iotEdge: true } });

  await registry.applyConfigurationContentOnDevice(deviceId, { modulesContent: { led: {} } });

  assert.equal((await registry.getModule(deviceId, 'led')).responseBody.managedBy, 'iotEdge');
});

test('a manifest with content that is none is refused', async (t) => {
  const { deviceId } = await createDevice(t, { capabilities: { iotEdge: true } });

  await assert.rejects(
    registry.applyConfigurationContentOnDevice(deviceId, { modulesContent: { led: { desired: {} } } }),
    { name: 'ArgumentError' });
});
