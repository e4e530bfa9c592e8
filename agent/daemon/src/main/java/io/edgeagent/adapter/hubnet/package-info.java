/** The hub's sockets: one event loop, TLS, and one package a protocol. */
package io.edgeagent.adapter.hubnet;
