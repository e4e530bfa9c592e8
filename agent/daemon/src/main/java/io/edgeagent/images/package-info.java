/** Images on the board: pulls, which of them are ours, clean-up, and room on the engine's disk. */
package io.edgeagent.images;
