/** The built-in hub: routes, queues, delivery. No wire format, no I/O. */
package io.edgeagent.hub;
