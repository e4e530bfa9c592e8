/**
 * The loop: events in, steps out. One thread owns all mutable state of the agent; engine and hub are called on few named workers
 * whose results come back as events.
 */
package io.edgeagent.conductor;
