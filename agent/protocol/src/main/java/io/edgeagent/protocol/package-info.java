/**
 * The wire contract of IoT Hub and IoT Edge, shared by the daemon and the simulator: pure functions and values, no I/O, no threads.
 *
 * <p>All text that is parsed here comes from somebody else and is hostile; what is wrong is refused with a {@link
 * io.edgeagent.protocol.ProtocolException} whose message says what was expected.
 */
package io.edgeagent.protocol;
