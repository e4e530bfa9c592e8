/** What {@code edge-agent check} looks at: questions about the board, each with its answer and the command that helps. */
package io.edgeagent.check;
