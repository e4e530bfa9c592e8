/** The simulator's own certificate authority. */
package io.edgeagent.simulator.tls;
