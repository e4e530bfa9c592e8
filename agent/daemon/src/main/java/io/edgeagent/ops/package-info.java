/** What a person on the board asks of the running agent. */
package io.edgeagent.ops;
