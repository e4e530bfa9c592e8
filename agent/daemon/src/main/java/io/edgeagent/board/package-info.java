/** What is seen and done on the board: containers, what is remembered of each module, steps under way, restarts that were asked for. */
package io.edgeagent.board;
