/** Plain topics: an MQTT broker inside the hub for topics that are not IoT Hub's. One thread, the hub's. Knows no wire format. */
package io.edgeagent.hub.topic;
