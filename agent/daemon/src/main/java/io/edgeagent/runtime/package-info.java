/** What any role needs to run: time, waits, mailboxes, workers, and who restarts a process that hangs. */
package io.edgeagent.runtime;
