'use strict';
// A module of Azure's client for Node.js that uses plain topics over the connection that the client has.

const { ModuleClient } = require('azure-iot-device');
const { Mqtt } = require('azure-iot-device-mqtt');

async function main() {
  const client = await ModuleClient.fromEnvironment(Mqtt);
  await client.open();
  const connection = () => client._transport._mqtt;
  client.onMethod('publish', (request, response) => {
    const { topic, text } = request.payload;
    response.send(200, 'begun', () => connection().publish(topic, text, { qos: 1, retain: false }, () => {}));
  });
  const twin = await client.getTwin();
  connection().on('message', (topic, payload) => {
    if (topic.startsWith('home/')) {
      twin.properties.reported.update({ heard: `${topic} ${payload}` }, () => {});
    }
  });
  connection().subscribe('home/+/set', { qos: 1 }, (error) => {
    twin.properties.reported.update({ subscribed: error ? String(error) : 'yes' }, () => {});
  });
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
