/** The board's devices: what is there, and what a module gets of it. */
package io.edgeagent.device;
