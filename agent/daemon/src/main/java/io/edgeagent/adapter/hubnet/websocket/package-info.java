/** MQTT over WebSocket (RFC 6455), on the hub's own connections: the board's side for modules, and the links to the cloud. */
package io.edgeagent.adapter.hubnet.websocket;
