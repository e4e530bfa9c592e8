/** MQTT 3.1.1, both sides: the hub's head for modules, and the link of an identity to IoT Hub. */
package io.edgeagent.adapter.hubnet.mqtt;
