/** The command {@code edge-agent}. */
package io.edgeagent.cli;
