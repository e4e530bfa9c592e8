'use strict';
// A module as its developer writes it, with Azure's unmodified client for Node.js.

const { Message, ModuleClient } = require('azure-iot-device');
const { Mqtt } = require('azure-iot-device-mqtt');

async function main() {
  const client = await ModuleClient.fromEnvironment(Mqtt);
  await client.open();
  client.onMethod('greet', (request, response) => response.send(200, `hello from ${request.methodName}`, () => {}));
  const twin = await client.getTwin();
  twin.on('properties.desired', ({ colour }) => {
    if (colour) {
      twin.properties.reported.update({ colour }, () => {});
    }
  });
  await client.sendOutputEvent('readings', new Message(JSON.stringify({ temperature: 21 })));
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
