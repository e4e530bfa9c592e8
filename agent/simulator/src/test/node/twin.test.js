'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');
const { connect, connectionString, createDevice, createModule, eventually, impatient, registry } = require('./local-hub');

const twinOf = async (identity) => (identity.moduleId
  ? registry.getModuleTwin(identity.deviceId, identity.moduleId)
  : registry.getTwin(identity.deviceId)).then((result) => result.responseBody);

const report = (twin, patch) => new Promise((resolve, reject) => {
  twin.properties.reported.update(patch, (error) => (error ? reject(error) : resolve()));
});

for (const kind of ['device', 'module']) {
  const create = async (t) => {
    const device = await createDevice(t);
    return kind === 'device' ? device : createModule(device.deviceId, 'led');
  };

  test(`a ${kind} reads the desired properties that were set before it came`, async (t) => {
    const identity = await create(t);
    await (await twinOf(identity)).update({ properties: { desired: { colour: 'red', nested: { level: 3 } } } });
    const client = await connect(t, identity);

    const twin = await client.getTwin();

    assert.equal(twin.properties.desired.colour, 'red');
    assert.deepEqual(twin.properties.desired.nested, { level: 3 });
    assert.equal(twin.properties.desired.$version, 2);
  });

  test(`a ${kind} reports properties, and null deletes`, async (t) => {
    const identity = await create(t);
    const client = await connect(t, identity);
    const twin = await client.getTwin();

    await report(twin, { state: 'on', inner: { a: 1, b: 2 } });
    await report(twin, { inner: { a: null, c: [1, 2] } });

    const { reported } = (await twinOf(identity)).properties;
    assert.equal(reported.state, 'on');
    assert.deepEqual(reported.inner, { b: 2, c: [1, 2] });
    assert.equal(reported.$version, 3);
    assert.ok(reported.$metadata.state.$lastUpdated);
  });

  test(`a ${kind} is told of changes of its desired properties`, async (t) => {
    const identity = await create(t);
    const client = await connect(t, identity);
    const twin = await client.getTwin();
    const patches = [];
    twin.on('properties.desired', (patch) => patches.push(patch));
    // the first one is the whole section, from the client's own copy; the subscription is under way then
    await eventually(() => patches.length > 0);
    let sent = 0;

    const change = await eventually(async () => {
      sent += 1;
      await (await twinOf(identity)).update({ properties: { desired: { count: sent, gone: null } } });
      return patches.find((patch) => patch.count === sent);
    });

    assert.equal(change.$version, sent + 1);
    await eventually(() => twin.properties.desired.count === sent);
  });
}

test('desired properties that are set to null all go, and the device hears of it', async (t) => {
  const device = await createDevice(t);
  await (await twinOf(device)).update({ tags: { room: 'lab' }, properties: { desired: { foo: 1, bar: { baz: 2 } } } });
  const twin = await (await connect(t, device)).getTwin();
  let heard = 0;
  twin.on('properties.desired', () => { heard += 1; });
  await eventually(() => heard > 0);

  await eventually(async () => {
    await (await twinOf(device)).update({ properties: { desired: null } });
    return twin.properties.desired.$version > 2;
  });

  assert.deepEqual(Object.keys(twin.properties.desired).filter((key) => key === 'foo' || key === 'bar'), []);
  await (await twinOf(device)).update({ tags: null });
  const cleared = await twinOf(device);
  assert.equal(cleared.properties.desired.foo, undefined);
  assert.deepEqual(cleared.tags, {});
});

test('the model that a device announces is in its twin', async (t) => {
  const device = await createDevice(t);
  const client = impatient(connectionString(device));
  await client.setOptions({ modelId: 'dtmi:com:example:Thermostat;1' });
  await client.open();
  await client.close();

  assert.equal((await twinOf(device)).modelId, 'dtmi:com:example:Thermostat;1');
});

test('tags are for the service only', async (t) => {
  const device = await createDevice(t);
  await (await twinOf(device)).update({ tags: { room: 'lab' } });
  const client = await connect(t, device);

  assert.equal((await twinOf(device)).tags.room, 'lab');
  assert.equal((await client.getTwin()).tags, undefined);
});

test('a twin that somebody else has changed is not overwritten', async (t) => {
  const device = await createDevice(t);
  const first = await twinOf(device);
  const second = await twinOf(device);
  await first.update({ properties: { desired: { a: 1 } } });

  await assert.rejects(second.update({ properties: { desired: { a: 2 } } }), (error) => error.response.statusCode === 412);
});

test('a reported section beyond the limits of the hub is refused', async (t) => {
  const device = await createDevice(t);
  const client = await connect(t, device);
  const twin = await client.getTwin();

  await assert.rejects(report(twin, { 'with blank': 1 }));
  await assert.rejects(report(twin, { text: 'x'.repeat(5000) }));
});

test('a twin that does not exist is not found', async () => {
  await assert.rejects(registry.getTwin('node-nobody'), { name: 'DeviceNotFoundError' });
});
