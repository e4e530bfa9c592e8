/** AMQP 1.0 as Azure's clients speak it: proton-j keeps sessions and links, the rest is the hub's own. */
package io.edgeagent.adapter.hubnet.amqp;
