/** What the cloud asks of the running agent besides its deployment: logs, uploads, and what became of them. */
package io.edgeagent.remote;
