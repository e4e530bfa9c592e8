/** MQTT 3.1.1 as IoT Hub speaks it ("Communicate with your IoT hub using the MQTT protocol"). */
package io.edgeagent.simulator.mqtt;
