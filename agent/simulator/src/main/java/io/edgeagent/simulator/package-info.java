/** A local IoT Hub for tests and demos. {@link io.edgeagent.simulator.Simulator} is its face. */
package io.edgeagent.simulator;
