/** Load for brokers, for {@code ./dev bench --hub}. */
package io.edgeagent.load;
