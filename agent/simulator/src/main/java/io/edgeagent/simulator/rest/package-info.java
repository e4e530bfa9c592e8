/** The REST API that service SDKs, the az tool and the edge agent's identity role use, and the simulator's own under /_sim. */
package io.edgeagent.simulator.rest;
