/** How the agent logs. */
package io.edgeagent.log;
