/**
 * The hub itself: identities, twins, sessions, methods, messages. No sockets: connections come in through {@link
 * io.edgeagent.simulator.hub.ClientConnection}.
 *
 * <p>Everything here is owned by one thread, the hub's event loop; nothing is locked.
 */
package io.edgeagent.simulator.hub;
