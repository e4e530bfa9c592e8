'use strict';
// A module as its developer writes it, with Azure's unmodified client for Node.js: it sends as many messages as it is asked for.

const { Message, ModuleClient } = require('azure-iot-device');
const { Amqp, AmqpWs } = require('azure-iot-device-amqp');
const { Mqtt, MqttWs } = require('azure-iot-device-mqtt');

const TRANSPORTS = { MQTT: Mqtt, MQTT_WS: MqttWs, AMQPS: Amqp, AMQPS_WS: AmqpWs };

async function main() {
  const client = await ModuleClient.fromEnvironment(TRANSPORTS[process.env.PROTOCOL || 'MQTT']);
  await client.open();
  // what comes to its input it sends on, with who sent it
  client.on('inputMessage', (input, message) => {
    client.complete(message, () => {});
    const heard = new Message(message.getData());
    heard.properties.add('number', message.properties.getValue('number') || '');
    heard.properties.add('name', message.properties.getValue('näme & more') || '');
    heard.properties.add('from', senderOf(message) || '');
    heard.properties.add('input', input);
    client.sendOutputEvent('heard', heard).catch((error) => console.error(`not passed on: ${error}`));
  });
  let last = Promise.resolve();
  client.onMethod('send', (request, response) => {
    const { output, first, count, everyMillis } = request.payload;
    for (let number = first; number < first + count; number++) {
      last = last.then(() => send(client, output, number)).then(() => pause(everyMillis));
    }
    response.send(200, 'begun', () => {});
  });
  client.onMethod('greet', (request, response) => {
    response.send(200, `hello ${request.payload.from}, from greet`, () => {});
  });
  // asks another module; the client calls it by HTTPS
  client.onMethod('ask', async (request, response) => {
    const call = { methodName: 'greet', payload: null, responseTimeoutInSeconds: 30, connectTimeoutInSeconds: 30 };
    try {
      const answer = await client.invokeMethod(process.env.IOTEDGE_DEVICEID, request.payload, call);
      response.send(answer.status, answer.payload, () => {});
    } catch (error) {
      response.send(500, String(error), () => {});
    }
  });
  const twin = await client.getTwin();
  twin.on('properties.desired', ({ colour }) => {
    if (colour) {
      twin.properties.reported.update({ colour }, () => {});
    }
  });
}

// as the transport shows it
function senderOf(message) {
  const amqp = message.transportObj && message.transportObj.message_annotations;
  return amqp ? amqp['iothub-connection-module-id'] : message.properties.getValue('$.cmid');
}

async function send(client, output, number) {
  const message = new Message(JSON.stringify({ number }));
  message.contentType = 'application/json';
  message.contentEncoding = 'utf-8';
  message.properties.add('number', String(number));
  message.properties.add('näme & more', 'ü = 1/2 %');
  for (;;) {
    try {
      await client.sendOutputEvent(output, message);
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
