/** The Device Provisioning Service: enrollments, and devices that register themselves with them. Belongs to the hub's thread. */
package io.edgeagent.simulator.dps;
