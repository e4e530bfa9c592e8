'use strict';
// Calls direct methods as a cloud application does, with Azure's unmodified service client: DEVICE MODULE.
// Each line of input is a method, a blank and JSON; each line of output a status, a blank and JSON.

const readline = require('node:readline');
const { Client } = require('azure-iothub');

const [device, module_] = process.argv.slice(2);
const client = Client.fromConnectionString(process.env.SERVICE_CONNECTION_STRING);

(async () => {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const blank = line.indexOf(' ');
    const { result } = await client.invokeDeviceMethod(device, module_, {
      methodName: line.slice(0, blank),
      payload: JSON.parse(line.slice(blank + 1)),
      responseTimeoutInSeconds: 60,
    });
    console.log(`${result.status} ${JSON.stringify(result.payload)}`);
  }
})().catch((error) => {
  console.error(error);
  process.exit(1);
});
