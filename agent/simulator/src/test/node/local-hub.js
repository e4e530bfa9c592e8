'use strict';
// The running local hub, as the tests see it: its policy's connection string, clients and private REST paths.

const crypto = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');
const https = require('node:https');
const { Client, ModuleClient } = require('azure-iot-device');
const { Mqtt } = require('azure-iot-device-mqtt');
const { NoRetry } = require('azure-iot-common');
const iothub = require('azure-iothub');

const host = required('EDGE_SIM_HOST', 'the address of the running hub, for example 172.30.0.1');
const state = required('EDGE_SIM_STATE', "the hub's state folder, which holds ca.pem and iothubowner.connection-string");
required('NODE_EXTRA_CA_CERTS', "ca.pem of the hub's state folder; it must be set before node starts");

const serviceConnectionString = fs
  .readFileSync(path.join(state, 'iothubowner.connection-string'), 'utf8')
  .trim()
  .replace(/HostName=[^;]*/, `HostName=${host}`);
const service = iothub.ConnectionString.parse(serviceConnectionString);

const registry = iothub.Registry.fromConnectionString(serviceConnectionString);
const methods = iothub.Client.fromConnectionString(serviceConnectionString);

function required(name, what) {
  const value = process.env[name];
  if (!value) {
    throw new Error(`${name} is not set: these tests need a running local hub; set it to ${what}`);
  }
  return value;
}

const cleanups = new WeakMap();

/** Runs the action when the test has ended, the newest first: clients close before their device is deleted. */
function atEnd(t, action) {
  if (!cleanups.has(t)) {
    cleanups.set(t, []);
    t.after(async () => {
      for (const clean of cleanups.get(t).reverse()) {
        await clean();
      }
    });
  }
  cleanups.get(t).push(action);
}

/** A device of its own for a test, removed when the test has ended. */
async function createDevice(t, settings = {}) {
  const deviceId = `node-${crypto.randomUUID()}`;
  const { responseBody } = await registry.create({ deviceId, ...settings });
  atEnd(t, () => registry.delete(deviceId));
  return responseBody;
}

async function createModule(deviceId, moduleId) {
  await registry.addModule({ deviceId, moduleId });
  return (await registry.getModule(deviceId, moduleId)).responseBody;
}

function connectionString(identity, key = identity.authentication.symmetricKey.primaryKey) {
  const module = identity.moduleId ? `;ModuleId=${identity.moduleId}` : '';
  return `HostName=${host};DeviceId=${identity.deviceId}${module};SharedAccessKey=${key}`;
}

/** A connected device or module client, closed when the test has ended. */
async function connect(t, identity) {
  const client = (identity.moduleId ? ModuleClient : Client).fromConnectionString(connectionString(identity), Mqtt);
  client.on('error', () => {});
  atEnd(t, () => client.close());
  await client.open();
  return client;
}

/** A client that gives up at the first error, not connected. */
function impatient(text) {
  const client = (text.includes(';ModuleId=') ? ModuleClient : Client).fromConnectionString(text, Mqtt);
  client.setRetryPolicy(new NoRetry());
  return client;
}

/** A request to the hub with the policy's token; JSON lines are parsed. */
function rest(method, target, body) {
  const expiry = Math.floor(Date.now() / 1000) + 60;
  const token = iothub.SharedAccessSignature.create(
    host, service.SharedAccessKeyName, service.SharedAccessKey, expiry).toString();
  return new Promise((resolve, reject) => {
    const request = https.request({ host, method, path: target, headers: { authorization: token } }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk) => { text += chunk; });
      response.on('end', () => {
        if (response.statusCode >= 300) {
          reject(new Error(`${method} ${target}: ${response.statusCode} ${text}`));
        } else {
          resolve(text.split('\n').filter(Boolean).map((line) => JSON.parse(line)));
        }
      });
    });
    request.on('error', reject);
    request.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

/** Repeats the check until it returns something, for at most ten seconds. */
async function eventually(check) {
  const end = Date.now() + 10_000;
  for (;;) {
    try {
      const result = await check();
      if (result) {
        return result;
      }
    } catch (error) {
      if (Date.now() > end) {
        throw error;
      }
    }
    if (Date.now() > end) {
      throw new Error(`not within ten seconds: ${check}`);
    }
    await new Promise((resolve) => { setTimeout(resolve, 50); });
  }
}

/** Telemetry of a device that the hub has received. */
async function eventsOf(deviceId) {
  return (await rest('GET', '/_sim/events')).filter((event) => event.deviceId === deviceId);
}

module.exports = {
  atEnd, connect, connectionString, createDevice, createModule, eventsOf, eventually, host, impatient, methods, registry, rest,
};
