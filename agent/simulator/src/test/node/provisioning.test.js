'use strict';

const assert = require('node:assert/strict');
const crypto = require('node:crypto');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { execFileSync } = require('node:child_process');
const { test } = require('node:test');
const { Client, Message } = require('azure-iot-device');
const { Mqtt } = require('azure-iot-device-mqtt');
const { Http } = require('azure-iot-provisioning-device-http');
const { ProvisioningDeviceClient } = require('azure-iot-provisioning-device');
const { SymmetricKeySecurityClient } = require('azure-iot-security-symmetric-key');
const { X509Security } = require('azure-iot-security-x509');
const { atEnd, connectionString, eventsOf, eventually, host, impatient, registry, rest } = require('./local-hub');

/** An enrollment for one test, with its key. */
async function enroll(t, settings = {}, id = `node-${crypto.randomUUID()}`) {
  const target = `/_sim/enrollments/${id}`;
  const [enrollment] = await rest('PUT', target, settings);
  atEnd(t, () => rest('DELETE', target));
  return { id, key: enrollment.attestation.primaryKey };
}

function register(t, id, key) {
  return registerWith(t, id, new SymmetricKeySecurityClient(id, key));
}

async function registerWith(t, id, security) {
  const [{ idScope }] = await rest('GET', '/_sim/enrollments');
  const client = ProvisioningDeviceClient.create(host, idScope, new Http(), security);
  atEnd(t, () => registry.delete(id).catch(() => {}));
  return client.register();
}

/** A self-signed certificate in PEM with its key. */
function certificate(t, commonName) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'certificate-'));
  atEnd(t, () => fs.rmSync(folder, { recursive: true }));
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '1',
    '-subj', `/CN=${commonName}`, '-keyout', 'key.pem', '-out', 'cert.pem'], { cwd: folder, stdio: 'pipe' });
  const read = (name) => fs.readFileSync(path.join(folder, name), 'utf8');
  return { cert: read('cert.pem'), key: read('key.pem') };
}

async function faults(t, settings) {
  await rest('POST', '/_sim/faults', settings);
  atEnd(t, () => rest('POST', '/_sim/faults', { reset: true }));
}

test('a device with a key of its own is assigned, connects and sends', async (t) => {
  const { id, key } = await enroll(t, { iotEdge: true });

  const result = await register(t, id, key);

  assert.equal(result.assignedHub, host);
  assert.equal(result.deviceId, id);
  assert.equal((await registry.get(id)).responseBody.capabilities.iotEdge, true);
  const client = Client.fromConnectionString(connectionString({ deviceId: id }, key), Mqtt);
  atEnd(t, () => client.close());
  await client.open();
  await client.sendEvent(new Message('"hello"'));
  await eventually(async () => (await eventsOf(id)).length === 1);
});

test('a device of a group is assigned with the key derived from the group\'s', async (t) => {
  const { key } = await enroll(t, { group: true });
  const id = `node-${crypto.randomUUID()}`;
  const own = crypto.createHmac('sha256', Buffer.from(key, 'base64')).update(id).digest('base64');

  assert.equal((await register(t, id, own)).deviceId, id);
  await assert.rejects(register(t, id, key), /UnauthorizedError|401/);
});

test('a device with a certificate of its own is assigned, connects and sends', async (t) => {
  const id = `node-${crypto.randomUUID()}`;
  const own = certificate(t, id);
  await enroll(t, { attestation: { type: 'x509', certificates: [own.cert] } }, id);

  const result = await registerWith(t, id, new X509Security(id, own));

  assert.equal(result.deviceId, id);
  const client = Client.fromConnectionString(`HostName=${host};DeviceId=${id};x509=true`, Mqtt);
  client.setOptions(own);
  atEnd(t, () => client.close());
  await client.open();
  await client.sendEvent(new Message('"hello"'));
  await eventually(async () => (await eventsOf(id)).length === 1);
});

test('the client polls until it is assigned', async (t) => {
  const { id, key } = await enroll(t);
  await faults(t, { assigningPolls: 2 });

  assert.equal((await register(t, id, key)).deviceId, id);
  assert.equal((await rest('GET', '/_sim/faults'))[0].assigningPolls, 0);
});

test('a disabled enrollment and an allocation that fails are told to the device', async (t) => {
  const { id, key } = await enroll(t, { enabled: false });
  await assert.rejects(register(t, id, key), /status is disabled/);

  const other = await enroll(t);
  await faults(t, { provisioning: 'failed' });
  await assert.rejects(register(t, other.id, other.key), /registration failed/);
});

test('a device that is disabled in the hub stays so until it is enabled', async (t) => {
  const { id, key } = await enroll(t);
  await register(t, id, key);
  const device = (await registry.get(id)).responseBody;
  // without its keys the SDK sends empty ones, and the hub makes new ones
  await registry.update({ ...device, status: 'disabled' });
  await assert.rejects(impatient(connectionString({ deviceId: id }, key)).open());
  await registry.update({ ...device, status: 'enabled' });
  const client = impatient(connectionString({ deviceId: id }, key));
  atEnd(t, () => client.close());
  await client.open();
});
