package io.edgeagent.adapter.hubnet.amqp;

import java.util.Optional;

/**
 * The hub's end of a link.
 *
 * @param client whose it is; empty for the node {@code $cbs}
 */
record LinkEnd(
        Optional<AmqpClient> client,
        LinkAddress.Use use,
        Optional<IncomingLink> incoming,
        Optional<OutgoingLink> outgoing) {}
