/** How things stand, for the hub (reported properties) and for the command on the board. */
package io.edgeagent.report;
