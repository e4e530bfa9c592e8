'use strict';
// A device behind the board's hub as its developer writes it, with Azure's unmodified client for Node.js.

const fs = require('fs');
const { Client, Message } = require('azure-iot-device');
const { Amqp, AmqpWs } = require('azure-iot-device-amqp');
const { Mqtt, MqttWs } = require('azure-iot-device-mqtt');

const TRANSPORTS = { MQTT: Mqtt, MQTT_WS: MqttWs, AMQPS: Amqp, AMQPS_WS: AmqpWs };

async function main() {
  const client = Client.fromConnectionString(process.env.CONNECTION_STRING, TRANSPORTS[process.env.PROTOCOL || 'MQTT']);
  const { CA, CERT, KEY } = process.env;
  const own = CERT ? { cert: fs.readFileSync(CERT, 'utf8'), key: fs.readFileSync(KEY, 'utf8') } : {};
  await client.setOptions({ ca: fs.readFileSync(CA, 'utf8'), ...own });
  await client.open();
  console.log('connected');
  client.on('message', (message) => {
    client.complete(message, () => {});
    const heard = new Message(`heard ${message.getData()}`);
    heard.properties.add('mood', message.properties.getValue('mood') || 'none');
    client.sendEvent(heard, () => {});
  });
  let last = Promise.resolve();
  client.onDeviceMethod('send', (request, response) => {
    const { first, count, everyMillis } = request.payload;
    for (let number = first; number < first + count; number++) {
      last = last.then(() => send(client, number)).then(() => pause(everyMillis));
    }
    response.send(200, 'begun', () => {});
  });
  client.onDeviceMethod('greet', (request, response) => response.send(200, 'hello from greet', () => {}));
  const twin = await client.getTwin();
  twin.on('properties.desired', ({ colour }) => {
    if (colour) {
      twin.properties.reported.update({ colour }, () => {});
    }
  });
}

async function send(client, number) {
  const message = new Message(JSON.stringify({ number }));
  message.properties.add('number', String(number));
  for (;;) {
    try {
      await client.sendEvent(message);
      return;
    } catch (error) {
      console.error(`${number} is sent again: ${error}`);
      await pause(500);
    }
  }
}

const pause = (millis) => new Promise((resolve) => setTimeout(resolve, millis));

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
