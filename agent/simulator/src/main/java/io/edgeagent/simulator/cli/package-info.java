/** Commands that talk REST to a running simulator. */
package io.edgeagent.simulator.cli;
